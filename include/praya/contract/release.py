"""The release section of a contract: in which files a dataset goes out, and when."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal, TypeVar

from pydantic import Field as Key
from pydantic import ValidationError

from praya.contract.base import WITHOUT_RULES, Model, RuledModel, Unparsed
from praya.contract.breaking import Breaking
from praya.contract.codes import WEEKDAYS, Language, enum_of, one_of
from praya.contract.fields import ColumnName
from praya.contract.output_spec import output_specs
from praya.contract.release_options import OptionsByFormat
from praya.contract.rules import release_rules as rules
from praya.contract.spec_values import OneOfNames
from praya.contract.text import Text

O = TypeVar("O", bound=Model)  # noqa: E741

FormatName = Annotated[str, OneOfNames(output_specs)]
# What decides which bytes go out; the rest says only when.
SHAPE = frozenset({"formats", "files", "year_field", "places", "days", "options"})


class Places(Model):
    """The fields that say where a row is, in degrees of WGS84."""

    latitude: ColumnName
    longitude: ColumnName


class Days(Model):
    """What makes a row an event of whole days; one calendar for each language of `summary`."""

    date: ColumnName = Key(description="the first day")
    until: ColumnName | None = Key(
        default=None, description="the day after the last one; else it is one day long"
    )
    summary: dict[Language, ColumnName] = Key(
        min_length=1, description="language → the field with the event's name"
    )
    uid: ColumnName | None = Key(
        default=None, description="what stays the same of an event; else it is made from the primary key"
    )


class Release(RuledModel):
    """How and when it goes out."""

    RULES = rules.RULES

    formats: list[FormatName] = Key(default=["csv", "json", "parquet"], min_length=1)
    files: Literal["one", "by year", "both"] = Key(
        default="one", description="one file a format, a file a year, or both"
    )
    year_field: ColumnName | None = Key(
        default=None, description="the field that says of which year a row is"
    )
    places: Places | None = Key(default=None, description="where a row is, for formats with places")
    days: Days | None = Key(default=None, description="which event a row is, for formats of calendars")
    options: Annotated[dict[str, dict[str, Any]], OptionsByFormat()] = Key(
        default={}, description="what a format takes beside, by its name"
    )
    embargo_until: dt.datetime | None = Key(
        default=None, description="nothing shows before this moment (with zone)"
    )
    weekday: Annotated[str, one_of(WEEKDAYS), enum_of(WEEKDAYS)] | None = None
    hour: int | None = Key(default=None, ge=0, le=23, description="hour of day in Hong Kong")
    breaking: Breaking | None = Key(default=None, description="notice of a change that readers must adapt to")
    revision: Text | None = Key(
        default=None, description="where figures that are out are revised on schedule: which, when and why"
    )
    figures: list[ColumnName] = Key(
        default=[],
        description="fields of which no value that is out changes or goes without who, when and why on record "
        "(include/revisions)",
    )

    @property
    def whole(self) -> bool:
        """Whether there is a file with all rows in each format."""
        return self.files != "by year"

    def read_options(self, name: str, model: type[O]) -> O:
        """What is said under `options` for the format of that name, as its model; what is left out is at its default.

        Raises Unparsed, in a contract that could be read in part only, where something of it is wrong.
        """
        try:
            return model.model_validate(self.options.get(name, {}))
        except ValidationError as error:
            raise Unparsed(name) from error

    def shape(self) -> dict[str, Any]:
        """What of this section decides which bytes go out; defaults that contracts learn later left out."""
        said = self.model_dump(mode="json", include=set(SHAPE), exclude_defaults=True)
        return {"formats": list(self.formats), **said}


# Without its rules, which ask the output formats: these import the contract, which is not yet whole here.
DEFAULT_RELEASE = Release.model_validate({}, context=WITHOUT_RULES)
