"""A report in one language as plain values, ready to be set: what page and PDF are made from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

from praya.contract.codes import FILE_LANGUAGE
from praya.contract.text import conversion_note
from praya.contract.zone import show_moment
from praya.history import KnownRelease
from praya.reports import charts
from praya.reports.cells import cell_text, chart_table
from praya.reports.document import (
    Block,
    Chart,
    Column,
    Document,
    Heading,
    Paragraph,
    Remarks,
    Row,
    Status,
    Table,
    words,
)
from praya.reports.marking import banner, extent_of, header
from praya.reports.report_words import word
from praya.text.punctuation import marks
from praya.text.three_languages import in_language

# Language, and the region whose forms of characters are meant.
REGIONS = {"en": ("en", "HK"), "zh-Hant": ("zh", "HK"), "zh-Hans": ("zh", "CN")}


class Imprint(NamedTuple):
    """What stands under a report: its file's stem, the moment that it is named after, and what it was made from."""

    stem: str
    up: str  # the way from its folder to the released area, such as `../../../`
    moment: dt.datetime
    releases: Sequence[KnownRelease]
    formats: Sequence[str]

    @property
    def edition(self) -> str:
        return f"{self.moment.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"


def make_plain_values(document: Document, imprint: Imprint, language: str) -> dict[str, Any]:
    """The whole report as JSON values: title, marks, blocks, and what stands in the footer."""
    tongue, region = REGIONS[language]
    # Where everything is generated, the banner over the whole says so once.
    marked = extent_of(document) == "some"
    return {
        "title": words(document.title, language),
        "subtitle": words(document.subtitle, language),
        "office": words(document.office, language),
        "language": language,
        "lang": tongue,
        "region": region,
        "landscape": document.landscape,
        "synthetic": banner(document, language),
        "synthetic_short": header(document, language),
        "made_up": word("made_up", language),
        "blocks": _omit_repeated_captions([_block(block, language, marked) for block in document.blocks]),
        "footer": footer(imprint, language),
        "marks": marks(language)._asdict(),
    }


def _omit_repeated_captions(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same, where a table's caption is not shown again under the heading that says it."""
    above = ""
    for block in blocks:
        if block["kind"] == "table":
            block["told_above"] = block["caption"] == above
        above = block["text"] if block["kind"] == "heading" else ""
    return blocks


def footer(imprint: Imprint, language: str) -> dict[str, Any]:
    """Date, edition, and every release that figures were taken from."""
    named = marks(language).listed(
        f"{release.dataset}\N{NO-BREAK SPACE}{release.number or release.version}"
        for release in imprint.releases
    )
    known = word("known", language, moment=moment(imprint.moment, language))
    edition = word("edition", language, edition=imprint.edition)
    return {
        "known": known,
        "edition": edition,
        "imprint": word("imprint", language, known=known, edition=edition),
        "line": word("sources_line", language, releases=named),
        "made": word("made", language),
        "converted": conversion_note(language),
        "releases": [_release(release, imprint, language) for release in imprint.releases],
    }


def moment(at: dt.datetime, language: str) -> str:
    """Day and time in Hong Kong: `25 November 2026, 18:43`."""
    return show_moment(at, language, zone=False)


def _block(block: Block, language: str, marked: bool) -> dict[str, Any]:
    match block:
        case Heading():
            text = words(block.text, language)
            return {"kind": "heading", "text": text, "level": block.level, "anchor": block.anchor}
        case Paragraph():
            text = words(block.text, language)
            made_up = marked and block.synthetic
            return {
                "kind": "paragraph",
                "text": text,
                "href": block.href,
                "soft": block.soft,
                "made_up": made_up,
            }
        case Remarks():
            return {"kind": "remarks", "items": [words(item, language) for item in block.items]}
        case Table():
            return _table(block, language, marked)
        case Chart():
            drawing = charts.drawing(block, language)
            return {
                "kind": "chart",
                "title": words(block.title, language),
                "unit": words(block.unit, language),
                "made_up": marked and block.synthetic,
                "summary": charts.alternative(block, language),
                "svg": charts.svg(block, language),
                "shapes": drawing.shapes,
                "size": [charts.WIDTH, drawing.height, charts.SIZE],
                "labels": [label._asdict() for label in drawing.labels],
                "table": _table(chart_table(block), language, marked),
                "told": word("data", language),
            }


def _table(table: Table, language: str, marked: bool) -> dict[str, Any]:
    return {
        "kind": "table",
        "caption": words(table.caption, language),
        "told_above": False,
        "made_up": marked and table.synthetic,
        "columns": [
            {
                "title": words(column.title, language),
                "align": "end" if column.kind == "number" else "start",
                "width": column.width,
                "number": column.kind == "number",
                "made_up": marked and column.synthetic,
            }
            for column in table.columns
        ],
        "rows": [_row(row, table.columns, language, marked) for row in table.rows],
        "notes": [{"mark": note.mark, "text": words(note.text, language)} for note in table.notes],
    }


def _row(row: Row, columns: Sequence[Column], language: str, marked: bool) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "made_up": marked and row.synthetic,
        "cells": [
            {
                "text": cell_text(cell, column, language),
                "mark": cell.mark,
                "href": cell.href,
                "strong": cell.strong or row.kind in ("total", "group"),
                "status": cell.value.code if isinstance(cell.value, Status) else None,
            }
            for cell, column in zip(row.cells, columns, strict=False)
        ],
    }


def _release(release: KnownRelease, imprint: Imprint, language: str) -> dict[str, Any]:
    return {
        "dataset": release.dataset,
        "title": in_language(release.manifest["title"], language),
        "number": release.number or "",
        "version": release.version,
        "published": moment(dt.datetime.fromisoformat(release.published_at), language),
        "sha256": release.manifest_sha256,
        "synthetic": release.synthetic,
        "href": f"{imprint.up}{release.dataset}/{release.version}/manifest.json",
    }


def file_name(stem: str, language: str, suffix: str) -> str:
    """`<stem>-tc.html` and so on."""
    return f"{stem}-{FILE_LANGUAGE[language]}.{suffix}"
