"""A witness: a second party with a folder and a key of its own, who cosigns that the ledger only ever grew.

Its folder holds `witness.key` (never given away), `name` where it was given one, `publisher.vkey` (whom it believes),
and `checkpoint`, the last one that it cosigned. It never signs for less, or for other lines, than it has signed for
before.
"""

from __future__ import annotations

import base64
import fcntl
import os
from pathlib import Path
from typing import TYPE_CHECKING

from praya.errors import IntegrityError, codes
from praya.ledger.checkpoint import Checkpoint, parsed_request, signers
from praya.ledger.merkle import EMPTY, is_consistent
from praya.ledger.note import COSIGNATURE, Note, VerifierKey
from praya.store.secret import read_or_make_secret
from praya.text.outside import quote

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

NAME = "witness.invalid/praya"


class Witness:
    """The witness whose state lies in `folder`, under `name` (letters, digits, dots, slashes), which is kept with it:
    cosignatures are known by key and name. Raises IntegrityError for another name than that."""

    def __init__(self, folder: Path, name: str | None = None) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = folder / "name"
        kept = file.read_text("utf-8").strip() if file.exists() else None
        if kept is None and (folder / "witness.key").exists():
            kept = NAME
        if name is not None and kept not in (None, name):
            raise IntegrityError(
                codes.ledger.WITNESS_NAME_DIFFERS,
                f"the witness in {folder} is called {quote(kept)}, and its key is known by that; give "
                f"{quote(name)} another folder",
            )
        self.name = name or kept or NAME
        if name is not None and kept is None:
            self._write("name", f"{name}\n".encode())

    @property
    def vkey(self) -> VerifierKey:
        """The key by which others know this witness's cosignatures."""
        return VerifierKey(self.name, self._key().public_key().public_bytes_raw(), COSIGNATURE)

    def believe(self, publisher: VerifierKey) -> None:
        """Believe checkpoints under this key of the publisher, beside those that are believed already."""
        known = self._publishers()
        if publisher not in known:
            self._write("publisher.vkey", "".join(f"{key}\n" for key in [*known, publisher]).encode())

    def last(self) -> Checkpoint | None:
        """The last checkpoint that this witness cosigned."""
        path = self.folder / "checkpoint"
        return Checkpoint.parse(Note.parse(path.read_bytes())) if path.exists() else None

    def cosign(self, data: bytes, at: int) -> Note:
        """Cosign the checkpoint of a request at `at` (seconds since 1970); it is kept before it is given out.

        Raises IntegrityError where nobody that the witness believes signed it, where it does not start from
        the last one seen, and where its lines were rewritten or shortened.
        """
        old, proof, note = parsed_request(data)
        new = Checkpoint.parse(note)
        signatures = tuple(signature for signature in note.signatures if signature[0] == new.origin)
        if not any(key.name == new.origin for key in signers(note, self._publishers())):
            raise IntegrityError(
                codes.ledger.CHECKPOINT_SIGNED_BY_OTHER_KEY,
                "the checkpoint is not signed by a key that this witness believes; see publisher.vkey",
            )
        # Two that ask at once must not be told two histories.
        with (self.folder / "lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if refusal := _refusal(self.last() or Checkpoint(new.origin, 0, EMPTY), new, old, proof):
                raise IntegrityError(codes.ledger.WITNESS_REFUSED, refusal)
            cosigned = Note(note.text, signatures).cosign(self._key(), self.name, at)
            self._write("checkpoint", str(cosigned).encode())
        return cosigned

    def _publishers(self) -> list[VerifierKey]:
        path = self.folder / "publisher.vkey"
        lines = path.read_text("utf-8").splitlines() if path.exists() else []
        return [VerifierKey.parse(line) for line in lines if line.strip()]

    def _key(self) -> Ed25519PrivateKey:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        text = read_or_make_secret(
            self.folder / "witness.key",
            lambda: base64.b64encode(Ed25519PrivateKey.generate().private_bytes_raw()).decode(),
        )
        return Ed25519PrivateKey.from_private_bytes(base64.b64decode(text))

    def _write(self, name: str, data: bytes) -> None:
        temporary = self.folder / f"{name}.{os.getpid()}"
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, self.folder / name)
        handle = os.open(self.folder, os.O_RDONLY)
        os.fsync(handle)
        os.close(handle)


def _refusal(seen: Checkpoint, new: Checkpoint, old: int, proof: list[bytes]) -> str | None:
    if new.origin != seen.origin:
        return f"the checkpoint is of {new.origin}, and this witness follows {seen.origin}"
    if new.size < seen.size:
        return f"the ledger was shortened: it has {new.size:,} lines, and had {seen.size:,} when last seen"
    if old != seen.size:
        return (
            f"the request goes on from {old:,} lines, and this witness saw {seen.size:,} last; "
            f"ask again with --since {seen.size}"
        )
    if not is_consistent(old, seen.root, new.size, new.root, proof):
        return (
            f"the ledger was rewritten: its {new.size:,} lines do not go on from the {seen.size:,} last seen"
        )
    return None
