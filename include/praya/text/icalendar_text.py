"""iCalendar (RFC 5545) by the library `icalendar`, as bytes that depend on the content alone.

A calendar gets no id and no moment that is not in its content; properties keep the order in which they were set.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from icalendar import Calendar, Component, Event, vText

LINE_OCTETS = 75
# RFC 5545 cannot write control characters, nor UTF-8 half a surrogate pair; a line end is `\n` in a text.
FORBIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


class Text(vText):
    """A TEXT value; a control character, which has no place there, becomes U+FFFD."""

    def to_ical(self) -> bytes:
        # The library takes a backslash before a capital N for a line end; in a text from outside it is a backslash.
        return b"\\\\".join(vText(part).to_ical() for part in _without_controls(self).split("\\"))


def text(value: str, language: str | None = None) -> Text:
    """`value` as a property of a calendar or an event, in `language` where it is in one."""
    return Text(value, params={"LANGUAGE": language} if language else {})


def make_calendar(product: str) -> Calendar:
    """A calendar without events, made by a product id."""
    calendar = Calendar()
    calendar["VERSION"] = text("2.0")
    calendar["PRODID"] = text(product)
    calendar["CALSCALE"] = text("GREGORIAN")
    return calendar


def serialize(calendar: Calendar, events: Iterable[Event]) -> Iterator[bytes]:
    """The lines of `calendar` with these events in it, a piece for each: a long table is never whole in memory."""
    *head, end = _lines(calendar)
    yield b"".join(head)
    for event in events:
        yield b"".join(_lines(event))
    yield end


def _lines(component: Component) -> list[bytes]:
    return [_folded(line) for line in component.content_lines(sorted=False) if line]


def _folded(line: str) -> bytes:
    """A content line in UTF-8 with its CRLF, folded so that none is longer than 75 octets and no character is cut.

    The library folds at 74, and every calendar that is out would change.
    """
    data = line.encode()
    pieces: list[bytes] = []
    while len(data) > LINE_OCTETS - bool(pieces):
        cut = LINE_OCTETS - bool(pieces)
        while data[cut] & 0xC0 == 0x80:
            cut -= 1
        pieces.append(data[:cut])
        data = data[cut:]
    return b"\r\n ".join([*pieces, data]) + b"\r\n"


def _without_controls(value: str) -> str:
    return FORBIDDEN.sub("\ufffd", value.replace("\r\n", "\n").replace("\r", "\n"))
