"""verify: every stored byte against what a name, a manifest, a statement or the ledger says of it, offline."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from praya.errors import IntegrityError
from praya.ledger import Ledger
from praya.protect.approval import unapproved
from praya.store import Store
from praya.verify.changes import changes
from praya.verify.history import checkpoints, unwitnessed
from praya.verify.kept import kept, snapshots
from praya.verify.known import Known, selected
from praya.verify.metrics import metrics
from praya.verify.released import released, withdrawn
from praya.verify.reports import reports
from praya.verify.served import catalogue, indexes, keys, pointers, strangers
from praya.verify.states import State, states

__all__ = ["State", "states", "unwitnessed", "verify"]


def verify(
    store: Store,
    dataset: str | None = None,
    version: str | None = None,
    *,
    checkpoint: Path | None = None,
    witnesses: Path | None = None,
    part: tuple[int, int] | None = None,
    now: dt.datetime | None = None,
) -> Iterator[str]:
    """Yield a sentence for everything that is wrong with the releases (of `dataset`, of its `version`, or all), with
    what they were made from, and with the ledger.

    Checks: the ledger against its own chain, against the checkpoint that is published, the one that was witnessed
    and an older one in the file `checkpoint`; each file of each release against its manifest (hash, nothing missing
    or extra), each manifest against the ledger and the signed statement, each statement against its key, the key
    against what the ledger says of it; of each withdrawn version that it is gone but for its tombstone; verdicts,
    reports, protected tables and snapshots behind a release; each index of versions, each pointer, the keys and the
    signed catalogue, each edition of a report, what changed between versions, and that nothing
    else is served; that whatever was released under
    weaker rules than before had been approved by a second person.

    `witnesses` is a file with the verifier keys of witnesses, of whom one must have signed; that there is none in it is
    a warning (`unwitnessed`). `part` (number from 0,
    of how many) takes a part of the versions and snapshots only, everything else whole; `now` is in UTC.
    """
    ledger = Ledger(store)
    try:
        problems = ledger.problems()
        yield from problems
        yield from checkpoints(store, checkpoint, witnesses)
        if problems:
            return
        folders = selected(store, dataset, version, part)
        known = Known.of(store, folders)
    except IntegrityError as error:
        yield str(error)
        return
    yield from unapproved(line for line in ledger if dataset in (None, line.subject))
    yield from _gone(store, known, dataset, version)
    changed = set()
    for folder in folders:
        if (folder.parent.name, folder.name) not in known.withdrawn:
            problems = list(released(folder, known))
            yield from problems
            changed |= {folder.parent.name} if problems else set()
            yield from kept(store, folder, known)
    yield from indexes(store, dataset, changed)
    yield from pointers(store, dataset)
    yield from changes(store, known, dataset, part)
    yield from keys(store, known)
    if dataset is None:
        yield from catalogue(store, known, now or dt.datetime.now(dt.UTC))
        yield from reports(store, known, part)
        yield from metrics(store, known)
        yield from strangers(store.path("released"))
        yield from snapshots(store, part)


def _gone(store: Store, known: Known, dataset: str | None, version: str | None) -> Iterator[str]:
    """Releases that the ledger tells of and that are not there, or were withdrawn and still are; and datasets of which
    none is current."""
    recorded = sorted(
        (name, number)
        for name, number in known.releases
        if dataset in (None, name) and version in (None, number)
    )
    for name, number in recorded:
        folder = store.path(f"released/{name}/{number}")
        if (name, number) in known.withdrawn:
            yield from withdrawn(folder, known.withdrawn[name, number])
        elif not (folder / "manifest.json").is_file():
            yield f"{folder}: the ledger says that this release was published, and it is not there"
    for name in sorted({name for name, _ in recorded}):
        if not (pointer := store.path(f"released/{name}/latest.json")).is_file():
            yield f"{pointer}: is missing, so that no release of {name} is current; run the dataset again"
