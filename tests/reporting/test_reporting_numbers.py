"""Numbers as the office prints them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from praya.reporting.document import Status, status_of
from praya.reporting.numbers import SPACE, change, change_pct, figure, financial_year, month, signed


@pytest.mark.parametrize(
    ("made", "printed"),
    [
        (figure(403546), "403,546"),
        (figure(2807000, group=SPACE), "2\u00a0807\u00a0000"),
        (figure(20, 1), "20.0"),
        (figure(Decimal("660.30")), "660.3"),
        (figure(0.05, 1), "0.1"),
        (figure(-1234.5, 1), "–1,234.5"),
        (figure(-0.04, 1), "0.0"),
        (change(2), "(+2.0%)"),
        (change(-11.67), "(–11.7%)"),
        (change(0), "(—)"),
        (change(0.04), "(—)"),
        (signed(1234.5), "+1,234.5%"),
        (financial_year("2023-24"), "2023–24"),
        (month("2023-01", "en"), "January 2023"),
        (month("2023-12", "zh-Hant"), "2023年12月"),
    ],
)
def test_a_number_is_printed_as_in_the_estimates(made: str, printed: str) -> None:
    assert made == printed


def test_changes_are_rounded_half_up_as_by_hand() -> None:
    assert change_pct(20.0, 20.4) == Decimal("2.0")
    assert change_pct(Decimal("367.2"), Decimal("386.5")) == Decimal("5.3")
    assert change_pct(400, 401) == Decimal("0.3")  # 0.25
    assert change_pct(0, 1) is None


@pytest.mark.parametrize(
    ("value", "target", "direction", "wanted"),
    [
        (80, 80, "more is better", Status.ON_TARGET),
        (79.9, 80, "more is better", Status.OFF_TARGET),
        (10, 10, "less is better", Status.ON_TARGET),
        (10.1, 10, "less is better", Status.OFF_TARGET),
        (None, 10, "less is better", Status.NO_FIGURE),
        (5, None, "more is better", Status.NO_TARGET),
        (5, 3, "neither", Status.NO_TARGET),
    ],
)
def test_a_target_is_met_in_the_direction_of_its_metric(
    value: float | None, target: float | None, direction: str, wanted: Status
) -> None:
    assert status_of(value, target, direction) is wanted
