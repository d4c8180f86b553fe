"""Which figures of a document are generated: whether all of them, some, or none, and what a banner says of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Literal

from praya.contract.text import Text
from praya.reports.document import Block, Cell, Chart, Document, Paragraph, Table, t, words
from praya.reports.report_words import WORDS

Extent = Literal["none", "some", "all"]
# What is counted in a banner, one and several.
PARTS = {
    "table": (t("1 table", "1個表"), t("{n} tables", "{n}個表")),
    "chart": (t("1 chart", "1個圖表"), t("{n} charts", "{n}個圖表")),
    "column": (t("1 column", "1欄"), t("{n} columns", "{n}欄")),
    "row": (t("1 row", "1行"), t("{n} rows", "{n}行")),
    "paragraph": (t("1 paragraph", "1段文字"), t("{n} paragraphs", "{n}段文字")),
}


def extent_of(document: Document) -> Extent:
    """Whether the figures of a document are generated: `all`, `some` or `none` of them."""
    marks = {generated for block in document.blocks for generated in _figures(block)}
    return "none" if True not in marks else "some" if False in marks else "all"


def banner(document: Document, language: str) -> str | None:
    """The words over a document with generated figures: of the whole of it, or of how many parts wear the mark."""
    extent = extent_of(document)
    if extent == "none":
        return None
    if extent == "all":
        return WORDS["synthetic"].in_language(language)
    counted = Counter(part for block in document.blocks for part in _marked(block))
    said = [_counted(part, counted[part]).in_language(language) for part in PARTS if counted[part]]
    apart = ", " if language == "en" else "、"
    return words(WORDS["synthetic_some"], language).format(what=apart.join(said))


def header(document: Document, language: str) -> str | None:
    """The same in short, for the head of each page."""
    names = {"all": "synthetic_short", "some": "synthetic_some_short"}
    name = names.get(extent_of(document))
    return WORDS[name].in_language(language) if name else None


def _counted(part: str, many: int) -> Text:
    singular, plural = PARTS[part]
    return singular if many == 1 else t(plural.en.format(n=many), plural.zh_hant.format(n=many))


def _figures(block: Block) -> Iterator[bool]:
    """For each figure of a block whether it is generated."""
    match block:
        case Chart() | Paragraph():
            if isinstance(block, Chart) or block.synthetic:
                yield block.synthetic
        case Table():
            for row in block.rows:
                if row.synthetic:
                    yield True
                for cell, column in zip(row.cells, block.columns, strict=False):
                    if _is_figure(cell):
                        yield block.synthetic or row.synthetic or column.synthetic


def _is_figure(cell: Cell) -> bool:
    return isinstance(cell.value, int | float | Decimal) and not isinstance(cell.value, bool)


def _marked(block: Block) -> Iterator[str]:
    """The parts of a block that wear the mark."""
    match block:
        case Chart() | Paragraph():
            if block.synthetic:
                yield type(block).__name__.lower()
        case Table():
            if block.synthetic:
                yield "table"
                return
            yield from ("column" for column in block.columns if column.synthetic)
            yield from ("row" for row in block.rows if row.synthetic)
