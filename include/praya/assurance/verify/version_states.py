"""What can still be shown of each version: made again from raw, or from the protected mart; or it was withdrawn."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from praya.assurance.verify.kept import behind, raw_of
from praya.assurance.verify.ledger_facts import Known, selected
from praya.store import Store, layout
from praya.store.store_path import StorePath

FROM_RAW = "reproducible from raw"
FROM_PROTECTED = "reproducible from the protected mart"
TOMBSTONED = "tombstoned"
LOST = "not reproducible"


class State(NamedTuple):
    """A version, what it is, and why, in words."""

    dataset: str
    version: str
    state: str
    why: str


def list_states(store: Store, dataset: str | None = None, version: str | None = None) -> Iterator[State]:
    """The state of each version (of `dataset`, of one `version`, or of all)."""
    released = StorePath(store, layout.RELEASED)
    stones = released.glob(f"{dataset or '*'}/{version or '*'}/{layout.TOMBSTONE}")
    withdrawn = {path.parent for path in stones}
    folders = selected(released, dataset, version, None)
    known = Known.of(store, folders)
    for folder in sorted(withdrawn | set(folders)):
        if folder in withdrawn:
            yield State(
                folder.parent.name, folder.name, TOMBSTONED, "it was withdrawn; withdrawn.json says why"
            )
        else:
            yield State(folder.parent.name, folder.name, *state_of(store, folder, known))


def state_of(store: Store, folder: StorePath, known: Known) -> tuple[str, str]:
    """State and reason of the release in `folder`."""
    raw = raw_of(store, folder, known)
    gone = {sha256 for sha256 in raw if not store.exists(layout.raw(sha256))}
    if raw and not gone:
        return FROM_RAW, f"{len(raw)} of {len(raw)} snapshots are there"
    days = sorted({line.at[:10] for sha256, line in known.purged.items() if sha256 in gone})
    why = f"{len(gone)} of {len(raw)} snapshots were removed"
    why += (
        f", purged on {', '.join(days)}" if days else ", and no line of the ledger says that they were purged"
    )
    return (FROM_PROTECTED if _protected(store, folder, known) else LOST), why


def _protected(store: Store, folder: StorePath, known: Known) -> bool:
    for dependency in behind(folder):
        line = known.line_of(dependency)
        if line is not None and line.kind == "disclosure":
            return store.exists(f"{layout.protected(line.subject, line.disclosure['key'])}/{layout.TABLE}")
    return False
