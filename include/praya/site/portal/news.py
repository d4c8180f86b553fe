"""news: the changelog and the feeds of every dataset, and the feed of all."""

from __future__ import annotations

import json

from praya.contract.codes import LANGUAGES
from praya.history import tombstone, versions
from praya.history.manifests import read_manifest
from praya.site.portal.change_pages import make_changelog, publish_changes
from praya.site.portal.feed import Event, events, make_feeds
from praya.site.portal.portal_words import in_all
from praya.site.portal.release_calendar import list_notices
from praya.store import Store, layout
from praya.store.documents import Manifest, Tombstone, VersionEntry


def write_news(store: Store) -> None:
    """Write what changed, changelog and feeds of each dataset, then the feed of all, from what is released.

    What is as it was is not written again.
    """
    listed, files = list[Event](), dict[str, bytes]()
    for key in store.keys(layout.RELEASED, f"*/{layout.VERSIONS}"):
        own, written = _of(store, layout.dataset_of(key))
        listed += own
        files |= written
    listed.sort(key=lambda event: (event.at, event.dataset, event.name), reverse=True)
    for name, data in make_feeds(listed, in_all("all"), "all", base="{dataset}/").items():
        files[f"{layout.RELEASED}/{name}"] = data
    store.put_if_new(files)


def _of(store: Store, dataset: str) -> tuple[list[Event], dict[str, bytes]]:
    """The events of a dataset, and its changelog and feeds under their store keys."""
    publish_changes(store, dataset)
    described = _described(store, dataset, versions(store, dataset))
    files = make_changelog(store, dataset, described["title"], bool(described["synthetic"]))
    log = json.loads(files["changelog.json"])["versions"]
    title: dict[str, str] = {language: described["title"][language] for language in LANGUAGES}
    listed = events(dataset, title, log, list_notices(store, dataset))
    files |= make_feeds(listed, title, dataset)
    return listed, {f"{layout.dataset(dataset)}/{name}": data for name, data in files.items()}


def _described(store: Store, dataset: str, entries: list[VersionEntry]) -> Tombstone | Manifest:
    """Title and mark of a dataset as its newest version has them, or the tombstone of that."""
    version = entries[-1]["version"]
    return tombstone(store, dataset, version) or read_manifest(store, dataset, version)
