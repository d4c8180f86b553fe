"""Cells that are nothing but a number or a code, judged with the rest of their column.

An eight-digit number in a sentence is a telephone; a column of a million of them, one after the other, is a
counter. What is decided here are whole cells only (`alone`): what a sentence holds always counts, and so does a
column whose name says what is in it.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from praya.disclosure.recognise.cell_scan import CELLS, HITS, SUSPECTS, Column, named
from praya.disclosure.recognise.recogniser import Recogniser
from praya.store.duck import literal

# As many cells as it takes to tell chance from purpose.
ENOUGH = 30
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


def judge_cells(
    con: duckdb.DuckDBPyConnection, source: str, columns: list[Column], kinds: list[Recogniser]
) -> None:
    """Take those whole cells out of HITS that their column shows to be something else."""
    by_name = {column.name: column for column in columns}
    for kind in kinds:
        other = kind.other or (is_by_chance if kind.chance else None)
        if other is None:
            continue
        alone = f"kind = {literal(kind.name)} and alone"
        names = con.execute(f'select distinct "column" from {HITS} where {alone} order by 1').fetchall()
        cases = [
            Case(con, source, by_name[name], kind, f'{alone} and "column" = {literal(name)}')
            for (name,) in names
            if not named(kind, by_name[name])
        ]
        # All are judged before any goes, for one column may be looked at to judge another.
        for case, condition in [(case, other(case)) for case in cases]:
            con.execute(f"delete from {HITS} where {case.hits} and ({condition})")


def is_by_chance(case: Case) -> str:
    """SQL that is true of codes whose check digit is right no more often than it would be by chance."""
    shape = f"regexp_full_match(trim(text), {literal(case.kind.alone or '')})"
    (shaped,) = case.asked(
        f'select sum("rows") from {SUSPECTS} where "column" = {literal(case.column.name)} and {shape}'
    )
    (right,) = case.asked(f'select sum("rows") from {HITS} where {case.hits}')
    return str(shaped >= ENOUGH and right < 2 * case.kind.chance * shaped)


def is_rare(case: Case) -> str:
    """SQL that is true of words that look like a name in a column that mostly holds others, or a few over and over."""
    (cells,) = case.asked(f"select count(nullif(trim({case.column.text}), '')) from {case.source}")
    mine = f'"column" = {literal(case.column.name)}'
    (gathered,) = case.asked(f'select sum("rows") from {CELLS} where {mine}')
    (looked_at,) = case.asked(f'select sum("rows") from {SUSPECTS} where {mine}')
    (hits,) = case.asked(f'select sum("rows") from {HITS} where {case.hits}')
    (different,) = case.asked(f"select count(distinct text) from {HITS} where {case.hits}")
    enough = max(NAMES_FEW, min(NAMES_MANY, NAMES_DIFFERENT * hits))
    return str(hits * gathered < NAMES_SHARE * cells * looked_at or different < enough)
