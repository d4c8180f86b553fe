"""A report as a small tree of blocks, built once with typed values and texts in three languages.

Reports build this; the renderers (`page`, `sheet`, `pdf`) make files of it, and know nothing of any report.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Literal

from praya.contract.text import Text
from praya.reports.number_format import COMMA

# A text in three languages, or one that is the same in all.
Words = Text | str
Value = Text | str | int | float | Decimal | None


@cache
def t(en: str, zh_hant: str) -> Text:
    """A text in English and Traditional Chinese; Simplified is made from the latter."""
    return Text.model_validate({"en": en, "zh-Hant": zh_hant})


def words(text: Words, language: str) -> str:
    """The text in `en`, `zh-Hant` or `zh-Hans`."""
    return text if isinstance(text, str) else text.in_language(language)


class Status(Enum):
    """What a glance should tell: a word, and a sign whose shape differs as its colour does."""

    ON_TARGET = ("on-target", "●", t("On target", "達標"))
    OFF_TARGET = ("off-target", "▲", t("Off target", "未達標"))
    DUE = ("due", "◇", t("Result not known", "結果未明"))  # with the date behind it
    NO_TARGET = ("no-target", "–", t("No target", "沒有目標"))
    NO_FIGURE = ("no-figure", "○", t("No actual figure", "未有實際數字"))

    @property
    def code(self) -> str:
        return self.value[0]

    @property
    def sign(self) -> str:
        return self.value[1]

    @property
    def word(self) -> Text:
        return self.value[2]


@dataclass(frozen=True)
class Column:
    """A column of a table: its heading, what its cells are, and how its numbers are written."""

    title: Words
    kind: Literal["text", "number", "status"] = "text"
    decimals: int | None = None
    group: str = COMMA
    width: float = 1.0  # of the text columns, relative to each other
    synthetic: bool = False  # its figures are generated ones


@dataclass(frozen=True)
class Cell:
    """A value with what stands before and behind it; a text in a column of numbers says why there is none."""

    value: Value | Status = None
    before: Words = ""
    after: Words = ""
    mark: str = ""  # of a note under the table
    decimals: int | None = None  # where it differs from the column's
    strong: bool = False
    href: str = ""  # where a page leads from here
    joint: str = " "  # between the value and what stands around it; none where that is Chinese
    dollars: int = 0  # of money: how many dollars one of the value is; Chinese counts it in 萬 and 億


@dataclass(frozen=True)
class Row:
    """A row of a table; a `group` row is a heading over those that follow, `total` and `sub` say how it is set."""

    cells: tuple[Cell, ...]
    kind: Literal["plain", "group", "sub", "total"] = "plain"
    synthetic: bool = False  # its figures are generated ones


def row(
    *values: Value | Status | Cell,
    kind: Literal["plain", "group", "sub", "total"] = "plain",
    synthetic: bool = False,
) -> Row:
    """A row of these values."""
    return Row(tuple(value if isinstance(value, Cell) else Cell(value) for value in values), kind, synthetic)


@dataclass(frozen=True)
class Heading:
    """A heading of level 2 or 3; the report's title is the only one of level 1."""

    text: Words
    level: Literal[2, 3] = 2
    anchor: str = ""  # by which a page's address leads here


@dataclass(frozen=True)
class Paragraph:
    """A paragraph, with a link behind it where there is one."""

    text: Words
    href: str | None = None
    soft: bool = False  # smaller: what explains
    synthetic: bool = False  # its figures are generated ones


@dataclass(frozen=True)
class Note:
    """What a mark in a table stands for."""

    mark: str
    text: Words


@dataclass(frozen=True)
class Table:
    """A table; every row has as many cells as there are columns, a `group` row only the first."""

    caption: Words
    columns: Sequence[Column]
    rows: Sequence[Row]
    notes: Sequence[Note] = ()
    name: str = ""  # of its sheet in a spreadsheet, short
    synthetic: bool = False  # all of its figures are generated ones

    def __post_init__(self) -> None:
        for table_row in self.rows:
            if len(table_row.cells) != len(self.columns) and table_row.kind != "group":
                raise ValueError(
                    f"a row of {len(table_row.cells)} cells in a table of {len(self.columns)} columns: {table_row}"
                )


@dataclass(frozen=True)
class Series:
    """One line or set of bars; None is a gap. `cells` say each value as it is printed, with digits and word."""

    title: Words
    values: Sequence[float | None]
    cells: Sequence[Cell] = ()


@dataclass(frozen=True)
class Chart:
    """A chart; `summary` says in words what it shows. Its values also stand in a table under it.

    `line` and `bar` have a label a value; `bullet` has a bar a label with that label's target as a stroke.
    """

    title: Words
    kind: Literal["line", "bar", "bullet"]
    labels: Sequence[Words]
    series: Sequence[Series]
    summary: Words
    unit: Words = ""
    decimals: int | None = None
    target: float | None = None  # of a line or bar chart, one for all
    targets: Sequence[float | None] = ()  # of a bullet chart
    first: Words = ""  # heading of the labels in the table
    goal: Cell | None = None  # the target as it is printed, where all have the same
    goal_words: Words = ""  # what the target is called, where it is no standing one
    synthetic: bool = False  # its figures are generated ones


@dataclass(frozen=True)
class Remarks:
    """A list of notes."""

    items: Sequence[Words]


Block = Heading | Paragraph | Table | Chart | Remarks


@dataclass(frozen=True)
class Document:
    """A report: title, what it is of, the office that answers for it, and its blocks in order."""

    title: Words
    subtitle: Words
    office: Words
    blocks: Sequence[Block]
    landscape: bool = False
    keywords: Sequence[str] = field(default=())
