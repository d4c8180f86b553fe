"""The close of a month: on record once, every report as known on its last day; killed anywhere, completed later."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from made.expected import stops
from made.small_house import House
from praya.assurance.verify import list_findings
from praya.errors import codes
from praya.ledger import Ledger
from praya.reports import closing
from praya.reports.closing import close, to_close
from praya.reports.edition import publish
from praya.site.views import present

pytestmark = pytest.mark.slow

MARCH = dt.datetime(2026, 3, 1, 2, tzinfo=dt.UTC)
REPORTS = {"month-end/2026-02", "programme-scorecard"}


def edition(house: House, name: str, told: dict[str, Any], short: str = "en") -> str:
    folder = house.store.path(f"released/reports/{name}/{told['editions'][name]}")
    return (folder / f"{name.split('/')[0]}-{short}.html").read_text()


def test_a_close_makes_the_reports_as_known_at_month_end_and_says_what_is_due(house: House) -> None:
    house.clock("2026-03-01T02:00:00Z")
    told = close(house.store, "2026-02", MARCH)
    assert set(told["editions"]) >= REPORTS
    # 2024 of the yearly measure was due when 2025 ended; the provision's year is over in March 2025.
    assert (told["due"], told["waiting"], told["revised"]) == (1, 1, 0)
    page = edition(house, "month-end/2026-02", told)
    for said in ("February 2026", "As at 28 February 2026", "31 December 2025", "386.5", "31 March 2025"):
        assert said in page
    assert "到期而未有的數字" in edition(house, "month-end/2026-02", told, "tc")
    present(house.store, MARCH)
    assert list(list_findings(house.store, now=MARCH)) == []
    assert "month-end/2026-02" in house.store.path("released/catalogue.json").read_text()


def test_a_close_stays_as_it_was_whatever_is_released_later(house: House) -> None:
    house.clock("2026-03-01T02:00:00Z")
    first = close(house.store, "2026-02", MARCH)
    house.rows += "1823-answered,2024,calendar year,actual,77,%\n"
    house.on("2026-03-05")
    lines = len(list(Ledger(house.store)))
    again = close(house.store, "2026-02", dt.datetime(2026, 3, 6, tzinfo=dt.UTC))
    assert first.pop("changed") and not again.pop("changed")
    assert again == first
    assert len(list(Ledger(house.store))) == lines


def test_a_late_close_still_says_what_was_known_on_the_last_day(house: House) -> None:
    house.rows += "1823-answered,2024,calendar year,actual,77,%\n"
    house.on("2026-03-05")
    late = close(house.store, "2026-02", dt.datetime(2026, 3, 6, tzinfo=dt.UTC))
    assert late["due"] == 1
    march = close(house.store, "2026-03", dt.datetime(2026, 4, 1, tzinfo=dt.UTC))
    assert march["due"] == 0, "2024 has come, and 2025 is not due before 2026 ends"


def test_a_month_that_is_not_over_in_hong_kong_is_not_closed(house: House) -> None:
    with stops(codes.month.NOT_OVER, "2026-02"):
        close(house.store, "2026-02", dt.datetime(2026, 2, 28, 15, 59, tzinfo=dt.UTC))
    assert close(house.store, "2026-02", dt.datetime(2026, 2, 28, 16, tzinfo=dt.UTC))["changed"]


def test_before_anything_was_released_there_is_nothing_to_close(house: House) -> None:
    with stops(codes.history.NOTHING_RELEASED_THEN, "2026-01-31"):
        close(house.store, "2026-01", MARCH)


def test_the_end_of_a_financial_year_lists_its_estimates_and_revisions_with_their_reason(
    house: House,
) -> None:
    house.rows += "1823-provision,2025-26,financial year,estimate,400,HKD million\n"
    house.rows = house.rows.replace("actual,74", "actual,75")
    house.revise("74", "75")
    house.on("2026-03-20")
    told = close(house.store, "2026-03", dt.datetime(2026, 4, 1, tzinfo=dt.UTC))
    page = edition(house, "month-end/2026-03", told)
    year = page[page.index("The financial year ended") : page.index("Due, and not there")]
    assert ">400.0<" in year and "386.5" not in year
    assert told["revised"] == 1 and "Counted twice." in page and "Head of 1823" in page


def test_months_that_were_missed_are_closed_in_their_order(house: House) -> None:
    now = dt.datetime(2026, 6, 2, tzinfo=dt.UTC)
    assert to_close(house.store, MARCH) == ["2026-02"]
    close(house.store, "2026-02", MARCH)
    assert to_close(house.store, MARCH) == []
    assert to_close(house.store, now) == ["2026-03", "2026-04", "2026-05"]


def test_a_close_that_was_killed_is_completed_by_the_next(house: House, monkeypatch: Any) -> None:
    made: list[str] = []

    def killed(report: Any, *rest: Any) -> Any:
        if made:
            raise KeyboardInterrupt
        done = publish(report, *rest)
        made.append(report.name)
        return done

    monkeypatch.setattr(closing, "publish", killed)
    with pytest.raises(KeyboardInterrupt):
        close(house.store, "2026-02", MARCH)
    assert closing.closed(house.store, "2026-02") is None
    monkeypatch.undo()
    told = close(house.store, "2026-02", MARCH)
    assert told["changed"] and set(told["editions"]) >= REPORTS
    (folder,) = {path.parent for path in editions(house, made[0])}
    assert len(list(folder.glob("2*"))) == 1, "the edition of the killed run is the one"


def editions(house: House, name: str) -> list[Path]:
    return [path.parent for path in house.store.path(f"released/reports/{name}").rglob("manifest.json")]
