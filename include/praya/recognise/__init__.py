"""recognise: personal data found in what is about to be released, not only declared.

`search` looks at every cell of the columns it is given and says which kinds of personal data it found where, with
a few examples that show a shape and nothing of the value. `blocking` says which of these findings stop a release.
What each recogniser claims and what it misses stands at the top of its module. Everything is done by DuckDB: one
scan with one cheap test for all kinds, and a closer look at what it lets through.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb

from praya.errors import DisclosureError
from praya.recognise.addresses import ADDRESS
from praya.recognise.identity import HKID
from praya.recognise.judge import counters
from praya.recognise.numbers import CARD, MARK, PHONE
from praya.recognise.places import Precision, coordinates
from praya.recognise.recogniser import Recogniser
from praya.recognise.sample import examine
from praya.recognise.scan import CELLS, HITS, SUSPECTS, Column, columns_of, gather, named, with_eight_digits
from praya.recognise.words import BARE_NAME, EMAIL, NAME
from praya.store.duck import identifier

__all__ = [
    "KINDS",
    "PARQUET_ROW",
    "Example",
    "Finding",
    "Precision",
    "blocking",
    "kinds",
    "search",
    "sentence",
]

EXAMPLES = 3
# The number of a row, from 1: of any relation, and of one Parquet file.
ROW, PARQUET_ROW = "row_number() over ()", "file_row_number + 1"


def kinds(precision: Precision | None = None) -> list[Recogniser]:
    """Every recogniser, with how fine a place may be."""
    return [HKID, PHONE, CARD, MARK, EMAIL, ADDRESS, NAME, BARE_NAME, coordinates(precision or Precision())]


KINDS = [kind.kind for kind in kinds()]


@dataclass(frozen=True)
class Example:
    """Where a hit is (the first row is 1, in the relation's order), and its shape."""

    row: int
    shown: str


@dataclass(frozen=True)
class Finding:
    """One kind of personal data in one column: rows with a hit, of all cells that are not null."""

    column: str
    kind: str
    hits: int
    cells: int
    examples: tuple[Example, ...]
    # Counted in a part of a column that is full of hits.
    estimated: bool = False

    @property
    def rate(self) -> float:
        return self.hits / self.cells


def search(
    con: duckdb.DuckDBPyConnection,
    source: str,
    columns: list[str],
    precision: Precision | None = None,
    row: str = ROW,
) -> list[Finding]:
    """What is found in these columns of `source`, which is SQL as it stands after FROM; by column, then kind.

    `row` is SQL of a row's number; for one Parquet file PARQUET_ROW lets DuckDB use all its threads. Columns of
    dates, times and truth values are passed over. Two temporary tables are made and dropped again.
    """
    chosen, recognisers = columns_of(con, source, columns), kinds(precision)
    if not chosen:
        return []
    try:
        numbers = [column for column in chosen if column.number and not named(PHONE, column.name)]
        innocent = {
            column.name: counters(con, source, column)(identifier(column.name))
            for column in with_eight_digits(con, source, numbers)
        }
        gather(con, source, row, chosen, recognisers, innocent)
        # What looks closely is a long statement: to plan it takes longer than to read most tables.
        if not con.execute(f"select 1 from {CELLS} limit 1").fetchall():
            return []
        weights = examine(con, source, chosen, recognisers)
        return _findings(con, source, chosen, weights)
    finally:
        con.execute(
            f"drop view if exists {SUSPECTS}; drop table if exists {CELLS}; drop table if exists {HITS}"
        )


def _findings(
    con: duckdb.DuckDBPyConnection, source: str, chosen: list[Column], weights: Mapping[str, float]
) -> list[Finding]:
    """HITS, counted; the examples are the first rows of the first cells that differ."""
    found = con.execute(
        f'select "column", kind, sum("rows")::bigint, min(first, {EXAMPLES}), arg_min(shown, first, {EXAMPLES}) '
        f"from {HITS} group by all"
    ).fetchall()
    by_column = [column for column in chosen if any(column.name == name for name, *_ in found)]
    if not by_column:
        return []
    counts = ", ".join(f"count({identifier(column.name)})" for column in by_column)
    (counted,) = con.execute(f"select {counts} from {source}").fetchall()
    cells = {column.name: number for column, number in zip(by_column, counted, strict=True)}
    order = list(cells)
    findings = [
        Finding(
            name,
            kind,
            round(hits * weights.get(name, 1)),
            cells[name],
            tuple(map(Example, rows, shown)),
            name in weights,
        )
        for name, kind, hits, rows, shown in found
    ]
    return sorted(findings, key=lambda each: (order.index(each.column), each.kind))


def blocking(
    findings: list[Finding], allowed_rate: float, public_contact: Mapping[str, str] | None = None
) -> list[Finding]:
    """The findings that stop a release: above the allowed rate, in a column that is not a public contact.

    `public_contact` gives a reason for every column that is one; an empty reason is refused.
    """
    public = public_contact or {}
    if unreasoned := sorted(column for column, reason in public.items() if not reason.strip()):
        raise DisclosureError(
            f"{', '.join(unreasoned)}: declared as public contact without a reason; "
            "say whose contact it is and who made it public"
        )
    return [each for each in findings if each.column not in public and each.rate > allowed_rate]


def sentence(finding: Finding) -> str:
    """A finding for the person who has to act."""
    where = "; ".join(f"row {example.row}: {example.shown}" for example in finding.examples)
    about = "about " if finding.estimated else ""
    return f"{finding.column}: {about}{finding.hits} of {finding.cells} cells hold a {finding.kind} ({where})"
