"""Signing the ledger as it stands: a line that seals the write journal, then the checkpoint over all lines.

Whoever has written something signs at the end, so that a finished run leaves nothing that could be cut off unseen. A
checkpoint is only ever replaced by one that goes on from it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from praya.errors import IntegrityError, codes
from praya.ledger import Ledger
from praya.ledger.bodies import SealBody
from praya.ledger.checkpoint import Checkpoint, request, signers, verifier_keys
from praya.ledger.growth import Growth
from praya.ledger.note import Note, VerifierKey
from praya.ledger.roots import Roots
from praya.observe import get_logger
from praya.provenance.keys import PUBLISHED, announce, known_keys, note_keys
from praya.provenance.signing import Signer
from praya.store import Store, layout
from praya.store.journal import Entry
from praya.store.journal_state import Replayed
from praya.store.regular import open_regular

log = get_logger(__name__)

CHECKPOINT = layout.CHECKPOINT
# The checkpoint as a witness has last cosigned it; auditors hold the ledger against it.
WITNESSED = layout.WITNESSED_CHECKPOINT
GROWTH = layout.LEDGER_GROWTH
SUBJECT = "write-journal"
# What signing itself writes asks for no further seal.
OWN = {CHECKPOINT, WITNESSED, GROWTH}


def sign_end(store: Store, by: Callable[[], Signer]) -> None:
    """Sign the ledger where this process has written to the store since it last did; `by` gives the key."""
    if not store.journal.wrote:
        return
    signer = by()
    published = store.get_json(PUBLISHED) or {"keys": []}
    known = [key for key in published["keys"] if key.get("keyid") == signer.keyid]
    if not any(key.get("until") is None and key.get("revoked") is None for key in known):
        announce(store, signer)
    publish_checkpoint(store, signer)


def publish_checkpoint(store: Store, by: Signer, anew: str | None = None) -> Note:
    """Seal the write journal, sign the ledger as it stands, and publish that; gives the note.

    Raises IntegrityError where the ledger does not go on from the last checkpoint, or where that is gone or was
    changed; with a reason in `anew`, which goes into the ledger, another one takes its place all the same.
    """
    with store.lock("checkpoint"):
        before = Growth() if anew else _before(store, by)
        store.journal.flush()
        settled = store.journal.settle(before.writes_offset)
        after = replace(_seal(store, before, anew).grown(Ledger(store)), writes_offset=settled)
        checkpoint = after.checkpoint(store.project.ledger_origin)
        note = Note(checkpoint.text).sign(by.private, checkpoint.origin)
        text = str(note).encode()
        if store.get_bytes(CHECKPOINT) != text:
            store.put_all({GROWTH: after.to_bytes(), CHECKPOINT: text})
            store.journal.flush()
        store.journal.wrote = False
        log.info("ledger signed", lines=after.size)
        return note


def sign_ledger(store: Store, by: Signer, anew: str | None = None) -> Note:
    """Announce the key where it is new, and publish a checkpoint; raises what `publish_checkpoint` raises."""
    announce(store, by)
    return publish_checkpoint(store, by, anew)


def request_cosignature(store: Store, note: Note, since: int | None = None) -> bytes:
    """What a witness is asked with: that the ledger of `note` goes on from the first `since` lines, by default from
    those that a witness saw last."""
    last = witnessed(store)
    seen = since if since is not None else last.size if last else 0
    signed = Checkpoint.parse(note)
    return request(Ledger(store).tree_with(signed.size, signed.root), seen, note)


def witnessed(store: Store) -> Checkpoint | None:
    """The last checkpoint that a witness cosigned, as this store has it."""
    text = store.get_bytes(WITNESSED)
    return Checkpoint.parse(Note.parse(text)) if text is not None else None


def _before(store: Store, by: Signer) -> Growth:
    """The tree of the last checkpoint; an empty one before the first."""
    path = store.describe(CHECKPOINT)
    if not store.exists(CHECKPOINT):
        standing = Replayed(store.journal).files.get(CHECKPOINT)
        if standing is not None and (standing.done or None not in standing.before):
            raise IntegrityError(
                codes.ledger.CHECKPOINT_CHANGED,
                f"{path}: is missing, and the ledger was signed before. {_HELP}",
            )
        return Growth()
    try:
        note = Note.parse(store.read_bytes(CHECKPOINT))
        last = Checkpoint.parse(note)
    except IntegrityError as error:
        raise IntegrityError(
            codes.ledger.CHECKPOINT_CHANGED, f"{path}: was changed ({error}). {_HELP}"
        ) from error
    own = VerifierKey(last.origin, by.private.public_key().public_bytes_raw())
    if not signers(note, [own]) and not signers(
        note, note_keys(known_keys(store), store.project.ledger_origin)
    ):
        raise IntegrityError(
            codes.ledger.CHECKPOINT_SIGNED_BY_OTHER_KEY,
            f"{path}: is signed by none of the publisher's keys. {_HELP}",
        )
    kept = Growth.parse(_kept(store))
    if (kept.size, kept.root) == (last.size, last.root):
        return kept
    if problem := last.problem(Roots.of(Ledger(store).raw(), [last.size])):
        raise IntegrityError(codes.ledger.CHECKPOINT_CHANGED, f"{path}: {problem}; nothing was signed")
    return Growth()


_HELP = (
    "Nothing was signed: put the last checkpoint back, from where releases are served or from the witness, or say why "
    "that cannot be with `praya checkpoint --anew REASON`"
)


def _kept(store: Store) -> Any:
    try:
        return store.get_json(GROWTH)
    except IntegrityError as error:
        log.warning(
            "the kept tree of the ledger is damaged, so that every line is read", code=str(error.code)
        )
        return None


def _seal(store: Store, before: Growth, anew: str | None) -> Growth:
    """Put number and hash of the journal's last line into the ledger, where there is more in it than was sealed."""
    number, head = store.journal.head()
    if anew or any(_counts(raw, before.writes) for raw in _since(store, before.writes_offset)):
        body: SealBody = {"writes": number, "head": head}
        if anew:
            body["anew"] = anew
        Ledger(store).record("seal", SUBJECT, body)
        return replace(before, writes=number)
    return before


def _since(store: Store, offset: int) -> Iterator[bytes]:
    if not store.journal.path.exists():
        return
    with open_regular(store.journal.path) as file:
        file.seek(offset)
        yield from (raw[:-1] for raw in file if raw.endswith(b"\n"))


def _counts(raw: bytes, sealed: int) -> bool:
    entry = Entry.parse(raw)
    return entry is None or (entry.number > sealed and bool(set(entry.files) - OWN))


def take_witnessed(store: Store, file: Path, witnesses: Path) -> Checkpoint:
    """Publish the checkpoint that a witness gave back in `file`, as what was witnessed last.

    Raises IntegrityError where none of `witnesses` cosigned it, or the ledger does not go on from it.
    """
    note = Note.parse(file.read_bytes())
    checkpoint = Checkpoint.parse(note)
    if not signers(note, verifier_keys(witnesses)):
        raise IntegrityError(
            codes.ledger.CHECKPOINT_NOT_COSIGNED,
            f"{file}: is cosigned by none of the witnesses whose keys stand in {witnesses}",
        )
    if problem := checkpoint.problem(Ledger(store).tree_with(checkpoint.size, checkpoint.root)):
        raise IntegrityError(codes.ledger.CHECKPOINT_CHANGED, f"{file}: {problem}")
    if (last := witnessed(store)) is None or last.size <= checkpoint.size:
        store.put_bytes(WITNESSED, str(note).encode())
        store.journal.flush()
    return checkpoint
