"""Reads reports back as a reader would: the tables of a page, the cells of a workbook as they show."""

from __future__ import annotations

import io
import re
from html.parser import HTMLParser
from typing import Any

Rows = list[list[str]]


class _Tables(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tables: list[tuple[str, Rows]] = []
        self.caption, self.rows, self.cell = "", Rows(), list[str]()
        self.inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.caption, self.rows = "", []
        elif tag == "tr":
            self.rows.append([])
        elif tag in ("th", "td", "caption"):
            self.inside, self.cell = tag, []

    def handle_endtag(self, tag: str) -> None:
        text = "".join(self.cell)
        if tag in ("th", "td"):
            self.rows[-1].append(text)
        elif tag == "caption":
            self.caption = text
        elif tag == "table":
            self.tables.append((self.caption, self.rows))
        if tag == self.inside:
            self.inside = ""

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.cell.append(data)


def tables(page: bytes) -> list[tuple[str, Rows]]:
    """Caption and rows of every table of a page, headings and all, each cell as text."""
    reader = _Tables()
    reader.feed(page.decode())
    return reader.tables


def sheets(data: bytes) -> dict[str, Rows]:
    """The table of every sheet but the first, from its headings on, numbers as the sheet's format shows them."""
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(data))
    found = {}
    for sheet in book.worksheets[1:]:
        top = int(re.sub(r"\D", "", sheet.freeze_panes)) - 1
        cells = sheet.iter_rows(min_row=top, max_col=sheet.max_column)
        found[sheet.title] = [[shown(cell.value, cell.number_format) for cell in row] for row in cells]
    return found


def shown(value: Any, form: str) -> str:
    """A cell's value by its number format: the first section of `"before "#,##0.0" after";…`."""
    if not isinstance(value, int | float):
        return "" if value is None else str(value)
    section = form.split(";")[0]
    before, digits, after = re.fullmatch(r'(?:"([^"]*)")?([#,0.]+)(?:"([^"]*)")?', section).groups()  # type: ignore[union-attr]
    decimals = len(digits.partition(".")[2])
    text = f"{abs(value):,.{decimals}f}"
    return f"{before or ''}{'–' if value < 0 else ''}{text}{after or ''}"
