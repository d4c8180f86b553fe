"""Guards: what every table must hold against the table accepted before it, without a line in contract or suite.

A guard that fails is a critical failure: it stops the dataset and asks, and a waiver lets the table through. Columns
are counted in one scan of each table, in memory that does not grow with its rows; keys are compared in DuckDB, on disk
where there are many.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from praya.contract import Contract
from praya.contract.telling import told
from praya.pipeline.validate.guard_rules import KEYS, ROWS, VALUES, Expectation, guards_of
from praya.pipeline.validate.result import Result
from praya.store.duck import connect, identifier, literal

SMALL = 20  # rows: of a smaller table nothing is compared
SLACK = 5  # rows, values or keys: a smaller difference stops nothing

# Sizes of numbers are counted in classes, a hundred to a power of ten.
CLASSES = 100
PERCENTILES = (0.1, 0.5, 0.9)
SAME = 0.8  # of the numbers of before: where as many are of a size that is still there, the unit is the same
OPEN = ("public facts", "public register")
NUMERIC = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "FLOAT", "DOUBLE", "DECIMAL")


class Profile(NamedTuple):
    """A table: its rows, and by column the values that are there and how many numbers are of which size."""

    rows: int
    filled: dict[str, int]
    sizes: dict[str, dict[int, int]]


def compare(contract: Contract, table: Path, before: Path, work: Path) -> list[Result]:
    """The result of each guard that the two Parquet files have something to compare for; none where `before` has fewer
    than 20 rows. What is observed is no more than may be told."""
    with connect(work) as con:
        then, now = _kinds(con, before), _kinds(con, table)
        earlier = _profile(con, contract, before, then)
        if earlier.rows < SMALL:
            return []
        profiles = earlier, _profile(con, contract, table, now)
        results = [
            _compared(contract, each, *profiles) for each in guards_of(contract) if each["type"] != KEYS
        ]
        for each in guards_of(contract):
            names = each["kwargs"].get("column_list", [])
            if each["type"] == KEYS and {*names} <= {*then} & {*now}:
                same = {name: then[name] == now[name] for name in names}
                results.append(_keys(contract, each, *_count_keys(con, same, table, before)))
    return [each for each in results if each]


# --- what is there ----------------------------------------------------------------------------------------


def _source(table: Path) -> str:
    return f"read_parquet({literal(str(table))})"


def _kinds(con: duckdb.DuckDBPyConnection, table: Path) -> dict[str, str]:
    rows = con.execute(f"describe select * from {_source(table)}").fetchall()
    return {str(name): str(kind) for name, kind, *_ in rows}


def _profile(
    con: duckdb.DuckDBPyConnection, contract: Contract, table: Path, kinds: Mapping[str, str]
) -> Profile:
    filled = [field.name for field in contract.guarded_fields if field.name in kinds]
    numbers = [
        field.name
        for field in contract.guarded_numbers
        if kinds.get(field.name, "").partition("(")[0] in NUMERIC
    ]
    wanted = [f"count({identifier(name)})" for name in filled] + [_sizes(name) for name in numbers]
    select = ", ".join(["count(*)", *wanted])
    rows, *values = con.execute(f"select {select} from {_source(table)}").fetchone() or (0,)
    return Profile(
        int(rows),
        dict(zip(filled, values[: len(filled)], strict=True)),
        {name: each or {} for name, each in zip(numbers, values[len(filled) :], strict=True)},
    )


def _sizes(name: str) -> str:
    """How many numbers are of which size, without those that have none: zero, infinity, NaN."""
    number = f"nullif(abs({identifier(name)}::double), 0)"
    return f"histogram(try_cast(floor(log10({number}) * {CLASSES}) as integer))"


def _count_keys(
    con: duckdb.DuckDBPyConnection, same: Mapping[str, bool], table: Path, before: Path
) -> tuple[int, int]:
    """How many keys were known, and how many of them are no longer there; `same`: column → whether of one type."""
    columns = ", ".join(
        identifier(name) if alike else f"{identifier(name)}::varchar" for name, alike in same.items()
    )
    known, now = (f"select distinct {columns} from {_source(each)}" for each in (before, table))
    counted = f"select (select count(*) from ({known})), (select count(*) from ({known} except {now}))"
    known_keys, vanished = con.execute(counted).fetchone() or (0, 0)
    return int(known_keys), int(vanished)


# --- what comes of it -------------------------------------------------------------------------------------


def _compared(contract: Contract, guard: Expectation, then: Profile, now: Profile) -> Result | None:
    if guard["type"] == ROWS:
        return _rows(contract, guard, then.rows, now.rows)
    name = guard["kwargs"]["column"]
    if guard["type"] == VALUES:
        return _values(contract, guard, then.sizes.get(name, {}), now.sizes.get(name, {}))
    if name not in then.filled or name not in now.filled or not now.rows:
        return None
    return _missing(contract, guard, then, now)


def _result(guard: Expectation, stops: bool, observed: dict[str, Any]) -> Result:
    kwargs = guard["kwargs"]
    return Result(
        id=guard["id"],
        type=guard["type"],
        description=guard["description"],
        severity=guard["severity"],
        status="failed" if stops else "passed",
        columns=[*kwargs.get("column_list", []), *([kwargs["column"]] if "column" in kwargs else [])],
        kwargs=kwargs,
        observed=observed,
        engine="guard",
        description_zh_hant=guard["meta"]["description_zh_hant"],
    )


def _rows(contract: Contract, guard: Expectation, then: int, now: int) -> Result:
    limit = guard["kwargs"].get("fall" if now < then else "growth")
    stops = limit is not None and _beyond(abs(now - then), limit * then)
    rules = contract.disclosure
    return _result(guard, stops, {"before": told(rules, then), "now": told(rules, now)})


def _missing(contract: Contract, guard: Expectation, then: Profile, now: Profile) -> Result:
    name = guard["kwargs"]["column"]
    share = 1 - then.filled[name] / then.rows
    empty = now.rows - now.filled[name]
    emptied = not now.filled[name] and then.filled[name] >= SLACK
    # As many more empty values than there would be at the share of before, and at the limit.
    more, most = empty - share * now.rows, guard["kwargs"]["limit"] * now.rows
    shares: dict[str, float | None] = {"before": None, "now": None}
    if _is_told(contract, name):
        shares = {"before": _share(contract, then, name), "now": _share(contract, now, name)}
    return _result(guard, emptied or _beyond(more, most), shares)


def _share(contract: Contract, one: Profile, name: str) -> float | None:
    rules = contract.disclosure
    empty, rows = told(rules, one.rows - one.filled[name]), told(rules, one.rows)
    return float(f"{empty / rows:.6g}") if rows and empty is not None else None


def _is_told(contract: Contract, name: str) -> bool:
    """Whether figures of the column may be told: of counts none, of records none that are personal."""
    personal = {field.name for field in contract.fields if field.personal}
    return contract.disclosure.class_ != "aggregated counts" and name not in personal


def _values(
    contract: Contract, guard: Expectation, then: Mapping[int, int], now: Mapping[int, int]
) -> Result | None:
    if min(sum(then.values()), sum(now.values())) < SLACK:
        return None
    moves = [_percentile(now, share) - _percentile(then, share) for share in PERCENTILES]
    # A class is taken off, for numbers at the edge of theirs.
    least = math.log10(guard["kwargs"]["limit"]) * CLASSES - 1
    beyond = all(move >= least for move in moves) or all(move <= -least for move in moves)
    same = sum(min(count, now.get(size, 0)) for size, count in then.items())
    stops = beyond and same < SAME * sum(then.values())
    times = float(f"{10 ** (moves[1] / CLASSES):.2g}")
    return _result(guard, stops, {"times": times if contract.disclosure.class_ in OPEN else None})


def _percentile(sizes: Mapping[int, int], share: float) -> int:
    """The class in which the number at this share of all lies."""
    place, seen = share * sum(sizes.values()), 0
    for size, count in sorted(sizes.items()):
        seen += count
        if seen >= place:
            return size
    return max(sizes)


def _keys(contract: Contract, guard: Expectation, known: int, vanished: int) -> Result | None:
    rules = contract.disclosure
    stops = _beyond(vanished, guard["kwargs"]["limit"] * known)
    return _result(guard, stops, {"known": told(rules, known), "vanished": told(rules, vanished)})


def _beyond(difference: float, most: float) -> bool:
    """Whether a difference is beyond its limit and no trifle; nine decimals, for shares have no exact ones."""
    return round(difference - most, 9) > 0 and difference >= SLACK
