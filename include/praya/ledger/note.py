"""Signed notes (C2SP signed-note): a text and Ed25519 signatures below it, each under a key's name.

A verifier key says in one line whom to believe: `<name>+<key id>+<base64 of type and public key>`.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from praya.errors import IntegrityError, codes
from praya.text.outside import describe_error, quote

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

SIGNATURE, COSIGNATURE = 1, 4  # the types of C2SP: Ed25519, and timestamped Ed25519 by a witness
DASH = "— "


@dataclass(frozen=True)
class VerifierKey:
    """A public key (32 bytes) under a name, for signatures or cosignatures."""

    name: str
    public: bytes
    type: int = SIGNATURE

    @property
    def id(self) -> bytes:
        """The four bytes by which a signature line names its key."""
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.type]) + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(bytes([self.type]) + self.public).decode()}"

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        """The key that a line says; raises IntegrityError where it is none."""
        try:
            name, _, encoded = text.strip().split("+", 2)
            data = base64.b64decode(encoded, validate=True)
            key = cls(name, data[1:], data[0])
        except (ValueError, IndexError, binascii.Error) as error:
            raise IntegrityError(
                codes.ledger.VERIFIER_KEY_NOT_USABLE,
                f"'{quote(text.strip())}' is not a verifier key: {describe_error(error)}",
            ) from error
        if str(key) != text.strip() or len(key.public) != 32 or key.type not in (SIGNATURE, COSIGNATURE):
            raise IntegrityError(
                codes.ledger.VERIFIER_KEY_NOT_USABLE,
                f"'{quote(text.strip())}' is not a verifier key: it does not agree with itself",
            )
        return key

    def signed(self, note: Note) -> int | None:
        """Whether this key signed the note: the time in seconds that a witness said, 0 for a plain signature,
        None where it did not. A signature in this key's name that does not hold counts as none."""
        for name, data in note.signatures:
            if name != self.name or data[:4] != self.id:
                continue
            at = struct.unpack(">Q", data[4:12])[0] if self.type == COSIGNATURE and len(data) == 76 else 0
            message = _cosigned(note.text, at) if self.type == COSIGNATURE else note.text.encode()
            if _holds(self.public, data[12 if self.type == COSIGNATURE else 4 :], message):
                return int(at)
        return None


@dataclass(frozen=True)
class Note:
    """A text that ends with a line end, and its signatures: name, and key id with signature."""

    text: str
    signatures: tuple[tuple[str, bytes], ...] = ()

    def __str__(self) -> str:
        lines = (f"{DASH}{name} {base64.b64encode(data).decode()}\n" for name, data in self.signatures)
        return f"{self.text}\n{''.join(lines)}"

    @classmethod
    def parse(cls, data: bytes) -> Note:
        """The note in `data`; raises IntegrityError where it is none."""
        try:
            text, end, below = data.decode().rpartition("\n\n")
            signatures = tuple(_signature(line) for line in below.removesuffix("\n").split("\n"))
            if not end or not below.endswith("\n"):
                raise ValueError("it has no signatures behind an empty line")
            return cls(text + "\n", signatures)
        except (ValueError, binascii.Error) as error:
            raise IntegrityError(
                codes.ledger.CHECKPOINT_NOT_VALID, f"is not a signed note: {describe_error(error)}"
            ) from error

    def sign(self, key: Ed25519PrivateKey, name: str) -> Note:
        """The note with one signature more."""
        signer = VerifierKey(name, key.public_key().public_bytes_raw())
        return self.with_signature(name, signer.id + key.sign(self.text.encode()))

    def cosign(self, key: Ed25519PrivateKey, name: str, at: int) -> Note:
        """The note with a witness's cosignature more, at `at` seconds since 1970 (UTC)."""
        signer = VerifierKey(name, key.public_key().public_bytes_raw(), COSIGNATURE)
        signature = struct.pack(">Q", at) + key.sign(_cosigned(self.text, at))
        return self.with_signature(name, signer.id + signature)

    def with_signature(self, name: str, data: bytes) -> Note:
        """The note with this signature more, in place of one under the same key."""
        kept = [
            signature for signature in self.signatures if (signature[0], signature[1][:4]) != (name, data[:4])
        ]
        return Note(self.text, (*kept, (name, data)))


def _signature(line: str) -> tuple[str, bytes]:
    if not line.startswith(DASH) or line.count(" ") != 2:
        raise ValueError("a line below the text is not a signature line")
    name, encoded = line.removeprefix(DASH).split(" ")
    data = base64.b64decode(encoded, validate=True)
    if not name or len(data) < 5 or base64.b64encode(data).decode() != encoded:
        raise ValueError("a line below the text is not a signature line")
    return name, data


def _cosigned(text: str, at: int) -> bytes:
    return f"cosignature/v1\ntime {at}\n{text}".encode()


def _holds(public: bytes, signature: bytes, message: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except InvalidSignature:
        return False
    return True
