"""What figures come to: periods, the latest, trend and status, and what is due."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from made import project
from praya.contract.register import Due, Metric, load_register, load_units
from praya.contract.register_table import programmes_of, rows_of
from praya.history import KnownRelease
from praya.reports.metrics import Observation, judged
from praya.reports.metrics.cycle import next_actual
from praya.reports.metrics.periods import ends, following
from praya.reports.metrics.printed import format_printed

INCLUDE = Path(__file__).parents[2] / "include"
RELEASE = KnownRelease("programme-observations", "1", "1.0.0", {}, "", Path(), "2026-01-01T00:00:00Z")
TEXT = {"en": "Text", "zh-Hant": "文字"}


def metric(direction: str = "more is better", target: float | None = 80, beyond: bool = False) -> Metric:
    goal: dict[str, Any] = {"none_because": TEXT}
    if target is not None:
        goal = {"value": target, "unit": "%", "beyond": beyond, "source_document": "d", "source_locator": "l"}
    return Metric.model_validate(
        {
            "id": "m",
            "title": TEXT,
            "definition": TEXT,
            "computed": TEXT,
            "office": TEXT,
            "unit": "%",
            "direction": direction,
            "target": goal,
            "policy_areas": [{"number": 1, "title": TEXT}],
            "frequency": "annual",
            "documents": [],
        }
    )


def seen(
    value: float | None, period: str = "2023", kind: str = "calendar year", stage: str = "actual"
) -> Observation:
    return Observation("m", period, kind, stage, value, "%", None, "A", "F", None, None, None, RELEASE)


@pytest.mark.parametrize(
    ("period", "kind", "end", "months", "next_one"),
    [
        ("2023", "calendar year", "2023-12-31", 12, "2024"),
        ("2023-24", "financial year", "2024-03-31", 12, "2024-25"),
        ("1999-00", "financial year", "2000-03-31", 12, "2000-01"),
        ("2023-12", "month", "2023-12-31", 1, "2024-01"),
        ("2023-11", "month", "2023-11-30", 3, "2024-02"),
        ("2024-02-29", "as at", "2024-02-29", 12, "2025-02-28"),
        ("2023-03-31", "as at", "2023-03-31", 6, "2023-09-30"),
    ],
)
def test_a_period_ends_and_another_follows(
    period: str, kind: str, end: str, months: int, next_one: str
) -> None:
    assert ends(period, kind) == dt.date.fromisoformat(end)
    assert following(period, kind, months) == next_one


@pytest.mark.parametrize(
    ("direction", "target", "beyond", "value", "status"),
    [
        ("more is better", 80, False, 80, "on target"),
        ("more is better", 70, True, 70, "off target"),
        ("more is better", 80, False, 74, "off target"),
        ("less is better", 10, True, 7, "on target"),
        ("less is better", 10, True, 10, "off target"),
        ("less is better", 10, False, 10, "on target"),
        ("less is better", 10, False, 10.1, "off target"),
        ("more is better", None, False, 5, "no target"),
        ("neither", None, False, 5, "no target"),
    ],
)
def test_a_target_is_held_against_the_figure_in_the_metrics_direction(
    direction: str, target: float | None, beyond: bool, value: float, status: str
) -> None:
    assert judged(metric(direction, target, beyond), [seen(value)]).status == status


def test_only_what_happened_meets_a_target_and_goals_are_no_figures() -> None:
    plan = seen(90, "2024", stage="plan")
    assert judged(metric(), [plan]).status == "no figure"
    assert judged(metric(), [plan]).headline is None and judged(metric(), [plan]).plan == plan
    estimate = seen(90, "2024", stage="estimate")
    alone = judged(metric(), [estimate])
    assert (alone.status, alone.actual, alone.estimate) == ("no figure", None, estimate)
    assert (alone.before, alone.trend) == (None, "not compared")
    all_three = judged(metric(), [seen(74), estimate, plan])
    assert (all_three.actual, all_three.estimate, all_three.plan) == (seen(74), estimate, plan)


def test_what_is_withheld_is_no_figure() -> None:
    assert judged(metric(), [seen(None)]).status == "no figure"


@pytest.mark.parametrize(
    ("direction", "before", "after", "trend"),
    [
        ("more is better", 61, 74, "better"),
        ("more is better", 74, 61, "worse"),
        ("less is better", 9, 7, "better"),
        ("neither", 9, 7, "falling"),
        ("neither", 7, 9, "rising"),
        ("more is better", 99, 99, "steady"),
    ],
)
def test_a_trend_is_of_figures_of_one_kind(direction: str, before: float, after: float, trend: str) -> None:
    target = None if direction == "neither" else 80
    other = seen(1, "2022-23", "financial year")
    found = judged(metric(direction, target), [seen(before, "2022"), other, seen(after)])
    assert (found.trend, found.before and found.before.value) == (trend, before)


def test_a_year_counts_before_its_last_month() -> None:
    found = judged(metric(), [seen(70, "2023-12", "month"), seen(85, "2023")])
    assert found.actual is not None and found.actual.period == "2023"


def test_the_shipped_register_comes_back_from_its_table_as_it_is() -> None:
    programmes = load_register(INCLUDE / "metrics" / "register")
    units = load_units(INCLUDE / "metrics" / "units.yaml")
    again, titles = programmes_of(rows_of(programmes, units))
    # Every programme is shown by something, or it would be lost.
    assert [one.programme for one in again] == [one.programme for one in programmes]
    assert [one.also for one in again] == [one.also for one in programmes]
    for before, after in zip(programmes, again, strict=True):
        assert [_told(one) for one in after.metrics] == [_told(one) for one in before.metrics]
    assert titles["HKD million"].in_language("zh-Hans") == units["HKD million"].in_language("zh-Hans")


def _told(one: Metric) -> Any:
    """A metric with its texts in three languages, whoever wrote the third."""

    def plain(value: Any) -> Any:
        if hasattr(value, "in_language"):
            return [value.in_language(language) for language in ("en", "zh-Hant", "zh-Hans")]
        if hasattr(value, "model_dump"):
            return {name: plain(getattr(value, name)) for name in type(value).model_fields}
        return [plain(each) for each in value] if isinstance(value, list) else value

    return plain(one)


def test_every_synthetic_measure_says_in_which_field_its_figures_are_released() -> None:
    from praya.contract import load_contracts

    contracts = {one.dataset: one for one in load_contracts(project(contracts=INCLUDE / "contracts"))}
    metrics = [one for each in load_register(INCLUDE / "metrics" / "register") for one in each.metrics]
    elsewhere = [one for one in metrics if one.observed.dataset != "programme-observations"]
    assert len(elsewhere) == 17
    for one in elsewhere:
        fields = {field.name: field for field in contracts[one.observed.dataset].released_fields}
        assert {"period", "period_kind", one.observed.field, *one.observed.where} <= set(fields)
        for name, value in one.observed.where.items():
            codes = fields[name].constraints.enum
            assert codes is None or value in codes, one.id


def due_by(period: str, kind: str, target: float, beyond: bool = False) -> Metric:
    one = metric("more is better", target, beyond)
    goal = one.target.model_copy(update={"due": Due(period=period, kind=kind)})
    return one.model_copy(update={"target": goal})


@pytest.mark.parametrize(
    ("value", "period", "kind", "status"),
    [
        (50, "2022-06", "month", "due"),
        (50, "2023-11", "month", "due"),
        (50, "2023", "calendar year", "off target"),
        (50, "2023-12", "month", "off target"),
        (50, "2023-24", "financial year", "off target"),
        (120, "2022-06", "month", "on target"),
        (120, "2023", "calendar year", "on target"),
        (None, "2022-06", "month", "no figure"),
    ],
)
def test_nothing_is_off_target_before_the_date_of_the_target(
    value: float | None, period: str, kind: str, status: str
) -> None:
    found = judged(due_by("2023", "calendar year", 100), [seen(value, period, kind)])
    assert found.status == status


@given(
    value=st.integers(0, 200),
    target=st.integers(0, 200),
    day=st.dates(dt.date(2000, 1, 1), dt.date(2030, 12, 31)),
    due=st.dates(dt.date(2000, 1, 1), dt.date(2030, 12, 31)),
    beyond=st.booleans(),
)
def test_off_target_is_only_what_falls_short_at_the_date_or_later(
    value: int, target: int, day: dt.date, due: dt.date, beyond: bool
) -> None:
    found = judged(due_by(str(due), "as at", target, beyond), [seen(value, str(day), "as at")]).status
    met = value > target if beyond else value >= target
    assert found == ("on target" if met else "due" if day < due else "off target")


@pytest.mark.parametrize(
    ("qualifier", "beyond", "status"),
    [("more than", True, "on target"), (None, True, "off target"), ("nearly", False, "off target")],
)
def test_the_word_before_a_figure_counts_where_the_figure_is_the_target(
    qualifier: str | None, beyond: bool, status: str
) -> None:
    one = seen(80)._replace(qualifier=qualifier)
    assert judged(metric(beyond=beyond), [one]).status == status


def test_the_latest_of_each_kind_is_known_also_where_an_estimate_is_of_a_later_year() -> None:
    stages = [
        seen(439, "2022-23", "financial year", "actual"),
        seen(460, "2023-24", "financial year", "original"),
        seen(450, "2023-24", "financial year", "revised"),
        seen(474, "2024-25", "financial year", "estimate"),
        seen(9, "2024-03-31", "as at", "balance"),
    ]
    found = judged(metric("neither", None), stages)
    assert found.actual == stages[0] and found.estimate == stages[3] and found.other == stages[4]
    assert found.expected == stages[3] and found.headline == stages[0]
    expected = next_actual(metric("neither", None), found.actual)
    assert expected == ("2023-24", "financial year", dt.date(2025, 3, 31))


@given(value=st.decimals(-(10**6), 10**6, places=3, allow_nan=False), decimals=st.integers(0, 6))
def test_a_number_is_printed_with_its_digits(value: Decimal, decimals: int) -> None:
    text = format_printed(float(value), decimals)
    assert len(text.partition(".")[2]) == decimals
    assert abs(Decimal(text) - Decimal(str(float(value)))) <= Decimal(1).scaleb(-decimals) / 2
    assert Decimal(format_printed(float(value), None)) == Decimal(str(float(value)))


def test_targets_of_the_register_have_the_dates_of_their_documents() -> None:
    metrics = [one for each in load_register(INCLUDE / "metrics" / "register") for one in each.metrics]
    dated = {one.id: (one.target.due.period, one.target.due.kind) for one in metrics if one.target.due}
    assert dated == {
        "wi-fi-village-premises": ("2023", "calendar year"),
        "smart-lampposts-installed": ("2023", "calendar year"),
    }
