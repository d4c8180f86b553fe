"""Surveys: how satisfied people were, in points from 1 to 5, best 5."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from praya_hk.sources.contact_centre.cases import Draft
from praya_hk.sources.contact_centre.draw import DAY, Floats, choose, moments, seconds, stream
from praya_hk.sources.contact_centre.drawn_texts import fixed
from praya_hk.sources.contact_centre.printed_figures import RATES

ANSWERED = 0.04  # of all cases
_USUAL = np.array([0.012, 0.013, 0.045, 0.19, 0.74])
_POINTS = np.arange(1, 6)


def table(seed: int, year: int, month: int, cases: Draft, case_no: pa.Array) -> pa.Table:
    """Answers on one case in twenty-five, in order of the cases, within a week of when 1823 was done with it."""
    rng = stream(seed, year, month, "surveys")
    asked = np.flatnonzero(rng.random(cases.received.size) < ANSWERED)
    size = asked.size
    score = 1 + choose(rng, _scores(RATES[year].satisfaction + rng.normal(0, 0.01)), size)
    surveyed = cases.handled[asked] + seconds(rng, DAY, 0.8, size, 7 * DAY)
    return pa.table(
        {
            "survey_id": fixed(b"S%04d%02d-" % (year, month), (np.arange(1, size + 1), 7)),
            "case_no": case_no.take(pa.array(asked)),
            "score": pa.array(score.astype(np.int32)),
            "surveyed_at": moments(surveyed),
        }
    )


def _scores(mean: float) -> Floats:
    """The usual spread of scores, leaned until its mean is `mean`."""
    low, high = -3.0, 3.0
    for _ in range(50):
        lean = (low + high) / 2
        spread = _USUAL * np.exp(lean * _POINTS)
        spread /= spread.sum()
        low, high = (lean, high) if (spread * _POINTS).sum() < mean else (low, lean)
    return np.asarray(spread)
