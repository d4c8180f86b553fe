"""news: the changelog and the feeds of every dataset, and the feed of all."""

from __future__ import annotations

import json
from typing import Any

from praya.contract.codes import LANGUAGES
from praya.history import versions
from praya.portal.calendar import notices
from praya.portal.changes import changelog, publish_changes
from praya.portal.feed import Event, events, feed
from praya.portal.pages import put_if_new
from praya.portal.words import in_all
from praya.store import Store


def news(store: Store) -> None:
    """Write what changed, changelog and feeds of each dataset, then the feed of all, from what is released.

    What is as it was is not written again.
    """
    found = list[Event]()
    for path in sorted(store.path("released").glob("*/versions.json")):
        found += _of(store, path.parent.name)
    found.sort(key=lambda event: (event.at, event.dataset, event.name), reverse=True)
    for name, data in feed(found, in_all("all"), "all", base="{dataset}/").items():
        put_if_new(store, f"released/{name}", data)


def _of(store: Store, dataset: str) -> list[Event]:
    publish_changes(store, dataset)
    entries = versions(store, dataset)
    described = _described(store, dataset, entries)
    files = changelog(store, dataset, described["title"], bool(described["synthetic"]))
    log = json.loads(files["changelog.json"])["versions"]
    title: dict[str, str] = {language: described["title"][language] for language in LANGUAGES}
    found = events(dataset, title, log, notices(store, dataset))
    for name, data in {**files, **feed(found, title, dataset)}.items():
        put_if_new(store, f"released/{dataset}/{name}", data)
    return found


def _described(store: Store, dataset: str, entries: list[dict[str, Any]]) -> dict[str, Any]:
    """Title and mark of a dataset as its newest version has them, or the tombstone of that."""
    folder = f"released/{dataset}/{entries[-1]['version']}"
    return store.get_json(f"{folder}/withdrawn.json") or store.read_json(f"{folder}/manifest.json")
