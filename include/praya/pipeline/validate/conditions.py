"""Expectations about columns, rows and the table as SQL figures, which one scan of the table yields together.

Each condition is the one that Great Expectations puts to DuckDB, with the same values bound to it, so that a
row is unexpected here exactly where it is there. What is not surely so is not compiled: GX is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from praya.pipeline.validate.kwargs import (
    Columns,
    Kwargs,
    Sql,
    Unsure,
    column_of,
    flag,
    limits,
    listed,
    share,
    whole,
    within,
)

# DuckDB's types that GX takes bounds for: not text, not booleans.
ORDERED = (
    "TINYINT",
    "SMALLINT",
    "INTEGER",
    "BIGINT",
    "HUGEINT",
    "FLOAT",
    "DOUBLE",
    "DECIMAL",
    "DATE",
    "TIMESTAMP",
)


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
    known = _KNOWN.get(str(expectation.get("type")))
    if known is None or not set(kwargs) <= known.kwargs:
        return None
    try:
        return known.make(kwargs, columns)
    except Unsure:
        return None


# --- values of one column -------------------------------------------------------------------------


def _not_null(kwargs: Kwargs, columns: Columns) -> Check:
    return _filled(kwargs, columns, lambda rows: rows)


def _null(kwargs: Kwargs, columns: Columns) -> Check:
    return _filled(kwargs, columns, lambda _rows: 0)


def _filled(kwargs: Kwargs, columns: Columns, right: Callable[[int], int]) -> Check:
    share(kwargs)

    def read(rows: int, filled: int) -> Answer | None:
        # Of no rows at all GX gives no number of unexpected ones.
        return Answer(checked=rows, unexpected=0 if rows else None) if filled == right(rows) else None

    return Check(read, figures=(Sql(f"count({column_of(kwargs, columns)})"),))


def _between(kwargs: Kwargs, columns: Columns) -> Check:
    column = column_of(kwargs, columns)
    if not columns[kwargs["column"]].startswith(ORDERED):
        raise Unsure
    return _of_values(kwargs, column, limits(kwargs, column))


def _lengths(kwargs: Kwargs, columns: Columns) -> Check:
    column = column_of(kwargs, columns)
    return _of_values(kwargs, column, limits(kwargs, f"length({column})", whole))


def _length(kwargs: Kwargs, columns: Columns) -> Check:
    column = column_of(kwargs, columns)
    return _of_values(kwargs, column, Sql(f"length({column}) <> ?", (float(whole(kwargs.get("value"))),)))


def _in_set(kwargs: Kwargs, columns: Columns) -> Check:
    column = column_of(kwargs, columns)
    return _of_values(kwargs, column, listed(kwargs, f"{column} not in"), apart=True)


def _not_in_set(kwargs: Kwargs, columns: Columns) -> Check:
    column = column_of(kwargs, columns)
    return _of_values(kwargs, column, listed(kwargs, f"{column} in"), apart=True)


def _of_values(kwargs: Kwargs, column: str, wrong: Sql, apart: bool = False) -> Check:
    """Of the values that are there, `wrong` is true of the unexpected ones.

    A set takes a tenth of the time in a `where` of its own, which DuckDB takes into its reading of the file.
    """
    share(kwargs)

    def read(rows: int, unexpected: int, filled: int) -> Answer | None:
        return None if unexpected else Answer(None, rows, 0 if rows else None, rows - filled)

    unexpected = Sql(f"{column} is not null and {wrong.text}", wrong.values)
    return Check(read, unexpected, (Sql(f"count({column})"),), apart)


def _unique(kwargs: Kwargs, columns: Columns) -> Check:
    share(kwargs)
    column = column_of(kwargs, columns)
    _countable(columns)

    def read(rows: int, filled: int, different: int) -> Answer | None:
        return Answer(checked=rows, unexpected=0, missing=rows - filled) if filled == different else None

    return Check(read, figures=(Sql(f"count({column})"), Sql(f"count(distinct {column})")))


def _countable(columns: Columns) -> None:
    """GX calls its count of equal rows `_num_rows`; a column of that name would be taken for it."""
    if any(name.lower() == "_num_rows" for name in columns):
        raise Unsure


# --- several columns of a row ---------------------------------------------------------------------


def _greater(kwargs: Kwargs, columns: Columns) -> Check:
    one, other = (column_of(kwargs, columns, key) for key in ("column_A", "column_B"))
    return _of_pairs(kwargs, one, other, f"{one} {'>=' if flag(kwargs, 'or_equal') else '>'} {other}")


def _equal(kwargs: Kwargs, columns: Columns) -> Check:
    one, other = (column_of(kwargs, columns, key) for key in ("column_A", "column_B"))
    right = f"{one} = {other} and not ({one} is null or {other} is null)"
    return _of_pairs(kwargs, one, other, right)


def _of_pairs(kwargs: Kwargs, one: str, other: str, right: str) -> Check:
    share(kwargs)
    kept = _kept(kwargs, [one, other], "both_values_are_missing", "either_value_is_missing", "neither")

    def read(rows: int, unexpected: int, kept: int) -> Answer | None:
        return None if unexpected else Answer(checked=rows, unexpected=0, missing=rows - kept)

    return Check(read, Sql(f"{kept} and not ({right})"), (_count(kept),))


def _compound(kwargs: Kwargs, columns: Columns) -> Check:
    share(kwargs)
    names = kwargs.get("column_list")
    if not isinstance(names, list) or len(names) < 2 or len(set(map(str, names))) < len(names):
        raise Unsure
    _countable(columns)
    quoted = [column_of({"column": name}, columns) for name in names]
    kept = _kept(kwargs, quoted, "all_values_are_missing", "any_value_is_missing", "never")
    # GX joins the groups by `=`: a key with a gap in it is never there twice.
    whole_key = " and ".join(f"{name} is not null" for name in quoted)
    different = Sql(f"count(distinct ({', '.join(quoted)})) filter (where {whole_key})")

    def read(rows: int, kept: int, keys: int, different: int) -> Answer | None:
        return Answer(checked=rows, unexpected=0, missing=rows - kept) if keys == different else None

    return Check(read, figures=(_count(kept), _count(whole_key), different))


def _kept(kwargs: Kwargs, columns: list[str], all_: str, any_: str, never: str) -> str:
    """The condition of the rows that GX looks at, by `ignore_row_if`."""
    ignored = kwargs.get("ignore_row_if", all_)
    if ignored == never:
        return "true"
    if ignored not in (all_, any_):
        raise Unsure
    return f"not ({(' and ' if ignored == all_ else ' or ').join(f'{name} is null' for name in columns)})"


def _count(condition: str) -> Sql:
    return Sql(f"count(*) filter (where {condition})")


# --- the table ------------------------------------------------------------------------------------


def _row_count(kwargs: Kwargs, _columns: Columns) -> Check:
    right = within(kwargs)
    return Check(lambda rows: Answer(rows) if right(rows) else None)


def _row_count_is(kwargs: Kwargs, _columns: Columns) -> Check:
    value = whole(kwargs.get("value"))
    return Check(lambda rows: Answer(rows) if rows == value else None)


def _column_count(kwargs: Kwargs, columns: Columns) -> Check:
    if not within(kwargs)(len(columns)):
        raise Unsure
    return Check(lambda _rows: Answer(len(columns)))


def _column_count_is(kwargs: Kwargs, columns: Columns) -> Check:
    if whole(kwargs.get("value")) != len(columns):
        raise Unsure
    return Check(lambda _rows: Answer(len(columns)))


def _columns_in_order(kwargs: Kwargs, columns: Columns) -> Check:
    if kwargs.get("column_list") != list(columns):
        raise Unsure
    return Check(lambda _rows: Answer(list(columns)))


def _columns_in_set(kwargs: Kwargs, columns: Columns) -> Check:
    names = kwargs.get("column_set")
    exact = flag(kwargs, "exact_match", default=True)
    # GX lets case differ and reads quotes as part of the name's meaning: such sets are left to it.
    if not isinstance(names, list) or not all(isinstance(name, str) and name in columns for name in names):
        raise Unsure
    if any(name.startswith('"') for name in names) or (exact and set(names) != set(columns)):
        raise Unsure
    return Check(lambda _rows: Answer(sorted(columns)))


def _exists(kwargs: Kwargs, columns: Columns) -> Check:
    column_of(kwargs, columns)
    return Check(lambda _rows: Answer())


class _Known(NamedTuple):
    make: Callable[[Kwargs, Columns], Check]
    kwargs: set[str]


_LIMITS = {"min_value", "max_value", "strict_min", "strict_max"}
_VALUES = {"column", "mostly"}
_PAIR = {"column_A", "column_B", "mostly", "ignore_row_if"}
_KNOWN = {
    "expect_column_values_to_not_be_null": _Known(_not_null, _VALUES),
    "expect_column_values_to_be_null": _Known(_null, _VALUES),
    "expect_column_values_to_be_between": _Known(_between, _VALUES | _LIMITS),
    "expect_column_values_to_be_in_set": _Known(_in_set, _VALUES | {"value_set"}),
    "expect_column_values_to_not_be_in_set": _Known(_not_in_set, _VALUES | {"value_set"}),
    "expect_column_values_to_be_unique": _Known(_unique, _VALUES),
    "expect_column_value_lengths_to_be_between": _Known(_lengths, _VALUES | _LIMITS),
    "expect_column_value_lengths_to_equal": _Known(_length, _VALUES | {"value"}),
    "expect_column_pair_values_a_to_be_greater_than_b": _Known(_greater, _PAIR | {"or_equal"}),
    "expect_column_pair_values_to_be_equal": _Known(_equal, _PAIR),
    "expect_compound_columns_to_be_unique": _Known(_compound, {"column_list", "mostly", "ignore_row_if"}),
    "expect_column_to_exist": _Known(_exists, {"column"}),
    "expect_table_row_count_to_be_between": _Known(_row_count, _LIMITS),
    "expect_table_row_count_to_equal": _Known(_row_count_is, {"value"}),
    "expect_table_column_count_to_be_between": _Known(_column_count, {"min_value", "max_value"}),
    "expect_table_column_count_to_equal": _Known(_column_count_is, {"value"}),
    "expect_table_columns_to_match_ordered_list": _Known(_columns_in_order, {"column_list"}),
    "expect_table_columns_to_match_set": _Known(_columns_in_set, {"column_set", "exact_match"}),
}
