"""What every input format hands to stage: its rows as text, how many there are, and where each one stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import duckdb

from praya.contract import Contract
from praya.errors import StageError, codes
from praya.store.duck import identifier, literal
from praya.text.outside import quote, quote_all

Connection = duckdb.DuckDBPyConnection


class Column(NamedTuple):
    """A column to read: its name in the contract and its name (or path) in the source."""

    name: str
    source: str


@dataclass(frozen=True)
class Reading:
    """One source file, or the pages of one, opened.

    `rows` is a select that yields every readable record in source order, one VARCHAR column per contract field
    (NULL for missing). `rows_in` counts the records without parsing them into columns. `rejects` is a select
    of the records that have no such row: (row, line, column_name, value, rule, reason, raw). `locate` makes a
    table `place` (row, record, line, raw) for the rows in the table `wanted` (row), and goes before `rejects`: `row`
    counts the readable rows, `record` all of them, as the quarantine does.
    `scanned` says that `rows` scans nothing but its own rows, so that DuckDB's count of what it scanned is theirs.
    """

    rows: str
    rows_in: int
    locate: Callable[[Connection], None]
    rejects: str | None = None
    fault: str | None = field(default=None)  # a column of `rows` that says what is wrong with the whole row
    scanned: bool = False
    beside: dict[str, str] = field(default_factory=dict)  # what stands beside the records: place → text


QUARANTINE = (
    "row bigint, line bigint, column_name varchar, value varchar, rule varchar, reason varchar, raw varchar"
)
REJECTS = "row, line, column_name, value, rule, reason, raw"
FAULTS = "record as row, line, column_name, value, rule, reason, raw"


def check_columns(
    contract: Contract, path: str, found: list[str], wanted: list[Column], ignored: list[str]
) -> None:
    """Raise StageError when the source's columns are not the contract's, naming each that is missing or new."""
    expected = {column.source for column in wanted}
    missing = sorted(expected - set(found))
    new = sorted(set(found) - expected - set(ignored))
    if not missing and not new:
        return
    parts = []
    if missing:
        parts.append(f"missing: {quote_all(missing)}")
    if new:
        parts.append(f"not in the contract: {_names(contract, new, shown=2 * len(missing) <= len(expected))}")
    raise StageError(
        codes.stage.COLUMNS_CHANGED,
        f"{contract.dataset}: the columns of {quote(path, 200)} have changed ({'; '.join(parts)}). If the change "
        "is meant, set `source:` of the fields or add the names to source.ignore_columns; if not, ask the department",
    )


def _names(contract: Contract, new: list[str], *, shown: bool) -> str:
    """The names of columns that nobody expected; their number alone where they may be content: a file that has few of
    the contract's columns is another one, and what stands in its first line may be anything. Of records of persons no
    name is shown."""
    if shown and contract.disclosure.class_ != "personal records":
        return quote_all(new, 40, "'")
    return f"{len(new):,}, which are not shown, for the file may be another one"


def check_count(contract: Contract, rows_in: int, rows_out: int, rows_quarantined: int) -> None:
    """Raise StageError when a row got lost between the count of the records and their parsing."""
    if rows_out + rows_quarantined != rows_in:
        raise StageError(
            codes.stage.ROWS_NOT_ACCOUNTED_FOR,
            f"{contract.dataset}: {rows_in:,} records came in, but {rows_out:,} were typed and "
            f"{rows_quarantined:,} quarantined; nothing was kept. The file's quoting is damaged: look for a "
            "stray quote",
        )


def numbered(rows: str) -> str:
    """`rows` with `_row`, the record's number from 1 in source order."""
    return f"select row_number() over () as _row, * from ({rows})"


def count_of(con: Connection, select: str) -> int:
    (count,) = con.execute(f"select count(*) from ({select})").fetchone() or (0,)
    return int(count)


def file_literal(path: Path) -> str:
    return literal(str(path))


__all__ = [
    "FAULTS",
    "REJECTS",
    "Column",
    "Connection",
    "Reading",
    "check_columns",
    "check_count",
    "count_of",
    "file_literal",
    "identifier",
    "literal",
    "numbered",
]
