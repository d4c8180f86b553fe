"""iCalendar (RFC 5545): a calendar a language, an event of whole days a row, its UID the same in every release."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from praya.contract.codes import Language
from praya.contract.release import Days
from praya.errors import FormatError
from praya.pipeline.release.part import Part
from praya.store import content_key
from praya.store.duck import connect, identifier
from praya.text.outside import quote

LINE_OCTETS = 75
BATCH = 10_000
# RFC 5545 has no place for control characters in text; a line end is `\n` there.
FORBIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
SYNTHETIC = "SYNTHETIC"


def write(part: Part, target: Path, work: Path) -> None:
    """Write the part's rows in their order to `target`, with names in the part's language."""
    days, language = part.contract.release.days, part.language
    if days is None or language is None:
        raise FormatError(f"{part.contract.dataset}: has no days; say `release.days` or leave ics out")
    with target.open("wb") as file:
        for line in _calendar(part, days, language, work):
            file.write(folded(line))


def _calendar(part: Part, days: Days, language: Language, work: Path) -> Iterator[str]:
    contract, synthetic = part.contract, part.table.synthetic
    title = contract.title.in_language(language) + (" (synthetic)" if synthetic else "")
    yield "BEGIN:VCALENDAR"
    yield "VERSION:2.0"
    yield f"PRODID:-//Praya//{contract.dataset}//{language.upper()}"
    yield "CALSCALE:GREGORIAN"
    # RFC 7986 has NAME; what most programs read is the older one.
    yield f"NAME;LANGUAGE={language}:{escaped(title)}"
    yield f"X-WR-CALNAME:{escaped(title)}"
    yield f"DESCRIPTION;LANGUAGE={language}:{escaped(contract.description.in_language(language))}"
    stamp = dt.datetime.fromisoformat(part.table.received_at).astimezone(dt.UTC).strftime("%Y%m%dT%H%M%SZ")
    for row in _rows(part, days, language, work):
        uid = _uid(contract.dataset, days, row)
        if row["until"] is not None and row["until"] <= row["date"]:
            raise FormatError(
                f"{contract.dataset}: the event {quote(uid)} begins on {row['date']} and is over by {row['until']}; "
                f"`release.days.until` is the day after the last one"
            )
        yield "BEGIN:VEVENT"
        yield f"UID:{escaped(uid)}"
        yield f"DTSTAMP:{stamp}"
        yield f"DTSTART;VALUE=DATE:{row['date']:%Y%m%d}"
        if row["until"] is not None:
            yield f"DTEND;VALUE=DATE:{row['until']:%Y%m%d}"
        yield f"SUMMARY;LANGUAGE={language}:{escaped(row['summary'])}"
        if synthetic:
            yield f"CATEGORIES:{SYNTHETIC}"
        yield "TRANSP:TRANSPARENT"
        yield "END:VEVENT"
    yield "END:VCALENDAR"


def _rows(part: Part, days: Days, language: Language, work: Path) -> Iterator[dict[str, Any]]:
    key = [days.uid] if days.uid else part.contract.primary_key
    until = identifier(days.until) if days.until else "null::date"
    columns = [
        f"{identifier(days.date)} as date",
        f"{until} as until",
        f"{identifier(days.summary[language])} as summary",
        f"[{', '.join(f'{identifier(name)}::varchar' for name in key)}] as key",
    ]
    with connect(work) as con:
        rows = con.sql(f"select {', '.join(columns)} from {part.source}")
        for batch in rows.to_arrow_reader(BATCH):
            yield from batch.to_pylist()


def _uid(dataset: str, days: Days, row: dict[str, Any]) -> str:
    if days.uid:
        return str(row["key"][0])
    return f"{content_key(row['key'])[:32]}@{dataset}"


def escaped(text: str) -> str:
    """`text` as a TEXT value; a control character, which has no place there, becomes U+FFFD."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = FORBIDDEN.sub("\ufffd", text)
    for character in "\\;,":
        text = text.replace(character, "\\" + character)
    return text.replace("\n", "\\n")


def folded(line: str) -> bytes:
    """A content line in UTF-8 with its CRLF, folded so that none is longer than 75 octets and no character is cut."""
    data = line.encode()
    pieces: list[bytes] = []
    while len(data) > LINE_OCTETS - bool(pieces):
        cut = LINE_OCTETS - bool(pieces)
        while data[cut] & 0xC0 == 0x80:
            cut -= 1
        pieces.append(data[:cut])
        data = data[cut:]
    return b"\r\n ".join([*pieces, data]) + b"\r\n"
