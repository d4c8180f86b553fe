"""sheet: a report as XLSX, a sheet a table; numbers are numbers, written as the office prints them by their format."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from praya.reports.cells import cell_text, chart_table, in_language, joint
from praya.reports.document import (
    Cell,
    Chart,
    Column,
    Document,
    Heading,
    Paragraph,
    Remarks,
    Row,
    Status,
    Table,
    words,
)
from praya.reports.fonts import FAMILIES
from praya.reports.marking import Extent, banner, extent_of, header
from praya.reports.number_format import COMMA, SPACE
from praya.reports.plain import Imprint, footer
from praya.reports.report_words import word
from praya.text.punctuation import marks

COLOURS = {
    "on-target": "#1b6b33",
    "off-target": "#a12a12",
    "due": "#55626f",
    "no-target": "#55626f",
    "no-figure": "#55626f",
}
NAME_LENGTH, FOOTER_LENGTH = 31, 240
FORBIDDEN = re.compile(r"[\[\]:*?/\\]")


def write(document: Document, imprint: Imprint, language: str) -> bytes:
    """The workbook: `about` with title, notes and sources, then a sheet for each table and chart."""
    from xlsxwriter import Workbook

    out = io.BytesIO()
    with Workbook(out, {"in_memory": True}) as book:
        title = f"{words(document.title, language)} {words(document.subtitle, language)}".strip()
        m, extent = marks(language), extent_of(document)
        marked = f"{m.left}{header(document, language)}{m.right}" if extent != "none" else ""
        created = imprint.moment.replace(tzinfo=None)
        book.set_properties(
            {"title": title + marked, "author": words(document.office, language), "created": created}
        )
        sheets = _Book(book, imprint, language, extent)
        about = sheets.add(word("about", language), generated=extent == "all")
        for number, (heading, table) in enumerate(_tables(document), 1):
            _table(sheets, heading or table.caption, table, number)
        _about(about, sheets, document)
    return out.getvalue()


class _Book:
    """A workbook, its formats (each made once) and what every sheet has: the mark, and the sources in its footer."""

    def __init__(self, book: Any, imprint: Imprint, language: str, extent: Extent) -> None:
        self.book, self.imprint, self.language, self.extent = book, imprint, language, extent
        self.formats: dict[tuple[tuple[str, Any], ...], Any] = {}
        self.names: set[str] = set()

    def format(self, **properties: Any) -> Any:
        key = tuple(sorted(properties.items()))
        if key not in self.formats:
            base = {"font_name": FAMILIES[self.language], "font_size": 10, "valign": "top"}
            self.formats[key] = self.book.add_format(base | properties)
        return self.formats[key]

    def add(self, name: str, *, generated: bool) -> Any:
        sheet = self.book.add_worksheet(self._name(name))
        footer_texts = footer(self.imprint, self.language)
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer(
            f"&L&7{_plain(footer_texts['known'])}\n{_plain(footer_texts['edition'])}&R&7&P / &N"[
                :FOOTER_LENGTH
            ]
        )
        if generated:
            sheet.set_header(f"&C&B{_plain(word('synthetic_short', self.language))}")
        return sheet

    def _name(self, name: str) -> str:
        name = FORBIDDEN.sub(" ", name).strip("'")[:NAME_LENGTH]
        number = 1
        wanted = name
        while wanted.lower() in self.names:
            number += 1
            wanted = f"{name[: NAME_LENGTH - 3]} {number}"
        self.names.add(wanted.lower())
        return wanted


def _plain(text: str) -> str:
    return text.replace("&", "&&")


def _tables(document: Document) -> Iterator[tuple[Any, Table]]:
    """Every table, and of every chart its figures, with the heading that it stands under."""
    heading: Any = ""
    for block in document.blocks:
        if isinstance(block, Heading) and block.level == 2:
            heading = block.text
        if isinstance(block, Table):
            yield heading, block
        elif isinstance(block, Chart):
            yield heading, chart_table(block)


def _about(sheet: Any, book: _Book, document: Document) -> None:
    language, footer_texts = book.language, footer(book.imprint, book.language)
    m = marks(language)
    sheet.set_column(0, 0, 60)
    sheet.set_column(1, 3, 24)
    wrapped, bold = book.format(text_wrap=True), book.format(bold=True, text_wrap=True)
    lines: list[tuple[str, Any]] = [
        (words(document.title, language), book.format(bold=True, font_size=14)),
        (words(document.subtitle, language), bold),
        (words(document.office, language), wrapped),
    ]
    if (said := banner(document, language)) is not None:
        lines.append((said, book.format(bold=True, font_color="#8a3b12", text_wrap=True)))
    lines += [
        (footer_texts["known"], wrapped),
        (footer_texts["edition"], wrapped),
        (footer_texts["made"], wrapped),
    ]
    if footer_texts["converted"]:
        lines.append((footer_texts["converted"], wrapped))
    lines.append(("", wrapped))
    for block in document.blocks:
        if isinstance(block, Heading):
            lines.append((words(block.text, language), bold))
        elif isinstance(block, Paragraph):
            text = words(block.text, language)
            lines.append((_marked(text, book, block.synthetic), wrapped))
        elif isinstance(block, Remarks):
            lines += [(words(item, language), wrapped) for item in block.items]
    for row, (text, form) in enumerate(lines):
        sheet.write_string(row, 0, text, form)
    row = len(lines) + 1
    labels = [word(name, language) for name in ("dataset", "release", "published", "sha256")]
    for column, label in enumerate(labels):
        sheet.write_string(row, column, label, bold)
    for release in footer_texts["releases"]:
        row += 1
        texts = (
            f"{release['title']}{m.left}{release['dataset']}{m.right}",
            f"{release['number']}{m.left}{release['version']}{m.right}",
            release["published"],
            release["sha256"],
        )
        for column, text in enumerate(texts):
            sheet.write_string(row, column, text, wrapped)


def _table(book: _Book, heading: Any, table: Table, number: int) -> None:
    language = book.language
    name = table.name or words(table.caption, language)
    generated = book.extent == "all" or (book.extent == "some" and table.synthetic)
    sheet = book.add(f"{number} {name}", generated=generated)
    sheet.write_string(0, 0, words(heading, language), book.format(bold=True, font_size=12))
    sheet.write_string(1, 0, words(table.caption, language), book.format(italic=True))
    top = 3
    if generated:
        mark = book.format(bold=True, font_color="#8a3b12")
        sheet.write_string(2, 0, word("synthetic_short", language), mark)
    for place, column in enumerate(table.columns):
        align = "right" if column.kind == "number" else "left"
        form = book.format(bold=True, text_wrap=True, bottom=1, align=align, valign="bottom")
        title = _marked(words(column.title, language), book, column.synthetic)
        sheet.write_string(top, place, title, form)
        texts = [
            cell_text(row.cells[place], column, language) for row in table.rows if len(row.cells) > place
        ]
        widest = max([8.0, *(_wide(text) for text in texts)])
        sheet.set_column(place, place, min(widest + 2, 60 if place == 0 else 40))
    sheet.freeze_panes(top + 1, 1)
    sheet.repeat_rows(top)
    for line, row in enumerate(table.rows, top + 1):
        for place, (cell, column) in enumerate(zip(row.cells, table.columns, strict=False)):
            _cell(book, sheet, line, place, row, cell, column)
    for line, note in enumerate(table.notes, top + len(table.rows) + 2):
        sheet.write_string(line, 0, f"{note.mark} {words(note.text, language)}", book.format(font_size=9))


def _marked(text: str, book: _Book, synthetic: bool) -> str:
    """A text with the mark of generated figures behind it, where others of the workbook are real."""
    if not synthetic or book.extent != "some":
        return text
    m = marks(book.language)
    return f"{text}{m.left}{word('made_up', book.language)}{m.right}".strip()


def _wide(text: str) -> float:
    return sum(2.0 if letter > "\u2e80" else 1.0 for letter in text)


def _cell(book: _Book, sheet: Any, line: int, place: int, row: Row, cell: Cell, column: Column) -> None:
    """A number with what stands around it in its format, so that it can be added up; anything else as text."""
    properties: dict[str, Any] = {}
    if cell.strong or row.kind in ("total", "group"):
        properties["bold"] = True
    if row.kind == "total":
        properties["top"] = 1
    if row.kind == "sub" and place == 0:
        properties["indent"] = 1
    cell = in_language(cell, book.language)
    value = cell.value
    if isinstance(value, Status):
        form = book.format(**properties, font_color=COLOURS[value.code])
        sheet.write_string(line, place, cell_text(cell, column, book.language), form)
    elif isinstance(value, int | float | Decimal):
        form = book.format(**properties, num_format=number_format(cell, column, book.language), align="right")
        sheet.write_number(line, place, float(value), form)
    else:
        align = "right" if column.kind == "number" else "left"
        form = book.format(**properties, align=align, text_wrap=True)
        text = cell_text(cell, column, book.language) + cell.mark
        sheet.write_string(line, place, _marked(text, book, row.synthetic and place == 0), form)


def number_format(cell: Cell, column: Column, language: str) -> str:
    """The spreadsheet's format by which a number shows as in the report: `#,##0.0" (+2.0%)"`."""
    cell = in_language(cell, language)
    decimals = cell.decimals if cell.decimals is not None else column.decimals
    if decimals is None:
        number = Decimal(str(cell.value)).normalize()
        decimals = max(0, -int(number.as_tuple().exponent))
    digits = {COMMA: "#,##0", SPACE: "#,##0"}.get(column.group, "0")
    digits += "." + "0" * decimals if decimals else ""
    before, after = words(cell.before, language), words(cell.after, language)
    left = f'"{before}{joint(cell, before)}"' if before else ""
    behind = cell.mark + (f"{joint(cell, after)}{after}" if after else "")
    right = f'"{behind}"' if behind else ""
    shown = f"{left}{digits}{right}"
    return f"{shown};{left}\u2013{digits}{right}"
