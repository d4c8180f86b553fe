"""The release calendar as iCalendar (RFC 5545): folded, escaped, CRLF, with ids that stay."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

RULES = {"hourly": "FREQ=HOURLY", "daily": "FREQ=DAILY"}
WIDTH = 75  # octets a line


def ical(releases: Sequence[dict[str, Any]], today: dt.date) -> bytes:
    """The entries of a calendar as events: with a time where it is fixed, else of a day, or of the whole month.

    The stamp of all is `today`, so that the same calendar gives the same bytes.
    """
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Praya//Release calendar//EN", "CALSCALE:GREGORIAN"]
    lines += [line for one in releases for line in _event(one, today)]
    return "".join(_folded(line) for line in [*lines, "END:VCALENDAR"]).encode()


def _event(one: dict[str, Any], today: dt.date) -> Iterator[str]:
    what = "Breaking change" if one["kind"] == "breaking" else "Release"
    titles = " / ".join(dict.fromkeys(one["title"][language] for language in ("en", "zh-Hant", "zh-Hans")))
    mark = "[synthetic · 模擬數據] " if one["synthetic"] else ""
    yield "BEGIN:VEVENT"
    place = one["date"] if one["kind"] == "breaking" or one["frequency"] == "weekly" else one["month"]
    yield f"UID:{one['dataset']}-{one['kind']}-{one['status']}-{place or 'standing'}@praya"
    yield f"DTSTAMP:{today:%Y%m%d}T000000Z"
    yield from _when(one, today)
    summary = f"{mark}{what} ({one['status']}): {titles}"
    yield f"SUMMARY:{_escaped(summary)}"
    if "reason" in one:
        yield f"DESCRIPTION:{_escaped(' / '.join(one['reason'][name] for name in ('en', 'zh-Hant', 'zh-Hans')))}"
    yield f"STATUS:{'CONFIRMED' if one['status'] == 'confirmed' else 'TENTATIVE'}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _when(one: dict[str, Any], today: dt.date) -> Iterator[str]:
    rule = RULES.get(one["frequency"]) if one["kind"] == "standing" else None
    date = today if rule else dt.date.fromisoformat(one["date"] or f"{one['month']}-01")
    if one["time"] and (one["date"] or rule):
        # Hong Kong has had no summer time since 1979, so UTC says it exactly.
        start = dt.datetime.combine(date, dt.time.fromisoformat(one["time"])) - dt.timedelta(hours=8)
        yield f"DTSTART:{start:%Y%m%dT%H%M%SZ}"
    else:
        end = date + dt.timedelta(1)
        if not one["date"] and not rule:
            end = (date + dt.timedelta(31)).replace(day=1)
        yield f"DTSTART;VALUE=DATE:{date:%Y%m%d}"
        yield f"DTEND;VALUE=DATE:{end:%Y%m%d}"
    if rule and (one["time"] or rule == RULES["daily"]):
        yield f"RRULE:{RULES['daily']}"


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
