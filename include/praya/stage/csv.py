"""CSV: parsed by DuckDB with every column as text; broken records go to quarantine with their line."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from praya.contract import Contract
from praya.errors import StageError
from praya.outside import quote_all
from praya.stage.csv_records import records, survey
from praya.stage.reading import Column, Connection, Reading, check_columns, file_literal, identifier, literal

CHUNK = 1 << 20
BATCH = 100_000
UTF8 = ("utf-8", "utf8", "utf-8-sig")
LINE_END = re.compile(r"\r\n|\r|\n")


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
    delimiter = contract.source.delimiter
    header = _header(contract, pages)
    check_columns(
        contract, contract.source.path or "the file", header, columns, contract.source.ignore_columns
    )
    surveyed = [survey(contract, page, delimiter, len(header)) for page in pages]
    if len(set[str]().union(*(line_ends for _, line_ends in surveyed))) > 1:
        pages = [_one_line_end(page, delimiter, work) for page in pages]
    readable = _readable(header)
    names = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in readable)
    # Each source has tables of rejects of its own; every scan of it adds to them again.
    rejected, scans, placed = (f"{name}_{pages[0].stem}" for name in ("rejects", "scans", "reject_places"))
    scan = (
        f"read_csv([{', '.join(map(file_literal, pages))}], auto_detect = false, header = true, "
        f"delim = {literal(delimiter)}, quote = '\"', escape = '\"', columns = {{{names}}}, store_rejects = true, "
        f"rejects_table = {literal(rejected)}, rejects_scan = {literal(scans)}, rejects_limit = 0)"
    )
    picked = ", ".join(
        f"{identifier(readable[header.index(column.source)])} as {identifier(column.name)}"
        for column in columns
    )
    broken = (
        "select distinct file_path as file, line as nth, coalesce(column_name, '') as column_name, error_message "
        f"from {identifier(rejected)} join {identifier(scans)} using (scan_id, file_id)"
    )
    rejects = f"""
        select place.row, place.line, string_agg(distinct column_name, ', ' order by column_name) as column_name,
               null::varchar as value, 'structure' as rule,
               string_agg(distinct error_message, '; ' order by error_message) as reason, place.raw
        from ({broken})
        left join {identifier(placed)} as place using (file, nth)
        group by file, nth, place.row, place.line, place.raw"""

    def locate(connection: Connection) -> None:
        skipped = set(connection.execute(f"select file, nth from ({broken})").fetchall())
        wanted = {row for (row,) in connection.execute("select row from wanted").fetchall()}
        _locate(connection, pages, delimiter, len(header), wanted, skipped, placed)

    return Reading(
        rows=f"select {picked} from {scan}",
        rows_in=sum(rows for rows, _ in surveyed),
        locate=locate,
        rejects=rejects,
        scanned=True,
    )


def transcode(contract: Contract, path: Path, work: Path) -> Path:
    """The file in UTF-8: itself, or a converted copy in `work` when the contract names another encoding."""
    encoding = contract.source.encoding.lower()
    if encoding in UTF8:
        return path
    copy = work / f"{path.name}.utf8"
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as source, copy.open("wb") as target:
        try:
            while chunk := source.read(CHUNK):
                target.write(decoder.decode(chunk).encode())
            target.write(decoder.decode(b"", final=True).encode())
        except UnicodeDecodeError as error:
            raise StageError(
                f"{contract.dataset}: the file is not {encoding} ({error.reason} near byte {source.tell():,}); "
                "correct source.encoding in the contract"
            ) from error
    return copy


def _header(contract: Contract, pages: Sequence[Path]) -> list[str]:
    first, *others = (_names(page, contract.source.delimiter) for page in pages)
    for number, header in enumerate(others, 2):
        if header != first:
            raise StageError(
                f"{contract.subject}: the columns change within the month: page {number} begins with other names than "
                f"page 1 ({len(header)} columns, and {len(first)}); collect again, and ask the source if it stays so"
            )
    _check_names(contract, first)
    return first


def _names(path: Path, delimiter: str) -> list[str]:
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        return next(csv.reader(file, delimiter=delimiter), [])


def _check_names(contract: Contract, header: list[str]) -> None:
    twice = sorted({name for name in header if name and header.count(name) > 1})
    if twice:
        known = {field.source or field.name for field in contract.fields}
        shown = quote_all(name for name in twice if name in known) or "none of the contract"
        raise StageError(f"{contract.dataset}: columns of one name in the file: {shown}; ask the department")


def _readable(header: list[str]) -> list[str]:
    """The header in names that DuckDB takes: none empty, and none but for its case like another."""
    folded = [name.casefold() for name in header]
    return [
        name if name and folded.count(name.casefold()) == 1 else f"{name} (column {number})"
        for number, name in enumerate(header, 1)
    ]


def _one_line_end(path: Path, delimiter: str, work: Path) -> Path:
    """A copy in which every record ends in LF; DuckDB reads no file that mixes. Values stay as they are."""
    copy = work / f"{path.name}.lf"
    with copy.open("w", encoding="utf-8", errors="surrogateescape", newline="") as target:
        for _, raw, _ in records(path, delimiter):
            target.write(raw.rstrip("\r\n") + "\n")
    return copy


def _locate(
    con: Connection,
    pages: Sequence[Path],
    delimiter: str,
    width: int,
    wanted: set[int],
    skipped: set[tuple[str, int]],
    placed: str,
) -> None:
    """Match row numbers to records: readable rows count those that were not rejected, in order.

    A rejected record is known by its file, and its ordinal among all records of it (header and empty ones included).
    """
    place = "row bigint, line bigint, raw varchar"
    con.execute(f"create or replace temp table place ({place})")
    con.execute(f"create or replace temp table {identifier(placed)} ({place}, file varchar, nth bigint)")
    found: dict[str, list[tuple[Any, ...]]] = {"place": [], placed: []}
    row, before, lines = 0, 0, 0
    for page in pages:
        nth, line, raw = 0, 0, ""
        for nth, (line, raw, _) in enumerate(records(page, delimiter), 1):
            if (str(page), nth) in skipped:
                found[placed].append((before + nth, lines + line, _shown(raw), str(page), nth))
            elif nth > 1 and (width == 1 or raw.rstrip("\r\n")):
                row += 1
                if row in wanted:
                    found["place"].append((row, lines + line, _shown(raw)))
            for table, places in found.items():
                if len(places) == BATCH:
                    _insert(con, table, places)
        # The header of every page but the first is no line of the whole.
        before, lines = before + nth - 1, lines + line + len(LINE_END.findall(raw.rstrip("\r\n"))) - 1
    for table, places in found.items():
        _insert(con, table, places)


def _shown(raw: str) -> str:
    """A record's text without its line end; bytes that are not UTF-8 as `\\xff`."""
    return raw.rstrip("\r\n").encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _insert(con: Connection, table: str, places: list[tuple[Any, ...]]) -> None:
    if places:
        columns = [list(values) for values in zip(*places, strict=True)]
        values = ", ".join(f"unnest(${number})" for number in range(1, len(columns) + 1))
        con.execute(f"insert into {identifier(table)} select {values}", columns)
    places.clear()
