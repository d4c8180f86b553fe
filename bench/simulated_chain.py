"""The ledger and the write journal of a simulated store, appended line by line without waiting for the disk."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from types import TracebackType
from typing import Self

from praya.ledger.line import GENESIS
from praya.store.content import canonical
from praya.store.journal import DONE, WRITE, Entry
from praya.store.line_file import last_line

BUFFER = 1 << 22
BY = "simulated history"
PROCESS = "simulated-1"
OTHERS = 4_900  # datasets that share the lines which no simulated release has
VERDICT = (
    b'{"key":"%b","report_sc_sha256":"%b","report_sha256":"%b","report_tc_sha256":"%b","staged":"%b",'
    b'"verdict":"passed","verdict_sha256":"%b"}'
)
SNAPSHOT = (
    b'{"bytes":5000,"part":"data","received_at":"2021-01-01T02:00:00Z",'
    b'"sha256":"%b","synthetic":false,"url":"%b"}'
)
SALT = "0" * 32  # of a real line it is chance; nothing here is secret


class LedgerChain:
    """Appends lines to a ledger; the caller gives a body as canonical JSON."""

    def __init__(self, path: Path) -> None:
        last = _last(path)
        said = json.loads(last) if last else {"number": 0, "hash": GENESIS}
        self.number, self._head = int(said["number"]), str(said["hash"]).encode()
        self._file = path.open("ab", BUFFER)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def append(self, at: bytes, kind: bytes, subject: bytes, body: bytes) -> int:
        """Append a line with chain and hashes as `praya.ledger` has them; returns its number. `kind` and `subject` hold
        nothing that JSON would escape."""
        self.number += 1
        event = hashlib.sha256(b'{"body":%b,"kind":"%b","subject":"%b"}' % (body, kind, subject)).hexdigest()
        head = b'{"at":"%b","body":%b,"event":"%b",' % (at, body, event.encode())
        rest = b'"kind":"%b","number":%d,"prev":"%b","salt":"%b","subject":"%b"}' % (
            kind,
            self.number,
            self._head,
            SALT.encode(),
            subject,
        )
        self._head = hashlib.sha256(head + rest).hexdigest().encode()
        self._file.write(b'%b"hash":"%b",%b\n' % (head, self._head, rest))
        return self.number


class JournalChain:
    """Appends writes that were carried out to a write journal."""

    def __init__(self, path: Path) -> None:
        last = _last(path)
        self._number = json.loads(last)["number"] if last else 0
        self._head = hashlib.sha256(last).hexdigest() if last else GENESIS
        self._file = path.open("ab", BUFFER)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def append(self, at: str, files: dict[str, str | None]) -> None:
        """Append a write of these files (key → SHA-256), and that it was carried out."""
        number = self._number + 1
        self._add(Entry(number, at, BY, WRITE, PROCESS, files, prev=self._head))
        self._add(Entry(number + 1, at, BY, DONE, PROCESS, done=(number,), prev=self._head))

    def _add(self, entry: Entry) -> None:
        raw = entry.raw
        self._head, self._number = hashlib.sha256(raw).hexdigest(), entry.number
        self._file.write(raw + b"\n")


def fill_ledger(ledger: LedgerChain, lines: int) -> None:
    """Append lines of datasets that are received and checked and not released, until the ledger has so many."""
    while ledger.number < lines:
        number = ledger.number + 1
        sha256, subject = hashlib.sha256(b"%d" % number).hexdigest(), b"other-%05d" % (number // 2 % OTHERS)
        at = b"2021-01-01T02:00:00.000Z"
        if number % 2:
            ledger.append(at, b"verdict", subject, VERDICT % ((sha256.encode(),) * 6))
        else:
            url = b"https://other.example.gov.hk/%b.csv" % subject
            ledger.append(at, b"snapshot", subject, SNAPSHOT % (sha256.encode(), url))


def as_body(value: object) -> bytes:
    """The body of a line in the form that it has in the ledger."""
    return canonical(value)


def _last(path: Path) -> bytes:
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        return b""
    with path.open("rb") as file:
        return last_line(file)
