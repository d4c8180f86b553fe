"""What a cell shows, and a chart's figures as a table."""

from __future__ import annotations

from decimal import Decimal

from praya.reporting.document import Cell, Chart, Column, Status, Table, row, words
from praya.reporting.numbers import figure
from praya.reporting.words import WORDS


def cell_text(cell: Cell, column: Column, language: str) -> str:
    """What a cell shows, but for its mark."""
    value = cell.value
    if isinstance(value, Status):
        text = f"{value.sign} {words(value.word, language)}"
    elif isinstance(value, int | float | Decimal):
        decimals = cell.decimals if cell.decimals is not None else column.decimals
        text = figure(value, decimals, column.group)
    else:
        text = "" if value is None else words(value, language)
    around = (words(cell.before, language), text, words(cell.after, language))
    return cell.joint.join(part for part in around if part)


def point_cell(chart: Chart, series: int, place: int) -> Cell:
    """A value of a chart as it is printed; a gap says so."""
    one = chart.series[series]
    if one.cells:
        return one.cells[place]
    value = one.values[place]
    return Cell(WORDS["gap"] if value is None else value, decimals=chart.decimals)


def chart_table(chart: Chart) -> Table:
    """The figures of a chart, a label a row."""
    columns = [Column(chart.first)]
    columns += [
        Column(one.title if len(chart.series) > 1 else (chart.unit or one.title), "number", chart.decimals)
        for one in chart.series
    ]
    targets = list(chart.targets) or ([chart.target] * len(chart.labels) if chart.target is not None else [])
    columns += [Column(chart.goal_words or WORDS["target"], "number")] if targets else []
    rows = []
    for place, label in enumerate(chart.labels):
        cells = [point_cell(chart, series, place) for series in range(len(chart.series))]
        goals = [chart.goal or Cell(targets[place])] if targets else []
        rows.append(row(label, *cells, *goals))
    return Table(chart.title, columns, rows, synthetic=chart.synthetic)
