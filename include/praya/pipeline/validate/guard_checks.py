"""Guards: what every table must hold against the table accepted before it, without a line in contract or suite.

A guard that fails is a critical failure: it stops the dataset and asks, and a waiver lets the table through. Figures
come from one scan of each table, in memory that does not grow with its rows; what a guard compares by itself is
compared in DuckDB, on disk where there is much.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from praya.contract import Contract
from praya.contract.rule_kind import rule_kinds
from praya.pipeline.validate.guard_rules import Expectation, guards_of
from praya.pipeline.validate.result import Result
from praya.pipeline.validate.rule_specs import Comparison, Guard, GuardedTable, Outcome
from praya.store.duck import connect, scan

if TYPE_CHECKING:
    import duckdb

SMALL = 20  # rows: of a smaller table nothing is compared


def compare(contract: Contract, table: Path, before: Path, work: Path) -> list[Result]:
    """The result of each guard that the two Parquet files have something to compare for; none where `before` has fewer
    than 20 rows. What is observed is no more than may be told."""
    guards = guards_of(contract)
    with connect(work) as con:
        then = _read(con, guards, before)
        if then.rows < SMALL:
            return []
        now = _read(con, guards, table)
        outcomes = [
            _kind(each).compare(Comparison(contract, each["kwargs"], con, then, now)) for each in guards
        ]
    return [
        _result(each, outcome) for each, outcome in zip(guards, outcomes, strict=True) if outcome is not None
    ]


def _kind(guard: Expectation) -> Guard:
    return rule_kinds(Guard)[guard["type"]]


def _read(con: duckdb.DuckDBPyConnection, guards: Sequence[Expectation], table: Path) -> GuardedTable:
    """A table with the figures that guards want of it, by one scan."""
    source = scan(table)
    described = con.execute(f"describe select * from {source}").fetchall()
    columns = {str(name): str(kind) for name, kind, *_ in described}
    wanted = dict.fromkeys(sql for each in guards for sql in _kind(each).figures(each["kwargs"], columns))
    select = ", ".join(["count(*)", *wanted])
    rows, *values = con.execute(f"select {select} from {source}").fetchone() or (0,)
    return GuardedTable(source, columns, int(rows), dict(zip(wanted, values, strict=True)))


def _result(guard: Expectation, outcome: Outcome) -> Result:
    kwargs = guard["kwargs"]
    return Result(
        id=guard["id"],
        type=guard["type"],
        description=guard["description"],
        severity=guard["severity"],
        status="failed" if outcome.stops else "passed",
        columns=[*kwargs.get("column_list", []), *([kwargs["column"]] if "column" in kwargs else [])],
        kwargs=kwargs,
        observed=outcome.observed,
        engine="guard",
        description_zh_hant=guard["meta"]["description_zh_hant"],
    )
