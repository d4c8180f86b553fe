"""Fields in the words of Frictionless Table Schema: types, constraints, keys, and what a source calls them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field as Key
from pydantic import StringConstraints, WithJsonSchema

from praya.contract.base import Model, RuledModel
from praya.contract.code_list import Codes
from praya.contract.options import Option, OptionsModel
from praya.contract.rule_kind import constraint_options
from praya.contract.rules import field_rules, keys_rules
from praya.contract.text import Text
from praya.text.names import MAX_NAME, MONTH_PATTERN, NAME_PATTERN

# Whatever becomes a part of a path has one of these types or a stricter one (tests/attacks/test_attack_paths.py).
PathName = Annotated[str, StringConstraints(pattern=NAME_PATTERN, max_length=MAX_NAME)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]*[a-z0-9]$", min_length=2, max_length=70)]
Month = Annotated[str, StringConstraints(pattern=MONTH_PATTERN)]
ColumnName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=63)]
FieldType = Literal[
    "string", "integer", "number", "boolean", "date", "datetime", "time", "year", "yearmonth"
]  # fmt: skip


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


MOST_FIELDS = 10_000


class Constraints(OptionsModel):
    """Table Schema constraints that a row must hold; a row that does not goes to quarantine."""

    @classmethod
    def options(cls) -> Mapping[str, Option]:
        return constraint_options()

    @property
    def required(self) -> bool:
        return bool(self.option("required"))

    @property
    def unique(self) -> bool:
        return bool(self.option("unique"))

    @property
    def enum(self) -> list[str | int | float] | None:
        """The only values, where they are listed."""
        values: list[str | int | float] | None = self.option("enum")
        return values

    @property
    def pattern(self) -> str | None:
        pattern: str | None = self.option("pattern")
        return pattern

    @property
    def max_length(self) -> int | None:
        length: int | None = self.option("maxLength")
        return length


class Field(RuledModel):
    """A column: its Table Schema descriptor, its texts in three languages, and where the source keeps it."""

    RULES = field_rules.RULES

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


class TableSchema(RuledModel):
    """Frictionless Table Schema: fields in their released order, keys, and the marks of missing values."""

    RULES = keys_rules.RULES

    fields: list[Field] = Key(min_length=1, max_length=MOST_FIELDS)
    primary_key: list[ColumnName] = Key(alias="primaryKey", min_length=1)
    foreign_keys: list[ForeignKey] = Key(default=[], alias="foreignKeys")
    missing_values: list[str] = Key(default=[""], alias="missingValues")
