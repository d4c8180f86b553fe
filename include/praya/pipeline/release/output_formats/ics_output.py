"""iCalendar (RFC 5545): a calendar a language, an event of whole days a row, its UID the same in every release."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from praya.contract import Contract, Text
from praya.contract.codes import Language
from praya.contract.release import Days
from praya.errors import FormatError, codes
from praya.pipeline.release.output_format import OutputFormat
from praya.pipeline.release.part import Part
from praya.store import content_key
from praya.store.duck import connect, identifier
from praya.text.outside import quote

if TYPE_CHECKING:
    from icalendar import Calendar, Event

BATCH = 10_000
SYNTHETIC = "SYNTHETIC"


def write(part: Part, target: Path, work: Path) -> None:
    """Write the events with their names in the part's language."""
    from praya.text.icalendar_text import (
        serialize,  # imports icalendar, which only a release with a calendar needs
    )

    days, language = part.contract.release.days, part.language
    if days is None or language is None:
        raise FormatError(
            codes.format.FIELDS_NOT_NAMED,
            f"{part.contract.dataset}: has no days; say `release.days` or leave ics out",
        )
    events = (_event(part, days, language, row) for row in _rows(part, days, language, work))
    with target.open("wb") as file:
        file.writelines(serialize(_calendar(part, language), events))


def languages_of(contract: Contract) -> list[Language]:
    """Those in which the events have names."""
    return sorted(contract.release.days.summary) if contract.release.days else []


def _calendar(part: Part, language: Language) -> Calendar:
    from praya.text.icalendar_text import make_calendar, text

    contract = part.contract
    title = contract.title.in_language(language) + (" (synthetic)" if part.table.synthetic else "")
    calendar = make_calendar(f"-//Praya//{contract.dataset}//{language.upper()}")
    # RFC 7986 has NAME; what most programs read is the older one.
    calendar["NAME"] = text(title, language)
    calendar["X-WR-CALNAME"] = text(title)
    calendar["DESCRIPTION"] = text(contract.description.in_language(language), language)
    return calendar


def _event(part: Part, days: Days, language: Language, row: dict[str, Any]) -> Event:
    from icalendar import Event

    from praya.text.icalendar_text import text

    dataset = part.contract.dataset
    uid = _uid(dataset, days, row)
    if row["until"] is not None and row["until"] <= row["date"]:
        raise FormatError(
            codes.format.EVENT_ENDS_BEFORE_IT_BEGINS,
            f"{dataset}: the event {quote(uid)} begins on {row['date']} and is over by {row['until']}; "
            f"`release.days.until` is the day after the last one",
        )
    event = Event()
    event["UID"] = text(uid)
    event.add("DTSTAMP", dt.datetime.fromisoformat(part.table.received_at).replace(microsecond=0))
    event.add("DTSTART", row["date"])
    if row["until"] is not None:
        event.add("DTEND", row["until"])
    event["SUMMARY"] = text(row["summary"], language)
    if part.table.synthetic:
        event["CATEGORIES"] = text(SYNTHETIC)
    event["TRANSP"] = text("TRANSPARENT")
    return event


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


ICALENDAR = OutputFormat(
    name="ics",
    suffix="ics",
    media_type="text/calendar; charset=utf-8",
    label="ICS",
    eu_file_type="ICS",
    title=Text(en="iCalendar", zh_hant="iCalendar"),
    description=Text(
        en="RFC 5545, a calendar a language, an event of whole days a row",
        zh_hant="RFC 5545，每種語言一個日曆，每行一項全日活動",
    ),
    write=write,
    needs=("days",),
    condition=Text(en="days with names", zh_hant="日子及其名稱"),
    languages=languages_of,
    is_text=True,
    is_marked=False,  # its events say so
)
