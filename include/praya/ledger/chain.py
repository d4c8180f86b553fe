"""A file of JSON lines, each with the hash of the line before; many writers take turns by a lock.

What is recorded is content: the time of writing is beside it, so that recording the same twice is one line.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
from collections.abc import Collection, Iterator, Sequence
from typing import Any, NamedTuple

from praya.errors import IntegrityError
from praya.store import Store, canonical, content_key

KEY = "ledger/ledger.jsonl"
GENESIS = "0" * 64
EVENT = b'"event":"'
KINDS = (
    "snapshot",
    "verdict",
    "month",
    "approval",
    "disclosure",
    "release",
    "correction",
    "withdrawal",
    "rollback",
    "preview",
    "purge",
)


class LedgerLine(NamedTuple):
    """One line: its number from 1, what it says, and the hashes that chain it."""

    number: int
    at: str
    kind: str
    subject: str
    body: dict[str, Any]
    event: str
    prev: str
    hash: str


class Ledger:
    """The ledger of one store. Reading needs no lock; lines are never changed."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.path = store.path(KEY)

    def record(self, kind: str, subject: str, body: dict[str, Any]) -> LedgerLine:
        """Append a line, unless one with the same kind, subject and body stands; returns the line.

        `body` holds JSON values and no protected ones. Raises IntegrityError when the end of the file has
        been tampered with, and StoreBusy when another writer does not let go.
        """
        (line,) = self.record_all(kind, subject, [body])
        return line

    def record_all(self, kind: str, subject: str, bodies: Sequence[dict[str, Any]]) -> list[LedgerLine]:
        """`record` for several bodies at once: one turn at the lock, and one wait for the disk."""
        if kind not in KINDS:
            raise ValueError(f"a ledger line is one of {', '.join(KINDS)}, not {kind!r}")
        events = {content_key({"kind": kind, "subject": subject, "body": body}): body for body in bodies}
        with self.store.lock("ledger"):
            self.path.parent.mkdir(exist_ok=True)
            self._drop_torn_tail()
            lines, last = self._standing(events)
            if last is not None and last.hash != _hash(last):
                raise IntegrityError(
                    f"{self.path}: the last line was changed; nothing is added before `praya verify` is clean"
                )
            added = []
            for event, body in events.items():
                if event not in lines:
                    lines[event] = last = _sealed(last, kind, subject, body, event)
                    added.append(last)
            self._append(added)
        return [lines[event] for event in events]

    def _standing(self, events: Collection[str]) -> tuple[dict[str, LedgerLine], LedgerLine | None]:
        """The lines that stand for any of `events`, and the last line. Nothing else of the file is parsed."""
        wanted = {event.encode() for event in events}
        found, last, number = dict[str, LedgerLine](), b"", 0
        if not self.path.exists():
            return found, None
        with self.path.open("rb") as file:
            for number, last in enumerate(file, 1):
                # What follows the event in a line is text of its own, in which a quote would be escaped.
                start = last.rfind(EVENT) + len(EVENT)
                if last[start : start + 64] in wanted:
                    line = self._parsed(number, last)
                    found.setdefault(line.event, line)
        return found, self._parsed(number, last) if last else None

    def _parsed(self, number: int, raw: bytes) -> LedgerLine:
        try:
            return LedgerLine(**json.loads(raw))
        except (ValueError, TypeError) as error:
            raise IntegrityError(f"{self.path}:{number}: is not a ledger line: {error}") from error

    def __iter__(self) -> Iterator[LedgerLine]:
        """Every whole line in order; a torn last line (a kill while writing) is not one yet."""
        return (line for _, line in self._lines())

    def _lines(self) -> Iterator[tuple[bytes, LedgerLine]]:
        if not self.path.exists():
            return
        with self.path.open("rb") as file:
            for number, raw in enumerate(file, 1):
                if not raw.endswith(b"\n"):
                    return
                yield raw, self._parsed(number, raw)

    def find(self, kind: str, subject: str, **body: Any) -> LedgerLine | None:
        """The latest line of `kind` on `subject` whose body holds all of the given values, or None."""
        found = None
        for line in self:
            if (line.kind, line.subject) == (kind, subject) and all(
                line.body.get(key) == value for key, value in body.items()
            ):
                found = line
        return found

    def problems(self) -> list[str]:
        """What is wrong with the chain, a sentence each; empty when it holds."""
        found = []
        prev, expected = GENESIS, 1
        for raw, line in self._lines():
            where = f"{self.path}:{expected}"
            if line.number != expected:
                found.append(f"{where}: is numbered {line.number}: a line was removed or added")
            if line.prev != prev:
                found.append(
                    f"{where}: does not follow from the line before it: a line was changed, removed or added"
                )
            # Other bytes of the same meaning would hash alike: spaces, or a key given twice.
            if raw != _written(line) or line.hash != _hash(line):
                found.append(f"{where}: its hash is not that of its content: the line was changed")
            prev, expected = line.hash, expected + 1
        return found

    def _append(self, lines: Sequence[LedgerLine]) -> None:
        if not lines:
            return
        with self.path.open("ab") as file:
            file.write(b"".join(map(_written, lines)))
            file.flush()
            os.fsync(file.fileno())

    def _drop_torn_tail(self) -> None:
        if not self.path.exists():
            return
        with self.path.open("rb+") as file:
            size = file.seek(0, os.SEEK_END)
            if not size:
                return
            # The last whole line ends at the last newline; read backwards until it is found.
            end, block = size, b""
            while end and b"\n" not in block:
                start = max(0, end - 65536)
                file.seek(start)
                block = file.read(end - start)
                end = start
            whole = end + block.rfind(b"\n") + 1 if b"\n" in block else 0
            if whole < size:
                file.truncate(whole)
                os.fsync(file.fileno())


def _sealed(last: LedgerLine | None, kind: str, subject: str, body: dict[str, Any], event: str) -> LedgerLine:
    at = dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    prev = last.hash if last else GENESIS
    line = LedgerLine(last.number + 1 if last else 1, at, kind, subject, body, event, prev, "")
    return line._replace(hash=_hash(line))


def _written(line: LedgerLine) -> bytes:
    try:
        return canonical(line._asdict()) + b"\n"
    except ValueError:
        return b""


def _hash(line: LedgerLine) -> str:
    content = line._asdict()
    del content["hash"]
    return hashlib.sha256(canonical(content)).hexdigest()
