"""Numbers of eight digits that count something, and are no telephone numbers of Hong Kong."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import duckdb

from praya.disclosure.recognise.cell_scan import WIDE, Column, batched
from praya.store.duck import identifier

# The first number of eight digits that may be a telephone's.
LOWEST = 20_400_000
# Numbers of a hundred thousand are a series when they make up this share of a column's, or fill a fifth of it.
SERIES_SHARE, SERIES_NUMBERS, SERIES_FULL = 0.05, 20, 20_000
# Of numbers of eight digits at random, 14 for every 100 that could be telephones begin too low.
OTHERS_SHARE = 0.08
# Amounts reach from seven digits to nine: so many of each, for every number of eight that could be a telephone.
SHORTER_SHARE, LONGER_SHARE = 0.2, 0.1
_EIGHT, _CODED = "({0} between 10000000 and 99999999)", "({0} between 85221000000 and 85299999999)"


def find_counted(con: duckdb.DuckDBPyConnection, source: str, columns: Sequence[Column]) -> dict[str, str]:
    """Of the columns of numbers, those in which numbers of eight digits count something: SQL of which these are."""
    return {
        column.name: counters(con, source, column)(identifier(column.name))
        for column in _with_eight_digits(con, source, columns)
    }


def counters(con: duckdb.DuckDBPyConnection, source: str, column: Column) -> Callable[[str], str]:
    """Of a column's whole numbers of eight digits, which are no telephones: SQL on a number.

    They are round, or a series, or too many of those beside them are such as no telephone is.
    """
    cell = identifier(column.name) if column.number else f"try_cast({column.text} as double)"
    date = "v // 10000 between 1900 and 2099 and v // 100 % 100 between 1 and 12 and v % 100 between 1 and 31"
    of_itself = (
        f"different >= {SERIES_FULL} or (high - low < 50 * different and different >= 5) "
        f"or (different >= {SERIES_NUMBERS} and different >= {SERIES_SHARE} * sum(different) over ())"
    )
    ((blocks, telephones, others, shorter, longer, coded, long_ones),) = con.execute(
        f"""
        with numbers as (
            select {cell}::bigint as v from {source} where {cell} between 1000000 and 999999999999
        ),
        blocks as (
            select v // 100000 as block, approx_count_distinct(v) as different, min(v) as low, max(v) as high,
                count(*) filter (where v >= {LOWEST}) as telephones,
                count(*) filter (where v < {LOWEST} and not ({date})) as others
            from numbers where {_EIGHT.format("v")} group by block
        ),
        dense as (select *, {of_itself} as of_itself from blocks),
        -- The first and last block of a series may hold a few numbers only.
        judged as (
            select *, exists (from dense other where of_itself and abs(other.block - dense.block) <= 1) as series
            from dense
        )
        select list(block order by block) filter (where series),
            coalesce(sum(telephones) filter (where not series), 0),
            coalesce(sum(others) filter (where not series), 0),
            (select count(*) from numbers where v < 10000000),
            (select count(*) from numbers where v between 100000000 and 999999999),
            (select count(*) from numbers where {_CODED.format("v")}),
            (select count(*) from numbers where v > 999999999 and not {_CODED.format("v")})
        from judged
        """
    ).fetchall()
    amounts = shorter > SHORTER_SHARE * telephones and longer > LONGER_SHARE * telephones
    # Numbers of all lengths begin with 852 now and then; telephones do all of them.
    no_code = f" or {_CODED}" if long_ones > coded else ""
    if amounts or (others >= 3 and others > OTHERS_SHARE * telephones):
        return f"({_EIGHT}{no_code})".format
    return lambda number: (
        f"({_EIGHT.format(number)} and ({number} % 1000 = 0 "
        f"or list_contains({blocks or []}::bigint[], {number}::bigint // 100000)){no_code.format(number)})"
    )


def _with_eight_digits(
    con: duckdb.DuckDBPyConnection, source: str, columns: Sequence[Column]
) -> list[Column]:
    """The columns of numbers in which some number has eight digits, as telephones do."""
    columns_of_eight = list[Column]()
    for batch in batched(columns, WIDE):
        tests = ", ".join(
            f"coalesce(bool_or({identifier(column.name)} between 10000000 and 99999999), false)"
            for column in batch
        )
        (flags,) = con.execute(f"select {tests} from {source}").fetchall()
        columns_of_eight += [column for column, flag in zip(batch, flags, strict=True) if flag]
    return columns_of_eight
