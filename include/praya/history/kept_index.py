"""The index of versions as it is written: it grows by what the ledger says since, and is made anew where that is not
plain. What it grows from is held against a hash; `praya verify` makes it anew each time."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from praya.history.versions_index import EVENTS, add_release, index, index_of, tombstone
from praya.ledger import Ledger, LedgerLine
from praya.store import Store, layout
from praya.store.documents import VersionsIndex
from praya.store.record import to_bytes
from praya.store.states import IndexedVersions


def write_index(store: Store, dataset: str, latest: str | None) -> None:
    """Write `versions.json` with this `latest`, as `index` gives it; whoever calls it holds the lock of the dataset's
    releases."""
    standing, kept = store.get_bytes(layout.versions(dataset)), store.state(IndexedVersions, dataset)
    ledger = Ledger(store)
    grown = None
    if standing is not None and kept is not None and hashlib.sha256(standing).hexdigest() == kept.sha256:
        grown = _grow(store, json.loads(standing), list(ledger.of(dataset, *EVENTS, after=kept.line)), latest)
    made = grown or index(store, dataset, latest)
    data, last = to_bytes(made), ledger.last(dataset, *EVENTS)
    files = {layout.versions(dataset): data}
    if last is not None and _is_settled(ledger, dataset, made):
        basis = IndexedVersions(line=last.number, sha256=hashlib.sha256(data).hexdigest())
        files[layout.state(dataset, IndexedVersions.STEP)] = basis.to_bytes()
    store.put_all(files)


def _grow(
    store: Store, standing: VersionsIndex, lines: Sequence[LedgerLine], latest: str | None
) -> VersionsIndex | None:
    """The index with what these lines say besides; None where they say more than that new versions were released."""
    entries = {entry["version"]: entry for entry in standing["versions"]}
    for line in lines:
        if line.kind != "release" or line.release["version"] in entries:
            return None
        if tombstone(store, standing["dataset"], line.release["version"]) is not None:
            return None
        add_release(store, standing["dataset"], entries, line)
    return index_of(standing["dataset"], entries, latest)


def _is_settled(ledger: Ledger, dataset: str, made: VersionsIndex) -> bool:
    """Whether nothing that is on record is still to come: what is being withdrawn has its line before its tombstone."""
    withdrawn = {line.withdrawal["version"] for line in ledger.of(dataset, "withdrawal")}
    states = {entry["version"]: entry["state"] for entry in made["versions"]}
    return all(states.get(version) == "withdrawn" for version in withdrawn)
