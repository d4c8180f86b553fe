"""The page of a metric: what it means, a chart, every figure with its source, revisions and notes; and the index."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from praya.contract.register import Metric
from praya.contract.text import Text
from praya.reports.document import (
    Block,
    Cell,
    Column,
    Document,
    Heading,
    Paragraph,
    Remarks,
    Row,
    Status,
    Table,
    Words,
    row,
    t,
    words,
)
from praya.reports.document import Note as Mark
from praya.reports.document_places import place_words
from praya.reports.metric_chart import chart
from praya.reports.metric_facts import facts
from praya.reports.metric_words import (
    KINDS,
    OBS_STATUS,
    STAGES,
    STATUSES,
    WITHHELD,
    dated,
    gap_words,
    in_both,
    period_words,
    revised_cell,
    status_cell,
    value_cell,
)
from praya.reports.metrics import Figures, Judged, Observation, judged
from praya.reports.metrics.metric_notes import notes_of
from praya.reports.number_format import financial_year

INDEX = t("All metrics", "所有指標")
KIND_OF_NOTE = {
    "break": t("Break in series", "數列中斷"),
    "proxy": t("Proxy", "替代數字"),
    "note": t("Note", "附註"),
}


def metric_document(figures: Figures, metric: Metric, short: str) -> Document:
    """The page of one metric; `short` (en, tc, sc) is the language of the pages that it links to."""
    programme, observations = figures.programme_of(metric.id), figures.of(metric)
    blocks: list[Block] = [
        Paragraph(INDEX, href=f"index-{short}.html#{programme.programme}", soft=True),
        Paragraph(metric.definition),
        facts(figures, metric, judged(metric, observations)),
    ]
    blocks += chart(figures, metric, observations)
    blocks.append(_figures(figures, metric, observations) if observations else Paragraph(gap_words(metric)))
    if observations and metric.gap:
        blocks.append(Paragraph(gap_words(metric)))
    blocks += _revisions(figures, metric, observations)
    notes = [
        _joined(KIND_OF_NOTE[note.kind], note.period, note.text)
        for note in notes_of(metric, programme, observations)
    ]
    if notes:
        blocks += [Heading(t("Notes", "附註")), Remarks(notes)]
    blocks.append(Paragraph(t("This page as data (JSON)", "本頁的數據（JSON）"), href=f"{metric.id}.json"))
    return Document(metric.title, programme.title, metric.office, blocks)


def index_document(figures: Figures, short: str) -> Document:
    """Every metric by programme, with its latest figure and status, each leading to its page."""
    shown = [(programme, figures.shown_by(programme)) for programme in figures.programmes]
    blocks: list[Block] = [
        Paragraph(t("This page as data (JSON)", "本頁的數據（JSON）"), href="index.json", soft=True)
    ]
    for programme, metrics in shown:
        results = [(metric, judged(metric, figures.of(metric))) for metric in metrics]
        counted = Counter[str](result.status for _, result in results)
        said = [(status, counted[name]) for name, status in STATUSES.items() if counted[name]]
        blocks += [
            Heading(programme.title, anchor=programme.programme),
            Paragraph(_counts(said), soft=True, synthetic=all(map(figures.synthetic, metrics))),
            Table(
                t(f"Metrics: {programme.title.en}", f"指標：{programme.title.zh_hant}"),
                _columns(),
                [_index_row(figures, metric, result, short) for metric, result in results],
            ),
        ]
    total = len({metric.id for _, metrics in shown for metric in metrics})
    return Document(
        t("Metrics by programme", "按計劃劃分的指標"),
        t(
            f"{total} metrics of {len(shown)} programmes and systems",
            f"{len(shown)}項計劃及系統的{total}項指標",
        ),
        t("Innovation, Technology and Industry Bureau", "創新科技及工業局"),
        blocks,
    )


def _counts(said: Sequence[tuple[Status, int]]) -> Words:
    return in_both(
        lambda language: " · ".join(
            f"{words(status.word, language)}{' ' if language == 'en' else '：'}{many}"
            for status, many in said
        )
    )


def _columns() -> list[Column]:
    return [
        Column(t("Metric", "指標"), width=3.0),
        Column(t("Latest actual", "最新實際數字"), "number"),
        Column(t("Of", "所屬時期"), width=1.2),
        Column(t("Latest estimate\nor plan", "最新預算\n或計劃"), "number"),
        Column(t("Of", "所屬時期"), width=1.2),
        Column(t("Unit", "單位"), width=1.2),
        Column(t("Status", "狀況"), "status"),
    ]


def _index_row(figures: Figures, metric: Metric, result: Judged, short: str) -> Row:
    actual, later = result.actual, result.expected
    return row(
        Cell(metric.title, href=f"{metric.id}-{short}.html"),
        value_cell(actual),
        period_words(actual.period, actual.period_kind) if actual else "",
        value_cell(later),
        dated(later) if later else "",
        figures.units[metric.unit],
        status_cell(metric, result),
        synthetic=figures.synthetic(metric),
    )


# --- figures ---------------------------------------------------------------------------------------------


def _figures(figures: Figures, metric: Metric, observations: Sequence[Observation]) -> Table:
    columns = [
        Column(t("Period", "時期"), width=1.3),
        Column(t("Stage", "階段"), width=1.2),
        Column(t("Value", "數值"), "number"),
        Column(t("Status", "狀況"), width=1.2),
        Column(t("Document and place", "文件及位置"), width=3.0),
        Column(t("Release", "發布版本"), width=1.5),
    ]
    marks: dict[Text, str] = {}
    rows = []
    for observation in observations:
        value = value_cell(observation)
        if observation.note:
            marks.setdefault(observation.note, str(len(marks) + 1))
            value = replace(value, mark=marks[observation.note])
        status = OBS_STATUS[observation.obs_status] if observation.conf_status == "F" else WITHHELD
        place = _place(figures, observation)
        source = observation.release
        release = Cell(
            f"{source.dataset} {source.number or source.version}",
            href=f"../{source.dataset}/{source.version}/manifest.json",
        )
        rows.append(row(_period(observation), STAGES[observation.stage], value, status, place, release))
    notes = [Mark(mark, text) for text, mark in marks.items()]
    unit = figures.units[metric.unit]
    caption = t(f"Every figure, in the unit: {unit.en}", f"所有數字，單位：{unit.zh_hant}")
    return Table(caption, columns, rows, notes, synthetic=figures.synthetic(metric))


def _period(observation: Observation) -> Words:
    period, kind = period_words(observation.period, observation.period_kind), KINDS[observation.period_kind]
    if observation.period_kind != "financial year":
        return period
    return t(f"{words(period, 'en')} ({kind.en})", f"{financial_year(observation.period)}{kind.zh_hant}")


def _place(figures: Figures, observation: Observation) -> Words:
    where = place_words(observation.source_locator or "")
    if observation.source_document is None:
        return where
    title = figures.documents.get(observation.source_document)
    if title is None:
        return f"{observation.source_document}: {words(where, 'en')}"
    return t(f"{title['en']}: {words(where, 'en')}", f"{title['zh-Hant']}：{words(where, 'zh-Hant')}")


def _revisions(figures: Figures, metric: Metric, observations: Sequence[Observation]) -> list[Block]:
    kinds = {observation.period: observation.period_kind for observation in observations}
    digits = {(observation.period, observation.stage): observation.decimals for observation in observations}
    rows = []
    for revision in figures.revised(metric):
        period = (
            period_words(revision.period, kinds[revision.period])
            if revision.period in kinds
            else revision.period
        )
        was, now = (
            _spelled(value, digits.get((revision.period, revision.stage)))
            for value in (revision.was, revision.now)
        )
        reason = t(revision.reason["en"], revision.reason["zh-Hant"])
        rows.append(row(period, STAGES[revision.stage], was, now, reason, revision.by, revision.decided))
    if not rows:
        return []
    columns = [
        Column(t("Period", "時期")),
        Column(t("Stage", "階段")),
        Column(t("Was", "原為"), "number"),
        Column(t("Is", "現為"), "number"),
        Column(t("Why", "原因"), width=3.0),
        Column(t("Who", "修訂者"), width=1.5),
        Column(t("Decided", "決定日期"), width=1.2),
    ]
    return [
        Heading(t("Revisions", "修訂")),
        Table(
            t("What was said before", "以往公布的數字"), columns, rows, synthetic=figures.synthetic(metric)
        ),
    ]


def _spelled(value: str | None, decimals: int | None) -> Cell:
    if value is None:
        return Cell(t("no longer given", "不再提供"))
    return revised_cell(value, decimals)


def _joined(kind: Words, period: str | None, text: dict[str, str]) -> Words:
    def join(language: str, apart: str) -> str:
        space = " " if language == "en" else ""
        head = words(kind, language) + (f"{space}{period}" if period else "")
        return f"{head}{apart}{text[language]}"

    return t(join("en", ": "), join("zh-Hant", "："))
