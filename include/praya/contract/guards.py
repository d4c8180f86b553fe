"""Guards in a contract: how far a table may move from the one accepted before it, and what turns a guard off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Strict
from pydantic import Field as Key

from praya.contract.base import RuledModel
from praya.contract.fields import ColumnName, Field
from praya.contract.options import Option, OptionsModel
from praya.contract.rule_kind import guard_limits
from praya.contract.rules import guards_rules as rules

TEMPORAL_TYPES = ("date", "datetime", "time", "year", "yearmonth")
TEMPORAL_WORDS = {
    "date", "day", "hour", "month", "period", "quarter", "season", "time", "timestamp", "week", "year"
}  # fmt: skip


def _read_off(value: Any) -> Any:
    """YAML 1.1 reads an unquoted `off` as false."""
    return "off" if value is False else value


Off = Literal["off"]
_Number = Annotated[float, Strict()]
Share = Annotated[Annotated[_Number, Key(gt=0, lt=1, allow_inf_nan=False)] | Off, BeforeValidator(_read_off)]
Growth = Annotated[Annotated[_Number, Key(gt=0, allow_inf_nan=False)] | Off, BeforeValidator(_read_off)]
Factor = Annotated[Annotated[_Number, Key(ge=2, allow_inf_nan=False)] | Off, BeforeValidator(_read_off)]


class ColumnGuards(RuledModel, OptionsModel):
    """Other limits for one column."""

    RULES = rules.COLUMN_GUARDS

    @classmethod
    def options(cls) -> Mapping[str, Option]:
        return guard_limits(of_columns=True)


class Guards(RuledModel, OptionsModel):
    """How far a table may move from the one accepted before it; further, and it is not accepted."""

    RULES = rules.GUARDS

    columns: dict[ColumnName, ColumnGuards] = Key(
        default={}, description="column → other limits for it alone"
    )
    reason: str | None = Key(
        default=None, min_length=10, description="why other limits than the usual are right, in a sentence"
    )

    @classmethod
    def options(cls) -> Mapping[str, Option]:
        return guard_limits()

    def limit(self, name: str, column: str | None = None, usual: float | Off | None = None) -> float | None:
        """The limit of that name, for one column where there is another for it; None where it is off. `usual` is what
        it is where the contract says nothing, else that of every contract."""
        own = self.columns.get(column) if column else None
        said = (own.option(name) if own else None) or self.option(name) or usual
        limit: float | Off | None = said or guard_limits()[name].usual
        return None if limit == "off" else limit


def is_temporal(field: Field) -> bool:
    """Whether a column says of which time a row is, by its type or its name: another delivery, other values."""
    return field.type in TEMPORAL_TYPES or bool(TEMPORAL_WORDS & {*field.name.split("_")})
