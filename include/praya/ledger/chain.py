"""A file of JSON lines, each with the hash of the line before; many writers take turns by a lock.

What is recorded is content: the time of writing is beside it, so that recording the same twice is one line.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, BinaryIO

from praya.errors import IntegrityError, codes
from praya.ledger.index import Index
from praya.ledger.line import GENESIS, LedgerLine, hash_of, parsed, sealed, written
from praya.store import Store, content_key, layout
from praya.store.line_file import drop_torn_tail
from praya.store.regular import open_regular
from praya.text.outside import clean_values

KEY = layout.LEDGER
KINDS = (
    "snapshot",
    "verdict",
    "month",
    "approval",
    "disclosure",
    "release",
    "report",
    "close",
    "downloads",
    "correction",
    "withdrawal",
    "rollback",
    "preview",
    "purge",
    "key",
    "catalogue",
    "seal",
)


class Ledger:
    """The ledger of one store. Reading needs no lock; lines are never changed."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.path = store.disk_path(KEY)

    def record(self, kind: str, subject: str, body: Mapping[str, object]) -> LedgerLine:
        """Append a line, unless one with the same kind, subject and body stands; returns the line.

        `body` holds JSON values and no protected ones; its texts are put down as `praya.text.outside.clean` has them.
        Raises IntegrityError when the end of the file was tampered with, and StoreBusy when another writer does not
        let go.
        """
        (line,) = self.record_all(kind, subject, [body])
        return line

    def record_all(self, kind: str, subject: str, bodies: Sequence[Mapping[str, object]]) -> list[LedgerLine]:
        """`record` for several bodies at once: one turn at the lock, and one wait for the disk."""
        if kind not in KINDS:
            raise ValueError(f"a ledger line is one of {', '.join(KINDS)}, not {kind!r}")
        cleaned = [clean_values(dict(body)) for body in bodies]
        events = {content_key({"kind": kind, "subject": subject, "body": body}): body for body in cleaned}
        index = Index.of(self.path)
        with self._file() as file:
            with self.store.lock("ledger"):
                drop_torn_tail(file)
                index.catch_up(file)
                lines = self._standing(file, index, list(events))
                last = self._last(index)
                added = []
                for event, body in events.items():
                    if event not in lines:
                        lines[event] = last = sealed(
                            last, kind, subject, body, event, self.store.project.clock()
                        )
                        added.append(last)
                self.store.journal.wrote |= bool(added)
                file.write(b"".join(map(written, added)))
                file.flush()
                index.catch_up(file)
            # Outside the lock, so that others' lines get to the disk by the same wait. What one of them has put
            # behind a line is never there without that line.
            index.sync(file)
        return [lines[event] for event in events]

    def _file(self) -> BinaryIO:
        """The file, open for appending, and on disk under its name."""
        if self.path.exists():
            return self.path.open("ab+")
        self.path.parent.mkdir(exist_ok=True)
        file = self.path.open("ab+")
        for folder in (self.path.parent, self.path.parent.parent):
            handle = os.open(folder, os.O_RDONLY)
            os.fsync(handle)
            os.close(handle)
        return file

    def _standing(self, file: BinaryIO, index: Index, events: Sequence[str]) -> dict[str, LedgerLine]:
        lines = {}
        for event in events:
            if (raw := index.standing(file, event)) is None:
                continue
            line = _readable(raw)
            if line is None or line.event != event or line.hash != hash_of(line):
                raise IntegrityError(
                    codes.ledger.LINES_CHANGED,
                    f"{self.path}: a line was changed since it was read; nothing is added before `praya verify` is "
                    "clean",
                )
            lines[event] = line
        return lines

    def _last(self, index: Index) -> LedgerLine | None:
        if not index.last:
            return None
        line = parsed(self.path, index.number, index.last)
        if line.hash != hash_of(line):
            raise IntegrityError(
                codes.ledger.LINES_CHANGED,
                f"{self.path}: the last line was changed; nothing is added before `praya verify` is clean",
            )
        return line

    def __iter__(self) -> Iterator[LedgerLine]:
        """Every whole line in order; a torn last line (a kill while writing) is not one yet."""
        return (parsed(self.path, number, raw) for number, raw in enumerate(self.raw(), 1))

    def raw(self) -> Iterator[bytes]:
        """The bytes of every whole line in order, with their line ends."""
        if not self.path.exists():
            return
        with open_regular(self.path) as file:
            for raw in file:
                if not raw.endswith(b"\n"):
                    return
                yield raw

    def of(self, subject: str, *kinds: str, after: int = 0) -> Iterator[LedgerLine]:
        """Every line on `subject` in order, of these kinds (of all without any), behind line number `after`. The others
        are not parsed: the subject stands last in a line."""
        end = f'"subject":{json.dumps(subject, ensure_ascii=False)}}}\n'.encode()
        for number, raw in enumerate(self.raw(), 1):
            if number > after and raw.endswith(end) and _may_be_of(raw, kinds):
                line = parsed(self.path, number, raw)
                if not kinds or line.kind in kinds:
                    yield line

    def of_kind(self, *kinds: str) -> Iterator[LedgerLine]:
        """Every line of these kinds, whatever its subject, in order."""
        for number, raw in enumerate(self.raw(), 1):
            if _may_be_of(raw, kinds):
                line = parsed(self.path, number, raw)
                if line.kind in kinds:
                    yield line

    def last(self, subject: str, *kinds: str) -> LedgerLine | None:
        """The last line on `subject` of these kinds, or None."""
        match = None
        for line in self.of(subject, *kinds):
            match = line
        return match

    def find(self, kind: str, subject: str, **body: Any) -> LedgerLine | None:
        """The latest line of `kind` on `subject` whose body holds all of the given values, or None."""
        match = None
        for line in self.of(subject, kind):
            if all(line.body.get(key) == value for key, value in body.items()):
                match = line
        return match

    def problems(self) -> list[str]:
        """What is wrong with the chain, a sentence each; empty when it holds."""
        problems = []
        prev, expected = GENESIS, 1
        for raw in self.raw():
            line = parsed(self.path, expected, raw)
            where = f"{self.path}:{expected}"
            if line.number != expected:
                problems.append(f"{where}: is numbered {line.number}: a line was removed or added")
            if line.prev != prev:
                problems.append(
                    f"{where}: does not follow from the line before it: a line was changed, removed or added"
                )
            # Other bytes of the same meaning would hash alike: spaces, or a key given twice.
            if raw != written(line) or line.hash != hash_of(line):
                problems.append(f"{where}: its hash is not that of its content: the line was changed")
            prev, expected = line.hash, expected + 1
        return problems


def _may_be_of(raw: bytes, kinds: Sequence[str]) -> bool:
    """Whether the line can be of one of the kinds; its texts may say the same."""
    return not kinds or any(f'"kind":"{kind}"'.encode() in raw for kind in kinds)


def _readable(raw: bytes) -> LedgerLine | None:
    try:
        return LedgerLine(**json.loads(raw))
    except (ValueError, TypeError):
        return None
