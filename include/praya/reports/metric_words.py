"""The words of metrics: stages, statuses, trends, kinds of period and units, as reports and pages print them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from functools import cache

from praya.contract.codes import FREQUENCIES
from praya.contract.register import Metric
from praya.contract.text import Text
from praya.reports.amounts import DOLLARS, counted, without_unit
from praya.reports.cells import cell_text
from praya.reports.document import Cell, Column, Status, Words, t, words
from praya.reports.metrics import Judged, Observation
from praya.reports.metrics.printed import plain_number
from praya.reports.number_format import date, figure, financial_year, month

NUMBER = Column("", "number")
STAGES = {
    "actual": t("actual", "實際"),
    "original": t("original estimate", "原來預算"),
    "revised": t("revised estimate", "修訂預算"),
    "estimate": t("estimate", "預算"),
    "plan": t("plan", "計劃"),
    "target": t("target", "目標"),
    "commitment": t("commitment", "承擔額"),
    "balance": t("balance", "結餘"),
}
KINDS = {
    "calendar year": t("calendar year", "曆年"),
    "financial year": t("financial year", "財政年度"),
    "month": t("month", "月份"),
    "as at": t("as at a day", "截至某日"),
}
TRENDS = {
    "better": t("better", "改善"),
    "worse": t("worse", "轉差"),
    "rising": t("rising", "上升"),
    "falling": t("falling", "下降"),
    "steady": t("unchanged", "不變"),
    "not compared": t("no earlier figure to compare with", "沒有可供比較的較早數字"),
}
DIRECTIONS = {
    "more is better": t("More is better", "數字愈大愈好"),
    "less is better": t("Less is better", "數字愈小愈好"),
    "neither": t("Neither way is better", "不分好壞"),
}
OBS_STATUS = {
    "A": t("normal (A)", "正常（A）"),
    "E": t("estimated (E)", "估計（E）"),
    "F": t("forecast (F)", "預測（F）"),
}
WITHHELD = t("withheld", "不予公布")
NO_FIGURE = t("Gap: no figure of what happened has been released.", "缺口：尚未發布實際數字。")
BEYOND = {"more is better": t("over", "多於"), "less is better": t("under", "少於")}
STATUSES: dict[str, Status] = {
    "on target": Status.ON_TARGET,
    "off target": Status.OFF_TARGET,
    "due": Status.DUE,
    "no target": Status.NO_TARGET,
    "no figure": Status.NO_FIGURE,
}
# A document's own word for a figure that is not exact.
QUALIFIERS = {
    "about": t("about", "約"),
    "around": t("around", "約"),
    "approximately": t("approximately", "約"),
    "some": t("some", "約"),
    "nearly": t("nearly", "接近"),
    "over": t("over", "超過"),
    "more than": t("more than", "超過"),
    "exceeding": t("exceeding", "超過"),
    "up to": t("up to", "最多"),
    "not exceeding": t("not exceeding", "不超過"),
}


@cache
def period_words(period: str, kind: str) -> Words:
    """A period as it is printed: `2023`, `2023–24`, `June 2022`, `31 March 2024`."""
    if kind == "financial year":
        return t(financial_year(period), f"{financial_year(period)}年度")
    if kind == "calendar year":
        return t(period, f"{period}年")
    if kind == "month":
        return in_both(lambda language: month(period, language))
    day = dt.date.fromisoformat(period)
    return in_both(lambda language: date(day, language))


def in_both(say: Callable[[str], str]) -> Text:
    """A text in three languages from a function of the language; Simplified is made from Traditional."""
    return t(say("en"), say("zh-Hant"))


def frequency_words(code: str) -> Text:
    """`annual` as `Annually`."""
    frequency = FREQUENCIES[code]
    return Text(en=frequency.en, zh_hant=frequency.zh_hant, zh_hans=frequency.zh_hans)


def gap_words(metric: Metric) -> Text:
    """Why there is no figure, as the register says; else that none has been released."""
    return t(f"Gap: {metric.gap.en}", f"缺口：{metric.gap.zh_hant}") if metric.gap else NO_FIGURE


def value_cell(observation: Observation | None) -> Cell:
    """The figure of an observation with the document's word before it; what is withheld says so."""
    if observation is None:
        return Cell(None)
    if observation.value is None:
        return Cell(WITHHELD)
    before: Words = (
        QUALIFIERS.get(observation.qualifier, observation.qualifier) if observation.qualifier else ""
    )
    return Cell(
        plain_number(observation.value, observation.decimals), before=before, decimals=observation.decimals
    )


def revised_cell(value: str, decimals: int | None) -> Cell:
    """A figure as a revision spells it, with at least the digits that the observation has."""
    exact = Decimal(value)
    own = max(0, -int(exact.normalize().as_tuple().exponent))
    return Cell(exact, decimals=max(own, decimals or 0))


def said(cell: Cell, language: str) -> str:
    """A figure as text, with its digits and the word before it."""
    return cell_text(cell, NUMBER, language)


def said_amount(cell: Cell, unit: str, language: str, name: Words = "") -> str:
    """A figure in running text, with the name of its unit where one is given; Chinese counts in 萬 and 億.

    `unit` is the unit's code. Money in Chinese always has its own, for 40 in 十億港元 is 400億港元.
    """
    value, behind = cell.value, words(name, language)
    if language == "en" or not isinstance(value, int | float | Decimal):
        return f"{said(cell, language)} {behind}".strip()
    if unit in DOLLARS:
        return f"{words(cell.before, language)}{without_unit(value, unit, language)}"
    short = counted(value)
    if short == figure(value):
        return f"{said(cell, language)}{behind}"  # with the digits that its document prints
    return f"{words(cell.before, language)}{short}{behind}"


def dated(observation: Observation) -> Words:
    """Period and stage of a figure: `2022–23, actual`."""
    period, stage = period_words(observation.period, observation.period_kind), STAGES[observation.stage]
    return t(f"{words(period, 'en')}, {stage.en}", f"{words(period, 'zh-Hant')}（{stage.zh_hant}）")


def target_cell(metric: Metric, empty: Words | None = None) -> Cell:
    """The target of a metric with its digits, and `over` or `under` where it has to be passed."""
    target = metric.target
    if target.value is None:
        return Cell(empty)
    before = BEYOND[metric.direction] if target.beyond else ""
    return Cell(plain_number(target.value, target.decimals), before=before, decimals=target.decimals)


def due_words(metric: Metric) -> Text | None:
    """By when the target is to be reached: `by the end of 2023`; None for a standing target."""
    due = metric.target.due
    if due is None:
        return None
    period = period_words(due.period, due.kind)
    if due.kind == "as at":
        return t(f"by {words(period, 'en')}", f"{words(period, 'zh-Hant')}或之前")
    return t(f"by the end of {words(period, 'en')}", f"{words(period, 'zh-Hant')}完結前")


def status_cell(metric: Metric, result: Judged, mark: str = "", strong: bool = False) -> Cell:
    """The status; of a target that is due by a day, with the day: true before that day and after it."""
    when = due_words(metric) if result.status == "due" else None
    after = t(f"(target due {when.en})", f"（目標須於{when.zh_hant}達到）") if when else ""
    return Cell(STATUSES[result.status], after=after, mark=mark, strong=strong)


def due_reason(metric: Metric, result: Judged) -> Text | None:
    """Why a figure that falls short is not off target: its period ended before the target's date."""
    when = due_words(metric)
    if result.status != "due" or result.actual is None or when is None:
        return None
    period = period_words(result.actual.period, result.actual.period_kind)
    return t(
        f"The target is to be reached {when.en}. The latest actual figure is of {words(period, 'en')}, before that "
        "date, and does not show whether it was.",
        f"目標須於{when.zh_hant}達到；最新實際數字屬{words(period, 'zh-Hant')}，早於期限，未能顯示是否達標。",
    )


def trend_words(result: Judged) -> Words:
    """Which way it went, and from what: `better, from 4.5 in 2022`."""
    if result.trend is None:
        return ""
    word = TRENDS[result.trend]
    if result.before is None or result.before.value is None:
        return word
    cell, period = value_cell(result.before), period_words(result.before.period, result.before.period_kind)
    value = {language: said_amount(cell, result.before.unit, language) for language in ("en", "zh-Hant")}
    return t(
        f"{word.en}, from {value['en']} in {words(period, 'en')}",
        f"{word.zh_hant}（{words(period, 'zh-Hant')}為{value['zh-Hant']}）",
    )
