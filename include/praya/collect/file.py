"""A local file as a source."""

from __future__ import annotations

import hashlib
from pathlib import Path
from urllib.parse import unquote, urlsplit

from praya.collect.receipt import Fetched, check_body, too_large
from praya.contract import Contract
from praya.errors import SourceError
from praya.outside import quote

CHUNK = 1 << 20


def fetch(contract: Contract, url: str, target: Path) -> Fetched:
    """Copy the file that a `file://` address names to `target`, hashing on the way."""
    path = Path(unquote(urlsplit(url).path))
    digest, size = hashlib.sha256(), 0
    try:
        with path.open("rb") as source, target.open("wb") as copy:
            while chunk := source.read(CHUNK):
                size += len(chunk)
                if size > contract.source.max_bytes:
                    raise too_large(contract, url)
                digest.update(chunk)
                copy.write(chunk)
    except OSError as error:
        raise SourceError(
            f"{contract.dataset}: the file {quote(path, 200)} cannot be read: {error.strerror}"
        ) from error
    check_body(contract, url, target, size)
    return Fetched(target, url, digest.hexdigest(), size)
