"""What a metric's figures come to: the latest of each kind, which way they go, and whether the target is met."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Literal, NamedTuple, TypedDict

from praya.contract.register import Metric
from praya.reports.metrics.observations import Observation, ObservationRecord
from praya.reports.metrics.periods import ends, order

Status = Literal["on target", "off target", "due", "no target", "no figure"]
Trend = Literal["better", "worse", "rising", "falling", "steady", "not compared"]

# A goal is no figure of what happened or is expected to.
GOALS = ("target", "plan")
ESTIMATES = ("original", "estimate", "revised")
SETTLEMENTS = ("commitment", "balance")


class JudgedRecord(TypedDict):
    """What a metric's figures come to, as its JSON has it."""

    status: Status
    trend: Trend | None
    latest_actual: ObservationRecord | None
    latest_estimate: ObservationRecord | None
    latest_plan: ObservationRecord | None
    latest_other: ObservationRecord | None


class Judged(NamedTuple):
    """Of each kind of figure the latest that is not withheld: `actual`; `estimate`, whether original, revised or of
    the year to come; `plan`; `other`, a commitment or balance.

    `status` is the actual figure's alone. `trend` goes from `before`, the figure of the same kind of period and stage,
    to `headline`.
    """

    status: Status
    actual: Observation | None
    estimate: Observation | None
    plan: Observation | None
    other: Observation | None
    before: Observation | None
    trend: Trend | None

    @property
    def headline(self) -> Observation | None:
        """The actual figure, else the estimate, else the other; never a goal."""
        return self.actual or self.estimate or self.other

    @property
    def expected(self) -> Observation | None:
        """What is said of a later time or of less than what happened: the latest of estimate, plan and other."""
        there = [
            observation for observation in (self.estimate, self.plan, self.other) if observation is not None
        ]
        return max(there, key=_place, default=None)

    def as_dict(self) -> JudgedRecord:
        """Status, trend and the latest of each kind as JSON values."""
        return {
            "status": self.status,
            "trend": self.trend,
            "latest_actual": self.actual.as_dict() if self.actual else None,
            "latest_estimate": self.estimate.as_dict() if self.estimate else None,
            "latest_plan": self.plan.as_dict() if self.plan else None,
            "latest_other": self.other.as_dict() if self.other else None,
        }


def judged(metric: Metric, observations: Sequence[Observation]) -> Judged:
    """The latest figures of a metric, the actual one held against its target in its direction."""
    there = [observation for observation in observations if observation.value is not None]
    actual = _latest(there, ("actual",))
    estimate, plan, other = (_latest(there, stages) for stages in (ESTIMATES, ("plan",), SETTLEMENTS))
    headline = actual or estimate or other
    before = _before(there, headline) if headline else None
    status = status_of(metric, actual)
    if headline is None:
        return Judged("no figure", None, None, plan, None, None, None)
    return Judged(status, actual, estimate, plan, other, before, _trend(metric, before, headline))


def status_of(metric: Metric, actual: Observation | None) -> Status:
    """`held` of an observation."""
    if actual is None or actual.value is None:
        return held(metric, None, None)
    return held(metric, actual.value, ends(actual.period, actual.period_kind), actual.qualifier)


def held(metric: Metric, value: float | None, ended: dt.date | None, qualifier: str | None = None) -> Status:
    """Whether a figure in the metric's unit, of a period that ended on a day, meets the register's target.

    A figure of before the target's date that falls short says nothing yet: the target is due.
    """
    if metric.target.value is None:
        return "no target"
    if value is None:
        return "no figure"
    if metric.meets(value, qualifier):
        return "on target"
    due = due_on(metric)
    return "due" if due is not None and ended is not None and ended < due else "off target"


def due_on(metric: Metric) -> dt.date | None:
    """The last day on which a target is still reached in time; None where its document names none."""
    due = metric.target.due
    return ends(due.period, due.kind) if due else None


def _latest(there: Sequence[Observation], stages: Sequence[str]) -> Observation | None:
    """Of several kinds of period the longest counts where they end together: a year before its last month."""
    return max(
        (observation for observation in there if observation.stage in stages), key=_place, default=None
    )


def _before(there: Sequence[Observation], latest: Observation) -> Observation | None:
    same = [
        observation
        for observation in there
        if (observation.period_kind, observation.stage) == (latest.period_kind, latest.stage)
        and observation.period < latest.period
    ]
    return same[-1] if same else None


def _place(observation: Observation) -> tuple[dt.date, bool, int]:
    end, kind, stage = order(observation.period, observation.period_kind, observation.stage)
    return end, kind != "month", stage


def _trend(metric: Metric, before: Observation | None, latest: Observation) -> Trend | None:
    if latest.value is None:
        return None
    if before is None or before.value is None:
        return "not compared"
    if latest.value == before.value:
        return "steady"
    rises = latest.value > before.value
    if metric.direction == "neither":
        return "rising" if rises else "falling"
    return "better" if rises == (metric.direction == "more is better") else "worse"
