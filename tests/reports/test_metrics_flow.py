"""A changed figure flows from one source to observations, reports and pages; what was said before can still be made."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from made.expected import stops
from made.small_house import NOTE, House
from praya.assurance.verify import list_findings
from praya.errors import codes
from praya.reports import report_of
from praya.reports.edition import make
from praya.reports.metric_pages import pages
from praya.reports.metrics import Figures, judged
from praya.store import Store

pytestmark = pytest.mark.slow

BEFORE, AFTER = dt.date(2026, 2, 9), dt.date(2026, 2, 10)
NOW = dt.datetime(2026, 2, 10, 12, tzinfo=dt.UTC)


def served(store: Store, name: str) -> bytes:
    return store.path(f"released/metrics/{name}").read_bytes()


def value(figures: Figures, period: str = "2023") -> float | None:
    found = figures.of(figures.metric("1823-answered"))
    return next(one.value for one in found if one.period == period)


def test_one_run_takes_a_changed_figure_everywhere_and_the_earlier_reports_stay_as_they_were(
    house: House,
) -> None:
    store, scorecard = house.store, report_of("programme-scorecard")
    first_page, first_json = served(store, "1823-answered-en.html"), served(store, "1823-answered.json")
    first_report = make(scorecard, store)

    house.rows = house.rows.replace("2023,calendar year,actual,74", "2023,calendar year,actual,81")
    house.revise("74", "81")
    house.on("2026-02-10")

    # The observations, the page and the report have it ...
    assert value(Figures(store)) == 81
    page = served(store, "1823-answered-en.html").decode()
    assert "On target" in page and ">81<" in page
    for said in ("Counted twice.", "Head of 1823", "2026-02-09", ">74<"):
        assert said in page, "what was said before, with who, when and why"
    report = make(scorecard, store)
    assert b"On target" in report.files["programme-scorecard-en.html"]
    assert report.files != first_report.files
    # ... and as known the day before, each is what it was, byte for byte.
    assert value(Figures(store, BEFORE)) == 74
    assert make(scorecard, store, BEFORE, anew=True).files == first_report.files
    then = Figures(store, BEFORE)
    again = pages(then, then.metric("1823-answered"))
    assert again["1823-answered-en.html"] == first_page
    assert again["1823-answered.json"] == first_json
    assert list(list_findings(store, now=NOW)) == []


def test_without_a_reason_the_step_refuses_and_nothing_changes(house: House) -> None:
    before = served(house.store, "1823-answered.json")
    house.rows = house.rows.replace("actual,74", "actual,81")
    with stops(codes.release.REVISION_NOT_ON_RECORD, 'field: value, was: "74", now: "81"'):
        house.on("2026-02-10")
    assert value(Figures(house.store)) == 74
    assert served(house.store, "1823-answered.json") == before


def test_a_changed_target_needs_a_reason_too_and_is_known_by_day(house: House) -> None:
    house.target = 70
    with stops(codes.release.REVISION_NOT_ON_RECORD, "metrics-register: 1 figure"):
        house.on("2026-02-10")
    (house.folder / "revisions" / "target.yaml").write_text(
        "revisions:\n  - by: Controlling Officer\n    decided: 2026-02-09\n"
        "    reason: {en: Set anew., zh-Hant: 重新訂立。}\n    figures:\n"
        "      - {dataset: metrics-register, key: {programme: '1823', metric: 1823-answered}, field: target, "
        "was: 80, now: 70}\n"
    )
    house.on("2026-02-10")
    status = {}
    for day in (BEFORE, AFTER):
        figures = Figures(house.store, day)
        metric = figures.metric("1823-answered")
        status[day] = judged(metric, figures.of(metric)).status
    assert status == {BEFORE: "off target", AFTER: "on target"}


def test_a_new_stage_or_period_keeps_what_was_said_and_needs_no_reason(house: House) -> None:
    house.rows += "1823-provision,2024-25,financial year,revised,390.1,HKD million\n"
    house.on("2026-02-10")
    figures = Figures(house.store)
    stages = [(one.stage, one.value) for one in figures.of(figures.metric("1823-provision"))]
    assert stages == [("estimate", 386.5), ("revised", 390.1)]
    assert figures.revised(figures.metric("1823-provision")) == []


def test_pages_are_made_again_only_where_something_they_show_is_another(house: House) -> None:
    folder = house.store.path("released/metrics")
    times = {path: path.stat().st_mtime_ns for path in folder.iterdir()}
    house.on("2026-02-10")
    assert {path: path.stat().st_mtime_ns for path in folder.iterdir()} == times


def test_a_page_that_was_changed_or_put_there_is_found(house: House) -> None:
    page = house.store.path("released/metrics/1823-answered-en.html")
    page.write_bytes(page.read_bytes().replace(b"74", b"84"))
    (page.parent / "more.html").write_text("more")
    said = "\n".join(list_findings(house.store, now=dt.datetime(2026, 2, 5, 12, tzinfo=dt.UTC)))
    assert "1823-answered-en.html: was changed" in said
    assert "more.html: is not named" in said
    page.unlink()
    said = "\n".join(list_findings(house.store, now=dt.datetime(2026, 2, 5, 12, tzinfo=dt.UTC)))
    assert "1823-answered-en.html: is named in their index and missing" in said


def test_the_index_of_pages_is_signed_with_the_catalogue(house: House) -> None:
    index = house.store.path("released/metrics/index.json")
    told = json.loads(index.read_bytes())
    told["files"] = told["files"][:1]
    index.write_text(json.dumps(told))
    said = "\n".join(list_findings(house.store, now=dt.datetime(2026, 2, 5, 12, tzinfo=dt.UTC)))
    assert "metrics/index.json: is not what was signed with the catalogue" in said


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_each_metric_has_pages_in_three_languages_and_data_and_the_index_leads_to_them(house: House) -> None:
    folder = house.store.path("released/metrics")
    metrics = ("1823-answered", "1823-provision", "1823-planned")
    stems = [*metrics, "index"]
    assert names(folder) == {f"{one}-{short}.html" for one in stems for short in ("en", "tc", "sc")} | {
        f"{one}.json" for one in stems
    }
    index = (folder / "index-tc.html").read_text()
    assert all(f'href="{one}-tc.html"' in index for one in metrics)
    gap = (folder / "1823-planned-tc.html").read_text()
    assert "缺口：沒有統計。" in gap and "沒有：並無訂立。" in gap
    assert '<a href="metrics/index-en.html">' in house.store.path("released/index.html").read_text()


def test_a_page_shows_the_note_of_a_figure_in_its_own_language(house: House) -> None:
    for short in NOTE:
        page = served(house.store, f"1823-provision-{short}.html").decode()
        assert {one for one in NOTE if NOTE[one] in page} == {short}
    (told,) = json.loads(served(house.store, "1823-provision.json"))["observations"]
    assert told["note"] == {"en": NOTE["en"], "zh-Hant": NOTE["tc"], "zh-Hans": NOTE["sc"]}
    assert json.loads(served(house.store, "1823-answered.json"))["observations"][0]["note"] is None
