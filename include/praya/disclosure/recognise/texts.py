"""Texts that go out beside a table, such as titles, notes and reasons, searched as its cells are."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from praya.disclosure.recognise.table_search import Finding, search
from praya.errors import DisclosureError, codes
from praya.store.duck import connect

_PLACES_SHOWN = 3


def search_texts(texts: Mapping[str, str]) -> dict[str, list[Finding]]:
    """What is found in each of the texts, by its place; each is looked at as a cell of its own."""
    written = {place: text for place, text in texts.items() if text.strip()}
    if not written:
        return {}
    with connect() as con:
        con.register("praya_texts", pa.table({"text": pa.array(written.values(), pa.string())}))
        # Most have nothing in them, and one search says so.
        if not search(con, "praya_texts", ["text"]):
            return {}
        by_place = {}
        for place, text in written.items():
            con.register("praya_texts", pa.table({"text": [text]}))
            if findings := search(con, "praya_texts", ["text"]):
                by_place[place] = findings
        return by_place


def refuse_personal(subject: str, texts: Mapping[str, str]) -> None:
    """Raise DisclosureError, with places and kinds and nothing of a value, where a text has what looks personal."""
    findings = search_texts(texts)
    if not findings:
        return
    where = "; ".join(
        f"{place}: {', '.join(f'{each.kind} ({each.examples[0].shown})' for each in findings)}"
        for place, findings in list(findings.items())[:_PLACES_SHOWN]
    )
    raise DisclosureError(
        codes.disclosure.PERSONAL_DATA_FOUND,
        f"{subject}: {len(findings)} texts that are published look as if they held personal data: {where}. "
        "Write them without it; an office's own contact goes into `contact`",
    )
