"""Names made from content: canonical JSON and SHA-256."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from praya.store.regular import open_regular

CHUNK = 1 << 20


def canonical(value: Any) -> bytes:
    """JSON of `value` in one form only: sorted keys, no spaces, UTF-8, no NaN."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode()


def content_key(value: Any) -> str:
    """SHA-256 (64 hex digits) of the canonical JSON of `value`: the same content, the same key."""
    return hashlib.sha256(canonical(value)).hexdigest()


def file_sha256(path: Path) -> str:
    """SHA-256 (64 hex digits) of a file's bytes, read in chunks of 1 MiB; errors as `open_regular`."""
    digest = hashlib.sha256()
    with open_regular(path) as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
