"""The search: what is found in a table, and what of it stops a release; `praya.disclosure.recognise` says more."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import duckdb

from praya.disclosure.recognise.cell_scan import (
    CELLS,
    HITS,
    SUSPECTS,
    Column,
    columns_of,
    gather,
    named,
)
from praya.disclosure.recognise.precision import Precision
from praya.disclosure.recognise.recogniser import Recogniser, folding
from praya.disclosure.recognise.sample import examine
from praya.disclosure.recognise.split import SHARE, join, select
from praya.errors import DisclosureError, codes
from praya.extensions import RECOGNISERS, discover_specs
from praya.store.duck import identifier

EXAMPLES = 3
# The number of a row, from 1: of any relation, and of one Parquet file.
ROW, PARQUET_ROW = "row_number() over ()", "file_row_number + 1"


# Of codes in adjacent columns some have a right check digit by chance.
CHECKED_SHARE = 0.5


def all_recognisers(precision: Precision | None = None) -> list[Recogniser]:
    """Every recogniser in the order of names, with how fine a place may be; without those that another replaces."""
    recognisers = discover_specs(Recogniser, RECOGNISERS).values()
    replaced = {name for recogniser in recognisers for name in recogniser.instead_of}
    kept = [recogniser for recogniser in recognisers if recogniser.name not in replaced]
    return [
        recogniser.at_precision(precision or Precision()) if recogniser.at_precision else recogniser
        for recogniser in kept
    ]


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
    # The columns that hold it together, where it is split over several.
    parts: tuple[str, ...] = ()

    @property
    def rate(self) -> float:
        return self.hits / self.cells


def search(
    con: duckdb.DuckDBPyConnection,
    source: str,
    columns: list[str],
    precision: Precision | None = None,
    row: str = ROW,
    titles: Mapping[str, Sequence[str]] | None = None,
    own: Collection[str] = (),
) -> list[Finding]:
    """What is found in these columns of `source`, which is SQL as it stands after FROM; by column, then kind.

    `row` is SQL of a row's number; for one Parquet file PARQUET_ROW lets DuckDB use all its threads. `titles` are
    columns' titles, which may say what a column holds. Columns of dates, times and truth values are passed over,
    unless they are said to be dates of birth. What is split over adjacent columns is found under their names with a
    plus; columns that are our `own`, such as a protected count and its status, are no part of that. Two temporary
    tables are made and dropped again.
    """
    recognisers = all_recognisers(precision)
    chosen = columns_of(con, source, columns, titles or {}, recognisers)
    if not chosen:
        return []
    with folding(con):
        findings = _search(con, source, row, chosen, recognisers)
        split = [recogniser for recogniser in recognisers if recogniser.may_be_split]
        return findings + _search_joined(con, source, row, chosen, split, own)


def _search_joined(
    con: duckdb.DuckDBPyConnection,
    source: str,
    row: str,
    chosen: list[Column],
    recognisers: list[Recogniser],
    own: Collection[str],
) -> list[Finding]:
    """What adjacent columns hold together; of columns of fragments nearly every row has to have it."""
    joined = {each.name: each for each in join(con, source, chosen, recognisers, own)}
    if not joined:
        return []
    together = select(source, row, list(joined.values()))
    columns = [
        Column(
            each.name,
            False,
            tuple(title for column in each.columns for title in (column.name, *column.titles)),
        )
        for each in joined.values()
    ]
    unchecked = {recogniser.name for recogniser in recognisers if recogniser.whole and not recogniser.chance}
    findings = []
    for finding in _search(con, together, '"praya row"', columns, recognisers):
        of = joined[finding.column]
        if of.fragments and finding.rate < (SHARE if finding.kind in unchecked else CHECKED_SHARE):
            continue
        ((rows,),) = con.execute(f"select count(*) from {source}").fetchall()
        findings.append(replace(finding, cells=rows, parts=tuple(column.name for column in of.columns)))
    return findings


def _search(
    con: duckdb.DuckDBPyConnection,
    source: str,
    row: str,
    chosen: list[Column],
    recognisers: list[Recogniser],
) -> list[Finding]:
    try:
        innocent = _innocent(con, source, chosen, recognisers)
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


def _innocent(
    con: duckdb.DuckDBPyConnection, source: str, chosen: list[Column], recognisers: list[Recogniser]
) -> dict[str, str]:
    """SQL, of columns of numbers, that is true where a number is known to be nothing; by column."""
    numbers = [column for column in chosen if column.number]
    tests: dict[str, list[str]] = {column.name: [] for column in numbers}
    for recogniser in recognisers:
        if recogniser.innocent and (
            unnamed := [column for column in numbers if not named(recogniser, column)]
        ):
            for name, test in recogniser.innocent(con, source, unnamed).items():
                tests[name].append(test)
    return {name: " or ".join(each) for name, each in tests.items() if each}


def _findings(
    con: duckdb.DuckDBPyConnection, source: str, chosen: list[Column], weights: Mapping[str, float]
) -> list[Finding]:
    """HITS, counted; the examples are the first rows of the first cells that differ."""
    rows_of_hits = con.execute(
        f'select "column", kind, sum("rows")::bigint, min(first, {EXAMPLES}), arg_min(shown, first, {EXAMPLES}) '
        f"from {HITS} group by all"
    ).fetchall()
    by_column = [column for column in chosen if any(column.name == name for name, *_ in rows_of_hits)]
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
        for name, kind, hits, rows, shown in rows_of_hits
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
            codes.disclosure.CONTACT_WITHOUT_REASON,
            f"{', '.join(unreasoned)}: declared as public contact without a reason; "
            "say whose contact it is and who made it public",
        )
    return [
        each
        for each in findings
        if not {*(each.parts or [each.column])} <= {*public} and each.rate > allowed_rate
    ]


def sentence(finding: Finding) -> str:
    """A finding for the person who has to act."""
    where = "; ".join(f"row {example.row}: {example.shown}" for example in finding.examples)
    about = "about " if finding.estimated else ""
    return f"{finding.column}: {about}{finding.hits} of {finding.cells} cells hold a {finding.kind} ({where})"
