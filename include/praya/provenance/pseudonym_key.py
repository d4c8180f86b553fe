"""The key of pseudonyms, cell keys and record keys: it lies in a file outside the store."""

from __future__ import annotations

import hashlib
import secrets
from pathlib import Path

from praya.store.secret import read_or_make_secret

KEY_BYTES = 32


def read_pseudonym_key(file: Path) -> str:
    """128 hex digits from the key file, which is made at first use, readable by its owner alone."""
    return read_or_make_secret(file, lambda: secrets.token_hex(2 * KEY_BYTES))


def pseudonym_key_id(file: Path) -> str:
    """A name for the key that tells nothing of it: 16 hex digits, as statements have it."""
    return hashlib.sha256(b"praya pseudonym key " + read_pseudonym_key(file).encode()).hexdigest()[:16]
