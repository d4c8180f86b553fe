"""The release calendar as iCalendar (RFC 5545): folded, escaped, CRLF, with ids that stay."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from praya.contract.codes import WEEKDAYS

SAID = {
    "confirmed": "announced",
    "scheduled": "scheduled",
    "expected": "expected from the past {past} releases",
}
WIDTH = 75  # octets a line


def ical(releases: Sequence[dict[str, Any]], today: dt.date) -> bytes:
    """The entries of a calendar that have a day still to come, as events: with a time where it is fixed, else of the
    days from the first to the last.

    The stamp of all is `today`, so that the same calendar gives the same bytes.
    """
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Praya//Release calendar//EN", "CALSCALE:GREGORIAN"]
    lines += [line for one in releases if one["status"] in SAID for line in _event(one, today)]
    return "".join(_folded(line) for line in [*lines, "END:VCALENDAR"]).encode()


def _event(one: dict[str, Any], today: dt.date) -> Iterator[str]:
    what = "Breaking change" if one["kind"] == "breaking" else "Release"
    titles = " / ".join(dict.fromkeys(one["title"][language] for language in ("en", "zh-Hant", "zh-Hans")))
    mark = "[synthetic · 模擬數據] " if one["synthetic"] else ""
    yield "BEGIN:VEVENT"
    place = one["date"] if one["kind"] == "breaking" else one["month"]
    # One expectation of a dataset takes the place of the one before it.
    place = "next" if one["status"] == "expected" else place
    yield f"UID:{one['dataset']}-{one['kind']}-{one['status']}-{place or 'standing'}@praya"
    yield f"DTSTAMP:{today:%Y%m%d}T000000Z"
    yield from _when(one, today)
    summary = f"{mark}{what} ({SAID[one['status']].format(**one)}): {titles}"
    yield f"SUMMARY:{_escaped(summary)}"
    if "reason" in one:
        yield f"DESCRIPTION:{_escaped(' / '.join(one['reason'][name] for name in ('en', 'zh-Hant', 'zh-Hans')))}"
    yield f"STATUS:{'TENTATIVE' if one['status'] == 'expected' else 'CONFIRMED'}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _when(one: dict[str, Any], today: dt.date) -> Iterator[str]:
    first = dt.date.fromisoformat(one["date"]) if one["date"] else _standing(one, today)
    last = dt.date.fromisoformat(one.get("until") or first.isoformat())
    if one["time"] and first == last:
        # Hong Kong has had no summer time since 1979, so UTC says it exactly.
        start = dt.datetime.combine(first, dt.time.fromisoformat(one["time"])) - dt.timedelta(hours=8)
        yield f"DTSTART:{start:%Y%m%dT%H%M%SZ}"
    else:
        yield f"DTSTART;VALUE=DATE:{first:%Y%m%d}"
        yield f"DTEND;VALUE=DATE:{last + dt.timedelta(1):%Y%m%d}"
    if one["kind"] == "standing":
        yield f"RRULE:FREQ={'WEEKLY' if one.get('weekday') else 'DAILY'}"


def _standing(one: dict[str, Any], today: dt.date) -> dt.date:
    """The first day from `today` that the standing time is of."""
    weekday = one.get("weekday")
    return today + dt.timedelta((WEEKDAYS.index(weekday) - today.weekday()) % 7 if weekday else 0)


def _escaped(text: str) -> str:
    for sign in ("\\", ";", ","):
        text = text.replace(sign, f"\\{sign}")
    return text.replace("\r\n", "\n").replace("\n", "\\n")


def _folded(line: str) -> str:
    """The line in pieces of at most 75 octets, cut between characters."""
    pieces, size = [""], 0
    for sign in line:
        width = len(sign.encode())
        if size + width > WIDTH:
            pieces.append(" ")
            size = 1
        pieces[-1] += sign
        size += width
    return "\r\n".join(pieces) + "\r\n"
