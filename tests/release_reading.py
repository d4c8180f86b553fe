"""Released files read back by others' readers, each to the same rows of typed values."""

from __future__ import annotations

import csv
import datetime as dt
import json
import re
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import duckdb

from made import RECEIVED
from praya.contract import Contract, Field
from praya.contract.zone import HONG_KONG
from praya.pipeline.release.part import Part

Rows = list[tuple[Any, ...]]


def part_of(contract: Contract, path: Path, rows: int = 0, synthetic: bool = False) -> Part:
    """What a writer takes, of a table that has not gone the whole way."""
    table: Any = SimpleNamespace(
        path=path,
        fields=contract.fields,
        synthetic=synthetic,
        received_at=RECEIVED,
        decision={"rows": rows},
    )
    return Part(contract, table, rows)


def typed(field: Field, text: str | None) -> Any:
    """A value from its spelling in a text format."""
    if text is None:
        return None
    if field.type == "integer" or field.type == "year":
        return int(text)
    if field.type == "number":
        return float(text) if field.decimals is None else Decimal(text)
    if field.type == "boolean":
        return {"true": True, "false": False}[text]
    if field.type == "date":
        return dt.date.fromisoformat(text)
    if field.type == "datetime":
        return dt.datetime.fromisoformat(text)
    if field.type == "time":
        return dt.time.fromisoformat(text)
    return text


def unmarked(field: Field, text: str | None) -> str | None:
    """What the dictionary says about reading a CSV cell."""
    return text[1:] if text and field.type == "string" and text.startswith("'") else text


def without_empty(rows: Rows) -> Rows:
    """The same where a reader takes an empty text for nothing."""
    return [tuple(None if value == "" else value for value in row) for row in rows]


def from_csv(path: Path, fields: Sequence[Field]) -> Rows:
    """By Python's csv, which knows no difference between missing and empty: missing it is."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file, strict=True)
    assert header == [field.name for field in fields]
    return [
        tuple(typed(field, unmarked(field, text or None)) for field, text in zip(fields, row, strict=True))
        for row in rows
    ]


def from_csv_by_duckdb(path: Path, fields: Sequence[Field]) -> Rows:
    """By DuckDB, which tells a missing value from an empty text."""
    with duckdb.connect() as con:
        rows = con.execute(
            "from read_csv(?, all_varchar = true, header = true, delim = ',', quote = '\"', escape = '\"', "
            "allow_quoted_nulls = false, nullstr = '', auto_detect = false, new_line = '\\r\\n', "
            f"columns = {dict.fromkeys((field.name for field in fields), 'varchar')})",
            [str(path)],
        ).fetchall()
    return [
        tuple(typed(field, unmarked(field, text)) for field, text in zip(fields, row, strict=True))
        for row in rows
    ]


def from_json(text: str, fields: Sequence[Field]) -> Rows:
    return records(json.loads(text, parse_float=str, parse_int=str), fields)


def from_json_lines(text: str, fields: Sequence[Field]) -> Rows:
    # Only LF ends a line: others, such as U+2028, are characters of a text.
    lines = [line for line in text.split("\n") if line]
    return records([json.loads(line, parse_float=str, parse_int=str) for line in lines], fields)


def records(found: list[dict[str, Any]], fields: Sequence[Field]) -> Rows:
    assert all(list(record) == [field.name for field in fields] for record in found)
    return [tuple(_from_json(field, record[field.name]) for field in fields) for record in found]


def _from_json(field: Field, value: Any) -> Any:
    return value if isinstance(value, bool) else typed(field, value)


def from_xml(path: Path, fields: Sequence[Field]) -> Rows:
    root = ElementTree.parse(path).getroot()
    assert root.tag == "records" and {record.tag for record in root} <= {"record"}
    rows = []
    for record in root:
        found = {each.tag: unescaped(each.text or "") for each in record}
        assert [name for name in (field.name for field in fields) if name in found] == list(found)
        rows.append(tuple(typed(field, found.get(field.name)) for field in fields))
    return rows


def unescaped(text: str) -> str:
    """`_xHHHH_` as the character that it stands for."""
    return re.sub(r"_x([0-9A-F]{4})_", lambda match: chr(int(match[1], 16)), text)


def from_xlsx(path: Path, fields: Sequence[Field]) -> Rows:
    """By openpyxl: all sheets of data, one after the other."""
    import openpyxl

    book = openpyxl.load_workbook(path)
    rows: Rows = []
    for name in book.sheetnames:
        if not re.fullmatch(r"data( \d+)?", name):
            continue
        header, *found = book[name].iter_rows()
        assert [cell.value for cell in header] == [field.name for field in fields]
        rows += [
            tuple(_from_cell(field, cell) for field, cell in zip(fields, row, strict=True)) for row in found
        ]
    return rows


def _from_cell(field: Field, cell: Any) -> Any:
    value = cell.value
    assert cell.data_type != "f", f"{cell.coordinate} is a formula"
    if isinstance(value, str):
        return typed(field, unescaped(value))
    # openpyxl reads an empty text as nothing, but as a text.
    if value is None:
        return "" if cell.data_type == "inlineStr" and field.type == "string" else None
    if field.decimals is not None:
        return Decimal(repr(value)).quantize(Decimal(1).scaleb(-field.decimals))
    if field.type == "datetime":
        return value.replace(tzinfo=HONG_KONG).astimezone(dt.UTC)
    if field.type == "date":
        return value.date()
    if field.type == "number":
        return float(value)
    return value
