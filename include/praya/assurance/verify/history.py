"""The ledger against checkpoints: those that are published, and one that somebody has kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from praya.assurance.verify.inspection import Reading
from praya.errors import IntegrityError
from praya.ledger import Ledger
from praya.ledger.checkpoint import Checkpoint, leaves_of, signers, verifier_keys
from praya.ledger.note import Note
from praya.provenance.checkpoints import CHECKPOINT, OWN, SUBJECT, WITNESSED
from praya.provenance.keys import known_keys, note_keys
from praya.store import Store
from praya.store.regular import read_regular
from praya.store.store_path import StorePath

SIGNED_AT_THE_END = (
    "A run that is under way signs at its end; after a kill the next one does, or `praya checkpoint`"
)
PUT_BACK = "Put the last one back, from where releases are served or from the witness"


def checkpoints(reading: Reading, older: Path | None, witnesses: Path | None) -> Iterator[str]:
    """A sentence for each checkpoint that the ledger does not go on from, or that nobody known signed, and where the
    published one is missing that was there. Lines that are not signed yet are a warning of the reading.

    With `witnesses` (a file of verifier keys), the one that was witnessed must be there under one of them.
    """
    store = reading.store
    trusted = verifier_keys(witnesses) if witnesses else []
    published = [reading.path(key) for key in (CHECKPOINT, WITNESSED) if store.exists(key)]
    paths: list[StorePath | Path] = [*published, *([older] if older else [])]
    leaves = leaves_of(Ledger(store))
    yield from _missing(reading)
    publisher = note_keys(known_keys(store), store.project.ledger_origin)
    signed = 0
    for path in paths:
        if reading.inventory.is_irregular(_key(path)):
            continue
        try:
            note = Note.parse(path.read_bytes() if isinstance(path, StorePath) else read_regular(path))
            checkpoint = Checkpoint.parse(note)
        except (OSError, IntegrityError) as error:
            yield f"{path}: {error}"
            continue
        if problem := checkpoint.problem(leaves):
            yield f"{path}: {problem}"
        if not signers(note, publisher):
            yield f"{path}: is signed by none of the publisher's keys that the ledger has"
        elif path == reading.path(CHECKPOINT):
            signed = checkpoint.size
            reading.sha256(reading.path(CHECKPOINT))
        if trusted and path == reading.path(WITNESSED) and not signers(note, trusted):
            yield f"{path}: is cosigned by none of the witnesses in {witnesses}"
    if trusted and not store.exists(WITNESSED):
        yield f"{reading.path(WITNESSED)}: is missing: no witness has seen this ledger; run `praya checkpoint`"
    if signed < len(leaves):
        reading.warnings.append(
            f"{len(leaves) - signed:,} of {len(leaves):,} lines of the ledger are not signed (line {signed + 1:,} on): "
            f"they could be cut off unseen. {SIGNED_AT_THE_END}"
        )


def seals(store: Store) -> dict[int, str]:
    """What the ledger says of the write journal: the hashes of its lines by their numbers, since it was begun anew."""
    digests: dict[int, str] = {}
    for line in Ledger(store).of(SUBJECT):
        if line.kind == "seal":
            digests = ({} if "anew" in line.seal else digests) | {line.seal["writes"]: line.seal["head"]}
    return digests


def begun_anew(reading: Reading) -> None:
    """Warn of each time that the publisher signed without the checkpoint before: nothing shows what went before."""
    for line in Ledger(reading.store).of(SUBJECT):
        if "anew" in line.seal:
            reading.warnings.append(
                f"line {line.number:,} of the ledger: signed without the checkpoint before it: {line.seal['anew']}"
            )


def unsealed(reading: Reading, sealed: dict[int, str]) -> None:
    """Warn of what was written to the store and is not bound by the ledger yet."""
    last = max(sealed, default=0)
    entries = [file.entry for key, file in reading.journal.files.items() if key not in OWN]
    late = {
        entry.number: entry for entry in [*entries, *reading.journal.gone.values()] if entry.number > last
    }
    if late:
        by = ", ".join(sorted({entry.by for entry in late.values()}))
        reading.warnings.append(
            f"{len(late):,} writes to the store, by {by}, are not bound by the ledger yet. {SIGNED_AT_THE_END}"
        )


def _missing(reading: Reading) -> Iterator[str]:
    path, journal = reading.path(CHECKPOINT), reading.journal
    if path.exists() or reading.inventory.is_irregular(CHECKPOINT):
        return
    standing = journal.files.get(CHECKPOINT)
    last = Ledger(reading.store).find("catalogue", "catalogue")
    if CHECKPOINT in journal.gone or (
        standing is not None and (standing.done or None not in standing.before)
    ):
        yield f"{path}: is missing, and the ledger was signed before: lines could have been cut off. {PUT_BACK}"
    elif last is not None and not journal.size:
        yield (
            f"{path}: is missing, and the ledger has a signed catalogue (line {last.number:,}), which comes with a "
            f"checkpoint. {PUT_BACK}"
        )


def _key(path: StorePath | Path) -> str:
    return path.key if isinstance(path, StorePath) else ""


def unwitnessed(witnesses: Path) -> str | None:
    """A warning where no witness is set up, which is no fault of anything that is stored; None where one is.

    Raises IntegrityError where `witnesses`, the file of their verifier keys, cannot be read.
    """
    if verifier_keys(witnesses):
        return None
    return (
        f"no witness is set up: {witnesses} holds no key, so nobody but the publisher can tell whether the ledger was "
        "rewritten whole or cut short; docs/how-to/auditor.md says how a second party becomes one in three commands"
    )
