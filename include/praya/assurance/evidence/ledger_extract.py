"""The ledger's part of the evidence: the lines that a release rests on, their proofs, the checkpoint, and the keys."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from praya.assurance.evidence.dependencies import Dependency
from praya.assurance.verify.ledger_facts import Known
from praya.errors import IntegrityError, codes
from praya.ledger import Ledger, LedgerLine
from praya.ledger.checkpoint import Checkpoint, signers, verifier_keys
from praya.ledger.line import written
from praya.ledger.note import COSIGNATURE, Note, VerifierKey
from praya.provenance.keys import note_keys
from praya.provenance.signed_files import CHECKPOINT, WITNESSED
from praya.store import Store
from praya.store.store_path import StorePath


@dataclass
class Extract:
    """The files, what lines they hold, which numbers are sealed (and what the statement calls them), and who signed:
    SHA-256 of the public key → publisher or witness."""

    files: dict[str, bytes]
    lines: list[LedgerLine]
    sealed: dict[int, str]
    signers: dict[str, str]


def extract(
    store: Store,
    folder: StorePath,
    known: Known,
    rests_on: Sequence[Dependency],
    only_on_record: Sequence[LedgerLine],
    raw: set[str],
    witnesses: Path,
) -> Extract:
    """The ledger's lines on the release in `folder`, on the snapshots in `raw` and on its keys, in `ledger/`, and the
    keys in `keys/`. `rests_on` says which lines are sealed; `only_on_record` are lines that no statement names."""
    release = known.releases.get((folder.parent.name, folder.name))
    if release is None:
        raise IntegrityError(
            codes.verify.NOT_IN_LEDGER, f"{folder}: is not in the ledger, so that there is no evidence of it"
        )
    ledger = Ledger(store)
    sealed = {
        dependency.line.number: dependency.name
        for dependency in rests_on
        if dependency.line is not None and dependency.sealed
    }
    lines = {
        dependency.line.number: dependency.line
        for dependency in rests_on
        if dependency.line is not None and not dependency.sealed
    }
    lines |= {line.number: line for line in (release, *only_on_record)}
    lines |= {line.number: line for sha256, line in known.purged.items() if sha256 in raw}
    lines |= {line.number: line for line in ledger.of("signing")}
    lines = dict(sorted(lines.items()))
    publisher, trusted = note_keys(known.keys, store.project.ledger_origin), verifier_keys(witnesses)
    note = _checkpoint(store, max([*lines, *sealed]), ledger, [*publisher, *trusted])
    signed = Checkpoint.parse(note)
    files = {"ledger/checkpoint": str(note).encode()}
    for number, line in lines.items():
        files[f"ledger/{number:09}.line"] = written(line) + write_proof(number, ledger, signed)
    for number in sealed:
        hashed = base64.b64encode(ledger.tree().root_of(number - 1, number))
        files[f"ledger/{number:09}.sealed"] = b"sealed %s\n" % hashed + write_proof(number, ledger, signed)
    who = {}
    for key in signers(note, [*publisher, *trusted]):
        who[_keyid(key)] = "witness" if key.type == COSIGNATURE else "publisher"
    ids = {_keyid(key): key for key in [*publisher, *signers(note, trusted)]}
    files |= {f"keys/{name}.pem": _pem(key) for name, key in ids.items()}
    return Extract(files, list(lines.values()), dict(sorted(sealed.items())), who)


def _checkpoint(store: Store, last: int, ledger: Ledger, keys: list[VerifierKey]) -> Note:
    """The witnessed checkpoint, else the publisher's, that goes as far as line `last`; signed by `keys` alone."""
    for key in (WITNESSED, CHECKPOINT):
        if (text := store.get_bytes(key)) is None:
            continue
        note = Note.parse(text)
        checkpoint = Checkpoint.parse(note)
        if problem := checkpoint.problem(ledger.tree_with(checkpoint.size, checkpoint.root)):
            raise IntegrityError(codes.ledger.CHECKPOINT_CHANGED, f"{store.describe(key)}: {problem}")
        names = {(key.name, key.id) for key in signers(note, keys)}
        if checkpoint.size >= last and names:
            return Note(
                note.text,
                tuple(
                    signature for signature in note.signatures if (signature[0], signature[1][:4]) in names
                ),
            )
    raise IntegrityError(
        codes.ledger.CHECKPOINT_TOO_SHORT,
        f"no checkpoint goes as far as line {last} of the ledger; run `praya checkpoint`, and then this again",
    )


def write_proof(number: int, ledger: Ledger, signed: Checkpoint) -> bytes:
    """The neighbours of a line on its way to the root, a row each, with the side on which it stands."""
    index, size, rows = number - 1, signed.size, []
    for digest in ledger.inclusion_proof(number, size, signed.root):
        while index % 2 == 0 and index == size - 1:  # without a neighbour on this level
            index, size = index // 2, (size + 1) // 2
        side = "left" if index % 2 else "right"
        rows.append(f"{side} {base64.b64encode(digest).decode()}\n")
        index, size = index // 2, (size + 1) // 2
    return "".join(rows).encode()


def _der(key: VerifierKey) -> bytes:
    """SubjectPublicKeyInfo of an Ed25519 key (RFC 8410)."""
    return bytes.fromhex("302a300506032b6570032100") + key.public


def _keyid(key: VerifierKey) -> str:
    return hashlib.sha256(_der(key)).hexdigest()


def _pem(key: VerifierKey) -> bytes:
    body = base64.b64encode(_der(key)).decode()
    return f"-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----\n".encode()
