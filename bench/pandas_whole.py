"""Rules on a whole table that GX has no expectation for, in pandas: each says whether the table holds it."""

from __future__ import annotations

import numpy as np
import pandas as pd

HOUR = pd.Timedelta(hours=1)
DAY = pd.Timedelta(days=1)


def hours_that_must_be(hour: pd.Series) -> list[int]:
    """The hours of the day beside which 20 or more records lie."""
    of_hour = hour.value_counts().reindex(range(24), fill_value=0).to_numpy()
    beside = np.roll(of_hour, 1) + np.roll(of_hour, -1)
    return [int(one) for one in np.flatnonzero(beside >= 20)]


def to_its_edges(moments: pd.Series) -> bool:
    """Whether fewer than 10 records could be expected before the first of its day and after the last of its."""
    moments = moments.dropna()
    hour, day = moments.dt.hour, moments.dt.normalize()
    share = hour.value_counts().reindex(range(24), fill_value=0).to_numpy() / len(moments)
    missed = []
    for moment, last in ((moments.min(), False), (moments.max(), True)):
        since = (moment - moment.normalize()) / HOUR - np.arange(24)
        part = np.clip(since, 0, 1)
        of_day = int((day == moment.normalize()).sum())
        missed.append(round(of_day * float((share * (1 - part if last else part)).sum()), 1))
    return max(missed) < 10


def mostly_decimals(easting: pd.Series, northing: pd.Series) -> bool:
    """Whether at most half of the eastings and of the northings are whole metres."""
    places = int(easting.notna().sum())
    whole = max(int((one.dropna() == np.trunc(one.dropna())).sum()) for one in (easting, northing))
    return places < 20 or whole <= 0.5 * places


def unresolved_are_assigned(assignments: pd.DataFrame, cases: pd.DataFrame) -> bool:
    """Whether at most 5% (or 200) of the cases that were not resolved at once have no department a week later."""
    until = assignments["updated_at"].max() - 7 * DAY
    left = cases[
        ~(cases["resolved_at_first_contact"].fillna(False).astype(bool)) & (cases["received_at"] <= until)
    ]
    without = int((~left["case_no"].isin(set(assignments["case_no"].dropna()))).sum())
    return without <= 200 or without <= 0.05 * len(left)


def most_within_3_hours(assigned: pd.Series, received: pd.Series, seq: pd.Series) -> bool:
    """Whether half of the first assignments came within 3 hours; `received` is missing where the case is unknown."""
    first = (seq == 1) & received.notna()
    soon = int((first & (assigned <= received + 3 * HOUR)).sum())
    return int(first.sum()) < 20 or soon >= 0.5 * int(first.sum())


def no_stretch_without(surveys: pd.DataFrame, cases: pd.DataFrame) -> bool:
    """Whether no stretch of cases is without a survey where 10 and the logarithm of their number could be expected."""
    ordered = cases.sort_values(["received_at", "case_no"], ignore_index=True)["case_no"]
    places = np.flatnonzero(ordered.isin(set(surveys["case_no"].dropna())).to_numpy()) + 1
    between = np.diff(np.concatenate([[0], places, [len(ordered) + 1]])) - 1
    count = len(surveys)
    return count < 20 or not bool((between * count / len(ordered) > 10 + np.log(count)).any())


def share_surveyed(surveys: pd.DataFrame, cases: pd.DataFrame) -> bool:
    """Whether 1.5% to 10% of the cases are surveyed."""
    return len(cases) < 500 or 0.015 * len(cases) <= len(surveys) <= 0.1 * len(cases)


def surveys_go_on(surveyed: pd.Series, received: pd.Series, cases: pd.DataFrame) -> bool:
    """Whether surveys come 8 hours after the last case too, where 5 or more did in the weeks before."""
    last, found = cases["received_at"].max(), []
    for back in range(4):
        until = last - 7 * back * DAY
        found.append(int(((received <= until) & (surveyed >= until + 8 * HOUR)).sum()))
    return found[0] > 0 or sum(found[1:]) / 3 < 5


def some_within_a_day(surveyed: pd.Series, received: pd.Series, resolved: pd.Series) -> bool:
    """Whether a tenth of the surveys on cases that were resolved at once came within a day."""
    at_once = resolved.fillna(False).astype(bool) & received.notna()
    soon = int((at_once & (surveyed < received + DAY)).sum())
    return int(at_once.sum()) < 20 or soon >= 0.1 * int(at_once.sum())
