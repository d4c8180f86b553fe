"""changelog: every version of a dataset with number, ground, counts and what became of it, as JSON and as pages.

What stands in the last changelog of versions that have not changed is taken from there.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from itertools import takewhile
from typing import NamedTuple, TypedDict, cast

from praya.contract.codes import FILE_LANGUAGE
from praya.history import versions
from praya.history.rows import HASHES
from praya.metadata import as_json
from praya.site.portal.portal_pages import in_languages, render
from praya.site.portal.portal_words import words
from praya.store import Store, layout
from praya.store.documents import ChangelogEntry, ChangesAddress, VersionEntry
from praya.text.three_languages import Words

SHOWN = 20  # revised figures that the changelog spells out
JSON = "changelog.json"
# Where the versions come on a page; what is put in is escaped, and cannot be this.
PLACE = "<!-- versions -->"
ARTICLE = re.compile(r'<article id="v([^"]+)".*?</article>\n', re.DOTALL)


class Changelog(TypedDict):
    """`changelog.json` of a dataset."""

    dataset: str
    title: Words
    synthetic: bool
    versions: list[ChangelogEntry]


class StandingChangelog(NamedTuple):
    """The changelog that was written last: its entries by version, and by language and version how pages show them."""

    entries: Mapping[str, ChangelogEntry]
    articles: Mapping[str, Mapping[str, str]]

    @property
    def changes(self) -> set[str]:
        """The pairs of versions (`<before>--<after>`) of which it has what changed."""
        return {
            entry["changes"]["path"].removeprefix("changes/")
            for entry in self.entries.values()
            if "changes" in entry
        }


NOTHING = StandingChangelog({}, {})


def read_changelog(store: Store, dataset: str, hashes: Mapping[str, str]) -> StandingChangelog:
    """The changelog as it stands, by the `hashes` of its files; an empty one where one of them is another."""
    texts = {}
    for name in (JSON, *(f"changelog-{short}.html" for short in FILE_LANGUAGE.values())):
        data = store.get_bytes(f"{layout.dataset(dataset)}/{name}")
        if data is None or hashlib.sha256(data).hexdigest() != hashes.get(name):
            return NOTHING
        texts[name] = data.decode()
    entries = {entry["version"]: entry for entry in json.loads(texts[JSON])["versions"]}
    articles = {
        language: {match[1]: match[0] for match in ARTICLE.finditer(texts[f"changelog-{short}.html"])}
        for language, short in FILE_LANGUAGE.items()
    }
    return StandingChangelog(entries, articles)


def make_changelog(
    store: Store, dataset: str, title: Words, synthetic: bool, standing: StandingChangelog
) -> Changelog:
    """The changelog, the newest version first."""
    listed, entries = versions(store, dataset), list[ChangelogEntry]()
    gone = {entry["version"] for entry in listed if entry["state"] == "withdrawn"}
    there = set(store.children(f"{layout.dataset(dataset)}/changes"))
    for entry in reversed(listed):
        pair = f"{entry.get('replaces')}--{entry['version']}"
        summary: ChangesAddress | None = None
        # What changed from or to a withdrawn version goes with it.
        if pair in there and not gone.intersection((entry["version"], str(entry.get("replaces")))):
            summary = _standing_summary(pair, entry, standing) or _summary(store, dataset, f"changes/{pair}")
        entries.append({**entry, "changes": summary} if summary else cast(ChangelogEntry, entry))
    return {"dataset": dataset, "title": title, "synthetic": synthetic, "versions": entries}


def write_changelog(log: Changelog, standing: StandingChangelog) -> dict[str, bytes]:
    """File name → bytes of the changelog."""
    pages = in_languages("changelog.html", "changelog", log=log, place=PLACE)
    for language, short in FILE_LANGUAGE.items():
        name = f"changelog-{short}.html"
        articles = "".join(_article(entry, language, short, standing) for entry in log["versions"])
        pages[name] = pages[name].replace(PLACE.encode(), articles.encode(), 1)
    return {JSON: as_json(log), **pages}


def _article(entry: ChangelogEntry, language: str, short: str, standing: StandingChangelog) -> str:
    version = entry["version"]
    if standing.entries.get(version) == entry and version in standing.articles[language]:
        return standing.articles[language][version]
    w = words(language)
    article = render("changelog_version.html", one=entry, w=w, language=language, short=short, shown=SHOWN)
    return f"{article}\n"


def _standing_summary(pair: str, entry: VersionEntry, standing: StandingChangelog) -> ChangesAddress | None:
    there = standing.entries.get(entry["version"])
    changes = there.get("changes") if there else None
    return changes if changes and changes["path"] == f"changes/{pair}" else None


def _summary(store: Store, dataset: str, path: str) -> ChangesAddress | None:
    """Where the changes of a version lie, their counts, and the hash of what names their files."""
    key = f"{layout.dataset(dataset)}/{path}"
    if not store.exists(f"{key}/changes.json"):
        return None
    with store.local(f"{key}/changes.json").open(encoding="utf-8") as text:
        # The rows come last and may be many: the summary stands before them.
        head = takewhile(lambda line: not line.startswith('  "rows": '), text)
        summary = "".join(head).rstrip().removesuffix(",")
    changes = json.loads(summary + "}")
    hashes = store.sha256(f"{key}/{HASHES}")
    return {"path": path, "comparable": changes["comparable"], "counts": changes["counts"], "hashes": hashes}
