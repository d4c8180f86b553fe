"""What a cell shows, and a chart's figures as a table."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from praya.reports.amounts import scaled
from praya.reports.document import Cell, Chart, Column, Status, Table, row, t, words
from praya.reports.number_format import figure, rounded
from praya.reports.report_words import WORDS

FIRST_CHINESE = "\N{CJK RADICAL REPEAT}"


def cell_text(cell: Cell, column: Column, language: str) -> str:
    """What a cell shows, but for its mark."""
    cell = in_language(cell, language)
    value = cell.value
    if isinstance(value, Status):
        text = f"{value.sign} {words(value.word, language)}"
    elif isinstance(value, int | float | Decimal):
        decimals = cell.decimals if cell.decimals is not None else column.decimals
        text = figure(value, decimals, column.group)
    else:
        text = "" if value is None else words(value, language)
    before, after = words(cell.before, language), words(cell.after, language)
    left = f"{before}{joint(cell, before)}" if before and text else before
    right = f"{joint(cell, after)}{after}" if after and (text or before) else after
    return f"{left}{text}{right}"


def joint(cell: Cell, around: str) -> str:
    """What stands between a cell's value and a text around it: nothing where that is Chinese."""
    return "" if any(letter >= FIRST_CHINESE for letter in around) else cell.joint


def in_language(cell: Cell, language: str) -> Cell:
    """The cell as this language counts: of money `$660.3m` in English, 6.603億元 in Chinese."""
    if not cell.dollars or language == "en" or not isinstance(cell.value, int | float | Decimal):
        return cell
    value = Decimal(str(cell.value)) if cell.decimals is None else rounded(cell.value, cell.decimals)
    number, scale = scaled(value * cell.dollars)
    after = words(t("dollars", f"{scale}元"), language)
    # All digits that it has in English: those of the column count in dollars, or in millions of them.
    digits = max(-int(number.normalize().as_tuple().exponent), 0)
    return replace(cell, value=number, before="", after=after, decimals=digits, dollars=0)


def point_cell(chart: Chart, series: int, place: int) -> Cell:
    """A value of a chart as it is printed; a gap says so."""
    line = chart.series[series]
    if line.cells:
        return line.cells[place]
    value = line.values[place]
    return Cell(WORDS["gap"] if value is None else value, decimals=chart.decimals)


def chart_table(chart: Chart) -> Table:
    """The figures of a chart, a label a row."""
    columns = [Column(chart.first)]
    columns += [
        Column(
            series.title if len(chart.series) > 1 else (chart.unit or series.title), "number", chart.decimals
        )
        for series in chart.series
    ]
    targets = list(chart.targets) or ([chart.target] * len(chart.labels) if chart.target is not None else [])
    columns += [Column(chart.goal_words or WORDS["target"], "number")] if targets else []
    rows = []
    for place, label in enumerate(chart.labels):
        cells = [point_cell(chart, series, place) for series in range(len(chart.series))]
        goals = [chart.goal or Cell(targets[place])] if targets else []
        rows.append(row(label, *cells, *goals))
    return Table(chart.title, columns, rows, synthetic=chart.synthetic)
