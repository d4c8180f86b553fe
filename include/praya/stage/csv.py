"""CSV: parsed by DuckDB with every column as text; broken records go to quarantine with their line."""

from __future__ import annotations

import codecs
import csv
from pathlib import Path

from praya.contract import Contract
from praya.errors import StageError
from praya.stage.csv_records import records, survey
from praya.stage.reading import Column, Connection, Reading, check_columns, file_literal, identifier, literal

CHUNK = 1 << 20
BATCH = 100_000
UTF8 = ("utf-8", "utf8", "utf-8-sig")


def read(con: Connection, contract: Contract, path: Path, columns: list[Column], work: Path) -> Reading:  # noqa: ARG001
    """Open a CSV file (RFC 4180, header in the first line); rejects are collected while rows are read."""
    path = transcode(contract, path, work)
    delimiter = contract.source.delimiter
    header = _header(path, delimiter)
    _check_names(contract, header)
    check_columns(
        contract, contract.source.path or "the file", header, columns, contract.source.ignore_columns
    )
    rows_in, line_ends = survey(contract, path, delimiter, len(header))
    if len(line_ends) > 1:
        path = _one_line_end(path, delimiter, work)
    readable = _readable(header)
    names = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in readable)
    # Each file has a table of rejects of its own; every scan of the file adds to it again.
    rejected, placed = f"rejects_{path.stem}", f"reject_places_{path.stem}"
    scan = (
        f"read_csv({file_literal(path)}, auto_detect = false, header = true, delim = {literal(delimiter)}, "
        f"quote = '\"', escape = '\"', columns = {{{names}}}, store_rejects = true, "
        f"rejects_table = {literal(rejected)}, rejects_scan = {literal('scans_' + path.stem)}, rejects_limit = 0)"
    )
    picked = ", ".join(
        f"{identifier(readable[header.index(column.source)])} as {identifier(column.name)}"
        for column in columns
    )
    rejects = f"""
        select row, place.line, string_agg(distinct coalesce(column_name, ''), ', ') as column_name,
               null::varchar as value, 'structure' as rule,
               string_agg(distinct error_message, '; ') as reason, place.raw
        from (select * rename (line as row) from {identifier(rejected)})
        left join {identifier(placed)} as place using (row)
        group by row, place.line, place.raw"""

    def locate(connection: Connection) -> None:
        skipped = {
            row
            for (row,) in connection.execute(f"select distinct line from {identifier(rejected)}").fetchall()
        }
        wanted = {row for (row,) in connection.execute("select row from wanted").fetchall()}
        _locate(connection, path, delimiter, len(header), wanted, skipped, placed)

    return Reading(rows=f"select {picked} from {scan}", rows_in=rows_in, locate=locate, rejects=rejects)


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


def _header(path: Path, delimiter: str) -> list[str]:
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        return next(csv.reader(file, delimiter=delimiter), [])


def _check_names(contract: Contract, header: list[str]) -> None:
    twice = sorted({name for name in header if name and header.count(name) > 1})
    if twice:
        raise StageError(
            f"{contract.dataset}: columns of one name in the file: {', '.join(twice)}; ask the department"
        )


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
    con: Connection, path: Path, delimiter: str, width: int, wanted: set[int], skipped: set[int], placed: str
) -> None:
    """Match row numbers to records: readable rows count those that were not rejected, in order.

    A rejected record is known by its ordinal among all records (header and empty ones included).
    """
    con.execute("create or replace temp table place (row bigint, line bigint, raw varchar)")
    con.execute(f"create or replace temp table {identifier(placed)} (row bigint, line bigint, raw varchar)")
    row = 0
    found: dict[str, list[tuple[int, int, str]]] = {"place": [], placed: []}
    for ordinal, (line, raw, _) in enumerate(records(path, delimiter), 1):
        if ordinal in skipped:
            found[placed].append((ordinal, line, _shown(raw)))
        elif ordinal > 1 and (width == 1 or raw.rstrip("\r\n")):
            row += 1
            if row in wanted:
                found["place"].append((row, line, _shown(raw)))
        for table, places in found.items():
            if len(places) == BATCH:
                _insert(con, table, places)
    for table, places in found.items():
        _insert(con, table, places)


def _shown(raw: str) -> str:
    """A record's text without its line end; bytes that are not UTF-8 as `\\xff`."""
    return raw.rstrip("\r\n").encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _insert(con: Connection, table: str, places: list[tuple[int, int, str]]) -> None:
    rows, lines, raws = ([place[index] for place in places] for index in range(3))
    values = "select unnest($1::bigint[]), unnest($2::bigint[]), unnest($3::varchar[])"
    con.execute(f"insert into {identifier(table)} {values}", [rows, lines, raws])
    places.clear()
