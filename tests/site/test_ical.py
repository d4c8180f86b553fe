"""Calendars as the library `icalendar` reads them, and as a few lines that follow RFC 5545 do."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import icalendar
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from icalendar import Event

from made import make_contract
from praya.site.portal.ical import as_ical
from praya.text.icalendar_text import FORBIDDEN, make_calendar, serialize, text

# Half of all characters are those that mean something to a calendar, so that they meet each other.
ANY = st.text(
    st.sampled_from(";,:\\nN\r\n\t \"'^\x00\x07\x1f\x7f\x85\u2028模擬é😀𠮷") | st.characters(), max_size=200
)


def calendar_of(*summaries: str) -> bytes:
    calendar = make_calendar("-//Praya//Test//EN")
    events = []
    for number, summary in enumerate(summaries):
        event = Event()
        event["UID"] = text(f"{number}@praya")
        event.add("DTSTAMP", dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
        event.add("DTSTART", dt.date(2026, 1, 1))
        event["SUMMARY"] = text(summary, "en")
        events.append(event)
    return b"".join(serialize(calendar, events))


def read(data: bytes) -> list[dict[str, str]]:
    """The events of a calendar by RFC 5545 alone: the octets are unfolded (3.1), then TEXT is unescaped (3.3.11)."""
    assert data.endswith(b"\r\n") and not re.search(rb"\r(?!\n)|(?<!\r)\n", data), (
        "a line end other than CRLF"
    )
    events: list[dict[str, str]] = []
    for line in data.replace(b"\r\n ", b"").decode().removesuffix("\r\n").split("\r\n"):
        name, value = line.split(":", 1)
        if (name, value) == ("BEGIN", "VEVENT"):
            events.append({})
        elif events:
            plain = re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], value)
            events[-1][name.split(";")[0]] = plain
    return events


def as_written(value: str) -> str:
    return FORBIDDEN.sub("\ufffd", value.replace("\r\n", "\n").replace("\r", "\n"))


@settings(max_examples=300)
@given(ANY)
@example("C:\\New\\n, \\; \\\\N")
@example("x" * 60 + "𠮷" * 20)
@example("\ud800")
def test_any_text_comes_back_from_the_library_and_from_a_reader_by_the_standard(said: str) -> None:
    said = f"x{said}x"  # the library strips white space around a value
    data = calendar_of(said, "next")
    lines = data.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    assert all(line.decode() is not None for line in lines), "a fold cuts no character"
    events = icalendar.Calendar.from_ical(data).walk("VEVENT")
    assert [str(event["SUMMARY"]) for event in events] == [as_written(said), "next"]
    assert [event["SUMMARY"] for event in read(data)] == [as_written(said), "next"]
    assert not FORBIDDEN.search(data.decode().replace("\r\n", ""))


@given(ANY)
def test_the_same_content_gives_the_same_bytes(said: str) -> None:
    assert calendar_of(said) == calendar_of(said)


def test_lines_are_filled_up_to_75_octets() -> None:
    (line, *more) = [each for each in calendar_of("a" * 300).split(b"\r\n") if b"aaa" in each]
    assert len(line) == 75 and {len(each) for each in more[:-1]} == {75}


def entry(**more: Any) -> dict[str, Any]:
    title = make_contract().title.as_dict()
    one = {"dataset": "d", "kind": "release", "status": "confirmed", "month": "2026-03", "date": "2026-03-04"}
    return {**one, "time": None, "title": title, "synthetic": False, **more}


@pytest.mark.parametrize("hidden", ["\x00", "\x1b[31m", "\x7f", "\u202e", "\u200b"])
def test_the_release_calendar_shows_hidden_characters_as_pages_do(hidden: str) -> None:
    said = f"calls{hidden} of 1823"
    title = dict.fromkeys(("en", "zh-Hant", "zh-Hans"), said)
    data = as_ical([entry(title=title, reason=title)], dt.date(2026, 1, 5))
    assert hidden[0] not in data.decode()
    (event,) = icalendar.Calendar.from_ical(data).walk("VEVENT")
    assert "calls\\" in str(event["SUMMARY"]) and "calls\\" in str(event["DESCRIPTION"])


def test_a_line_of_its_own_cannot_be_put_into_the_release_calendar() -> None:
    title = dict.fromkeys(("en", "zh-Hant", "zh-Hans"), "x\r\nEND:VEVENT\r\nBEGIN:VEVENT\nUID:other")
    data = as_ical([entry(title=title)], dt.date(2026, 1, 5))
    (event,) = read(data)
    assert event["UID"] == "d-release-confirmed-2026-03@praya"
    assert len(icalendar.Calendar.from_ical(data).walk("VEVENT")) == 1
