"""Small charts as SVG: lines, bars, bullets. The same bytes each time; the same picture on the page and in the PDF.

No chart tells anything by colour alone: lines have their own dashes and markers and are named at their end, a target
is a dashed line or a stroke across, and every value stands in a table under the chart.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from html import escape
from itertools import pairwise
from typing import NamedTuple

from praya.reports.cells import cell_text, point_cell
from praya.reports.document import Cell, Chart, Column, words
from praya.reports.fonts import families
from praya.reports.number_format import figure
from praya.reports.report_words import word
from praya.text.punctuation import marks

WIDTH, SIZE = 640, 12
FEW = 10  # bars that have room between them
INK, SOFT, LINE, TARGET = "#1d2733", "#55626f", "#d0d7de", "#8a3b12"
# Told apart by the colour-blind (Okabe and Ito), dark enough for print in grey.
COLOURS = ("#0b5c7a", "#b35806", "#5e3c99", "#1b7837")
DASHES = ("", "7 3", "2 3", "9 3 2 3")
NUMBER = Column("", "number")


class Label(NamedTuple):
    """A text in a chart: where its foot is, and which of its ends lies there."""

    x: float
    y: float
    text: str
    colour: str
    anchor: str

    def svg(self) -> str:
        return (
            f'<text x="{_n(self.x)}" y="{_n(self.y)}" fill="{self.colour}" text-anchor="{self.anchor}">'
            f"{escape(self.text)}</text>"
        )


class Drawing(NamedTuple):
    """A chart in `WIDTH` by `height` units: its shapes as SVG elements, and its texts."""

    height: float
    marks: Sequence[str | Label]

    @property
    def shapes(self) -> str:
        """The SVG of the shapes alone; a PDF's texts are set in its own font."""
        return _picture(self.height, [mark for mark in self.marks if isinstance(mark, str)])

    @property
    def labels(self) -> list[Label]:
        return [mark for mark in self.marks if isinstance(mark, Label)]


def drawing(chart: Chart, language: str) -> Drawing:
    """The chart, not yet a file."""
    return Drawing(*{"line": _line, "bar": _bar, "bullet": _bullet}[chart.kind](chart, language))


def svg(chart: Chart, language: str) -> str:
    """The chart with its title and what it shows as text alternative."""
    height, marks = drawing(chart, language)
    drawn = [mark.svg() if isinstance(mark, Label) else mark for mark in marks]
    family = ", ".join(f"'{name}'" for name in families(language))
    title = (
        f"<title>{escape(words(chart.title, language))}</title>"
        f"<desc>{escape(alternative(chart, language))}</desc>"
    )
    return _picture(
        height, [title, *drawn], f' role="img" font-family="{family}, sans-serif" font-size="{SIZE}"'
    )


def alternative(chart: Chart, language: str) -> str:
    """What a chart shows, in words; of generated figures it says so first."""
    said = words(chart.summary, language)
    return f"{word('synthetic_short', language)}{marks(language).stop}{said}" if chart.synthetic else said


def _goal(chart: Chart, language: str) -> str:
    """The target's name, and its figure where all labels have the same."""
    goal = chart.goal or (Cell(chart.target) if chart.target is not None else None)
    called = words(chart.goal_words, language) or word("target", language)
    space = " " if language == "en" else ""
    return f"{called}{space}{cell_text(goal, NUMBER, language)}" if goal else called


def _picture(height: float, marks: Sequence[str], attributes: str = "") -> str:
    box = f'viewBox="0 0 {WIDTH} {_n(height)}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {box}{attributes}>{"".join(marks)}</svg>'


def ticks(low: float, high: float, about: int = 4) -> list[float]:
    """Round values from at most `low` to at least `high`, some `about` of them apart."""
    span = (high - low) or abs(high) or 1.0
    rough = span / about
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(size * power for size in (1, 2, 2.5, 5, 10) if size * power >= rough * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(number * step, 10) for number in range(first, max(last, first + 1) + 1)]


def _line(chart: Chart, language: str) -> tuple[float, list[str | Label]]:
    names = [words(series.title, language) for series in chart.series] if len(chart.series) > 1 else []
    behind = names + ([_goal(chart, language)] if chart.target is not None else [])
    left, right, top, bottom = 62, max([70.0, *(_wide(text) + 14 for text in behind)]), 14, 190
    right = min(right, 200)
    values = [value for series in chart.series for value in series.values if value is not None]
    values += [chart.target] if chart.target is not None else []
    scale = ticks(min(values, default=0), max(values, default=1))

    def x(place: int) -> float:
        return left + (WIDTH - left - right) * (place / max(len(chart.labels) - 1, 1))

    def y(value: float) -> float:
        return bottom - (bottom - top) * (value - scale[0]) / (scale[-1] - scale[0])

    marks: list[str | Label] = [
        mark
        for tick in scale
        for mark in (
            _stroke(left, y(tick), WIDTH - right, y(tick), LINE),
            _text(left - 7, y(tick) + 4, figure(tick), SOFT, "end"),
        )
    ]
    shown = range(0, len(chart.labels), max(1, math.ceil(len(chart.labels) / 7)))
    marks += [_text(x(place), bottom + 18, words(chart.labels[place], language), SOFT) for place in shown]
    if chart.target is not None:
        marks += [
            _stroke(left, y(chart.target), WIDTH - right, y(chart.target), TARGET, 1.5, "6 4"),
            _text(
                WIDTH - right + 7,
                y(chart.target) + 4,
                _goal(chart, language),
                TARGET,
                "start",
            ),
        ]
    ends = list[float]()
    for number, series in enumerate(chart.series):
        points = [
            (x(place), y(value)) if value is not None else None for place, value in enumerate(series.values)
        ]
        marks += _path(points, number)
        if names and (last := next((point for point in reversed(points) if point), None)):
            at = _free(last[1], ends)
            ends.append(at)
            marks.append(_text(WIDTH - right + 7, at + 4, names[number], COLOURS[number % 4], "start"))
    return bottom + 30, marks


def _path(points: Sequence[tuple[float, float] | None], number: int) -> list[str]:
    """The strokes between neighbours that are there, and a marker at each point."""
    colour, dash = COLOURS[number % 4], DASHES[number % 4]
    marks = [_stroke(*start, *end, colour, 2, dash) for start, end in pairwise(points) if start and end]
    return marks + [_marker(*point, number, colour) for point in points if point]


def _bar(chart: Chart, language: str) -> tuple[float, list[str | Label]]:
    return _bars(chart, language, [None] * len(chart.labels))


def _bullet(chart: Chart, language: str) -> tuple[float, list[str | Label]]:
    return _bars(chart, language, list(chart.targets))


def _bars(chart: Chart, language: str, targets: Sequence[float | None]) -> tuple[float, list[str | Label]]:
    """A bar a label and series, its value behind it; `targets` as strokes across."""
    labels = [_wrapped(words(label, language), 210) for label in chart.labels]
    left = max((_wide(line) for label in labels for line in label), default=0) + 10
    values = [value for series in chart.series for value in series.values if value is not None]
    most = max([value for value in [*values, *targets, chart.target] if value is not None], default=1) or 1
    printed = {
        (place, number): cell_text(point_cell(chart, number, place), NUMBER, language)
        for place in range(len(labels))
        for number in range(len(chart.series))
    }
    # Behind the longest bar there is room for its value, with the word before it.
    room = WIDTH - left - max([76.0, *(_wide(text) + 14 for text in printed.values())])
    marks, at = list[str | Label](), 6.0
    gap = 6 if len(labels) <= FEW else 0
    for place, label in enumerate(labels):
        height = max((22.0 if gap else 18.0) * len(chart.series), 15.0 * len(label) + 4)
        for number, text in enumerate(label):
            middle = at + height / 2 + 4 + 15 * (number - (len(label) - 1) / 2)
            marks.append(_text(left - 8, middle, text, INK, "end"))
        for number, series in enumerate(chart.series):
            value = series.values[place]
            y = at + height / 2 + 22 * (number - (len(chart.series) - 1) / 2) - 7
            end = left + room * (value or 0) / most
            marks.append(_rect(left, y, max(end - left, 0.5), 14, COLOURS[number % 4]))
            target = targets[place]
            stroke = left + room * target / most if target is not None else 0.0
            behind = max(end, stroke + 2 if stroke >= end - 2 and stroke - end < 50 else end)
            marks.append(
                _text(behind + 6, y + 11, printed[place, number], INK if value is not None else SOFT, "start")
            )
        if (target := targets[place]) is not None:
            x = left + room * target / most
            marks.append(_stroke(x, at + height / 2 - 11, x, at + height / 2 + 11, TARGET, 3))
        at += height + gap
    marks.append(_stroke(left, 2, left, at, SOFT))
    if any(target is not None for target in targets):
        marks.append(_stroke(left + 4, at + 8, left + 4, at + 20, TARGET, 3))
        marks.append(_text(left + 12, at + 18, _goal(chart, language), TARGET, "start"))
        at += 22
    return at + 4, marks


def _free(y: float, taken: Sequence[float]) -> float:
    while any(abs(y - other) < SIZE + 1 for other in taken):
        y += 2
    return y


def _wide(text: str) -> float:
    """About how wide a text is, in pixels."""
    return sum(SIZE if unicodedata.east_asian_width(letter) in "WF" else SIZE * 0.57 for letter in text)


def _wrapped(text: str, room: float) -> list[str]:
    """The text in lines of at most `room` pixels, broken at spaces or between Chinese characters."""
    lines, line = list[str](), ""
    pieces = text.split(" ") if " " in text else list(text)
    joint = " " if " " in text else ""
    for piece in pieces:
        longer = f"{line}{joint}{piece}" if line else piece
        if line and _wide(longer) > room:
            lines.append(line)
            longer = piece
        line = longer
    return [*lines, line]


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _text(x: float, y: float, text: str, colour: str, anchor: str = "middle") -> Label:
    return Label(x, y, text, colour, anchor)


def _stroke(
    x: float, y: float, to_x: float, to_y: float, colour: str, width: float = 1, dash: str = ""
) -> str:
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<line x1="{_n(x)}" y1="{_n(y)}" x2="{_n(to_x)}" y2="{_n(to_y)}" stroke="{colour}" '
        f'stroke-width="{_n(width)}"{dashes}/>'
    )


def _rect(x: float, y: float, width: float, height: float, colour: str) -> str:
    return f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}" fill="{colour}"/>'


def _marker(x: float, y: float, number: int, colour: str) -> str:
    if number % 4 == 0:
        return f'<circle cx="{_n(x)}" cy="{_n(y)}" r="3.5" fill="{colour}"/>'
    if number % 4 == 1:
        return _rect(x - 3.5, y - 3.5, 7, 7, colour)
    shape = f"M{_n(x)} {_n(y - 5)}l5 8h-10z" if number % 4 == 2 else f"M{_n(x)} {_n(y - 5)}l5 5l-5 5l-5 -5z"
    return f'<path d="{shape}" fill="{colour}"/>'
