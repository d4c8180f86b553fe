"""The publisher's signing key: Ed25519, in a file outside the store or handed in by the roof; and DSSE envelopes."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from praya.errors import IntegrityError, codes
from praya.provenance.statements import Envelope, Statement
from praya.store import canonical
from praya.store.secret import read_or_make_secret
from praya.text.outside import describe_error

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

IN_TOTO = "application/vnd.in-toto+json"


@dataclass(frozen=True)
class Signer:
    """A private key, and the public names by which others find it."""

    private: Ed25519PrivateKey

    @property
    def public_key(self) -> str:
        """The public key as PEM."""
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

        public = self.private.public_key()
        return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode("ascii")

    @property
    def keyid(self) -> str:
        return keyid_of(self.public_key)


def load_signer(key_file: Path) -> Signer:
    """The signer of the private key in a file, which is made at first use."""
    return parse_signer(read_or_make_secret(key_file, new_key), str(key_file))


def parse_signer(pem: str, where: str = "the signing key that was handed in") -> Signer:
    """The signer of the private key in `pem` (PKCS 8); `where` names it in errors."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(pem.encode("ascii"), None)
    except (ValueError, TypeError) as error:
        raise IntegrityError(
            codes.key.NOT_USABLE,
            f"{where}: is not an unencrypted private key in PEM ({type(error).__name__})",
        ) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise IntegrityError(
            codes.key.NOT_USABLE, f"{where}: is not an Ed25519 key; make one with `praya keys rotate`"
        )
    return Signer(key)


def new_key() -> str:
    """A new private key as PEM (PKCS 8)."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    private = Ed25519PrivateKey.generate()
    return private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode("ascii")


def keyid_of(public_key: str) -> str:
    """SHA-256 (64 hex digits) of the public key's DER: `openssl pkey -pubin -in KEY -outform DER | sha256sum`."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

    public = load_pem_public_key(public_key.encode("ascii"))
    return hashlib.sha256(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()


def raw_public(public_key: str) -> bytes:
    """The 32 bytes of an Ed25519 public key in PEM."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    public = load_pem_public_key(public_key.encode("ascii"))
    if not isinstance(public, Ed25519PublicKey):
        raise IntegrityError(codes.key.NOT_USABLE, "is not an Ed25519 public key")
    return public.public_bytes_raw()


def envelope(statement: Mapping[str, object], by: Signer) -> Envelope:
    """The statement in a DSSE envelope with one signature."""
    payload = canonical(statement)
    signature = by.private.sign(_pae(IN_TOTO, payload))
    return {
        "payloadType": IN_TOTO,
        "payload": base64.b64encode(payload).decode(),
        "signatures": [{"keyid": by.keyid, "sig": base64.b64encode(signature).decode()}],
    }


def keyid_in(envelope: Any) -> str:
    """The id of the key that signed the envelope, as it says; IntegrityError where it is none."""
    try:
        (signature,) = envelope["signatures"]
        return str(signature["keyid"])
    except (TypeError, KeyError, ValueError) as error:
        raise IntegrityError(
            codes.key.SIGNATURE_NOT_VALID,
            f"is not a DSSE envelope with one signature: {describe_error(error)}",
        ) from error


def opened(envelope: Any, public_key: str) -> Statement[Any]:
    """The statement of the envelope, when this key signed it; IntegrityError where it did not."""
    import json

    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    keyid_in(envelope)
    try:
        payload = base64.b64decode(envelope["payload"], validate=True)
        signature = base64.b64decode(envelope["signatures"][0]["sig"], validate=True)
        Ed25519PublicKey.from_public_bytes(raw_public(public_key)).verify(
            signature, _pae(str(envelope["payloadType"]), payload)
        )
        return cast(Statement[Any], dict(json.loads(payload)))
    except InvalidSignature as error:
        raise IntegrityError(
            codes.key.SIGNATURE_NOT_VALID,
            "its signature does not hold: it was changed, or another key signed it",
        ) from error
    except (TypeError, KeyError, ValueError, binascii.Error) as error:
        raise IntegrityError(
            codes.key.SIGNATURE_NOT_VALID, f"is not a DSSE envelope: {describe_error(error)}"
        ) from error


def _pae(kind: str, payload: bytes) -> bytes:
    """What DSSE signs: the lengths keep type and payload apart."""
    return b"DSSEv1 %d %s %d %s" % (len(kind.encode()), kind.encode(), len(payload), payload)
