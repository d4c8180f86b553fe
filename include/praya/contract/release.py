"""The release section of a contract: in which files a dataset goes out, and when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Literal

from pydantic import Field as Key
from pydantic import model_validator

from praya.contract.base import Model
from praya.contract.breaking import Breaking
from praya.contract.codes import WEEKDAYS, Language, codes, one_of
from praya.contract.fields import ColumnName, Field
from praya.contract.text import Text

Format = Literal["csv", "json", "jsonl", "xml", "xlsx", "parquet", "geojson", "geoparquet", "ics", "sdmx-csv"]
# What decides which bytes go out; the rest says only when.
SHAPE = frozenset({"formats", "files", "year_field", "places", "days"})
FIGURES = ("integer", "number")
YEAR_TYPES = ("date", "datetime", "year", "yearmonth")


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


class Release(Model):
    """How and when it goes out."""

    formats: list[Format] = Key(default=["csv", "json", "parquet"], min_length=1)
    files: Literal["one", "by year", "both"] = Key(
        default="one", description="one file a format, a file a year, or both"
    )
    year_field: ColumnName | None = Key(
        default=None, description="the field that says of which year a row is"
    )
    places: Places | None = Key(default=None, description="what geojson and geoparquet need")
    days: Days | None = Key(default=None, description="what ics needs")
    embargo_until: dt.datetime | None = Key(
        default=None, description="nothing shows before this moment (with zone)"
    )
    weekday: Annotated[str, one_of(WEEKDAYS), codes(WEEKDAYS)] | None = None
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

    @model_validator(mode="after")
    def _agrees(self) -> Release:
        if self.embargo_until is not None and self.embargo_until.tzinfo is None:
            raise ValueError("`embargo_until` needs a zone, e.g. 2027-01-04T16:30:00+08:00")
        if self.weekday is not None and self.hour is None:
            raise ValueError("a `weekday` needs an `hour` (Hong Kong time)")
        if len(set(self.formats)) != len(self.formats):
            raise ValueError("each format once")
        placed = sorted({"geojson", "geoparquet"} & {*self.formats})
        if bool(placed) != (self.places is not None):
            raise ValueError("`places` (latitude, longitude) goes with the formats geojson and geoparquet")
        if ("ics" in self.formats) != (self.days is not None):
            raise ValueError("`days` (date, summary) goes with the format ics")
        if (self.files == "one") != (self.year_field is None):
            raise ValueError("`year_field` goes with `files: by year` or `files: both`")
        return self

    @property
    def whole(self) -> bool:
        """Whether there is a file with all rows in each format."""
        return self.files != "by year"

    def shape(self) -> dict[str, Any]:
        """What of this section decides which bytes go out; defaults that contracts learn later left out."""
        said = self.model_dump(mode="json", include=set(SHAPE), exclude_defaults=True)
        return {"formats": list(self.formats), **said}

    def problems(self, fields: Sequence[Field]) -> Iterator[str]:
        """A sentence for each field named here that cannot serve; `fields` go out as they are."""
        known = {field.name: field for field in fields}

        def wrong(
            key: str, name: str | None, kinds: tuple[str, ...], required: bool = False
        ) -> Iterator[str]:
            field = known.get(name or "")
            if name and not (field and field.type in kinds and (field.constraints.required or not required)):
                yield (
                    f"release.{key}: a {'required ' if required else ''}{' or '.join(kinds)} field that goes out "
                    f"unchanged; {name} is none"
                )

        if self.places:
            yield from wrong("places.latitude", self.places.latitude, ("number",))
            yield from wrong("places.longitude", self.places.longitude, ("number",))
        if self.days:
            yield from wrong("days.date", self.days.date, ("date",), required=True)
            yield from wrong("days.until", self.days.until, ("date",))
            yield from wrong("days.uid", self.days.uid, ("string",), required=True)
            for name in self.days.summary.values():
                yield from wrong("days.summary", name, ("string",), required=True)
        for name in self.figures:
            yield from wrong("figures", name, FIGURES)
        if self.year_field:
            yield from wrong("year_field", self.year_field, (*YEAR_TYPES, "string"), required=True)
            field = known.get(self.year_field)
            if (
                field
                and field.type == "string"
                and not (field.constraints.pattern or "").startswith(r"\d{4}")
            ):
                yield (
                    r"release.year_field: a string field needs a `pattern` that starts with \d{4}, the year; "
                    f"{self.year_field} has none"
                )
