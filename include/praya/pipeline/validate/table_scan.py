"""The good table's way: all expectations that hold are found to hold in one scan and a few queries of DuckDB.

Great Expectations is only asked about the others: what has anything unexpected, what fails or raises, and what
is not known here. So every complaint is GX's own, and a table without faults costs milliseconds.
Why, and how the two are kept alike: docs/decisions/0008-one-scan.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb

from praya.pipeline.validate.conditions import Answer, Check, compile_check
from praya.pipeline.validate.field_expectations import EVERY, is_limited
from praya.pipeline.validate.kwargs import Columns, Sql, Unsure
from praya.pipeline.validate.queries import conditions_of, finds_none, sql_of
from praya.pipeline.validate.row_query import ROWS_QUERY, type_query
from praya.pipeline.validate.table_views import BATCH

NO_ROWS = Answer(observed=0, unexpected=0)
SEVERITIES = ("critical", "warning", "info")

Connection = duckdb.DuckDBPyConnection


def scan(connection: Connection, expectations: Sequence[Mapping[str, Any]]) -> dict[int, Answer]:
    """By position, the answers on those expectations that surely hold with nothing unexpected.

    `connection` has the table as the view `_batch` (views.py). On every other expectation GX is to be asked.
    """
    described = connection.execute(f"describe {BATCH}").fetchall()
    columns = {str(name): str(kind) for name, kind, *_ in described}
    known = {i: each for i, each in enumerate(expectations) if each.get("severity", "critical") in SEVERITIES}
    queries = {i: sql for i, each in known.items() if each.get("type") == ROWS_QUERY and (sql := _sql(each))}
    answers = _types(known, queries, columns)
    queries = {index: sql for index, sql in queries.items() if index not in answers}
    filters = conditions_of(connection, list(queries.values()), columns)
    checks = {i: Check(_no_rows, each) for i, each in zip(queries, filters, strict=True) if each}
    checks |= {i: check for i, each in known.items() if (check := compile_check(each, columns))}
    answers |= run_checks(connection, checks)
    left = {index: sql for index, sql in queries.items() if index not in checks}
    return answers | dict.fromkeys(_without_rows(connection, known, left), NO_ROWS)


def _without_rows(
    connection: Connection, known: Mapping[int, Mapping[str, Any]], queries: Mapping[int, str]
) -> set[int]:
    """The queries that find no row. Where no row lacks its reference, the rule that tolerates some holds too: it
    is the same query with a limit to its rows, and is not run."""
    strict = {str(known[i].get("id")).removesuffix(EVERY): i for i in queries if _is_of_every(known[i])}
    tolerant = {i: strict[id_] for i in queries if (id_ := str(known[i].get("id"))) in strict}
    tolerant = {i: j for i, j in tolerant.items() if is_limited(queries[j], queries[i])}
    empty = {i for i, sql in queries.items() if i not in tolerant and finds_none(connection, sql)}
    return empty | {i for i, j in tolerant.items() if j in empty or finds_none(connection, queries[i])}


def _is_of_every(expectation: Mapping[str, Any]) -> bool:
    """Whether it is the contract's rule that every row has its reference."""
    return str(expectation.get("id")).startswith("contract:") and str(expectation.get("id")).endswith(EVERY)


def _sql(expectation: Mapping[str, Any]) -> str | None:
    try:
        return sql_of(expectation.get("kwargs") or {})
    except Unsure:
        return None


def _types(
    expectations: Mapping[int, Mapping[str, Any]], queries: Mapping[int, str], columns: Columns
) -> dict[int, Answer]:
    """That a column has the type that it has needs no query."""
    known = {type_query(name, kind) for name, kind in columns.items()}
    return {i: NO_ROWS for i in queries if expectations[i]["kwargs"]["unexpected_rows_query"] in known}


def _no_rows(_rows: int, unexpected: int) -> Answer | None:
    return None if unexpected else NO_ROWS


def run_checks(connection: Connection, checks: Mapping[int, Check]) -> dict[int, Answer]:
    """All figures of all checks in one statement; should it fail, each check by itself."""
    wanted = {index: _figures(check) for index, check in checks.items()}
    # By their text as well, for 1 and 1.0 and True are equal keys and not the same to DuckDB.
    figures = {_key(figure): figure for several in wanted.values() for figure in several}
    if not figures:
        return {}
    select = ", ".join(figure.text for figure in figures.values())
    values = [value for figure in figures.values() for value in figure.values]
    try:
        row = connection.execute(f"select {select} from {BATCH}", values).fetchone()
    except duckdb.Error:
        if len(checks) == 1:
            return {}
        return {
            i: answer for i, check in checks.items() for answer in run_checks(connection, {i: check}).values()
        }
    results = dict(zip(figures, row or (), strict=True))
    read = {
        index: check.read(*(results[_key(figure)] for figure in wanted[index]))
        for index, check in checks.items()
    }
    return {index: answer for index, answer in read.items() if answer is not None}


def _figures(check: Check) -> list[Sql]:
    rows = Sql("count(*)")
    if not check.unexpected:
        return [rows, *check.figures]
    condition, values = check.unexpected
    text = f"count(*) filter (where {condition})"
    if check.apart:
        text = f"(select count(*) from {BATCH} where {condition})"
    return [rows, Sql(text, values), *check.figures]


def _key(figure: Sql) -> tuple[str, str]:
    return figure.text, repr(figure.values)
