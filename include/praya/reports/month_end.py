"""The close of a month: what is due and has not come, what is still an estimate, and what was revised, when and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import TypeVar

from praya.contract.register import Metric, Programme
from praya.contract.text import Text
from praya.contract.zone import HONG_KONG
from praya.reports.document import (
    Block,
    Cell,
    Column,
    Document,
    Heading,
    Paragraph,
    Row,
    Table,
    Words,
    row,
    t,
    words,
)
from praya.reports.kinds.month_end_report import REPORT
from praya.reports.metric_words import STAGES, dated, in_both, period_words, revised_cell, value_cell
from praya.reports.metrics import Figures
from praya.reports.metrics.cycle import Due, Waiting, due, waiting
from praya.reports.number_format import date, month
from praya.reports.sources import Sources

OBSERVATIONS = "programme-observations"
# The months with which a calendar year and a financial year end.
YEAR_ENDS = {12: t("The calendar year ended", "曆年完結"), 3: t("The financial year ended", "財政年度完結")}
NOTHING = t("None.", "沒有。")

Entry = TypeVar("Entry")
Listed = Sequence[tuple[Programme, Metric]]


def build(sources: Sources, period: str | None) -> Document:
    """As at the day as of which it is made, the last of the month where the month is closed."""
    figures, day = Figures(sources.store, releases=sources.releases), sources.day
    listed = [
        (programme, metric)
        for programme in figures.programmes
        for metric in programme.metrics
        if metric.observed.dataset == OBSERVATIONS
    ]
    held = [(programme, figure) for programme, metric in listed for figure in waiting(figures, metric, day)]
    blocks: list[Block] = [
        Paragraph(
            in_both(
                lambda language: {
                    "en": f"As at {date(day, 'en')}. A figure is due when the period after its own has ended too.",
                    "zh-Hant": f"截至{date(day, 'zh-Hant')}。數字在所屬時期的下一時期亦完結時到期。",
                }[language]
            )
        )
    ]
    if day.month in YEAR_ENDS and (day + dt.timedelta(1)).month != day.month:
        ended = [(programme, figure) for programme, figure in held if figure.ended == day]
        blocks += [Heading(YEAR_ENDS[day.month]), _waiting(figures, ended, YEAR_OVER)]
    blocks += [
        Heading(t("Due, and not there", "到期而未有的數字")),
        *_due(figures, listed, day),
        Heading(t("Still what was expected", "仍屬預計的數字")),
        _waiting(figures, held, OVER),
        Heading(t("Revised in the month", "本月修訂的數字")),
        *_revised(figures, listed, day),
    ]
    return Document(
        title=REPORT.title,
        subtitle=in_both(lambda language: month(period or day.strftime("%Y-%m"), language)),
        office=t("Innovation, Technology and Industry Bureau", "創新科技及工業局"),
        blocks=blocks,
        landscape=True,
    )


OVER = t(
    "Figures of periods that are over, and that no later stage has taken the place of",
    "所屬時期已完結而未由較後階段取代的數字",
)
YEAR_OVER = t("Figures of that year to be revised or to become actual", "該年度有待修訂或改為實際的數字")


def _due(figures: Figures, listed: Listed, day: dt.date) -> list[Block]:
    overdue = [(programme, entry) for programme, metric in listed if (entry := due(figures, metric, day))]
    if not overdue:
        return [Paragraph(NOTHING)]
    columns = [
        Column(t("Metric", "指標"), width=3.0),
        Column(t("Responsible office", "負責部門"), width=2.0),
        Column(t("Last figure of", "最後數字的時期"), width=1.3),
        Column(t("First one missing", "首個欠缺的時期"), width=1.3),
        Column(t("Periods missing", "欠缺時期數目"), "number", 0),
        Column(t("Due on", "到期日"), width=1.3),
    ]
    rows = _grouped(overdue, _due_row)
    return [Table(t("Gaps", "缺口"), columns, rows, name="Due")]


def _due_row(entry: Due) -> Row:
    since = in_both(lambda language: date(entry.since, language))
    kind = entry.last.period_kind
    return row(
        entry.metric.title,
        entry.metric.office,
        dated(entry.last),
        period_words(entry.period, kind),
        entry.many,
        since,
    )


def _waiting(figures: Figures, held: Sequence[tuple[Programme, Waiting]], caption: Words) -> Block:
    if not held:
        return Paragraph(NOTHING)
    columns = [
        Column(t("Metric", "指標"), width=3.0),
        Column(t("Period", "時期"), width=1.2),
        Column(t("Stage", "階段"), width=1.2),
        Column(t("Figure", "數字"), "number"),
        Column(t("Unit", "單位"), width=1.2),
        Column(t("Ended on", "完結日"), width=1.4),
    ]
    rows = _grouped(held, lambda entry: _waiting_row(figures, entry))
    return Table(caption, columns, rows, name="Estimates")


def _waiting_row(figures: Figures, figure: Waiting) -> Row:
    what = figure.observation
    return row(
        figure.metric.title,
        period_words(what.period, what.period_kind),
        STAGES[what.stage],
        value_cell(what),
        figures.units[figure.metric.unit],
        in_both(lambda language: date(figure.ended, language)),
    )


def _revised(figures: Figures, listed: Listed, day: dt.date) -> list[Block]:
    rows: list[Row] = []
    for _, metric in listed:
        observations = figures.of(metric)
        kinds = {observation.period: observation.period_kind for observation in observations}
        digits = {
            (observation.period, observation.stage): observation.decimals for observation in observations
        }
        for revision in figures.revised(metric):
            published = dt.datetime.fromisoformat(revision.published_at).astimezone(HONG_KONG).date()
            if (published.year, published.month) != (day.year, day.month):
                continue
            period = (
                period_words(revision.period, kinds[revision.period])
                if revision.period in kinds
                else revision.period
            )
            was, now = (
                Cell(None)
                if each is None
                else revised_cell(each, digits.get((revision.period, revision.stage)))
                for each in (revision.was, revision.now)
            )
            rows.append(
                row(
                    metric.title,
                    _both(period, STAGES[revision.stage]),
                    was,
                    now,
                    t(revision.reason["en"], revision.reason["zh-Hant"]),
                    revision.by,
                    revision.decided,
                )
            )
    if not rows:
        return [Paragraph(NOTHING)]
    columns = [
        Column(t("Metric", "指標"), width=2.4),
        Column(t("Of", "所屬時期"), width=1.6),
        Column(t("Was", "原為"), "number"),
        Column(t("Is", "現為"), "number"),
        Column(t("Why", "原因"), width=2.4),
        Column(t("Who", "修訂者"), width=1.6),
        Column(t("Decided", "決定日期"), width=1.2),
    ]
    return [Table(t("Revisions", "修訂"), columns, rows, name="Revisions")]


def _both(period: Words, stage: Text) -> Words:
    return t(f"{words(period, 'en')}, {stage.en}", f"{words(period, 'zh-Hant')}，{stage.zh_hant}")


def _grouped(entries: Sequence[tuple[Programme, Entry]], make: Callable[[Entry], Row]) -> list[Row]:
    """A row of each, under a heading for each programme."""
    rows, last = list[Row](), ""
    for programme, entry in entries:
        if programme.programme != last:
            rows.append(row(programme.title, kind="group"))
            last = programme.programme
        rows.append(make(entry))
    return rows
