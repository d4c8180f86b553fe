"""A line shows time as even, and "the month before" is of the calendar: a month without figures has its place."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from praya.reports.document import words
from praya.reports.metric_chart import every_month
from praya.reports.metrics import Observation
from praya.reports.metrics.periods import following
from praya_hk.reports.contact_centre import TREND_MONTHS, trend_months

months = st.builds(lambda year, month: f"{year}-{month:02}", st.integers(1990, 2090), st.integers(1, 12))
released = st.sets(
    st.tuples(st.integers(2022, 2024), st.integers(1, 12)).map(lambda one: f"{one[0]}-{one[1]:02}"),
    min_size=1,
).map(sorted)


def observation(month: str) -> Observation:
    return cast(Observation, SimpleNamespace(period=month, value=1.0))


@given(released)
def test_the_months_of_a_trend_follow_one_another(given: list[str]) -> None:
    found = trend_months(given)
    assert found[-1] == given[-1] and found[0] in given and len(found) <= TREND_MONTHS
    assert [following(one, "month", 1) for one in found[:-1]] == found[1:]
    assert {one for one in given if one >= found[0]} <= set(found)


@given(released)
def test_a_line_of_a_metric_has_a_place_for_each_month(given: list[str]) -> None:
    shown, labels = every_month([observation(one) for one in given])
    assert [one.period for one in shown if one is not None] == given
    assert len(shown) == len({str(words(label, "en")) for label in labels})
    at: dict[Any, int] = {one.period: place for place, one in enumerate(shown) if one is not None}
    for month in given:
        year, number = map(int, month.split("-"))
        first_year, first = map(int, given[0].split("-"))
        assert at[month] == (year - first_year) * 12 + number - first


@given(months)
def test_the_month_before_is_of_the_calendar(month: str) -> None:
    before = following(month, "month", -1)
    assert following(before, "month", 1) == month and before < month


@pytest.mark.parametrize(
    ("there", "trend"),
    [
        (["2023-12", "2026-11"], ["2026-11"]),
        (["2023-01", "2023-03"], ["2023-01", "2023-02", "2023-03"]),
        (["2022-11", "2022-12", "2023-12"], ["2022-12", *(f"2023-{one:02}" for one in range(1, 13))]),
    ],
)
def test_months_long_before_are_no_trend(there: list[str], trend: list[str]) -> None:
    assert trend_months(there) == trend
