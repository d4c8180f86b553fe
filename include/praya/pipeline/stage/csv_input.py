"""CSV: parsed by DuckDB with every column as text; broken records go to quarantine with their line."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from praya.contract import Contract
from praya.errors import StageError, codes
from praya.pipeline.stage.csv_records import Survey, records, survey
from praya.pipeline.stage.encoded_text import transcode
from praya.pipeline.stage.input_formats.csv_input_format import CsvOptions
from praya.pipeline.stage.reading import (
    PLACE,
    Column,
    Connection,
    Reading,
    check_columns,
    file_literal,
    identifier,
    insert_rows,
    literal,
    read_wanted,
)
from praya.text.outside import describe_error, quote_all

BATCH = 100_000
LINE_END = re.compile(r"\r\n|\r|\n")
SURPLUS = "surplus"  # what stands in the cell that is added to a record with too many


def read(con: Connection, contract: Contract, path: Path, columns: list[Column], work: Path) -> Reading:
    """Open a CSV file (RFC 4180, header in the first line); rejects are collected while rows are read."""
    return read_pages(con, contract, [path], columns, work)


def read_pages(
    con: Connection,  # noqa: ARG001
    contract: Contract,
    pages: Sequence[Path],
    columns: list[Column],
    work: Path,
) -> Reading:
    """Open the pages of one CSV as an API hands them out, each with the header, their records one after the other.

    Raises StageError where a page has another header than the first. Lines are counted as if all were one file.
    """
    pages = [transcode(contract, page, work) for page in pages]
    delimiter = contract.source.read_options(CsvOptions).delimiter
    header = _header(contract, pages, delimiter)
    check_columns(
        contract, contract.source.path or "the file", header, columns, contract.source.ignore_columns
    )
    surveyed = [survey(contract, page, delimiter, len(header)) for page in pages]
    # A heading with a line break that does not end a record is a good one, but DuckDB stops at it.
    mixed = len(set[str]().union(*(each.line_ends for each in surveyed))) > 1 or any(
        LINE_END.search(name) for name in header
    )
    originals = pages
    pages = [
        _readable_copy(page, delimiter, each, work) if mixed or each.surplus else page
        for page, each in zip(pages, surveyed, strict=True)
    ]
    placing = [
        _Page(page, str(read_from), each.surplus)
        for page, read_from, each in zip(originals, pages, surveyed, strict=True)
    ]
    readable = _readable(header)
    places = {name: place for place, name in enumerate(header)}
    names = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in readable)
    # Each source has tables of rejects of its own; every scan of it adds to them again. DuckDB takes plain names only.
    own = re.sub(r"\W", "_", pages[0].stem)
    rejected, scans, placed = (f"{name}_{own}" for name in ("rejects", "scans", "reject_places"))
    scan = (
        f"read_csv([{', '.join(map(file_literal, pages))}], auto_detect = false, header = true, "
        f"delim = {literal(delimiter)}, quote = '\"', escape = '\"', columns = {{{names}}}, store_rejects = true, "
        f"rejects_table = {literal(rejected)}, rejects_scan = {literal(scans)}, rejects_limit = 0)"
    )
    picked = ", ".join(
        f"{identifier(readable[places[column.source]])} as {identifier(column.name)}" for column in columns
    )
    broken = (
        "select distinct file_path as file, line as nth, coalesce(column_name, '') as column_name, error_message "
        f"from {identifier(rejected)} join {identifier(scans)} using (scan_id, file_id)"
    )
    rejects = f"""
        select place.record_number, place.line_number,
               string_agg(distinct column_name, ', ' order by column_name) as column_name,
               null::varchar as value, 'structure' as rule,
               coalesce(
                   'has ' || place.cells || ' cells, and the header has {len(header)}',
                   string_agg(distinct error_message, '; ' order by error_message)
               ) as reason, place.raw
        from ({broken})
        left join {identifier(placed)} as place using (file, nth)
        group by file, nth, place.record_number, place.line_number, place.raw, place.cells"""

    def locate(connection: Connection) -> None:
        skipped = set(connection.execute(f"select file, nth from ({broken})").fetchall())
        _locate(connection, placing, delimiter, len(header), read_wanted(connection), skipped, placed)

    return Reading(
        rows=f"select {picked} from {scan}",
        rows_in=sum(each.records for each in surveyed),
        locate=locate,
        rejects=rejects,
        scanned=True,
        may_swallow_lines=True,
    )


class _Page(NamedTuple):
    """A file, the file that DuckDB reads in its place, and the cells of its records that have too many."""

    path: Path
    read_from: str
    surplus: Mapping[int, int]


def _header(contract: Contract, pages: Sequence[Path], delimiter: str) -> list[str]:
    first, *others = (_names(contract, page, delimiter) for page in pages)
    for number, header in enumerate(others, 2):
        if header != first:
            raise StageError(
                codes.stage.COLUMNS_DIFFER_BETWEEN_PAGES,
                f"{contract.subject}: the columns change within the month: page {number} begins with other names than "
                f"page 1 ({len(header)} columns, and {len(first)}); collect again, and ask the source if it stays so",
            )
    _check_names(contract, first)
    return first


def _names(contract: Contract, path: Path, delimiter: str) -> list[str]:
    _, raw, is_open = next(records(path, delimiter), (1, "", False))
    if is_open:
        raise StageError(
            codes.stage.QUOTE_NOT_CLOSED,
            f"{contract.dataset}: a quote that opens in the header of the file is not closed before the file ends; "
            "look for a stray quote there",
        )
    try:
        text = raw.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        return next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), [])
    except csv.Error as error:
        raise StageError(
            codes.stage.NOT_READABLE_AS_FORMAT,
            f"{contract.dataset}: the header of the file cannot be read: {describe_error(error)}",
        ) from error


def _check_names(contract: Contract, header: list[str]) -> None:
    twice = sorted(name for name, times in Counter(header).items() if name and times > 1)
    if twice:
        known = {field.source or field.name for field in contract.fields}
        shown = quote_all(name for name in twice if name in known) or "none of the contract"
        raise StageError(
            codes.stage.COLUMN_REPEATED,
            f"{contract.dataset}: columns of one name in the file: {shown}; ask the department",
        )


def _readable(header: list[str]) -> list[str]:
    """The header in names that DuckDB takes: none empty, and none but for its case like another."""
    folded = Counter(name.casefold() for name in header)
    return [
        name if name and folded[name.casefold()] == 1 else f"{name} (column {number})"
        for number, name in enumerate(header, 1)
    ]


def _readable_copy(path: Path, delimiter: str, surveyed: Survey, work: Path) -> Path:
    """A copy in which every record ends in LF, for DuckDB reads no file that mixes, and in which a record with more
    cells than the header ends in one that is not empty, for DuckDB drops those that are. Values stay as they are."""
    copy = work / f"{path.name}.lf"
    with copy.open("w", encoding="utf-8", errors="surrogateescape", newline="") as target:
        for nth, (_, raw, _) in enumerate(records(path, delimiter), 1):
            if nth == 1:
                raw = LINE_END.sub(" ", raw.rstrip("\r\n"))  # columns are read by their place
            target.write(
                raw.rstrip("\r\n") + (f"{delimiter}{SURPLUS}\n" if nth in surveyed.surplus else "\n")
            )
    return copy


def _locate(
    con: Connection,
    pages: Sequence[_Page],
    delimiter: str,
    width: int,
    wanted: set[int],
    skipped: set[tuple[str, int]],
    placed: str,
) -> None:
    """Match row numbers to records: readable rows count those that were not rejected, in order.

    A rejected record is known by its file, and by `nth`: which of all that the file has it is, header and empty lines
    included, as DuckDB counts them."""
    con.execute(f"create or replace temp table place ({PLACE})")
    con.execute(
        f"create or replace temp table {identifier(placed)} "
        "(record_number bigint, line_number bigint, raw varchar, file varchar, nth bigint, cells bigint)"
    )
    places: dict[str, list[tuple[Any, ...]]] = {"place": [], identifier(placed): []}
    in_table, rejected = places.values()
    row, record, lines = 0, 0, 0
    for page in pages:
        line, raw = 0, ""
        for nth, (line, raw, _) in enumerate(records(page.path, delimiter), 1):
            if nth == 1 or not (width == 1 or raw.rstrip("\r\n")):
                continue
            record += 1
            if (page.read_from, nth) in skipped:
                cells = page.surplus.get(nth)
                rejected.append((record, lines + line, _shown(raw), page.read_from, nth, cells))
            else:
                row += 1
                if row in wanted:
                    in_table.append((row, record, lines + line, _shown(raw)))
            _insert(con, places, BATCH)
        # The header of every page but the first is no line of the whole.
        lines += line + len(LINE_END.findall(raw.rstrip("\r\n"))) - 1
    _insert(con, places, 1)


def _shown(raw: str) -> str:
    """A record's text without its line end; bytes that are not UTF-8 as `\\xff`."""
    return raw.rstrip("\r\n").encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _insert(con: Connection, places: dict[str, list[tuple[Any, ...]]], least: int) -> None:
    """Insert the rows of each table that has at least so many."""
    for table, rows in places.items():
        if len(rows) >= least:
            insert_rows(con, table, rows)
            rows.clear()
