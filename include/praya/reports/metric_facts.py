"""What a metric means, as a table: its status, the latest figures by kind, the target and its date, and where it comes
from."""

from __future__ import annotations

from collections.abc import Iterator

from praya.contract.register import Metric
from praya.reports.document import Column, Row, Table, Words, row, t, words
from praya.reports.document_places import place_words
from praya.reports.metric_words import (
    DIRECTIONS,
    dated,
    due_reason,
    due_words,
    frequency_words,
    in_both,
    period_words,
    said_amount,
    status_cell,
    target_cell,
    trend_words,
    value_cell,
)
from praya.reports.metrics import Figures, Judged, Observation
from praya.reports.metrics.cycle import next_actual
from praya.reports.number_format import date
from praya.text.punctuation import marks

PLAIN = (Column(""), Column("", width=3.0))
LATEST = {
    "actual": t("Latest actual figure", "最新實際數字"),
    "estimate": t("Latest estimate", "最新預算數字"),
    "plan": t("Latest plan", "最新計劃數字"),
    "commitment": t("Latest commitment", "最新承擔額"),
    "balance": t("Latest balance", "最新結餘"),
}


def facts(figures: Figures, metric: Metric, result: Judged) -> Table:
    """A row a fact; of generated figures the rows that tell of them are marked."""
    unit = figures.units[metric.unit]
    rows = [
        *_of_figures(metric, result, unit, figures.synthetic(metric)),
        *_of_target(metric, result, unit),
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


def _of_figures(metric: Metric, result: Judged, unit: Words, synthetic: bool) -> Iterator[Row]:
    generated = synthetic and result.headline is not None
    yield row(t("Status", "狀況"), status_cell(metric, result, strong=True), synthetic=generated)
    for observation in (result.actual, result.estimate, result.plan, result.other):
        if observation is not None:
            label = LATEST["estimate" if observation is result.estimate else observation.stage]
            yield row(label, _latest(observation, metric, unit), synthetic=synthetic)
    if result.trend is not None:
        yield row(t("Trend", "趨勢"), _trend(result), synthetic=synthetic)
    if (expected := next_actual(metric, result.actual)) is not None:
        period, due = period_words(expected.period, expected.period_kind), expected.due
        yield row(
            t("Next actual figure", "下一個實際數字"),
            t(
                f"{words(period, 'en')}, due by {date(due, 'en')}; overdue where it is missing after that day",
                f"{words(period, 'zh-Hant')}，須於{date(due, 'zh-Hant')}或之前備妥；其後仍未有即屬逾期",
            ),
        )


def _trend(result: Judged) -> Words:
    """Of what the trend is, where there is no actual figure."""
    if result.actual is not None or result.headline is None:
        return trend_words(result)
    text, of = trend_words(result), dated(result.headline)
    return t(
        f"{words(text, 'en')} (of the figure for {words(of, 'en')})",
        f"{words(text, 'zh-Hant')}（就{words(of, 'zh-Hant')}而言）",
    )


def _latest(latest: Observation, metric: Metric, unit: Words) -> Words:
    of = dated(latest)

    def describe(language: str) -> str:
        figure = said_amount(value_cell(latest), metric.unit, language, unit)
        return f"{figure}{marks(language).comma}{words(of, language)}"

    return in_both(describe)


def _of_target(metric: Metric, result: Judged, unit: Words) -> Iterator[Row]:
    target = metric.target
    label = t("Target", "目標")
    if target.value is None:
        why = target.none_because
        yield row(label, t(f"None: {why.en}", f"沒有：{why.zh_hant}") if why else "")
        return

    place = place_words(target.source_locator or "")

    def describe(language: str) -> str:
        m = marks(language)
        figure = said_amount(target_cell(metric), metric.unit, language, unit)
        return f"{figure}{m.left}{words(place, language)}{m.right}"

    yield row(label, in_both(describe))
    when = due_words(metric)
    if when is None:
        dateless = t(
            "None named: the target applies to every period.", "文件沒有載明期限，目標適用於每個時期。"
        )
        yield row(t("Date of the target", "目標期限"), dateless)
        return
    reason = due_reason(metric, result)
    said_of = t(f"To be reached {when.en}.", f"須於{when.zh_hant}達到。")
    yield row(t("Date of the target", "目標期限"), reason or said_of)


def _areas(metric: Metric) -> Words:
    return in_both(
        lambda language: marks(language).semicolon.join(
            f"{area.title.in_language(language)}{marks(language).left}{area.number}{marks(language).right}"
            for area in metric.policy_areas
        )
    )


def _sources(figures: Figures, metric: Metric) -> Words:
    """The titles of the documents; of what is computed here, the dataset and its field."""
    if not metric.documents:
        return f"{metric.observed.dataset}: {metric.observed.field}"

    return in_both(
        lambda language: marks(language).semicolon.join(
            figures.documents.get(document, {}).get(language, document) for document in metric.documents
        )
    )
