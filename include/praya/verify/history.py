"""The ledger against checkpoints: those that are published, and one that somebody has kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from praya.errors import IntegrityError
from praya.ledger import Ledger
from praya.ledger.checkpoint import Checkpoint, leaves_of, signers, verifier_keys
from praya.ledger.note import Note
from praya.provenance.keys import known_keys, note_keys
from praya.provenance.published import CHECKPOINT, WITNESSED
from praya.store import Store


def checkpoints(store: Store, older: Path | None, witnesses: Path | None) -> Iterator[str]:
    """A sentence for each checkpoint that the ledger does not go on from, or that nobody known signed.

    With `witnesses` (a file of verifier keys), the one that was witnessed must be there under one of them.
    """
    trusted = verifier_keys(witnesses) if witnesses else []
    published = [store.path(key) for key in (CHECKPOINT, WITNESSED) if store.exists(key)]
    paths = [*published, *([older] if older else [])]
    if not paths and not trusted:
        return
    leaves = leaves_of(Ledger(store))
    publisher = note_keys(known_keys(store))
    for path in paths:
        try:
            note = Note.parse(path.read_bytes())
            checkpoint = Checkpoint.parse(note)
        except (OSError, IntegrityError) as error:
            yield f"{path}: {error}"
            continue
        if problem := checkpoint.problem(leaves):
            yield f"{path}: {problem}"
        if not signers(note, publisher):
            yield f"{path}: is signed by none of the publisher's keys that the ledger has"
        if trusted and path == store.path(WITNESSED) and not signers(note, trusted):
            yield f"{path}: is cosigned by none of the witnesses in {witnesses}"
    if trusted and not store.exists(WITNESSED):
        yield f"{store.path(WITNESSED)}: is missing: no witness has seen this ledger; run `praya checkpoint`"


def unwitnessed(witnesses: Path) -> str | None:
    """A warning where no witness is set up, which is no fault of anything that is stored; None where one is.

    Raises IntegrityError where `witnesses`, the file of their verifier keys, cannot be read.
    """
    if verifier_keys(witnesses):
        return None
    return (
        f"no witness is set up: {witnesses} holds no key, so nobody but the publisher can tell whether the ledger was "
        "rewritten whole or cut short; docs/auditor.md says how a second party becomes one in three commands"
    )
