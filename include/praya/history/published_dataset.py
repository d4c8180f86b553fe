"""What is out of a dataset, and what the ledger says of it: read from the store once, before a release is decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from praya.history.number import parse
from praya.history.pointer import latest, sequence
from praya.history.shape_changes import Published, read
from praya.history.versions_index import versions
from praya.ledger import Ledger, LedgerLine
from praya.store import Store, layout
from praya.store.documents import VersionEntry


@dataclass(frozen=True)
class PublishedVersion:
    """A version that is out: its name, where its files lie, and its shape."""

    version: str
    folder: Path
    shape: Published


@dataclass(frozen=True)
class PublishedDataset:
    """`latest` is None before the first release, and when every one is withdrawn. `highest` has the highest number of
    the latest's line, which is another version after a rollback. `numbers` are those that any version has or had, also
    one that is withdrawn or never became the latest. `moves` counts how often the pointer has moved; `announced` are
    the ledger's corrections and previews since the last release, in their order."""

    dataset: str
    latest: PublishedVersion | None
    highest: PublishedVersion | None
    entries: Sequence[VersionEntry]
    numbers: Sequence[str]
    moves: int
    announced: Sequence[LedgerLine]

    @property
    def numbers_by_version(self) -> dict[str, str | None]:
        """The number of each version that the index lists."""
        return {entry["version"]: entry.get("number") for entry in self.entries}


def read_published(store: Store, dataset: str) -> PublishedDataset:
    """What is out of `dataset`; whoever decides by it holds the lock of its releases."""
    pointer, entries = latest(store, dataset), versions(store, dataset)
    newest = _read_version(store, dataset, pointer["version"]) if pointer else None
    return PublishedDataset(
        dataset,
        newest,
        _read_highest(store, dataset, newest, entries),
        entries,
        _read_numbers(store, dataset, entries),
        sequence(store, dataset),
        _read_announced(store, dataset),
    )


def _read_version(store: Store, dataset: str, version: str) -> PublishedVersion:
    folder = store.local(layout.version(dataset, version))
    return PublishedVersion(version, folder, read(folder, dataset))


def _read_highest(
    store: Store, dataset: str, newest: PublishedVersion | None, entries: Sequence[VersionEntry]
) -> PublishedVersion | None:
    numbers = {
        entry["version"]: entry["number"]
        for entry in entries
        if "number" in entry and entry["state"] != "withdrawn"
    }
    if newest is None or newest.version not in numbers:
        return None
    line = parse(numbers[newest.version])[0]
    of_line = [version for version, number in numbers.items() if parse(number)[0] == line]
    highest = max(of_line, key=lambda version: parse(numbers[version]))
    return newest if highest == newest.version else _read_version(store, dataset, highest)


def _read_numbers(store: Store, dataset: str, entries: Sequence[VersionEntry]) -> list[str]:
    """The numbers in the index, and those of versions that it does not list."""
    numbers = [entry["number"] for entry in entries if "number" in entry]
    listed = {entry["version"] for entry in entries}
    for name in store.children(layout.dataset(dataset)):
        for key in (layout.manifest(dataset, name), layout.tombstone(dataset, name)):
            if name not in listed and store.exists(key):
                document = store.read_json(key)
                numbers += [document["number"]] if "number" in document else []
    return numbers


def _read_announced(store: Store, dataset: str) -> list[LedgerLine]:
    ledger = Ledger(store)
    last = ledger.last(dataset, "release")
    return list(ledger.of(dataset, "correction", "preview", after=last.number if last else 0))
