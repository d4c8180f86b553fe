"""When the next release of a dataset may be expected: worked out of the days of its past ones, or not at all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple

from praya.contract.zone import HONG_KONG
from praya.history.versions_index import versions
from praya.store import Store

# Days from one release to the next that a contract's frequency means; the others mean no number of days.
DAYS = {"daily": 1, "weekly": 7, "monthly": 30.4, "quarterly": 91.3, "half-yearly": 182.6, "annual": 365.25}
LEAST, MOST = 4, 12  # releases that an expectation rests on
APART = 0.25  # by how much of it each interval may differ from what the frequency means


class Expected(NamedTuple):
    """The first and the last day (Hong Kong) on which the next release comes if it comes as the `past` releases did."""

    first: dt.date
    last: dt.date
    past: int


def expected_next(frequency: str, days: Iterable[dt.date]) -> Expected | None:
    """The next release after those of `days`, or None where they do not support one.

    They do where there are at least four, and each interval between the last twelve is what the contract's frequency
    says, give or take a quarter.
    """
    known = sorted(set(days))[-MOST:]
    meant = DAYS.get(frequency)
    if meant is None or len(known) < LEAST:
        return None
    gaps = [(after - before).days for before, after in pairwise(known)]
    if any(abs(gap - meant) > APART * meant for gap in gaps):
        return None
    first, last = (known[-1] + dt.timedelta(gap) for gap in (min(gaps), max(gaps)))
    return Expected(first, last, len(known))


def release_days(store: Store, dataset: str) -> set[dt.date]:
    """The days (Hong Kong) whose deliveries are out. A release of the same delivery in another shape adds none, and
    what was withdrawn counts no more."""
    return {
        dt.datetime.fromisoformat(entry["received_at"]).astimezone(HONG_KONG).date()
        for entry in versions(store, dataset)
        if entry["state"] != "withdrawn"
    }
