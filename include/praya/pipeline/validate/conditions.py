"""Expectations about columns, rows and the table as SQL figures, which one scan of the table yields together.

Each condition is the one that Great Expectations puts to DuckDB, with the same values bound to it, so that a
row is unexpected here exactly where it is there. What is not surely so is not compiled: GX is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from praya.contract.rule_kind import rule_kinds
from praya.pipeline.validate.kwargs import Columns, Kwargs, Sql, Unsure, share
from praya.pipeline.validate.rule_specs import KnownExpectation


class Answer(NamedTuple):
    """What GX says of an expectation that holds, with nothing unexpected."""

    observed: Any = None
    checked: int | None = None
    unexpected: int | None = None
    missing: int | None = None


class Check(NamedTuple):
    """An expectation compiled: the condition of an unexpected row, and aggregates besides the count of those.

    `read` gets the number of rows, then of unexpected rows if there is such a condition, then the aggregates;
    None from it says that GX is to be asked. Unexpected rows that are counted `apart` do not join the scan.
    """

    read: Callable[..., Answer | None]
    unexpected: Sql | None = None
    figures: tuple[Sql, ...] = ()
    apart: bool = False


def compile_check(expectation: Mapping[str, Any], columns: Columns) -> Check | None:
    """The expectation as figures of one scan, or None when GX has to be asked."""
    kwargs = expectation.get("kwargs") or {}
    known = rule_kinds(KnownExpectation).get(str(expectation.get("type")))
    if known is None or known.compile is None or not set(kwargs) <= known.kwargs:
        return None
    try:
        return known.compile(kwargs, columns)
    except Unsure:
        return None


def check_values(kwargs: Kwargs, column: str, wrong: Sql, apart: bool = False) -> Check:
    """Of the values that are there in a column, `wrong` is true of the unexpected ones.

    A set takes a tenth of the time in a `where` of its own, which DuckDB takes into its reading of the file.
    """
    share(kwargs)

    def read(rows: int, unexpected: int, filled: int) -> Answer | None:
        return None if unexpected else Answer(None, rows, 0 if rows else None, rows - filled)

    unexpected = Sql(f"{column} is not null and {wrong.text}", wrong.values)
    return Check(read, unexpected, (Sql(f"count({column})"),), apart)


def check_countable(columns: Columns) -> None:
    """GX calls its count of equal rows `_num_rows`; a column of that name would be taken for it."""
    if any(name.lower() == "_num_rows" for name in columns):
        raise Unsure


def kept_rows(kwargs: Kwargs, columns: list[str], all_: str, any_: str, never: str) -> str:
    """The condition of the rows that GX looks at, by `ignore_row_if`."""
    ignored = kwargs.get("ignore_row_if", all_)
    if ignored == never:
        return "true"
    if ignored not in (all_, any_):
        raise Unsure
    return f"not ({(' and ' if ignored == all_ else ' or ').join(f'{name} is null' for name in columns)})"


def count_where(condition: str) -> Sql:
    """The number of rows for which a condition is true."""
    return Sql(f"count(*) filter (where {condition})")
