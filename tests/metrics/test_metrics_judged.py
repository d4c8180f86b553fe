"""What figures come to: periods, the latest, trend and status, and what is due."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from praya.contract.register import Metric, load_register, load_units
from praya.contract.register_table import programmes_of, rows_of
from praya.history import KnownRelease
from praya.metrics import Observation, judged
from praya.metrics.periods import ends, following

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
    assert judged(metric(), [plan]).latest is None
    estimate = seen(90, "2024", stage="estimate")
    assert judged(metric(), [estimate]) == ("no figure", estimate, None, "one figure only")
    both = judged(metric(), [seen(74), estimate, plan])
    assert both.latest is not None and both.latest.value == 74


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
    assert found.latest is not None and found.latest.period == "2023"


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

    contracts = {one.dataset: one for one in load_contracts(INCLUDE / "contracts")}
    metrics = [one for each in load_register(INCLUDE / "metrics" / "register") for one in each.metrics]
    elsewhere = [one for one in metrics if one.observed.dataset != "programme-observations"]
    assert len(elsewhere) == 17
    for one in elsewhere:
        fields = {field.name: field for field in contracts[one.observed.dataset].released_fields}
        assert {"period", "period_kind", one.observed.field, *one.observed.where} <= set(fields)
        for name, value in one.observed.where.items():
            codes = fields[name].constraints.enum
            assert codes is None or value in codes, one.id
