"""What a metric's figures come to: the latest, which way they go, and whether the target is met, in words."""

from __future__ import annotations

import datetime as dt
from typing import Literal, NamedTuple

from praya.contract.register import Metric
from praya.metrics.figures import Observation
from praya.metrics.periods import order

Status = Literal["on target", "off target", "no target", "no figure"]
Trend = Literal["better", "worse", "rising", "falling", "steady", "one figure only"]

# A goal is no figure; a figure that says what happened counts before one that was expected.
GOALS = ("target", "plan")


class Judged(NamedTuple):
    """`latest` is what the target is compared with: the latest actual figure, else the latest that is no goal;
    `before` is the figure of the same kind of period and stage before it."""

    status: Status
    latest: Observation | None
    before: Observation | None
    trend: Trend | None


def judged(metric: Metric, observations: list[Observation]) -> Judged:
    """The latest figure of a metric, held against its target in its direction."""
    latest = _latest(observations)
    if latest is None:
        return Judged("no figure", None, None, None)
    same = [
        one
        for one in observations
        if (one.period_kind, one.stage) == (latest.period_kind, latest.stage)
        and one.value is not None
        and one.period < latest.period
    ]
    before = same[-1] if same else None
    status = status_of(metric, latest.value if latest.stage == "actual" else None)
    return Judged(status, latest, before, _trend(metric, before, latest))


def status_of(metric: Metric, value: float | None) -> Status:
    """Whether a figure in the metric's unit meets the target that the register has."""
    if metric.target.value is None:
        return "no target"
    if value is None:
        return "no figure"
    return "on target" if metric.meets(value) else "off target"


def _latest(observations: list[Observation]) -> Observation | None:
    """Of several kinds of period the longest counts where they end together: a year before its last month."""
    there = [one for one in observations if one.value is not None and one.stage not in GOALS]
    actual = [one for one in there if one.stage == "actual"]
    return max(
        actual or there,
        key=_place,
        default=None,
    )


def _place(one: Observation) -> tuple[dt.date, bool, int]:
    end, kind, stage = order(one.period, one.period_kind, one.stage)
    return end, kind != "month", stage


def _trend(metric: Metric, before: Observation | None, latest: Observation) -> Trend | None:
    if latest.value is None:
        return None
    if before is None or before.value is None:
        return "one figure only"
    if latest.value == before.value:
        return "steady"
    rises = latest.value > before.value
    if metric.direction == "neither":
        return "rising" if rises else "falling"
    return "better" if rises == (metric.direction == "more is better") else "worse"
