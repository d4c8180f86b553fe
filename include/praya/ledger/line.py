"""One line of the ledger: canonical JSON that holds the hash of the line before it, and a hash of itself."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import secrets
from pathlib import Path
from typing import Any, NamedTuple

from praya.errors import IntegrityError, codes
from praya.store import canonical
from praya.text.outside import describe_error

GENESIS = "0" * 64
SALT_BYTES = 16


class LedgerLine(NamedTuple):
    """One line: its number from 1, what it says, and the hashes that chain it.

    `salt` is chance: a checkpoint and its proofs are public, and without it who guesses what a line says could
    try whether the guess has its hash. `event` is the hash of what is said alone, and is not shown to the public.
    """

    number: int
    at: str
    kind: str
    subject: str
    body: dict[str, Any]
    event: str
    salt: str
    prev: str
    hash: str


def parsed(path: Path, number: int, raw: bytes) -> LedgerLine:
    """The line in `raw`; raises IntegrityError naming `path` and `number` where it is none."""
    try:
        return LedgerLine(**json.loads(raw))
    except (ValueError, TypeError) as error:
        raise IntegrityError(
            codes.ledger.LINES_CHANGED, f"{path}:{number}: is not a ledger line: {describe_error(error)}"
        ) from error


def sealed(
    last: LedgerLine | None, kind: str, subject: str, body: dict[str, Any], event: str, now: dt.datetime
) -> LedgerLine:
    """The line that says this behind `last`, at `now` (UTC)."""
    at = now.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    number, prev = (last.number + 1, last.hash) if last else (1, GENESIS)
    salt = secrets.token_hex(SALT_BYTES)
    line = LedgerLine(number, at, kind, subject, body, event, salt, prev, "")
    return line._replace(hash=hash_of(line))


def written(line: LedgerLine) -> bytes:
    """The bytes of a line in the file, with its line end; none for what is no JSON."""
    try:
        return canonical(line._asdict()) + b"\n"
    except ValueError:
        return b""


def hash_of(line: LedgerLine) -> str:
    """SHA-256 of the line's canonical JSON without its `hash`."""
    content = line._asdict()
    del content["hash"]
    return hashlib.sha256(canonical(content)).hexdigest()
