"""What a line of the ledger says of itself, read from its bytes without its body: the index holds no more than this."""

from __future__ import annotations

import hashlib
import re
from typing import NamedTuple

HASH = b'"hash":"'
EVENT = b',"event":"'
DIGITS = 64
# The fields of a line have a fixed order, and all of them but `body` and `at` come after the event.
TAIL = re.compile(
    rb',"event":"([0-9a-f]{64})","hash":"[0-9a-f]{64}","kind":("[a-z]+"),"number":(\d{1,18}),"prev":"[0-9a-f]{64}"'
    rb',"salt":"[0-9a-f]*","subject":(".*")\}\n'
)


class Fields(NamedTuple):
    """Event (its first eight bytes as a signed number), number, and kind and subject as the line has them: JSON."""

    event: int
    kind: bytes
    number: int
    subject: bytes


def fields_of(raw: bytes) -> Fields | None:
    """The fields of a line, given with its line end; None where it is no line of a ledger."""
    # What follows the event is text of its own, in which a quote would be escaped.
    match = TAIL.fullmatch(raw, max(raw.rfind(EVENT), 0))
    return Fields(event_number(match[1].decode()), match[2], int(match[3]), match[4]) if match else None


def event_number(event: str) -> int:
    """The first eight bytes of an event (hex) as SQLite has whole numbers."""
    return int.from_bytes(bytes.fromhex(event[:16]), "big", signed=True)


def has_own_hash(raw: bytes) -> bool:
    """Whether a line, given with its line end, has the hash of its content. Its content is the line without the hash:
    canonical JSON, cut out of canonical JSON."""
    at = raw.rfind(HASH)
    start = at + len(HASH)
    end = start + DIGITS
    if at < 0 or raw[end : end + 2] != b'",':
        return False
    content = hashlib.sha256(raw[:at])
    content.update(raw[end + 2 : -1])
    return content.hexdigest().encode() == raw[start:end]
