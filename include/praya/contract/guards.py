"""Guards in a contract: how far a table may move from the one accepted before it, and what turns a guard off."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Strict
from pydantic import Field as Key

from praya.contract.base import RuledModel
from praya.contract.fields import ColumnName, Field
from praya.contract.rules import guards_rules as rules

# The limits where a contract says nothing else.
ROWS_FALL = 0.2
ROWS_GROWTH = 1.0
MISSING = 0.2
VALUES = 10.0
KEYS = 0.2

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


class ColumnGuards(RuledModel):
    """Other limits for one column."""

    RULES = rules.COLUMN_GUARDS

    missing: Share | None = None
    values: Factor | None = None


class Guards(RuledModel):
    """How far a table may move from the one accepted before it; further, and it is not accepted."""

    RULES = rules.GUARDS

    rows_fall: Share | None = Key(
        default=None, description=f"the share of rows that may go: {ROWS_FALL}; or off"
    )
    rows_growth: Growth | None = Key(
        default=None,
        description=f"the share of rows that may be added: {ROWS_GROWTH}, the double; or off, as for marts and months",
    )
    missing: Share | None = Key(
        default=None,
        description=f"by how much a column's share of missing values may rise: {MISSING}; or off",
    )
    values: Factor | None = Key(
        default=None,
        description=f"the factor by which all numbers of a column may differ: {VALUES:g}; or off",
    )
    keys: Share | None = Key(
        default=None, description=f"the share of known keys that may vanish: {KEYS}; or off"
    )
    columns: dict[ColumnName, ColumnGuards] = Key(
        default={}, description="column → other limits for its `missing` and `values`"
    )
    reason: str | None = Key(
        default=None, min_length=10, description="why other limits than the usual are right, in a sentence"
    )

    def limit_of_missing(self, column: str) -> float | None:
        return _limit(self._of(column).missing, self.missing, MISSING)

    def limit_of_values(self, column: str) -> float | None:
        return _limit(self._of(column).values, self.values, VALUES)

    def limit_of_rows(self, grows: bool) -> tuple[float | None, float | None]:
        """By which share rows may fall and grow; `grows`: the table grows as a matter of course."""
        return _limit(self.rows_fall, ROWS_FALL), _limit(self.rows_growth, "off" if grows else ROWS_GROWTH)

    def limit_of_keys(self) -> float | None:
        return _limit(self.keys, KEYS)

    def _of(self, column: str) -> ColumnGuards:
        return self.columns.get(column) or ColumnGuards.model_construct()


def _limit(*limits: float | Off | None) -> float | None:
    """The first limit that is set; None where that is off."""
    first = next(limit for limit in limits if limit is not None)
    return None if first == "off" else first


def is_temporal(field: Field) -> bool:
    """Whether a column says of which time a row is, by its type or its name: another delivery, other values."""
    return field.type in TEMPORAL_TYPES or bool(TEMPORAL_WORDS & {*field.name.split("_")})
