"""What a release leaves behind: the trees that nothing of today leads to any more, each in one pack of the store."""

from __future__ import annotations

import re
from itertools import islice

from praya.history import latest, versions
from praya.history.manifests import read_manifest
from praya.store import Store, layout

# The version that is left is compared with the new one by the catalogue, and is what a rollback goes to.
KEPT_VERSIONS = 2
# A store from before there were packs catches up in steps, so that no release takes much longer than another.
AT_ONCE = 20
# What a step has made from its inputs; besides, a folder may have one for each month.
MADE = re.compile(r"(?:faults-|methods-)?[0-9a-f]{64}")


def pack_past(store: Store, dataset: str) -> None:
    """Pack the versions of `dataset` but the newest two and the latest, with their snapshots, and the protected tables
    and verdicts that no state names. Whoever calls it holds the lock of the dataset's releases; a kill leaves nothing
    to mend, and the next release packs what is left."""
    states = [store.read_bytes(key).decode() for key in store.keys(layout.states(dataset), "*.json")]
    for folder in (f"{layout.PROTECTED}/{dataset}", f"{layout.VERDICTS}/{dataset}"):
        made = filter(MADE.fullmatch, store.list_unpacked(folder))
        for name in islice((name for name in made if not any(name in state for state in states)), AT_ONCE):
            store.pack(f"{folder}/{name}")
    kept, past = _split(store, dataset)
    folder = layout.dataset(dataset)
    for name in sorted(set(store.list_unpacked(folder)) & past)[:AT_ONCE]:
        for snapshot in read_manifest(store, dataset, name)["snapshots"].values():
            sha256 = snapshot.get("sha256")
            if sha256 and not any(sha256 in state for state in states):
                store.pack(layout.raw(sha256))
        store.pack(f"{folder}/{name}")
    changes = (name for name in store.list_unpacked(f"{folder}/changes") if not set(name.split("--")) <= kept)
    for name in islice(changes, AT_ONCE):
        store.pack(f"{folder}/changes/{name}")


def _split(store: Store, dataset: str) -> tuple[set[str], set[str]]:
    """The versions that stay as they are, and those that are packed; of a withdrawn one there is a tombstone alone."""
    there = [entry["version"] for entry in versions(store, dataset) if entry["state"] != "withdrawn"]
    pointer = latest(store, dataset)
    kept = {*there[-KEPT_VERSIONS:], *([pointer["version"]] if pointer else [])}
    return kept, set(there) - kept
