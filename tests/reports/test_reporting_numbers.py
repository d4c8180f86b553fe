"""Numbers as the office prints them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from praya.reports.number_format import SPACE, change, change_pct, figure, financial_year, month, signed


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
