"""The page of a metric: what it means, a chart, every figure with its source, revisions and notes; and the index."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from praya.contract.register import Metric
from praya.contract.text import Text
from praya.metrics import Figures, Judged, Observation, judged
from praya.metrics.notes import notes_of
from praya.punctuation import marks
from praya.reporting.amounts import amount, without_unit
from praya.reporting.document import (
    Block,
    Cell,
    Chart,
    Column,
    Document,
    Heading,
    Paragraph,
    Remarks,
    Row,
    Series,
    Status,
    Table,
    Words,
    row,
    t,
    words,
)
from praya.reporting.document import Note as Mark
from praya.reporting.metric_words import (
    BEYOND,
    DIRECTIONS,
    KINDS,
    OBS_STATUS,
    STAGES,
    STATUSES,
    WITHHELD,
    frequency_words,
    gap_words,
    in_both,
    number,
    period_words,
    trend_words,
    value_cell,
)
from praya.reporting.numbers import financial_year
from praya.reporting.places import place_words

INDEX = t("All metrics", "所有指標")
PLAIN = (Column(""), Column("", width=3.0))
KIND_OF_NOTE = {
    "break": t("Break in series", "數列中斷"),
    "proxy": t("Proxy", "替代數字"),
    "note": t("Note", "附註"),
}


def metric_document(figures: Figures, metric: Metric, short: str) -> Document:
    """The page of one metric; `short` (en, tc, sc) is the language of the pages that it links to."""
    programme, found = figures.programme_of(metric.id), figures.of(metric)
    blocks: list[Block] = [
        Paragraph(INDEX, href=f"index-{short}.html#{programme.programme}", soft=True),
        Paragraph(metric.definition),
        _facts(figures, metric, judged(metric, found)),
    ]
    blocks += _chart(figures, metric, found)
    blocks.append(_figures(figures, metric, found) if found else Paragraph(gap_words(metric)))
    if found and metric.gap:
        blocks.append(Paragraph(gap_words(metric)))
    blocks += _revisions(figures, metric, found)
    notes = [
        _joined(KIND_OF_NOTE[one.kind], one.period, one.text) for one in notes_of(metric, programme, found)
    ]
    if notes:
        blocks += [Heading(t("Notes", "附註")), Remarks(notes)]
    blocks.append(Paragraph(t("This page as data (JSON)", "本頁的數據（JSON）"), href=f"{metric.id}.json"))
    return Document(metric.title, programme.title, metric.office, blocks)


def index_document(figures: Figures, short: str) -> Document:
    """Every metric by programme, with its latest figure and status, each leading to its page."""
    shown = [(one, figures.shown_by(one)) for one in figures.programmes]
    blocks: list[Block] = [
        Paragraph(t("This page as data (JSON)", "本頁的數據（JSON）"), href="index.json", soft=True)
    ]
    for programme, metrics in shown:
        results = [(one, judged(one, figures.of(one))) for one in metrics]
        counted = Counter[str](result.status for _, result in results)
        said = [(status, counted[name]) for name, status in STATUSES.items() if counted[name]]
        blocks += [
            Heading(programme.title, anchor=programme.programme),
            Paragraph(_counts(said), soft=True),
            Table(
                t(f"Metrics: {programme.title.en}", f"指標：{programme.title.zh_hant}"),
                _columns(),
                [_index_row(figures, one, result, short) for one, result in results],
            ),
        ]
    total = len({one.id for _, metrics in shown for one in metrics})
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
        Column(t("Latest", "最新數字"), "number"),
        Column(t("Unit", "單位"), width=1.2),
        Column(t("Of", "所屬時期"), width=1.2),
        Column(t("Status", "狀況"), "status"),
    ]


def _index_row(figures: Figures, metric: Metric, result: Judged, short: str) -> Row:
    latest = result.latest
    return row(
        Cell(metric.title, href=f"{metric.id}-{short}.html"),
        value_cell(latest),
        figures.units[metric.unit],
        period_words(latest.period, latest.period_kind) if latest else "",
        STATUSES[result.status],
    )


def _facts(figures: Figures, metric: Metric, result: Judged) -> Table:
    unit = figures.units[metric.unit]
    rows = [row(t("Status", "狀況"), Cell(STATUSES[result.status], strong=True))]
    if (latest := result.latest) is not None and latest.value is not None:
        rows.append(row(t("Latest figure", "最新數字"), _latest(latest, metric, unit)))
        rows.append(row(t("Trend", "趨勢"), trend_words(result)))
    rows += [
        row(t("Target", "目標"), _target(metric, unit)),
        row(t("Direction", "方向"), DIRECTIONS[metric.direction]),
        row(t("Unit", "單位"), unit),
        row(t("How it is computed", "編製方法"), metric.computed),
        row(t("Responsible office", "負責部門"), metric.office),
        row(t("Policy area", "政策範圍"), _areas(metric)),
        row(t("Frequency", "更新頻率"), frequency_words(metric.frequency)),
        row(t("Source", "來源"), _sources(figures, metric)),
        row(t("Id", "編號"), metric.id),
    ]
    return Table(t("What it means", "指標說明"), PLAIN, rows)


def _latest(latest: Observation, metric: Metric, unit: Words) -> Words:
    cell = value_cell(latest)
    value = number(latest.value or 0)
    period, stage = period_words(latest.period, latest.period_kind), STAGES[latest.stage]

    def told(language: str, apart: str) -> str:
        before = words(cell.before, language)
        space = " " if before and language == "en" else ""
        text = f"{before}{space}{amount(value, metric.unit, unit, language)}"
        return f"{text}{apart}{words(period, language)}{apart}{words(stage, language)}"

    return t(told("en", ", "), told("zh-Hant", "，"))


def _target(metric: Metric, unit: Words) -> Words:
    target = metric.target
    if target.value is None:
        why = target.none_because
        return t(f"None: {why.en}", f"沒有：{why.zh_hant}") if why else ""
    beyond = BEYOND[metric.direction] if target.beyond else ""
    value = number(target.value)
    place = place_words(target.source_locator or "")

    def told(language: str) -> str:
        space, m = (" " if beyond and language == "en" else ""), marks(language)
        text = f"{words(beyond, language)}{space}{amount(value, metric.unit, unit, language)}"
        return f"{text}{m.left}{words(place, language)}{m.right}"

    return in_both(told)


def _areas(metric: Metric) -> Words:
    return in_both(
        lambda language: marks(language).semicolon.join(
            f"{one.title.in_language(language)}{marks(language).left}{one.number}{marks(language).right}"
            for one in metric.policy_areas
        )
    )


def _sources(figures: Figures, metric: Metric) -> Words:
    """The titles of the documents; of what is computed here, the dataset and its field."""
    if not metric.documents:
        return f"{metric.observed.dataset}: {metric.observed.field}"

    return in_both(
        lambda language: marks(language).semicolon.join(
            figures.documents.get(one, {}).get(language, one) for one in metric.documents
        )
    )


# --- chart -----------------------------------------------------------------------------------------------


def _chart(figures: Figures, metric: Metric, found: Sequence[Observation]) -> list[Block]:
    """What happened, by period, against the target; where that is one figure only, every stage beside it."""
    actual = [one for one in found if one.stage == "actual"]
    kinds = Counter(one.period_kind for one in actual)
    common = max(kinds, key=lambda kind: kinds[kind], default="")
    shown = [one for one in actual if one.period_kind == common]
    if len([one for one in shown if one.value is not None]) < 2:
        shown = [one for one in found if one.stage != "target"]
        labels = [_staged(one) for one in shown]
    else:
        labels = [period_words(one.period, one.period_kind) for one in shown]
    if len([one for one in shown if one.value is not None]) < 2:
        return []
    line = shown[0].period_kind == "month" and len(shown) > 3
    values = [None if one.value is None else float(one.value) for one in shown]
    target = metric.target.value
    return [
        Chart(
            title=metric.title,
            kind="line" if line else "bar" if target is None else "bullet",
            labels=labels,
            series=[Series(metric.title, values)],
            summary=_summary(metric, labels, values),
            unit=figures.units[metric.unit],
            target=target if line else None,
            targets=[] if line or target is None else [target] * len(shown),
            first=t("Period", "時期"),
        )
    ]


def _staged(one: Observation) -> Words:
    period, stage = period_words(one.period, one.period_kind), STAGES[one.stage]
    return t(f"{words(period, 'en')} {stage.en}", f"{words(period, 'zh-Hant')}{stage.zh_hant}")


def _summary(metric: Metric, labels: Sequence[Words], values: Sequence[float | None]) -> Words:
    there = [place for place, value in enumerate(values) if value is not None]
    first, last = there[0], there[-1]

    def told(language: str) -> str:
        m = marks(language)
        ends = [
            f"{words(labels[place], language)}{m.colon}"
            f"{without_unit(number(values[place] or 0), metric.unit, language)}"
            for place in (first, last)
        ]
        return f"{metric.title.in_language(language)}{m.colon}{m.semicolon.join(ends)}"

    return in_both(told)


# --- figures ---------------------------------------------------------------------------------------------


def _figures(figures: Figures, metric: Metric, found: Sequence[Observation]) -> Table:
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
    for one in found:
        value = value_cell(one)
        if one.note:
            marks.setdefault(one.note, str(len(marks) + 1))
            value = Cell(value.value, before=value.before, mark=marks[one.note])
        status = OBS_STATUS[one.obs_status] if one.conf_status == "F" else WITHHELD
        place = _place(figures, one)
        source = one.release
        release = Cell(
            f"{source.dataset} {source.number or source.version}",
            href=f"../{source.dataset}/{source.version}/manifest.json",
        )
        rows.append(row(_period(one), STAGES[one.stage], value, status, place, release))
    notes = [Mark(mark, text) for text, mark in marks.items()]
    unit = figures.units[metric.unit]
    caption = t(f"Every figure, in the unit: {unit.en}", f"所有數字，單位：{unit.zh_hant}")
    return Table(caption, columns, rows, notes)


def _period(one: Observation) -> Words:
    period, kind = period_words(one.period, one.period_kind), KINDS[one.period_kind]
    if one.period_kind != "financial year":
        return period
    return t(f"{words(period, 'en')} ({kind.en})", f"{financial_year(one.period)}{kind.zh_hant}")


def _place(figures: Figures, one: Observation) -> Words:
    where = place_words(one.source_locator or "")
    if one.source_document is None:
        return where
    title = figures.documents.get(one.source_document)
    if title is None:
        return f"{one.source_document}: {words(where, 'en')}"
    return t(f"{title['en']}: {words(where, 'en')}", f"{title['zh-Hant']}：{words(where, 'zh-Hant')}")


def _revisions(figures: Figures, metric: Metric, found: Sequence[Observation]) -> list[Block]:
    kinds = {one.period: one.period_kind for one in found}
    rows = []
    for one in figures.revised(metric):
        period = period_words(one.period, kinds[one.period]) if one.period in kinds else one.period
        was, now = (_spelled(value) for value in (one.was, one.now))
        reason = t(one.reason["en"], one.reason["zh-Hant"])
        rows.append(row(period, STAGES[one.stage], was, now, reason, one.by, one.decided))
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
        Table(t("What was said before", "以往公布的數字"), columns, rows),
    ]


def _spelled(value: str | None) -> Cell:
    return Cell(t("no longer given", "不再提供")) if value is None else Cell(number(float(value)))


def _joined(kind: Words, period: str | None, text: dict[str, str]) -> Words:
    def told(language: str, apart: str) -> str:
        space = " " if language == "en" else ""
        head = words(kind, language) + (f"{space}{period}" if period else "")
        return f"{head}{apart}{text[language]}"

    return t(told("en", ": "), told("zh-Hant", "："))
