"""The release calendar as iCalendar, which calendar programs subscribe to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

from praya.contract.codes import WEEKDAYS
from praya.store.documents import CalendarRelease
from praya.text.outside import escape
from praya.text.three_languages import in_language

if TYPE_CHECKING:
    from icalendar import Event

SAID = {
    "confirmed": "announced",
    "scheduled": "scheduled",
    "expected": "expected from the past {past} releases",
}
LANGUAGES = ("en", "zh-Hant", "zh-Hans")


def as_ical(releases: Sequence[CalendarRelease], today: dt.date) -> bytes:
    """The entries of a calendar that have a day still to come, as events: with a time where it is fixed, else of the
    days from the first to the last.

    The stamp of all is `today`, so that the same calendar gives the same bytes.
    """
    from praya.text.icalendar_text import make_calendar, serialize

    calendar = make_calendar("-//Praya//Release calendar//EN")
    return b"".join(serialize(calendar, (_event(one, today) for one in releases if one["status"] in SAID)))


def _event(one: CalendarRelease, today: dt.date) -> Event:
    from icalendar import Event

    from praya.text.icalendar_text import text

    event = Event()
    event["UID"] = text(_uid(one))
    event.add("DTSTAMP", dt.datetime.combine(today, dt.time(), dt.UTC))
    _set_when(event, one, today)
    event["SUMMARY"] = text(escape(_summary(one)))
    if "reason" in one:
        event["DESCRIPTION"] = text(
            escape(" / ".join(in_language(one["reason"], name) for name in LANGUAGES))
        )
    event["STATUS"] = text("TENTATIVE" if one["status"] == "expected" else "CONFIRMED")
    event["TRANSP"] = text("TRANSPARENT")
    return event


def _uid(one: CalendarRelease) -> str:
    place = one["date"] if one["kind"] == "breaking" else one["month"]
    # One expectation of a dataset takes the place of the one before it.
    place = "next" if one["status"] == "expected" else place
    return f"{one['dataset']}-{one['kind']}-{one['status']}-{place or 'standing'}@praya"


def _summary(one: CalendarRelease) -> str:
    what = "Breaking change" if one["kind"] == "breaking" else "Release"
    titles = " / ".join(dict.fromkeys(in_language(one["title"], language) for language in LANGUAGES))
    mark = "[synthetic · 模擬數據] " if one["synthetic"] else ""
    return f"{mark}{what} ({SAID[one['status']].format(**one)}): {titles}"


def _set_when(event: Event, one: CalendarRelease, today: dt.date) -> None:
    first = dt.date.fromisoformat(one["date"]) if one["date"] else _standing(one, today)
    last = dt.date.fromisoformat(one.get("until") or first.isoformat())
    if one["time"] and first == last:
        # Hong Kong has had no summer time since 1979, so UTC says it exactly.
        clock = dt.datetime.combine(first, dt.time.fromisoformat(one["time"]), dt.UTC)
        event.add("DTSTART", clock - dt.timedelta(hours=8))
    else:
        event.add("DTSTART", first)
        event.add("DTEND", last + dt.timedelta(1))
    if one["kind"] == "standing":
        event.add("RRULE", {"FREQ": "WEEKLY" if one.get("weekday") else "DAILY"})


def _standing(one: CalendarRelease, today: dt.date) -> dt.date:
    """The first day from `today` that the standing time is of."""
    weekday = one.get("weekday")
    return today + dt.timedelta((WEEKDAYS.index(weekday) - today.weekday()) % 7 if weekday else 0)
