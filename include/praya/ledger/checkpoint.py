"""Checkpoints (C2SP tlog-checkpoint): the size and root of the ledger's tree, as a signed note."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from praya.errors import IntegrityError, codes
from praya.ledger import merkle
from praya.ledger.note import Note, VerifierKey
from praya.text.outside import describe_error

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


@dataclass(frozen=True)
class Checkpoint:
    """What a checkpoint says: whose ledger, how many lines, and the root (32 bytes) over them."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    @classmethod
    def parse(cls, note: Note) -> Checkpoint:
        """What the note says; raises IntegrityError where it is no checkpoint."""
        try:
            name, size, root, *_ = note.text.split("\n")
            checkpoint = cls(name, int(size), base64.b64decode(root, validate=True))
        except (ValueError, binascii.Error) as error:
            raise IntegrityError(
                codes.ledger.CHECKPOINT_NOT_VALID, f"is not a checkpoint: {describe_error(error)}"
            ) from error
        if checkpoint.text != note.text or len(checkpoint.root) != 32:
            raise IntegrityError(
                codes.ledger.CHECKPOINT_NOT_VALID,
                "is not a checkpoint: origin, size and root are not in their one form",
            )
        return checkpoint

    @classmethod
    def of(cls, tree: merkle.Tree, origin: str) -> Checkpoint:
        """Of the ledger of that name with this tree."""
        return cls(origin, tree.size, tree.root_of(0, tree.size))

    def problem(self, tree: merkle.Tree) -> str | None:
        """Why the ledger with this tree does not go on from this checkpoint, or None."""
        if tree.size < self.size:
            return f"the ledger has {tree.size:,} lines, and the checkpoint {self.size:,}: it was shortened"
        if tree.root_of(0, self.size) != self.root:
            return (
                f"the first {self.size:,} lines of the ledger are not those of the checkpoint: "
                "they were rewritten"
            )
        return None


def signed(tree: merkle.Tree, key: Ed25519PrivateKey, origin: str) -> Note:
    """The checkpoint of the ledger with this tree, signed in the ledger's name, `origin`."""
    return Note(Checkpoint.of(tree, origin).text).sign(key, origin)


def request(tree: merkle.Tree, old: int, note: Note) -> bytes:
    """What a witness that has seen `old` lines is asked with (C2SP tlog-witness): old size, consistency proof, note."""
    size = Checkpoint.parse(note).size
    if old > size:
        raise IntegrityError(
            codes.ledger.LINES_CHANGED,
            f"a checkpoint of {size:,} lines does not go on from one of {old:,}: the ledger was shortened",
        )
    proof = merkle.consistency_proof(tree, old, size)
    hashes = "".join(f"{base64.b64encode(digest).decode()}\n" for digest in proof)
    return f"old {old}\n{hashes}\n{note}".encode()


def parsed_request(data: bytes) -> tuple[int, list[bytes], Note]:
    """Old size, consistency proof and note of a request; raises IntegrityError where it is none."""
    try:
        head, end, note = data.partition(b"\n\n")
        first, *hashes = head.decode("ascii").split("\n")
        if not end or not first.startswith("old "):
            raise ValueError("it does not start with `old` and a size")
        proof = [base64.b64decode(digest, validate=True) for digest in hashes]
        return int(first.removeprefix("old ")), proof, Note.parse(note)
    except (ValueError, binascii.Error) as error:
        raise IntegrityError(
            codes.ledger.CHECKPOINT_NOT_VALID, f"is not a witness request: {describe_error(error)}"
        ) from error


def signers(note: Note, keys: Sequence[VerifierKey]) -> list[VerifierKey]:
    """Which of the keys signed the note."""
    return [key for key in keys if key.signed(note) is not None]


def verifier_keys(path: Path) -> list[VerifierKey]:
    """The verifier keys in a file, one a line; lines that start with # say something to people."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except OSError as error:
        raise IntegrityError(
            codes.ledger.VERIFIER_KEY_NOT_USABLE,
            f"{path}: cannot be read, and holds the keys of the witnesses: {error.strerror}",
        ) from error
    return [VerifierKey.parse(line) for line in lines if line.strip() and not line.startswith("#")]
