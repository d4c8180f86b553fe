"""Fields in the words of Frictionless Table Schema: types, constraints, keys, and what a source calls them."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections import Counter
from collections.abc import Callable
from typing import Annotated, Literal, get_args

from pydantic import (
    AfterValidator,
    BeforeValidator,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)
from pydantic import Field as Key

from praya.contract.base import Model
from praya.contract.code_list import Codes
from praya.contract.moments import check_format
from praya.contract.patterns import check_pattern
from praya.contract.text import Text
from praya.text.names import MAX_NAME, MONTH_PATTERN, NAME_PATTERN
from praya.text.outside import quote

# Whatever becomes a part of a path has one of these types or a stricter one (tests/attacks/test_attack_paths.py).
PathName = Annotated[str, StringConstraints(pattern=NAME_PATTERN, max_length=MAX_NAME)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]*[a-z0-9]$", min_length=2, max_length=70)]
Month = Annotated[str, StringConstraints(pattern=MONTH_PATTERN)]
ColumnName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=63)]
FieldType = Literal[
    "string", "integer", "number", "boolean", "date", "datetime", "time", "year", "yearmonth"
]  # fmt: skip


# What the constraints of a type may be compared with; the text types are compared as text.
CONSTANTS: dict[str, tuple[type, ...]] = dict.fromkeys(get_args(FieldType), (str, int, float, dt.date)) | {
    "integer": (int,),
    "year": (int,),
    "number": (int, float),
    "date": (str, dt.date),
    "datetime": (str, dt.date),
    "time": (str,),
    "yearmonth": (str,),
}


# How a contract names its list: by name, or with the special codes that the field takes too.
CODES_IN_YAML = {
    "title": "Code list",
    "anyOf": [
        {"type": "string"},
        {
            "type": "object",
            "properties": {
                "list": {"type": "string"},
                "also": {"type": "array", "items": {"type": "string"}, "minItems": 1},
            },
            "required": ["list"],
            "additionalProperties": False,
        },
    ],
}


SHAPES = {"date": r"\d{4}-\d{2}-\d{2}", "time": r"\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?", "datetime": ".*"}
READ: dict[str, Callable[[str], object]] = {
    "date": dt.date.fromisoformat,
    "datetime": dt.datetime.fromisoformat,
    "time": dt.time.fromisoformat,
}


def _check_moment(type_: str, item: str | int | float) -> None:
    """Raise ValueError where the item of an `enum` is no ISO 8601 value of the type, as DuckDB reads it too."""
    try:
        if not re.fullmatch(SHAPES[type_], str(item), re.ASCII):
            raise ValueError("another shape")
        READ[type_](str(item))
    except ValueError as error:
        raise ValueError(f"'{quote(item)}' in the enum is not a {type_} in ISO 8601") from error


def _day(value: object) -> object:
    """A day in quotes is a day, and no moment."""
    is_day = isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value)
    return dt.date.fromisoformat(str(value)) if is_day else value


Limit = Annotated[int | float | dt.datetime | dt.date, BeforeValidator(_day)]
MOST_FIELDS = 10_000
DIGITS = 18  # that a number with `decimals` has on the store


class Constraints(Model):
    """Table Schema constraints that a row must hold; a row that does not goes to quarantine."""

    required: bool = False
    unique: bool = False
    minimum: Limit | None = None
    maximum: Limit | None = None
    min_length: int | None = Key(default=None, alias="minLength", ge=0)
    max_length: int | None = Key(default=None, alias="maxLength", ge=0)
    pattern: Annotated[str, AfterValidator(check_pattern)] | None = None
    enum: list[str | int | float] | None = Key(default=None, min_length=1)


class Field(Model):
    """A column: its Table Schema descriptor, its texts in three languages, and where the source keeps it."""

    name: ColumnName
    type: FieldType
    title: Text
    description: Text | None = None
    format: str = Key(
        default="default", description="strptime pattern for date, datetime and time; else default"
    )
    column_type: Annotated[str, StringConstraints(pattern=r"^[a-z-]+(:[a-z0-9-]+)*$")] | None = Key(
        default=None,
        alias="columnType",
        description="Fiscal Data Package: the fiscal concept of the column, where rows may be added up",
    )
    unit: str | None = Key(default=None, description="unit of measurement, as the source document prints it")
    decimals: int | None = Key(default=None, ge=0, le=9, description="digits after the point, kept exactly")
    decimal_char: str = Key(default=".", alias="decimalChar", min_length=1, max_length=1)
    group_char: str = Key(default="", alias="groupChar", max_length=1)
    true_values: list[str] = Key(default=["true", "True", "TRUE", "1"], alias="trueValues", min_length=1)
    false_values: list[str] = Key(default=["false", "False", "FALSE", "0"], alias="falseValues", min_length=1)
    constraints: Constraints = Constraints()
    codes: Annotated[Codes, WithJsonSchema(CODES_IN_YAML)] | None = Key(
        default=None,
        description="the code list (include/code_lists) that its values are of; where `enum` is left out, all of them",
    )
    since: Annotated[str, StringConstraints(pattern=r"^(\d{8}T\d{6}Z(-\d+)?|\d+\.\d+(\.\d+)?)$")] | None = (
        Key(default=None, description="the version that it came with, where not the first")
    )
    source: str | None = Key(
        default=None, description="the source's own name or path of it, where it differs"
    )
    part: str | None = Key(
        default=None, description="which part of the source holds it, where there are several"
    )
    personal: Literal["drop", "pseudonym"] | None = Key(
        default=None, description="personal data: left behind at stage, or kept as a keyed hash only"
    )

    @model_validator(mode="after")
    def _fits_type(self) -> Field:
        if self.decimals is not None and self.type != "number":
            raise ValueError("`decimals` goes with type number only")
        if self.format != "default" and self.type not in ("date", "datetime", "time"):
            raise ValueError(f"`format` goes with date, datetime and time; {self.type} has default only")
        if self.format != "default":
            check_format(self.type, self.format)
        if self.group_char and self.group_char == self.decimal_char:
            raise ValueError(f"`groupChar` and `decimalChar` are both '{quote(self.group_char)}'")
        numeric = self.constraints.minimum is not None or self.constraints.maximum is not None
        if numeric and self.type in ("string", "boolean"):
            raise ValueError(f"`minimum` and `maximum` need an order; {self.type} has none")
        if self.personal and (self.type != "string" or self.constraints.enum or self.part):
            raise ValueError("`personal` goes with fields of type string that have neither `enum` nor `part`")
        self._check_constants()
        if self.codes and self.type != "string":
            raise ValueError(f"`codes` goes with type string only, not {self.type}")
        if self.codes and [one.code for one in self.codes.codes] != self.constraints.enum:
            raise ValueError("`codes` and `constraints.enum` are not the same codes in the same order")
        return self

    def _check_constants(self) -> None:
        """Raise ValueError for a limit or an item of the enum that no value of the type can be compared with."""
        limits = [self.constraints.minimum, self.constraints.maximum, *(self.constraints.enum or [])]
        constants = [limit for limit in limits if limit is not None]
        if self.constraints.enum is not None and self.type in ("date", "datetime", "time"):
            for item in self.constraints.enum:
                _check_moment(self.type, item)
        if wrong := [limit for limit in constants if not self._is_constant(limit)]:
            raise ValueError(f"{wrong[0]!r} in the constraints is not of type {self.type}")
        numbers = [limit for limit in constants if isinstance(limit, int | float)]
        if not all(map(math.isfinite, numbers)):
            raise ValueError("a limit in the constraints is no number")
        bound = self._bound
        if bound and (beyond := [limit for limit in numbers if abs(limit) >= bound]):
            raise ValueError(f"{beyond[0]} in the constraints is beyond what the type {self.type} can hold")

    def _is_constant(self, limit: object) -> bool:
        if self.type == "date" and isinstance(limit, dt.datetime):
            return False
        if self.type == "boolean":
            return str(limit).lower() in ("true", "false", "1", "0")
        return isinstance(limit, CONSTANTS[self.type])

    @property
    def _bound(self) -> int | None:
        """What a number of the field stays below, if anything."""
        if self.type == "number":
            return None if self.decimals is None else 10 ** (DIGITS - self.decimals)
        return {"integer": 2**63, "year": 2**31}.get(self.type)

    @property
    def source_name(self) -> str:
        return self.source or self.name


class Reference(Model):
    """What a foreign key points to; an empty `resource` is the same dataset."""

    resource: Annotated[str, StringConstraints(pattern=r"^([a-z0-9][a-z0-9-]*[a-z0-9])?$", max_length=70)] = (
        ""
    )
    fields: list[ColumnName] = Key(min_length=1)


class ForeignKey(Model):
    fields: list[ColumnName] = Key(min_length=1)
    reference: Reference


class TableSchema(Model):
    """Frictionless Table Schema: fields in their released order, keys, and the marks of missing values."""

    fields: list[Field] = Key(min_length=1, max_length=MOST_FIELDS)
    primary_key: list[ColumnName] = Key(alias="primaryKey", min_length=1)
    foreign_keys: list[ForeignKey] = Key(default=[], alias="foreignKeys")
    missing_values: list[str] = Key(default=[""], alias="missingValues")

    @model_validator(mode="after")
    def _names(self) -> TableSchema:
        names = [field.name for field in self.fields]
        twice = sorted(name for name, times in Counter(names).items() if times > 1)
        if twice:
            raise ValueError(f"field names must differ; twice there: {', '.join(twice)}")
        used = [*self.primary_key, *(name for key in self.foreign_keys for name in key.fields)]
        unknown = sorted(set(used) - set(names))
        if unknown:
            raise ValueError(f"keys name fields that are not there: {', '.join(unknown)}")
        return self
