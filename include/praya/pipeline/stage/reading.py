"""What every input format hands to stage: its rows as text, how many there are, and where each one stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from praya.contract import Contract
from praya.errors import StageError, codes
from praya.store.duck import identifier, literal
from praya.text.outside import quote, quote_all

if TYPE_CHECKING:
    import duckdb

# A string, for this module is imported where no file is read.
Connection: TypeAlias = "duckdb.DuckDBPyConnection"


class Column(NamedTuple):
    """A column to read: its name in the contract and its name (or path) in the source."""

    name: str
    source: str


@dataclass(frozen=True)
class Reading:
    """One source file, or the pages of one, opened: SQL for DuckDB and what goes with it.

    A record has up to three numbers, each from 1, under the same name everywhere in stage:

    - `row_number`: which of the rows of `rows` it is. Records that have no such row have none.
    - `record_number`: which of all records of the source it is, whether it could be read or not; headers and empty
      lines are no records. The quarantine shows it as `row`. Of parts that were joined it counts the joined rows.
    - `line_number`: the line of the file on which it begins, over all pages as if they were one file; NULL where the
      format has no lines. The quarantine shows it as `line`.

    Attributes:
        rows: a select that gives every readable record in the order of the source, one VARCHAR column a column that was
            asked for, under its name in the contract, NULL where there is nothing. It may be run several times.
        rows_in: how many records there are, counted by other code than reads them.
        locate: makes the temporary table `place` (row_number, record_number, line_number, raw), with the text of each
            record as it is in the source, for the rows in the temporary table `wanted` (row_number). The caller makes
            `wanted`, and runs `locate` before `rejects`; whatever else `rejects` needs is made by then too.
        rejects: a select of the records that have no row, with the columns of `REJECTS`; None where all have one.
        fault: a column of `rows` that says what is wrong with the whole row, NULL where nothing is.
        scanned: that `rows` scans nothing but its own rows, so that DuckDB's count of what it scanned is theirs.
        may_swallow_lines: that a damaged record may take in further lines, each perhaps a record that is lost in it.
        outside_records: what the file holds outside its records: place → text.
    """

    rows: str
    rows_in: int
    locate: Callable[[Connection], None]
    rejects: str | None = None
    fault: str | None = None
    scanned: bool = False
    may_swallow_lines: bool = False
    outside_records: Mapping[str, str] = field(default_factory=dict)


PLACE = "row_number bigint, record_number bigint, line_number bigint, raw varchar"
REJECTS = "record_number, line_number, column_name, value, rule, reason, raw"
# The temporary table of the quarantine has the columns of rejects; its file calls the two numbers `row` and `line`.
QUARANTINE = (
    "record_number bigint, line_number bigint, column_name varchar, value varchar, rule varchar, reason varchar, "
    "raw varchar"
)
QUARANTINE_FILE = "record_number as row, line_number as line, column_name, value, rule, reason, raw"


def check_columns(
    contract: Contract, path: str, names: list[str], wanted: list[Column], ignored: list[str]
) -> None:
    """Raise StageError when the source's columns are not the contract's, naming each that is missing or new."""
    expected = {column.source for column in wanted}
    missing = sorted(expected - set(names))
    new = sorted(set(names) - expected - set(ignored))
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


def check_count(contract: Contract, rows_in: int, rows_out: int, rows_quarantined: int, advice: str) -> None:
    """Raise StageError when a row got lost between the count of the records and their parsing; `advice` is what the
    format of the file says that there is to do."""
    if rows_out + rows_quarantined != rows_in:
        raise StageError(
            codes.stage.ROWS_NOT_ACCOUNTED_FOR,
            f"{contract.dataset}: {rows_in:,} records came in, but {rows_out:,} were typed and "
            f"{rows_quarantined:,} quarantined; nothing was kept. {advice}",
        )


def numbered(rows: str) -> str:
    """`rows` with their `_row_number`, which no field of a contract can be called."""
    return f"select row_number() over () as _row_number, * from ({rows})"


def count_of(con: Connection, select: str) -> int:
    (count,) = con.execute(f"select count(*) from ({select})").fetchone() or (0,)
    return int(count)


def read_wanted(con: Connection) -> set[int]:
    """The numbers of the rows in the table `wanted`."""
    return {number for (number,) in con.execute("select row_number from wanted").fetchall()}


def insert_rows(con: Connection, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows of values into a table, whose name is quoted already, in one statement."""
    if rows:
        columns = [list(values) for values in zip(*rows, strict=True)]
        values = ", ".join(f"unnest(${number})" for number in range(1, len(columns) + 1))
        con.execute(f"insert into {table} select {values}", columns)


def file_literal(path: Path) -> str:
    return literal(str(path))


__all__ = [
    "PLACE",
    "QUARANTINE",
    "QUARANTINE_FILE",
    "REJECTS",
    "Column",
    "Connection",
    "Reading",
    "check_columns",
    "check_count",
    "count_of",
    "file_literal",
    "identifier",
    "insert_rows",
    "literal",
    "numbered",
    "read_wanted",
]
