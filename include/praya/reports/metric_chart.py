"""The chart of a metric: its figures with their digits and words, against the target."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from praya.contract.register import Metric
from praya.contract.text import Text
from praya.reports.document import Block, Cell, Chart, Series, Words, t, words
from praya.reports.metric_words import (
    STAGES,
    due_words,
    in_both,
    period_words,
    said_amount,
    target_cell,
    value_cell,
)
from praya.reports.metrics import Figures, Observation
from praya.reports.metrics.periods import following
from praya.reports.report_words import WORDS
from praya.text.punctuation import marks


def chart(figures: Figures, metric: Metric, observations: Sequence[Observation]) -> list[Block]:
    """What happened, by period, against the target; where that is one figure only, every stage beside it."""
    actual, labels, only_actual = _shown(observations)
    if len([observation for observation in actual if observation.value is not None]) < 2:
        return []
    shown: Sequence[Observation | None] = actual
    line = only_actual and actual[0].period_kind == "month" and len(actual) > 3
    if line:
        shown, labels = every_month(actual)
    target, cells = metric.target.value, [_cell(observation) for observation in shown]
    title = _title(metric.title, only_actual and len(actual) < len(observations))
    return [
        Chart(
            title=title,
            kind="line" if line else "bar" if target is None else "bullet",
            labels=labels,
            series=[
                Series(title, [observation.value if observation else None for observation in shown], cells)
            ],
            summary=_summary(metric, title, labels, shown, cells),
            unit=figures.units[metric.unit],
            target=target if line else None,
            targets=[] if line or target is None else [target] * len(shown),
            first=t("Period", "時期"),
            goal=target_cell(metric) if target is not None else None,
            goal_words=_goal_words(metric),
            synthetic=figures.synthetic(metric),
        )
    ]


def _shown(observations: Sequence[Observation]) -> tuple[list[Observation], list[Words], bool]:
    """The figures of a chart, their labels, and whether they are the actual ones alone."""
    actual = [observation for observation in observations if observation.stage == "actual"]
    kinds = Counter(observation.period_kind for observation in actual)
    common = max(kinds, key=lambda kind: kinds[kind], default="")
    shown = [observation for observation in actual if observation.period_kind == common]
    if len([observation for observation in shown if observation.value is not None]) >= 2:
        return (
            shown,
            [period_words(observation.period, observation.period_kind) for observation in shown],
            True,
        )
    shown = [observation for observation in observations if observation.stage != "target"]
    return shown, [_staged(observation) for observation in shown], False


def every_month(observations: Sequence[Observation]) -> tuple[list[Observation | None], list[Words]]:
    """The figures of all months from the first to the last, None of a month that has none, and the months' labels: a
    line shows time as even, so that a month left out would be a wrong slope."""
    of_month = {observation.period: observation for observation in observations}
    months = [observations[0].period]
    while months[-1] < observations[-1].period:
        months.append(following(months[-1], "month", 1))
    return [of_month.get(month) for month in months], [period_words(month, "month") for month in months]


def _cell(observation: Observation | None) -> Cell:
    return Cell(WORDS["gap"]) if observation is None or observation.value is None else value_cell(observation)


def _title(title: Text, partly: bool) -> Text:
    """Where figures of other stages are in the table and not in the chart, the title says which are."""
    if not partly:
        return title
    return t(f"{title.en}: actual figures", f"{title.zh_hant}：實際數字")


def _goal_words(metric: Metric) -> Words:
    when = due_words(metric)
    return t(f"Target, {when.en}:", f"目標（{when.zh_hant}）：") if when else ""


def _staged(observation: Observation) -> Words:
    period, stage = period_words(observation.period, observation.period_kind), STAGES[observation.stage]
    return t(f"{words(period, 'en')} {stage.en}", f"{words(period, 'zh-Hant')}{stage.zh_hant}")


def _summary(
    metric: Metric,
    title: Text,
    labels: Sequence[Words],
    shown: Sequence[Observation | None],
    cells: Sequence[Cell],
) -> Words:
    """The first and the last figure as they are printed, and the target."""
    there = [
        place for place, observation in enumerate(shown) if observation and observation.value is not None
    ]
    when = due_words(metric)

    def summarise(language: str) -> str:
        m = marks(language)
        parts = [
            f"{words(labels[place], language)}{m.colon}{said_amount(cells[place], metric.unit, language)}"
            for place in (there[0], there[-1])
        ]
        if metric.target.value is not None:
            goal = said_amount(target_cell(metric), metric.unit, language)
            goal = f"{words(WORDS['target'], language)}{m.colon}{goal}"
            parts.append(f"{goal}{m.left}{words(when, language)}{m.right}" if when else goal)
        return f"{title.in_language(language)}{m.colon}{m.semicolon.join(parts)}"

    return in_both(summarise)
