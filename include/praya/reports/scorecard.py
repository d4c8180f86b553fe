"""The programme scorecard: every metric of the programmes with target, latest figure, trend and status in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from praya.contract.register import Metric, Programme
from praya.contract.text import Text
from praya.reports.document import (
    Block,
    Cell,
    Column,
    Document,
    Heading,
    Note,
    Paragraph,
    Row,
    Table,
    row,
    t,
)
from praya.reports.kinds.scorecard_report import REPORT
from praya.reports.metric_words import (
    STATUSES,
    dated,
    due_reason,
    gap_words,
    period_words,
    status_cell,
    target_cell,
    trend_words,
    value_cell,
)
from praya.reports.metrics import Figures, Judged, judged
from praya.reports.sources import Sources
from praya.text.punctuation import marks

OBSERVATIONS = "programme-observations"


def build(sources: Sources, _period: str | None) -> Document:
    """At a glance by programme, the metrics that have a target, then every metric by programme."""
    figures = Figures(sources.store, releases=sources.releases)
    shown = [(programme, _metrics(figures, programme)) for programme in figures.programmes]
    shown = [(programme, metrics) for programme, metrics in shown if metrics]
    results = {metric.id: judged(metric, figures.of(metric)) for _, metrics in shown for metric in metrics}
    blocks: list[Block] = [_glance(shown, results), _targets(figures, shown, results)]
    for programme, metrics in shown:
        areas = {area.number: area.title for metric in metrics for area in metric.policy_areas}
        blocks += [
            Heading(programme.title),
            Paragraph(_office(programme, areas), soft=True),
            _programme(figures, programme, metrics, results),
        ]
    many = len(results)
    return Document(
        title=REPORT.title,
        subtitle=t(
            f"{len(shown)} programmes and systems, {many} metrics", f"{len(shown)}項計劃及系統，{many}項指標"
        ),
        office=t("Innovation, Technology and Industry Bureau", "創新科技及工業局"),
        blocks=blocks,
        landscape=True,
    )


def _metrics(figures: Figures, programme: Programme) -> list[Metric]:
    """Those whose figures are observations: the measures of generated records have a report of their own."""
    return [metric for metric in figures.shown_by(programme) if metric.observed.dataset == OBSERVATIONS]


def _office(programme: Programme, areas: dict[int, Text]) -> Text:
    said = {
        language: marks(language).semicolon.join(
            f"{title.in_language(language)}{marks(language).left}{number}{marks(language).right}"
            for number, title in sorted(areas.items())
        )
        for language in ("en", "zh-Hant")
    }
    office = programme.office
    return t(f"{office.en}. Policy area: {said['en']}.", f"{office.zh_hant}。政策範圍：{said['zh-Hant']}。")


def _glance(shown: Sequence[tuple[Programme, list[Metric]]], results: dict[str, Judged]) -> Table:
    columns = [Column(t("Programme", "計劃"), width=3.0)]
    columns += [Column(status.word, "number", 0) for status in STATUSES.values()]
    columns.append(Column(t("Metrics", "指標"), "number", 0))

    def counted(names: Sequence[str]) -> list[Cell]:
        by_status = Counter[str](results[name].status for name in names)
        return [Cell(by_status[status] or None, strong=status == "off target") for status in STATUSES] + [
            Cell(len(names))
        ]

    rows = [row(programme.title, *counted([metric.id for metric in metrics])) for programme, metrics in shown]
    rows.append(
        row(t("All, each metric once", "全部（每項指標計算一次）"), *counted(list(results)), kind="total")
    )
    return Table(t("At a glance", "概覽"), columns, rows, name="Glance")


def _targets(
    figures: Figures, shown: Sequence[tuple[Programme, list[Metric]]], results: dict[str, Judged]
) -> Table:
    """Only what has a target, so that one look tells what is on target."""
    rows: list[Row] = []
    notes = _Notes()
    seen = set[str]()
    for programme, metrics in shown:
        aimed = [metric for metric in metrics if metric.target.value is not None and metric.id not in seen]
        if aimed:
            rows.append(row(programme.title, kind="group"))
        for metric in aimed:
            seen.add(metric.id)
            rows.append(_row(figures, metric, results[metric.id], notes))
    caption = t("Metrics with a target", "設有目標的指標")
    return Table(caption, _columns(), rows, notes.listed, name="Targets")


def _programme(
    figures: Figures, programme: Programme, metrics: Sequence[Metric], results: dict[str, Judged]
) -> Table:
    notes = _Notes()
    rows = [_row(figures, metric, results[metric.id], notes) for metric in metrics]
    title = programme.title
    caption = t(f"Metrics: {title.en}", f"指標：{title.zh_hant}")
    return Table(caption, _columns(), rows, notes.listed, name=programme.programme[:28])


def _columns() -> list[Column]:
    return [
        Column(t("Metric", "指標"), width=3.0),
        Column(t("Unit", "單位"), width=1.2),
        Column(t("Target", "目標"), "number"),
        Column(t("Latest\nactual", "最新\n實際數字"), "number"),
        Column(t("Of", "所屬時期"), width=1.2),
        Column(t("Latest estimate\nor plan", "最新預算\n或計劃"), "number"),
        Column(t("Of", "所屬時期"), width=1.4),
        Column(t("Trend", "趨勢"), width=1.8),
        Column(t("Status", "狀況"), "status"),
    ]


def _row(figures: Figures, metric: Metric, result: Judged, notes: _Notes) -> Row:
    actual, later = result.actual, result.expected
    reason = due_reason(metric, result)
    if result.status == "no figure":
        reason = gap_words(metric)
    elif metric.target.none_because:
        reason = metric.target.none_because
    return row(
        metric.title,
        figures.units[metric.unit],
        target_cell(metric),
        value_cell(actual),
        period_words(actual.period, actual.period_kind) if actual else "",
        value_cell(later),
        dated(later) if later else "",
        trend_words(result),
        status_cell(metric, result, mark=notes.mark(reason) if reason else ""),
    )


class _Notes:
    """The reasons under a table, each once, with the mark that stands beside what it is the reason of."""

    def __init__(self) -> None:
        self.listed: list[Note] = []
        self._marks: dict[str, str] = {}

    def mark(self, reason: Text) -> str:
        if reason.en not in self._marks:
            self._marks[reason.en] = _letters(len(self._marks))
            self.listed.append(Note(self._marks[reason.en], reason))
        return self._marks[reason.en]


def _letters(place: int) -> str:
    """0 is `a`, 25 `z`, 26 `aa`."""
    more, last = divmod(place, 26)
    return (_letters(more - 1) if more else "") + chr(ord("a") + last)
