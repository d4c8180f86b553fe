"""CSV: UTF-8 with BOM, RFC 4180 (CRLF, quotes where needed), every figure in its shortest exact form."""

from __future__ import annotations

from pathlib import Path

from praya.contract import Field
from praya.protect import ProtectedTable
from praya.store.duck import connect, identifier, literal, scan

BOM = "\ufeff"
NEEDS_QUOTES = '[",\r\n]'


def write(table: ProtectedTable, target: Path, work: Path) -> None:
    """Write the table's rows in their order to `target`; missing values are empty."""
    cells = " || ',' || ".join(f"coalesce({_cell(field)}, '')" for field in table.fields)
    header = BOM + ",".join(field.name for field in table.fields) + "\r"
    # DuckDB writes one ready-made column, so its own quoting and line ends (LF) stay out of the way.
    lines = f"select {cells} || chr(13) as {identifier(header)} from {scan(table.path)}"
    with connect(work) as con:
        con.execute(
            f"copy ({lines}) to {literal(str(target))} "
            "(format csv, header true, quote '', escape '', delimiter E'\\x01', nullstr '')"
        )


def text_of(field: Field) -> str:
    """SQL that gives a field's value as text: ISO 8601 in UTC for moments, no `.0` behind whole numbers."""
    name = identifier(field.name)
    if field.type == "datetime":
        return f"replace(strftime({name}, '%Y-%m-%dT%H:%M:%S.%fZ'), '.000000Z', 'Z')"
    if field.type == "number" and field.decimals is None:
        whole = f"{name} = trunc({name}) and abs({name}) < 1e15"
        return f"case when {whole} then {name}::bigint::varchar else {name}::varchar end"
    return f"{name}::varchar"


def _cell(field: Field) -> str:
    text = text_of(field)
    if field.type not in ("string", "yearmonth"):
        return text
    quoted = f"'\"' || replace({text}, '\"', '\"\"') || '\"'"
    return f"case when regexp_matches({text}, {literal(NEEDS_QUOTES)}) then {quoted} else {text} end"
