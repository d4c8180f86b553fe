"""The ledger against checkpoints: those that are published, and one that somebody has kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from praya.assurance.verify.inspection import Reading
from praya.assurance.verify.ledger_reading import LedgerReading
from praya.errors import IntegrityError
from praya.ledger import LedgerLine
from praya.ledger.checkpoint import Checkpoint, signers, verifier_keys
from praya.ledger.note import Note
from praya.provenance.checkpoints import CHECKPOINT, OWN, WITNESSED
from praya.provenance.keys import note_keys
from praya.store import Store
from praya.store.regular import read_regular
from praya.store.store_path import StorePath

SIGNED_AT_THE_END = (
    "A run that is under way signs at its end; after a kill the next one does, or `praya checkpoint`"
)
PUT_BACK = "Put the last one back, from where releases are served or from the witness"


@dataclass(frozen=True)
class ReadCheckpoint:
    """A checkpoint as it was read from the file `path`, or why it could not be."""

    path: StorePath | Path
    signed: tuple[Note, Checkpoint] | None
    problem: str = ""


def read_checkpoints(store: Store, older: Path | None) -> list[ReadCheckpoint]:
    """The checkpoints that are published, and the one in the file `older`. To be read before the ledger, which then has
    their lines."""
    published = [StorePath(store, key) for key in (CHECKPOINT, WITNESSED) if store.exists(key)]
    return [*map(_read, published), *([_read(older)] if older else [])]


def _read(path: StorePath | Path) -> ReadCheckpoint:
    try:
        note = Note.parse(path.read_bytes() if isinstance(path, StorePath) else read_regular(path))
        return ReadCheckpoint(path, (note, Checkpoint.parse(note)))
    except (OSError, IntegrityError) as error:
        return ReadCheckpoint(path, None, f"{path}: {error}")


def check_checkpoints(
    reading: Reading, ledger: LedgerReading, read: Sequence[ReadCheckpoint], witnesses: Path | None
) -> Iterator[str]:
    """A sentence for each checkpoint that the ledger does not go on from, or that nobody known signed, and where the
    published one is missing that was there. Lines that are not signed yet are a warning of the reading.

    With `witnesses` (a file of verifier keys), the one that was witnessed must be there under one of them.
    """
    store, lines = reading.store, ledger.roots.size
    trusted = verifier_keys(witnesses) if witnesses else []
    yield from _missing(reading, ledger.known.catalogue)
    publisher = note_keys(ledger.known.keys, store.project.ledger_origin)
    signed = 0
    for each in read:
        path = each.path
        if reading.inventory.is_irregular(_key(path)):
            continue
        if each.signed is None:
            yield each.problem
            continue
        note, checkpoint = each.signed
        if problem := checkpoint.problem(ledger.roots):
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
    if signed < lines:
        reading.warnings.append(
            f"{lines - signed:,} of {lines:,} lines of the ledger are not signed (line {signed + 1:,} on): "
            f"they could be cut off unseen. {SIGNED_AT_THE_END}"
        )


def begun_anew(reading: Reading, ledger: LedgerReading) -> None:
    """Warn of each time that the publisher signed without the checkpoint before: nothing shows what went before."""
    for number, reason in ledger.begun_anew.items():
        reading.warnings.append(
            f"line {number:,} of the ledger: signed without the checkpoint before it: {reason}"
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


def _missing(reading: Reading, last: LedgerLine | None) -> Iterator[str]:
    """`last` is the ledger's last line of a signed catalogue."""
    path, journal = reading.path(CHECKPOINT), reading.journal
    if path.exists() or reading.inventory.is_irregular(CHECKPOINT):
        return
    standing = journal.files.get(CHECKPOINT)
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
