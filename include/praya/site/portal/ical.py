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
    return b"".join(
        serialize(calendar, (_event(release, today) for release in releases if release["status"] in SAID))
    )


def _event(release: CalendarRelease, today: dt.date) -> Event:
    from icalendar import Event

    from praya.text.icalendar_text import text

    event = Event()
    event["UID"] = text(_uid(release))
    event.add("DTSTAMP", dt.datetime.combine(today, dt.time(), dt.UTC))
    _set_when(event, release, today)
    event["SUMMARY"] = text(escape(_summary(release)))
    if "reason" in release:
        event["DESCRIPTION"] = text(
            escape(" / ".join(in_language(release["reason"], name) for name in LANGUAGES))
        )
    event["STATUS"] = text("TENTATIVE" if release["status"] == "expected" else "CONFIRMED")
    event["TRANSP"] = text("TRANSPARENT")
    return event


def _uid(release: CalendarRelease) -> str:
    place = release["date"] if release["kind"] == "breaking" else release["month"]
    # One expectation of a dataset takes the place of the one before it.
    place = "next" if release["status"] == "expected" else place
    return f"{release['dataset']}-{release['kind']}-{release['status']}-{place or 'standing'}@praya"


def _summary(release: CalendarRelease) -> str:
    what = "Breaking change" if release["kind"] == "breaking" else "Release"
    titles = " / ".join(dict.fromkeys(in_language(release["title"], language) for language in LANGUAGES))
    mark = "[synthetic · 模擬數據] " if release["synthetic"] else ""
    return f"{mark}{what} ({SAID[release['status']].format(**release)}): {titles}"


def _set_when(event: Event, release: CalendarRelease, today: dt.date) -> None:
    first = dt.date.fromisoformat(release["date"]) if release["date"] else _standing(release, today)
    last = dt.date.fromisoformat(release.get("until") or first.isoformat())
    if release["time"] and first == last:
        # Hong Kong has had no summer time since 1979, so UTC says it exactly.
        clock = dt.datetime.combine(first, dt.time.fromisoformat(release["time"]), dt.UTC)
        event.add("DTSTART", clock - dt.timedelta(hours=8))
    else:
        event.add("DTSTART", first)
        event.add("DTEND", last + dt.timedelta(1))
    if release["kind"] == "standing":
        event.add("RRULE", {"FREQ": "WEEKLY" if release.get("weekday") else "DAILY"})


def _standing(release: CalendarRelease, today: dt.date) -> dt.date:
    """The first day from `today` that the standing time is of."""
    weekday = release.get("weekday")
    return today + dt.timedelta((WEEKDAYS.index(weekday) - today.weekday()) % 7 if weekday else 0)
