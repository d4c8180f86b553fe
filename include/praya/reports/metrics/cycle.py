"""The cycle of figures: which are due and have not come, and which are still what was expected of a time that is over.

A figure is due when the period after its own has ended too: one of a month by the end of the next month, one of a year
by the end of the next year. It is early enough for what the Estimates print, eleven months after a financial year.
"""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from praya.contract.register import Metric
from praya.reports.metrics.judgement import GOALS
from praya.reports.metrics.observations import Figures, Observation
from praya.reports.metrics.periods import PROVISIONAL, SETTLED, STAGES, ends, following

STEP = {"monthly": 1, "quarterly": 3, "half-yearly": 6, "annual": 12}


class Due(NamedTuple):
    """Periods of a metric that are due and for which there is no figure: the first, how many, and since when."""

    metric: Metric
    last: Observation
    period: str
    since: dt.date
    many: int


class Waiting(NamedTuple):
    """A figure of a period that is over and that nothing later has taken the place of."""

    metric: Metric
    observation: Observation
    ended: dt.date


class Expected(NamedTuple):
    """The actual figure that is to come next: its period, and the day on which it is due."""

    period: str
    period_kind: str
    due: dt.date


def next_actual(metric: Metric, last: Observation | None) -> Expected | None:
    """What follows the latest actual figure; None where there is none yet, or no frequency says when."""
    step = STEP.get(metric.frequency)
    if step is None or last is None or last.stage != "actual":
        return None
    period = following(last.period, last.period_kind, step)
    kind = last.period_kind
    return Expected(period, kind, ends(following(period, kind, step), kind))


def due(figures: Figures, metric: Metric, day: dt.date) -> Due | None:
    """What of a metric had to be there on `day` and is not; None where nothing is due."""
    step = STEP.get(metric.frequency)
    there = [observation for observation in figures.of(metric) if observation.stage not in GOALS]
    if step is None or not there:
        return None
    last = there[-1]
    first, since, many = "", day, 0
    period = following(last.period, last.period_kind, step)
    while (limit := ends(following(period, last.period_kind, step), last.period_kind)) <= day:
        if not many:
            first, since = period, limit
        many += 1
        period = following(period, last.period_kind, step)
    return Due(metric, last, first, since, many) if many else None


def waiting(figures: Figures, metric: Metric, day: dt.date) -> list[Waiting]:
    """The estimates, plans and revised figures of periods that ended by `day`, where no later stage is there."""
    observations = figures.of(metric)
    there = {(observation.period, observation.stage) for observation in observations}
    return [
        Waiting(metric, observation, ended)
        for observation in observations
        if observation.stage in PROVISIONAL
        and (ended := ends(observation.period, observation.period_kind)) <= day
        and not any(
            (observation.period, stage) in there
            for stage in SETTLED
            if STAGES.index(stage) > STAGES.index(observation.stage)
        )
    ]
