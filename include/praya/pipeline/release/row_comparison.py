"""Rows of releases held against each other, whatever the columns are called, in what order and of which type.

Two values are the same where they read the same: 5 is 5.00, and a day is the moment at which it begins.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from praya.store.duck import connect, identifier, literal, scan

BATCH = 10_000
PLACES = 12  # decimals that count
# A moment that is the beginning of a day.
DAY = r"^(\d{4}-\d{2}-\d{2})[ T]00:00:00(\.0+)?(Z|\+00(:?00)?)?$"
_FIRST = r"\1"


@dataclass(frozen=True)
class Repeated:
    """How many rows a release brings that a version brought which was taken back, and how many it leaves out that this
    version left out."""

    brought: int = 0
    left_out: int = 0

    def __bool__(self) -> bool:
        return bool(self.brought or self.left_out)

    def __str__(self) -> str:
        counts = ((self.brought, "holds {} that came with it"), (self.left_out, "lacks {} that it left out"))
        return " and ".join(
            said.format(f"{number:,} row{'' if number == 1 else 's'}") for number, said in counts if number
        )


def rows_sha256(table: Path, work: Path) -> str:
    """The hash of a table's rows: the same in any order of rows and columns, and for any names and types of columns."""
    digest = hashlib.sha256()
    with connect(work) as con:
        cursor = con.execute(f"select {_as_set(_columns(con, table))} as r from {scan(table)} order by r")
        while rows := cursor.fetchmany(BATCH):
            for (row,) in rows:
                digest.update(f"{len(row)}:{row}\n".encode())
    return digest.hexdigest()


def repeated(
    old: Path, base: Path | None, out: Path | None, new: Path, keys: Sequence[str], work: Path
) -> Repeated:
    """What `new` repeats of the change that `old` made to `base`, where it is not in `out`, which is public anyway.

    All are Parquet files; None is a table without rows. The columns that `old` and `new` share are compared; where
    both have as many and call them otherwise, each row is compared as the values that it has. `keys` tell which rows
    are gone, and which have other values only.
    """
    tables = {"old": old, "new": new} | ({"base": base} if base else {}) | ({"out": out} if out else {})
    with connect(work) as con:
        columns = {name: _columns(con, path) for name, path in tables.items()}
        common = [name for name in columns["old"] if name in columns["new"]]
        as_sets = len(common) < len(columns["old"]) == len(columns["new"])
        if not common and not as_sets:
            return Repeated()
        for name in ("old", "new", "base", "out"):
            said = _select(tables.get(name), columns.get(name, []), [] if as_sets else common)
            con.execute(f"create temp view {identifier(name)} as {said}")
        brought = "((from old except from base) except from out) intersect from new"
        if as_sets or not set(keys) <= set(common):
            # Without keys a row with another value is one that is gone and one that came.
            gone = "((from base except from old) intersect from out) except from new"
            gone = f"from ({gone}) where not exists (from old except from base)"
        else:
            key = ", ".join(map(identifier, keys))
            of = {name: f"select {key} from {identifier(name)}" for name in ("old", "new", "base", "out")}
            gone = f"(({of['base']} except {of['old']}) intersect {of['out']}) except {of['new']}"
        counts = f"select (select count(*) from ({brought})), (select count(*) from ({gone}))"
        return Repeated(*map(int, con.execute(counts).fetchone() or (0, 0)))


def _select(table: Path | None, own: Sequence[str], common: Sequence[str]) -> str:
    """SQL of a table's rows in the columns `common`, else of each row as a set; none where it lacks one of them."""
    chosen = ", ".join(f"{_text(name)} as {identifier(name)}" for name in common) or f"{_as_set(own)} as row"
    if table is None or not set(common) <= set(own):
        nothing = ", ".join(f"null::varchar as {identifier(name)}" for name in common or ["row"])
        return f"select {nothing} where false"
    return f"select {chosen} from {scan(table)}"


def _as_set(columns: Sequence[str]) -> str:
    """SQL of all values of a row in one text, whatever the order of the columns."""
    return f"list_sort([{', '.join(map(_text, columns))}])::varchar" if columns else "''"


def _text(name: str) -> str:
    """SQL of a value as it reads."""
    text = f"nfc_normalize(trim({identifier(name)}::varchar))"
    number = f"rtrim(rtrim(try_cast({text} as decimal(38, {PLACES}))::varchar, '0'), '.')"
    day = f"regexp_replace({text}, {literal(DAY)}, {literal(_FIRST)})"
    return f"coalesce({number}, {day}, '')"


def _columns(con: duckdb.DuckDBPyConnection, table: Path) -> list[str]:
    return [name for name, *_ in con.execute(f"describe select * from {scan(table)}").fetchall()]
