"""JSON: an array of records (at a path, where it is nested) or one record a line."""

from __future__ import annotations

import re
from pathlib import Path

from praya.contract import Contract
from praya.errors import StageError
from praya.outside import describe_error
from praya.stage.csv import transcode
from praya.stage.reading import (
    Column,
    Connection,
    Reading,
    check_columns,
    file_literal,
    identifier,
    literal,
    numbered,
)

PLAIN_PATH = re.compile(r"^[A-Za-z_]\w*(\[\d+\]|\.[A-Za-z_]\w*)*$")
LARGEST_RECORD = 64 * 1024**2


def read(con: Connection, contract: Contract, path: Path, columns: list[Column], work: Path) -> Reading:
    """Open a JSON file; a field's `source` is its key in the record, or a path such as `dtstart[0]`."""
    path = transcode(contract, path, work)
    try:
        records, rows_in = _records(con, contract, path)
        found = [
            name
            for (name,) in con.execute(
                f"select distinct unnest(json_keys(record)) from ({records})"
            ).fetchall()
        ]
    except con_errors() as error:
        raise StageError(
            f"{contract.dataset}: the file is not the JSON that was expected: {describe_error(error)}"
        ) from error
    keys = [Column(column.name, _first_key(column.source)) for column in columns]
    if rows_in:
        check_columns(
            contract, contract.source.path or "the file", found, keys, contract.source.ignore_columns
        )
    picked = ", ".join(
        f"json_extract_string(record, {literal(json_path(column.source))}) as {identifier(column.name)}"
        for column in columns
    )

    objects = f"select record from ({records}) where json_type(record) = 'OBJECT'"
    rejects = f"""
        select row, null::bigint as line, '' as column_name, null::varchar as value, 'structure' as rule,
               'is not a JSON object' as reason, record::varchar as raw
        from ({numbered(records)}) as records (row, record) where json_type(record) <> 'OBJECT'"""

    def locate(connection: Connection) -> None:
        connection.execute(f"""
            create or replace temp table place as
            select row, null::bigint as line, raw
            from (select row_number() over () as row, record::varchar as raw from ({objects}))
            where row in (select row from wanted)""")

    return Reading(rows=f"select {picked} from ({objects})", rows_in=rows_in, locate=locate, rejects=rejects)


def _records(con: Connection, contract: Contract, path: Path) -> tuple[str, int]:
    where, file = contract.source.records, file_literal(path)
    if where == "$":
        layout = "array" if _starts_with_array(path) else "newline_delimited"
        select = (
            f"select json as record from read_json_objects({file}, format = '{layout}', "
            f"maximum_object_size = {LARGEST_RECORD})"
        )
        (count,) = con.execute(f"select count(*) from ({select})").fetchone() or (0,)
        return select, int(count)
    text = f"select ltrim(content, chr(65279))::json as whole from read_text({file})"
    kind, count = con.execute(
        f"select json_type(whole, {literal(where)}), json_array_length(whole, {literal(where)}) from ({text})"
    ).fetchone() or (None, 0)
    if kind != "ARRAY":
        raise StageError(
            f"{contract.dataset}: there is no array of records at {where} in the file; "
            "see how its shape changed, then correct source.records"
        )
    return f"select unnest(json_extract(whole, {literal(where + '[*]')})) as record from ({text})", int(count)


def _starts_with_array(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4096).removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"[")


def json_path(source: str) -> str:
    """The JSON path of a field's `source`: `dtstart[0]` is `$.dtstart[0]`, odd names are quoted."""
    if source.startswith("$"):
        return source
    return f"$.{source}" if PLAIN_PATH.match(source) else f'$."{source}"'


def _first_key(source: str) -> str:
    if source.startswith("$."):
        source = source[2:]
    elif not PLAIN_PATH.match(source):
        return source
    return re.split(r"[.\[]", source, maxsplit=1)[0].strip('"')


def con_errors() -> type[Exception]:
    import duckdb

    return duckdb.Error
