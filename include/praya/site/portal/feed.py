"""Atom feeds: what was published, withdrawn, rolled back or announced, per dataset and for all, in three languages.

Ids come from names, times from the content or the ledger, so that the same history gives the same bytes.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import NamedTuple
from xml.etree import ElementTree as Xml

from praya.contract.codes import FILE_LANGUAGE
from praya.site.portal.portal_words import in_all, words
from praya.site.portal.release_calendar import RecordedNotice
from praya.store.documents import ChangelogEntry, Reason
from praya.text.punctuation import marks
from praya.text.three_languages import in_language

ATOM = "http://www.w3.org/2005/Atom"
# Names of our own below the namespace of URLs (RFC 9562): the same event has the same id for ever.
EVENTS = uuid.uuid5(uuid.NAMESPACE_URL, "praya:events")
LENGTH = 100

Texts = dict[str, str]


class Event(NamedTuple):
    """One thing to tell subscribers: `name` makes the id, `at` is ISO 8601 in UTC, `link` is from the dataset."""

    dataset: str
    name: str
    at: str
    title: Texts
    summary: Texts
    link: str

    @property
    def id(self) -> str:
        return f"urn:uuid:{uuid.uuid5(EVENTS, f'{self.dataset}/{self.name}')}"


Happened = tuple[str, str, Callable[[str, str], Event]]
"""When something happened (ISO 8601, UTC), the name of the event, and what makes it of name and time."""


def newest_events(
    dataset: str, title: Texts, log: Sequence[ChangelogEntry], notices: Iterable[RecordedNotice]
) -> list[Event]:
    """The events of one dataset that a feed has, newest first; `log` is its changelog, `notices` its entries in the
    calendar's record of breaking changes."""
    happened = [each for entry in log for each in _of_version(dataset, title, entry)]
    happened += [
        (notice["recorded"], f"breaking/{notice['date']}", partial(_breaking, dataset, title, notice))
        for notice in notices
    ]
    happened.sort(key=lambda each: each[:2], reverse=True)
    # Texts are made of those alone that a feed has, for a history may be long.
    return [make(name, at) for at, name, make in happened[:LENGTH]]


def make_feeds(listed: Sequence[Event], title: Texts, name: str, base: str = "") -> dict[str, bytes]:
    """File name → Atom feed (RFC 4287) of the newest events; `name` makes its id, `base` leads from the feed to
    the folders of datasets (empty beside a dataset's own files)."""
    return {
        f"feed-{short}.atom": _xml(listed[:LENGTH], title[language], name, language, short, base)
        for language, short in FILE_LANGUAGE.items()
        if listed
    }


def _of_version(dataset: str, title: Texts, entry: ChangelogEntry) -> Iterator[Happened]:
    version = entry["version"]
    yield entry["received_at"], f"release/{version}", partial(_released, dataset, title, entry)
    for correction in entry.get("corrections", []):
        name = f"correction/{version}/{correction['at']}"
        yield correction["at"], name, partial(_said_of, dataset, title, entry, "correction", correction)
    for rollback in entry.get("rollbacks", []):
        name = f"rollback/{version}/{rollback['at']}"
        yield rollback["at"], name, partial(_said_of, dataset, title, entry, "rolled back", rollback)
    if withdrawal := entry.get("withdrawn"):
        name = f"withdrawal/{version}"
        yield withdrawal["at"], name, partial(_said_of, dataset, title, entry, "withdrawn", withdrawal)


def _released(dataset: str, title: Texts, entry: ChangelogEntry, name: str, at: str) -> Event:
    corrected = in_all("corrects", number=entry["corrects"]["number"]) if "corrects" in entry else None
    number = entry.get("number", entry["version"])
    said = _titled(title, in_all("released", number=number))
    return Event(dataset, name, at, said, _ground(entry, corrected), _page(entry))


def _said_of(
    dataset: str, title: Texts, entry: ChangelogEntry, kind: str, said: Reason, name: str, at: str
) -> Event:
    number = entry.get("number", entry["version"])
    summary = dict.fromkeys(FILE_LANGUAGE, said["reason"])
    return Event(dataset, name, at, _titled(title, in_all(kind, number=number)), summary, _page(entry))


def _breaking(dataset: str, title: Texts, notice: RecordedNotice, name: str, at: str) -> Event:
    said = _titled(title, in_all("breaking", date=notice["date"]))
    reason = {language: in_language(notice["reason"], language) for language in FILE_LANGUAGE}
    return Event(dataset, name, at, said, reason, f"../calendar-{{short}}.html#{dataset}")


def _page(entry: ChangelogEntry) -> str:
    return f"changelog-{{short}}.html#v{entry['version']}"


def _ground(entry: ChangelogEntry, corrected: Texts | None) -> Texts:
    summary = {}
    for language in FILE_LANGUAGE:
        w, m = words(language), marks(language)
        parts = [w["first"] if not entry.get("replaces") else w[entry.get("level", "patch")]]
        parts += [
            f"{w[difference['kind']]}{m.colon}{difference['what']}" for difference in entry.get("ground", [])
        ]
        changes = entry.get("changes")
        counts = changes["counts"] if changes else {}
        if "added" in counts:
            parts.append(w["counts"].format(**counts))
        if entry.get("revised"):
            apart = " " if language == "en" else ""
            reasons = dict.fromkeys(
                in_language(revision["reason"], language) for revision in entry["revised"]
            )
            parts.append(
                f"{w['revised'].format(figures=len(entry['revised']))}{m.colon}{apart.join(reasons)}"
            )
        if corrected:
            parts.append(f"{corrected[language]}{m.colon}{entry['corrects']['reason']}")
        if entry.get("synthetic"):
            parts.append(w["synthetic"])
        summary[language] = m.semicolon.join(parts)
    return summary


def _titled(title: Texts, what: Texts) -> Texts:
    return {
        language: f"{title[language]}{marks(language).colon}{what[language]}" for language in FILE_LANGUAGE
    }


def _xml(listed: Sequence[Event], title: str, name: str, language: str, short: str, base: str) -> bytes:
    Xml.register_namespace("", ATOM)
    root = Xml.Element(f"{{{ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": language})
    _add(root, "id", f"urn:uuid:{uuid.uuid5(EVENTS, f'{name}/{language}')}")
    _add(root, "title", title)
    _add(root, "updated", listed[0].at)
    _add(_add(root, "author"), "name", "Praya")
    _add(root, "link", rel="self", href=f"feed-{short}.atom", type="application/atom+xml")
    for event in listed:
        entry = _add(root, "entry")
        _add(entry, "id", event.id)
        _add(entry, "title", event.title[language])
        _add(entry, "updated", event.at)
        where = f"{base.format(dataset=event.dataset)}{event.link.format(short=short)}"
        _add(entry, "link", rel="alternate", href=where, type="text/html")
        _add(entry, "summary", event.summary[language])
    Xml.indent(root)
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + bytes(Xml.tostring(root, encoding="utf-8")) + b"\n"


def _add(parent: Xml.Element, tag: str, text: str | None = None, **attributes: str) -> Xml.Element:
    element = Xml.SubElement(parent, f"{{{ATOM}}}{tag}", attributes)
    if text is not None:
        # What XML 1.0 cannot hold is left out: a reason or title that has it would make no feed at all.
        element.text = "".join(sign for sign in text if sign in "\t\n\r" or sign >= " ")
    return element
