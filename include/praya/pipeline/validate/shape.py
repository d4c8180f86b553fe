"""What the columns of a table are to it: its main figure, its times, its categories. Faults are put in by these."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import duckdb

from praya.contract import Contract, Field
from praya.store.duck import identifier, literal

GOOD = "good"  # the table without a fault, and `_row`, its rows numbered from 1 in their order
TOTALS = ("total", "all", "any")
PERIOD = r"(19|20)\d\d([-/].*)?"


class Shape:
    """The table `good` of a connection, seen through its contract."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, contract: Contract) -> None:
        self._connection = connection
        self.contract = contract
        described = connection.execute(f"describe {GOOD}").fetchall()
        self.kinds = {str(name): str(kind) for name, kind, *_ in described if name != "_row"}
        self.fields = [field for field in contract.kept_fields if field.name in self.kinds]
        self.rows = int(self.read_value(f"select count(*) from {GOOD}"))

    def read_value(self, sql: str) -> Any:
        """The first value of the first row; None where there is no row."""
        row = self._connection.execute(sql).fetchone()
        return row[0] if row else None

    def holds(self, condition: str) -> bool:
        """Whether any row is so."""
        return bool(self.read_value(f"select coalesce(bool_or({condition}), false) from {GOOD}"))

    def with_values(self, values: Mapping[str, str]) -> str:
        """SQL of the table with some columns computed anew, each still of its type."""
        computed = ", ".join(
            f"cast({value} as {self.kinds[name]}) as {identifier(name)}" for name, value in values.items()
        )
        return f"select * exclude (_row) replace ({computed}) from {GOOD}"

    @cached_property
    def texts(self) -> list[str]:
        """Text columns with something in them that are no times, in their order."""
        return [
            field.name
            for field in self.fields
            if field.type == "string"
            and not field.personal
            and field.name not in self.times
            and self.holds(f"{identifier(field.name)} is not null")
        ]

    @cached_property
    def figures(self) -> list[str]:
        """Columns of figures: what is counted, else numbers and what has a unit, else whole numbers; required ones
        first, and none that is part of the key, never released or always empty."""
        taken = {*self.contract.primary_key, *self.contract.disclosure.kept_back, "record_key"}
        numeric = [
            field for field in self.fields if field.type in ("integer", "number") and field.name not in taken
        ]
        measured = [field for field in numeric if field.type == "number" or field.unit]
        counted = [field for field in numeric if field.name in self.contract.disclosure.counts]
        fields = sorted(counted or measured or numeric, key=lambda field: not field.constraints.required)
        return [field.name for field in fields if self.holds(f"coalesce({identifier(field.name)}, 0) <> 0")]

    @cached_property
    def figure(self) -> str | None:
        """The main figure."""
        return self.figures[0] if self.figures else None

    @cached_property
    def times(self) -> list[str]:
        """Columns of days, moments, years, and of text that begins with a year."""
        return [field.name for field in self.fields if self._is_time(field)]

    def _is_time(self, field: Field) -> bool:
        if field.type in ("date", "datetime", "year", "yearmonth"):
            return True
        name = identifier(field.name)
        return (
            field.type == "string"
            and not self.holds(f"not regexp_full_match({name}, {literal(PERIOD)})")
            and self.holds(f"{name} is not null")
        )

    def clock(self, name: str) -> bool:
        """Whether a column holds days or moments, and not years or text."""
        return self.kinds[name].startswith(("DATE", "TIMESTAMP"))

    @cached_property
    def period(self) -> str | None:
        """SQL of the period of a row: of days their month, of moments in one month their day; None without times."""
        if not self.times:
            return None
        name = identifier(self.times[0])
        if not self.clock(self.times[0]):
            return name
        month = f"strftime({name}, '%Y-%m')"
        months = self.read_value(f"select count(distinct {month}) from {GOOD}")
        return month if months > 1 else f"strftime({name}, '%Y-%m-%d')"

    @cached_property
    def periods(self) -> list[str]:
        """The values of `period` in their order, as text."""
        if self.period is None:
            return []
        sql = f"select distinct {self.period}::varchar as period from {GOOD} where period is not null order by 1"
        return [str(row[0]) for row in self._connection.execute(sql).fetchall()]

    @cached_property
    def category(self) -> str | None:
        """The column of categories: the first text with a list of values, else that with the fewest different ones."""
        listed = [field.name for field in self.fields if field.constraints.enum and field.name in self.texts]
        if listed or not self.texts:
            return listed[0] if listed else None
        return min(
            self.texts,
            key=lambda name: self.read_value(f"select count(distinct {identifier(name)}) from {GOOD}"),
        )

    @cached_property
    def totals(self) -> str | None:
        """The SQL that is true of rows that sum up others; None where there are none."""
        words = ", ".join(map(literal, TOTALS))
        columns = [
            name
            for name in self.texts
            if self.holds(f"{identifier(name)} in ({words}) and {self._other(name)}")
        ]
        return " or ".join(f"{identifier(name)} in ({words})" for name in columns) or None

    def _other(self, name: str) -> str:
        """That not every row of the column is a total."""
        words = ", ".join(map(literal, TOTALS))
        return str(self.holds(f"{identifier(name)} not in ({words})")).lower()
