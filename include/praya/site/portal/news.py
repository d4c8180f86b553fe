"""news: the changelog and the feeds of a dataset, and the feed of all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from praya.contract.codes import LANGUAGES
from praya.history import tombstone, versions
from praya.history.manifests import read_manifest
from praya.site.portal.change_pages import publish_changes
from praya.site.portal.changelog import make_changelog, read_changelog, write_changelog
from praya.site.portal.feed import LENGTH, Event, make_feeds, newest_events
from praya.site.portal.portal_words import in_all
from praya.site.portal.release_calendar import RecordedNotice
from praya.store import Store
from praya.store.documents import Manifest, Tombstone, VersionEntry


class News(NamedTuple):
    """The newest events of a dataset, and its changelog and feeds by their file names."""

    events: list[Event]
    files: Mapping[str, bytes]


def make_news(
    store: Store, dataset: str, notices: Sequence[RecordedNotice], hashes: Mapping[str, str]
) -> News:
    """Publish what each version changed, which is made once; give the changelog and the feeds. `notices` are the
    calendar's of the dataset; `hashes` those of its files as the same program wrote them last."""
    standing = read_changelog(store, dataset, hashes)
    publish_changes(store, dataset, standing.changes)
    described = _described(store, dataset, versions(store, dataset))
    log = make_changelog(store, dataset, described["title"], bool(described["synthetic"]), standing)
    title: dict[str, str] = {language: described["title"][language] for language in LANGUAGES}
    listed = newest_events(dataset, title, log["versions"], notices)
    return News(listed, write_changelog(log, standing) | make_feeds(listed, title, dataset))


def newest(listed: Sequence[Event]) -> list[Event]:
    """The events of all datasets that the feed of all has, newest first."""
    return sorted(listed, key=age, reverse=True)[:LENGTH]


def age(event: Event) -> tuple[str, str, str]:
    """By which events of all datasets are in order."""
    return event.at, event.dataset, event.name


def make_feed_of_all(listed: Sequence[Event]) -> dict[str, bytes]:
    """File name → bytes of the feed of these events."""
    return make_feeds(listed, in_all("all"), "all", base="{dataset}/")


def _described(store: Store, dataset: str, entries: list[VersionEntry]) -> Tombstone | Manifest:
    """Title and mark of a dataset as its newest version has them, or the tombstone of that."""
    version = entries[-1]["version"]
    return tombstone(store, dataset, version) or read_manifest(store, dataset, version)
