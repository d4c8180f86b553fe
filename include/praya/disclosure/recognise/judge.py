"""Cells that are nothing but a number or a code, judged with the rest of their column.

An eight-digit number in a sentence is a telephone; a column of a million of them, one after the other, is a
counter. What is decided here are whole cells only (`alone`): what a sentence holds always counts, and so does a
column whose name says what is in it.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass

import duckdb

from praya.disclosure.recognise.cell_scan import CELLS, HITS, SUSPECTS, Column, named
from praya.disclosure.recognise.coordinates import (
    EASTINGS,
    EVERYWHERE,
    LATITUDES,
    LONGITUDES,
    NORTHINGS,
    within,
)
from praya.disclosure.recognise.numbers import LOWEST
from praya.disclosure.recognise.recogniser import Recogniser, matches
from praya.store.duck import identifier, literal

# Numbers of a hundred thousand are a series when they make up this share of a column's, or fill a fifth of it.
SERIES_SHARE, SERIES_NUMBERS, SERIES_FULL = 0.05, 20, 20_000
# Of numbers of eight digits at random, 14 for every 100 that could be telephones begin too low.
OTHERS_SHARE = 0.08
# Amounts reach from seven digits to nine: so many of each, for every number of eight that could be a telephone.
SHORTER_SHARE, LONGER_SHARE = 0.2, 0.1
# As many cells as it takes to tell chance from purpose.
ENOUGH = 30
# A column of degrees, and one of the grid: such a share of its cells.
MOSTLY, NEARLY_ALL = 0.5, 0.9
# A column of names: most of its cells, and not the same few.
NAMES_SHARE, NAMES_DIFFERENT, NAMES_FEW, NAMES_MANY = 0.6, 0.3, 5, 50


@dataclass(frozen=True)
class Case:
    """The whole cells of one kind in one column of the source; `hits` is SQL that is true for them in HITS."""

    con: duckdb.DuckDBPyConnection
    source: str
    column: Column
    kind: Recogniser
    hits: str

    def asked(self, sql: str) -> tuple[float, ...]:
        """The one row that a question gives."""
        (row,) = self.con.execute(sql).fetchall()
        return tuple(row)


def judge(
    con: duckdb.DuckDBPyConnection, source: str, columns: list[Column], kinds: list[Recogniser]
) -> None:
    """Take those whole cells out of HITS that their column shows to be something else."""
    by_name = {column.name: column for column in columns}
    for kind in kinds:
        alone = f"kind = {literal(kind.kind)} and alone"
        found = con.execute(f'select distinct "column" from {HITS} where {alone} order by 1').fetchall()
        cases = [
            Case(con, source, by_name[name], kind, f'{alone} and "column" = {literal(name)}')
            for (name,) in found
            if not named(kind, by_name[name])
        ]
        # All are judged before any goes, for one column may be looked at to judge another.
        for case, other in [(case, _RULES[kind.kind](case)) for case in cases]:
            con.execute(f"delete from {HITS} where {case.hits} and ({other})")


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


_EIGHT, _CODED = "({0} between 10000000 and 99999999)", "({0} between 85221000000 and 85299999999)"


def elsewhere(
    con: duckdb.DuckDBPyConnection, source: str, columns: list[Column]
) -> dict[str, Callable[[str], str]]:
    """Of each column of numbers, those that are no coordinates by what else is in it (see `_beside`): SQL on a number.

    It is asked for all columns at once and of numbers, before a cell becomes a text.
    """
    if not columns:
        return {}
    counts = ", ".join(
        f"count(*) filter (where {within(cell, bounds)}) / greatest(count({cell}), 1)"
        for cell in (identifier(column.name) for column in columns)
        for bounds in EVERYWHERE
    )
    (shares,) = con.execute(f"select {counts} from {source}").fetchall()
    found: dict[str, Callable[[str], str]] = {}
    for at, column in enumerate(columns):
        lat, lon, east, north = shares[4 * at : 4 * at + 4]
        ranges = [] if max(lat, lon) >= MOSTLY else [LATITUDES, LONGITUDES]
        ranges += [] if max(east, north) >= NEARLY_ALL else [EASTINGS, NORTHINGS]
        if ranges:
            found[column.name] = functools.partial(_within, ranges)
    return found


def _within(ranges: list[tuple[float, float]], number: str) -> str:
    return within(number, *ranges)


def _telephones(case: Case) -> str:
    """What counts something, and links of two numbers of which not all have four digits."""
    if case.column.number:
        return "false"  # `counters` was asked before the scan
    text = case.column.text
    links, alike = case.asked(
        f"select count(*) filter (where not regexp_full_match({text}, ' *[0-9]{{4}}-[0-9]{{4}} *')), count(*) "
        f"from {case.source} where regexp_full_match({text}, ' *[0-9]+-[0-9]+ *')"
    )
    counted = counters(case.con, case.source, case.column)("try_cast(text as double)")
    return f"coalesce({counted}, false) or ({2 * links >= alike > 0} and contains(text, '-'))"


def _by_chance(case: Case) -> str:
    """Codes whose check digit is right no more often than it would be by chance."""
    shape = f"regexp_full_match(trim(text), {literal(case.kind.alone or '')})"
    (shaped,) = case.asked(
        f'select sum("rows") from {SUSPECTS} where "column" = {literal(case.column.name)} and {shape}'
    )
    (right,) = case.asked(f'select sum("rows") from {HITS} where {case.hits}')
    return str(shaped >= ENOUGH and right < 2 * case.kind.chance * shaped)


def _alike(case: Case) -> str:
    """Codes of which many begin with the same letters, and the numbers of lamp posts."""
    most, all_ = case.asked(
        "select max(n), sum(n) from "
        f"(select count(distinct text) as n from {HITS} where {case.hits} group by left(trim(text), 2))"
    )
    lamps = matches(literal(case.column.name), "(?i)lamp|post|pole|燈柱|灯柱")
    return f"{all_ >= 3 and most >= 0.4 * all_} or {lamps}"


def _beside(case: Case) -> str:
    """Numbers of a column that mostly holds others, or of the grid without their partner."""
    lat, lon, east, north = _shares(case, case.column.name)
    found = case.con.execute(
        f'select distinct "column" from {HITS} where kind = {literal(case.kind.kind)} and alone order by 1'
    ).fetchall()
    others = [_shares(case, name) for (name,) in found if name != case.column.name]
    degrees = max(lat, lon) >= MOSTLY
    grid = any(
        (east >= NEARLY_ALL and other[3] >= NEARLY_ALL) or (north >= NEARLY_ALL and other[2] >= NEARLY_ALL)
        for other in others
    )
    return f"case when try_cast(text as double) < 1000 then {not degrees} else {not grid} end"


def _shares(case: Case, name: str) -> tuple[float, ...]:
    """Of a column's cells, the shares that lie in Hong Kong's latitudes, longitudes, eastings and northings."""
    cell = f"{identifier(name)}::varchar"
    counts = ", ".join(
        f"count(*) filter (where {within(f'try_cast({cell} as double)', bounds)})"
        f" / greatest(count(nullif(trim({cell}), '')), 1)"
        for bounds in EVERYWHERE
    )
    return case.asked(f"select {counts} from {case.source}")


def _few(case: Case) -> str:
    """Words that look like a name in a column that mostly holds others, or a few over and over."""
    (cells,) = case.asked(f"select count(nullif(trim({case.column.text}), '')) from {case.source}")
    mine = f'"column" = {literal(case.column.name)}'
    (gathered,) = case.asked(f'select sum("rows") from {CELLS} where {mine}')
    (looked_at,) = case.asked(f'select sum("rows") from {SUSPECTS} where {mine}')
    (hits,) = case.asked(f'select sum("rows") from {HITS} where {case.hits}')
    (different,) = case.asked(f"select count(distinct text) from {HITS} where {case.hits}")
    enough = max(NAMES_FEW, min(NAMES_MANY, NAMES_DIFFERENT * hits))
    return str(hits * gathered < NAMES_SHARE * cells * looked_at or different < enough)


_RULES: dict[str, Callable[[Case], str]] = {
    "phone": _telephones,
    "hkid": _by_chance,
    "mainland identity": _by_chance,
    "card": _by_chance,
    "vehicle mark": _alike,
    "coordinates": _beside,
    "name without honorific": _few,
}
