"""Feeds, changelog, pages of changes, and the release calendar, as readers of their own kind see them."""

from __future__ import annotations

import datetime as dt
import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import feedparser
import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from made import field, make_contract, publish, text
from pages.dead_links import Links, dead_links
from praya.assurance.verify import list_findings
from praya.cli.app import app
from praya.contract import Contract
from praya.history.rhythm import DAYS, expected_next
from praya.pipeline.release.corrections import correct
from praya.pipeline.release.withdrawal import rollback, withdraw
from praya.site.portal import write_calendar, write_catalogue
from praya.store import Store

pytestmark = pytest.mark.slow

DATA = b"id,name\n1,a\n2,b\n"
ID, NAME = field("id", "integer"), field("name")
LANGUAGES = {"en": "en", "tc": "zh-Hant", "sc": "zh-Hans"}


@pytest.fixture
def told(store: Store) -> Store:
    """A dataset to which everything has happened, and another."""
    publish(store, make_contract(), DATA)
    publish(store, make_contract(), b"id,name\n1,a2\n3,<b>\n", "2026-01-06T02:00:00Z")
    publish(store, make_contract(ID, NAME, field("more")), b"id,name,more\n1,a2,x\n", "2026-01-07T02:00:00Z")
    correct(store, "sample", "1.0.1", "A name was wrong.", "mary")
    publish(store, make_contract(ID, NAME, field("more")), b"id,name,more\n1,a3,x\n", "2026-01-08T02:00:00Z")
    rollback(store, "sample", None, "Being checked.", "mary")
    withdraw(store, "sample", "1.0.1", "A name was wrong.", "mary")
    publish(store, make_contract(dataset="other", synthetic=True), DATA, synthetic=True)
    write_calendar(
        store, [make_contract(), make_contract(dataset="other", synthetic=True)], dt.date(2026, 1, 9)
    )
    write_catalogue(store)
    return store


# --- feeds -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("short", LANGUAGES)
def test_a_feed_reader_finds_everything_that_happened_in_its_language(told: Store, short: str) -> None:
    found = feedparser.parse(told.path(f"released/sample/feed-{short}.atom").read_bytes())
    assert not found.bozo and found.version == "atom10" and found.feed.language == LANGUAGES[short]
    assert len(found.entries) == 7 and len({entry.id for entry in found.entries}) == 7
    assert found.feed.updated == max(entry.updated for entry in found.entries)
    assert [entry.updated for entry in found.entries] == sorted(
        (one.updated for one in found.entries), reverse=True
    )
    if short == "en":
        titles = [entry.title for entry in found.entries]
        assert titles[-1] == "A sample: Release 1.0.0" and "A sample: Withdrawn: 1.0.1" in titles
        by_title = {entry.title: entry for entry in found.entries}
        assert by_title["A sample: Release 1.1.0"].summary == "Minor: something was added; column added: more"
        assert by_title["A sample: Release 1.1.0"].updated == "2026-01-07T02:00:00Z"
        assert "Corrects 1.0.1: A name was wrong." in by_title["A sample: Release 1.1.1"].summary
        assert "0 rows added, 0 removed, 1 changed" in by_title["A sample: Release 1.1.1"].summary


def test_the_feed_of_all_has_both_datasets_and_says_what_is_synthetic(told: Store) -> None:
    found = feedparser.parse(told.path("released/feed-en.atom").read_bytes())
    own = feedparser.parse(told.path("released/sample/feed-en.atom").read_bytes())
    assert {entry.id for entry in own.entries} < {entry.id for entry in found.entries}
    assert len(found.entries) == 8
    (other,) = [entry for entry in found.entries if "other/" in entry.link]
    assert "Synthetic data" in other.summary


def test_ids_of_a_feed_stay_when_more_happens(told: Store) -> None:
    before = {
        entry.id for entry in feedparser.parse(told.path("released/sample/feed-en.atom").read_bytes()).entries
    }
    withdraw(told, "sample", "1.0.0", "Wrong.", "mary")
    write_catalogue(told)
    after = {
        entry.id for entry in feedparser.parse(told.path("released/sample/feed-en.atom").read_bytes()).entries
    }
    assert before < after and len(after) == len(before) + 1


# --- changelog and changes -------------------------------------------------------------------------------


def test_every_link_of_every_page_and_feed_leads_somewhere(told: Store) -> None:
    assert dead_links(told) == []
    assert len(list(told.path("released").rglob("*.html"))) > 10
    assert list(list_findings(told)) == []


def test_the_changelog_tells_each_version_with_ground_and_counts(told: Store) -> None:
    log = told.read_json("released/sample/changelog.json")
    assert [one["number"] for one in log["versions"]] == ["1.1.1", "1.1.0", "1.0.1", "1.0.0"]
    assert [one["state"] for one in log["versions"]] == ["rolled back", "published", "withdrawn", "published"]
    counts = {"added": 0, "after": 1, "before": 1, "changed": 1, "removed": 0}
    assert log["versions"][0]["changes"]["counts"] == counts
    pages = {short: told.path(f"released/sample/changelog-{short}.html").read_text() for short in LANGUAGES}
    assert "What has changed" in pages["en"] and "更新紀錄" in pages["tc"] and "更新纪录" in pages["sc"]


def test_what_changed_is_told_as_json_csv_and_pages(store: Store) -> None:
    publish(store, make_contract(), DATA)
    publish(store, make_contract(), b"id,name\n1,<b>bold\n3,c\n", "2026-01-06T02:00:00Z")
    write_catalogue(store)
    folder = store.path("released/sample/changes/20260105T020000Z--20260106T020000Z")
    found = json.loads((folder / "changes.json").read_bytes())
    assert (found["from"]["number"], found["to"]["number"], found["level"]) == ("1.0.0", "1.0.1", "patch")
    assert found["rows"] == [
        {"change": "changed", "key": {"id": "1"}, "column": "name", "from": "a", "to": "<b>bold"},
        {"change": "removed", "key": {"id": "2"}, "column": "name", "from": "b", "to": None},
        {"change": "added", "key": {"id": "3"}, "column": "name", "from": None, "to": "c"},
    ]
    assert (folder / "changes.csv").read_bytes().decode("utf-8-sig") == (
        "_change,id,_column,_from,_to\r\nchanged,1,name,a,<b>bold\r\nremoved,2,name,b,\r\nadded,3,name,,c\r\n"
    )
    page = Links(folder / "changes-tc.html")
    assert "b" not in page.tags and "table" in page.tags
    assert "由1.0.0至1.0.1的變更" in (folder / "changes-tc.html").read_text()


def test_a_release_in_csv_or_json_alone_is_compared_too(store: Store) -> None:
    for kind in ("csv", "json"):
        contract = make_contract(dataset=f"only-{kind}", release={"formats": [kind]})
        publish(store, contract, b'id,name\n1,"a, b"\n2,\n')
        publish(store, contract, b'id,name\n1,"a, c"\n2,\n', "2026-01-06T02:00:00Z")
        write_catalogue(store)
        (folder,) = store.path(f"released/only-{kind}/changes").iterdir()
        found = json.loads((folder / "changes.json").read_bytes())
        assert [(one["key"], one["from"], one["to"]) for one in found["rows"]] == [
            ({"id": "1"}, "a, b", "a, c")
        ]


def test_the_command_tells_what_changed_between_any_two_versions(
    told: Store, monkeypatch: Any, tmp_path: Path
) -> None:
    monkeypatch.setenv("PRAYA_STORE", str(told.root))
    done = CliRunner().invoke(app, ["diff", "sample", "1.0.0", "1.1.1", "--to", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    assert "sample: 1.0.0 → 1.1.1: minor" in done.output and "column added: more" in done.output
    assert "rows: 0 added, 1 removed, 1 changed" in done.output
    assert json.loads((tmp_path / "out" / "changes.json").read_bytes())["columns"] == {"name": 1}
    gone = CliRunner().invoke(app, ["diff", "sample", "1.0.1"])
    assert gone.exit_code == 1 and "it was withdrawn" in gone.output


# --- calendar --------------------------------------------------------------------------------------------

TODAY = dt.date(2026, 1, 9)


def entries(made: dict[str, Any]) -> list[tuple[Any, ...]]:
    return [(one["kind"], one["status"], one["month"], one["date"], one["time"]) for one in made["releases"]]


def deliver(store: Store, contract: Contract, *days: str) -> None:
    """One release for each day, every one with other rows."""
    for number, day in enumerate(days):
        publish(store, contract, f"id,name\n1,{number}\n".encode(), f"{day}T02:00:00Z")


def test_without_a_history_nothing_is_announced_in_any_language(store: Store) -> None:
    contract = make_contract(frequency="annual")
    deliver(store, contract, "2026-01-05")
    made = write_calendar(store, [contract], TODAY)
    assert entries(made) == [("release", "not announced", None, None, None)] and made["changes"] == []
    pages = {
        short: store.path(f"released/calendar-{short}.html").read_text("utf-8")
        for short in ("en", "tc", "sc")
    }
    assert [said in pages[short] for short, said in NOT_ANNOUNCED.items()] == [True] * 3
    assert not any("2027" in page for page in pages.values())
    assert b"VEVENT" not in store.path("released/calendar.ics").read_bytes()


def test_a_dataset_that_was_never_released_is_said_to_be(store: Store) -> None:
    made = write_calendar(store, [make_contract(dataset="other")], TODAY)
    assert entries(made) == [("release", "not released", None, None, None)]
    page = store.path("released/calendar-en.html").read_text("utf-8")
    assert "no release so far; not announced" in page


NOT_ANNOUNCED = {"en": "not announced", "tc": "未公布", "sc": "未公布"}
MONTHLY = ("2025-09-03", "2025-10-03", "2025-11-04", "2025-12-03", "2026-01-05")


def test_regular_releases_let_expect_the_next_one_and_it_says_so(store: Store) -> None:
    contract = make_contract(frequency="monthly", release={"weekday": "friday", "hour": 16})
    deliver(store, contract, *MONTHLY)
    (one,) = write_calendar(store, [contract], TODAY)["releases"]
    assert (one["status"], one["date"], one["until"], one["past"]) == (
        "expected",
        "2026-02-03",
        "2026-02-07",
        5,
    )
    page = store.path("released/calendar-en.html").read_text("utf-8")
    shown = re.sub("<[^>]+>", "", page)
    assert "2026-02-03 to 2026-02-07" in shown and "expected, from the past 5 releases" in page
    assert "按過往5次發布推算" in store.path("released/calendar-tc.html").read_text("utf-8")
    (event,) = icalendar.Calendar.from_ical(store.path("released/calendar.ics").read_bytes()).walk("VEVENT")
    assert (event.decoded("DTSTART"), event.decoded("DTEND")) == (dt.date(2026, 2, 3), dt.date(2026, 2, 8))
    assert str(event["STATUS"]) == "TENTATIVE" and "from the past 5 releases" in str(event["SUMMARY"])


def test_late_is_what_regular_releases_let_expect_and_has_not_come(store: Store) -> None:
    contract = make_contract(frequency="monthly")
    deliver(store, contract, *MONTHLY)
    (one,) = write_calendar(store, [contract], dt.date(2026, 2, 8))["releases"]
    assert (one["status"], one["until"]) == ("late", "2026-02-07")
    assert "expected by 2026-02-07" in store.path("released/calendar-en.html").read_text("utf-8")
    assert b"VEVENT" not in store.path("released/calendar.ics").read_bytes()


def test_a_release_of_the_same_delivery_in_another_shape_is_no_delivery(store: Store) -> None:
    contract = make_contract(frequency="monthly")
    deliver(store, contract, *MONTHLY[:3])
    publish(
        store,
        make_contract(ID, NAME, frequency="monthly", title=text("New")),
        b"id,name\n1,9\n",
        "2025-11-04T02:00:00Z",
    )
    assert entries(write_calendar(store, [contract], TODAY))[0][1] == "not announced"


@pytest.mark.parametrize(
    ("frequency", "release", "shown"),
    [
        ("daily", {"hour": 9}, "every day"),
        ("weekly", {"weekday": "friday", "hour": 9}, "every Friday"),
    ],
)
def test_a_standing_time_is_announced_by_the_contract(
    store: Store, frequency: str, release: dict[str, Any], shown: str
) -> None:
    contract = make_contract(frequency=frequency, release=release)
    assert entries(write_calendar(store, [contract], TODAY)) == [
        ("standing", "scheduled", None, None, "09:00")
    ]
    assert shown in store.path("released/calendar-en.html").read_text("utf-8")


@given(
    st.sampled_from([*DAYS, "hourly", "as-needed", "once"]),
    st.lists(st.dates(dt.date(2020, 1, 1), dt.date(2026, 1, 1)), max_size=20),
)
def test_no_date_is_expected_that_the_history_does_not_support(frequency: str, days: list[dt.date]) -> None:
    """Whatever the days: fewer than four, or one interval that is not what the frequency says, and none is."""
    found = expected_next(frequency, days)
    known = sorted(set(days))[-12:]
    gaps = [(after - before).days for before, after in pairwise(known)]
    regular = (
        len(known) >= 4 and frequency in DAYS and all(abs(gap / DAYS[frequency] - 1) <= 0.25 for gap in gaps)
    )
    assert (found is not None) == regular
    if found:
        assert known[-1] < found.first <= found.last and found.past == len(known)


@given(
    st.sampled_from(sorted(DAYS)),
    st.dates(dt.date(2020, 1, 1), dt.date(2022, 1, 1)),
    st.integers(4, 30),
    st.data(),
)
def test_regular_days_give_the_next_one(
    frequency: str, first: dt.date, many: int, data: st.DataObject
) -> None:
    apart = int(DAYS[frequency] / 5)
    days, last = [first], first
    for _ in range(many - 1):
        last += dt.timedelta(round(DAYS[frequency]) + data.draw(st.integers(-apart, apart)))
        days.append(last)
    found = expected_next(frequency, days)
    assert found is not None and found.past == min(many, 12)
    assert abs((found.last - last).days - DAYS[frequency]) <= DAYS[frequency] / 4


def test_an_embargo_is_confirmed_to_the_minute_and_moving_it_is_on_record(store: Store) -> None:
    first = make_contract(frequency="as-needed", release={"embargo_until": "2026-03-04T16:30:00+08:00"})
    made = write_calendar(store, [first], TODAY)
    assert entries(made)[0] == ("release", "confirmed", "2026-03", "2026-03-04", "16:30")
    later = make_contract(frequency="as-needed", release={"embargo_until": "2026-03-11T16:30:00+08:00"})
    made = write_calendar(store, [later], TODAY + dt.timedelta(1))
    moved = {
        "recorded": "2026-01-10",
        "dataset": "sample",
        "change": "moved",
        "before": "2026-03-04 16:30",
        "after": "2026-03-11 16:30",
    }
    assert made["changes"] == [moved]
    # It stays on record, and a day that goes by is no change.
    made = write_calendar(store, [later, make_contract(dataset="new")], TODAY + dt.timedelta(2))
    assert made["changes"] == [moved, {"recorded": "2026-01-11", "dataset": "new", "change": "added"}]
    assert "moved" in store.path("released/calendar-en.html").read_text()


def test_a_notice_of_a_breaking_change_is_in_calendar_and_feeds_before_it_comes(store: Store) -> None:
    publish(store, make_contract(), DATA)
    notice = make_contract(
        release={"breaking": {"notice": "2026-02-01", "reason": text("Names are left out")}}
    )
    for number in range(3):
        made = write_calendar(store, [notice], TODAY + dt.timedelta(number))
    assert [one["change"] for one in made["changes"]] == ["breaking change"]
    write_catalogue(store)
    for name in ("released/feed-en.atom", "released/sample/feed-en.atom"):
        entry = feedparser.parse(store.path(name).read_bytes()).entries[0]
        assert (entry.title, entry.summary) == (
            "A sample: Breaking change on 2026-02-01",
            "Names are left out",
        )
        assert entry.updated == "2026-01-09T00:00:00Z"
    assert dead_links(store) == []


def test_a_calendar_program_reads_the_calendar(store: Store) -> None:
    long = make_contract(
        title={"en": "Calls, e-mails; and more \\ " + "so on " * 20, "zh-Hant": "電話、電郵" * 20},
        release={"embargo_until": "2026-03-04T16:30:00+08:00"},
    )
    daily = make_contract(dataset="daily", frequency="daily", release={"hour": 9})
    made = write_calendar(store, [long, daily, make_contract(dataset="other")], TODAY)
    data = store.path("released/calendar.ics").read_bytes()
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    events = list(icalendar.Calendar.from_ical(data).walk("VEVENT"))
    assert len(made["releases"]) == 3 and len({str(event["UID"]) for event in events}) == len(events) == 2
    by_uid = {str(event["UID"]): event for event in events}
    held = by_uid["sample-release-confirmed-2026-03@praya"]
    assert held.decoded("DTSTART") == dt.datetime(2026, 3, 4, 8, 30, tzinfo=dt.UTC)
    assert long.title.en in str(held["SUMMARY"]) and long.title.zh_hant in str(held["SUMMARY"])
    assert by_uid["daily-standing-scheduled-standing@praya"]["RRULE"]["FREQ"] == ["DAILY"]


def test_the_same_day_gives_the_same_calendar_and_writes_nothing_again(store: Store) -> None:
    contract = make_contract(frequency="monthly")
    publish(store, contract, DATA)
    assert write_calendar(store, [contract], TODAY)["changed"] is True
    assert write_calendar(store, [contract], TODAY)["changed"] is False
