"""XLSX: the sheets `data` (and `data 2` … where one is full), `dictionary` and `notes`; typed cells, as a stream.

What a spreadsheet cannot hold as it is, is text: numbers of more than 15 digits, and days before March 1900, which
spreadsheets count differently. Characters that XML cannot hold are `_xHHHH_` (ECMA-376, ST_Xstring). Times inside
the file are those of the content, so that the bytes repeat.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from praya.contract import Field
from praya.contract.codes import LANGUAGES
from praya.contract.zone import HONG_KONG
from praya.errors import FormatError, codes
from praya.metadata import describe_fields, dictionary_rows
from praya.pipeline.release.notes_sheet import notes
from praya.pipeline.release.part import Part
from praya.store.duck import connect

SHEET_ROWS = 1_048_576
EXACT_DIGITS = 15
FIRST_DAY = dt.date(1900, 3, 1)
BATCH = 10_000
# A bare CR would be read as LF; what looks escaped already is escaped once more. A text from <r> to </r> would go
# into the file as it is, for xlsxwriter takes it for its own.
SPECIAL = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4})|\A<(?=r>)")
NUMBER_FORMATS = {
    "integer": "0",
    "year": "0",
    "date": "yyyy-mm-dd",
    "datetime": "yyyy-mm-dd hh:mm:ss",
    "time": "hh:mm:ss",
}

Cell = Callable[[Any, int, int, Any, Any], None]


def write_workbook(part: Part, target: Path, work: Path) -> None:
    """Write the part's rows in their order to `target`. Raises FormatError for a text longer than a cell holds."""
    from xlsxwriter import Workbook

    # Every cell is written by its type: no text is guessed to be a number, a formula or a link.
    with Workbook(str(target), {"constant_memory": True, "tmpdir": str(work)}) as book:
        book.use_zip64()
        received = dt.datetime.fromisoformat(part.table.received_at).replace(tzinfo=None)
        synthetic = " (synthetic)" if part.table.synthetic else ""
        book.set_properties({"title": part.contract.title.en + synthetic, "created": received})
        bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
        _data(book, part, work, bold)
        described = describe_fields(part.contract, part.fields)
        key = part.contract.primary_key
        tables = [dictionary_rows(described, key, language, part.units) for language in LANGUAGES]
        for name, width, texts in (("dictionary", 24, tables), ("notes", 60, [notes(part)])):
            sheet = _sheet(book, name)
            sheet.set_column(0, len(texts[0][0]) - 1, width)
            _texts(sheet, texts, bold, wrapped)


def _data(book: Any, part: Part, work: Path, bold: Any) -> None:
    formats = [book.add_format({"num_format": _number_format(field)}) for field in part.fields]
    cells = [_cell(field) for field in part.fields]
    columns = list(zip(range(len(cells)), cells, formats, strict=True))
    sheet, number, row = _data_sheet(book, part, 1, bold), 1, 0
    for values in _rows(part, work):
        row += 1
        if row == SHEET_ROWS:
            number, row = number + 1, 1
            sheet = _data_sheet(book, part, number, bold)
        for (column, cell, form), value in zip(columns, values, strict=True):
            if value is not None:
                cell(sheet, row, column, value, form)


def _rows(part: Part, work: Path) -> Iterator[tuple[Any, ...]]:
    with connect(work) as con:
        for batch in con.sql(f"from {part.source}").to_arrow_reader(BATCH):
            yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


def _data_sheet(book: Any, part: Part, number: int, bold: Any) -> Any:
    sheet = _sheet(book, "data" if number == 1 else f"data {number}")
    sheet.freeze_panes(1, 0)
    for column, field in enumerate(part.fields):
        sheet.set_column(column, column, max(len(field.name) + 2, 12))
        sheet.write_string(0, column, field.name, bold)
    return sheet


def _sheet(book: Any, name: str) -> Any:
    sheet = book.add_worksheet(name)
    # xlsxwriter's own leaves U+FFFE and U+FFFF, and of two escapes in a row only the first is escaped.
    sheet._escape_control_characters = _escaped
    return sheet


def _escaped(value: object) -> str:
    return SPECIAL.sub(lambda match: f"_x{ord(match[0]):04X}_", str(value))


def _texts(sheet: Any, tables: list[list[list[str]]], bold: Any, wrapped: Any) -> None:
    """Tables of text one below the other, each with its first row in bold."""
    row = 0
    for table in tables:
        for line, cells in enumerate(table):
            for column, text in enumerate(cells):
                _text(sheet, row, column, text, wrapped if line else bold)
            row += 1
        row += 1


def _number_format(field: Field) -> str:
    if field.decimals:
        return "0." + "0" * field.decimals
    return NUMBER_FORMATS.get(field.type, "0" if field.decimals == 0 else "General")


def _cell(field: Field) -> Cell:
    """How a value of this field is written."""
    if field.type == "integer" or field.decimals is not None:
        return _exact(10 ** (EXACT_DIGITS - (field.decimals or 0)))
    writers = {
        "boolean": "write_boolean",
        "number": "write_number",
        "year": "write_number",
        "time": "write_datetime",
    }
    if name := writers.get(field.type):
        return lambda sheet, row, column, value, form: getattr(sheet, name)(row, column, value, form)
    return _day if field.type in ("date", "datetime") else _text


def _exact(limit: int) -> Cell:
    def cell(sheet: Any, row: int, column: int, value: Any, form: Any) -> None:
        if abs(value) < limit:
            sheet.write_number(row, column, value, form)
        else:
            sheet.write_string(row, column, str(value))

    return cell


def _day(sheet: Any, row: int, column: int, value: Any, form: Any) -> None:
    """A date, or a moment on the clock of Hong Kong, for a spreadsheet knows no zones."""
    moment = isinstance(value, dt.datetime)
    local = value.astimezone(HONG_KONG).replace(tzinfo=None) if moment else value
    if (local.date() if moment else local) >= FIRST_DAY:
        sheet.write_datetime(row, column, local, form)
    elif moment:
        sheet.write_string(row, column, value.astimezone(dt.UTC).replace(tzinfo=None).isoformat() + "Z")
    else:
        sheet.write_string(row, column, value.isoformat())


def _text(sheet: Any, row: int, column: int, text: str, form: Any) -> None:
    if sheet.write_string(row, column, text, form):
        raise FormatError(
            codes.format.TEXT_TOO_LONG,
            f"row {row + 1}, column {column + 1} of sheet {sheet.get_name()}: a text of {len(text):,} characters, and "
            "a cell of a spreadsheet holds 32,767; leave xlsx out of `release.formats`",
        )
