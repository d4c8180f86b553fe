"""A file of JSON lines, each with the hash of the line before; many writers take turns by a lock.

What is recorded is content: the time of writing is beside it, so that recording the same twice is one line.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from praya.errors import IntegrityError, codes
from praya.ledger import merkle
from praya.ledger.chain_check import ChainCheck
from praya.ledger.line import LedgerLine, parsed, sealed, written
from praya.ledger.lookup import LedgerTree, Reader, texts_of
from praya.store import Store, content_key, layout
from praya.store.line_file import drop_torn_tail
from praya.store.regular import open_regular
from praya.text.outside import clean_values

KEY = layout.LEDGER
# How much of each ledger this process has seen to be on disk: device, inode, bytes.
_synced: dict[Path, tuple[int, int, int]] = {}
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
        with self._file() as file, Reader(self.store, self.path) as reader:
            reader.lines()  # a ledger that is not indexed yet is read before others have to wait
            with self.store.lock("ledger"):
                drop_torn_tail(file)
                last = reader.last()
                lines = {event: line for event in events if (line := reader.standing(event))}
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
                reader.lines()
            # Outside the lock, so that others' lines get to the disk by the same wait. What one of them has put
            # behind a line is never there without that line.
            _sync(self.path, file, needed=bool(added))
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

    # --- by the index, whatever the size of the ledger ---------------------------------------------------

    @property
    def size(self) -> int:
        """How many lines there are."""
        with self._reader() as reader:
            return reader.lines() if reader else 0

    def line(self, number: int) -> LedgerLine | None:
        """Line `number` (from 1); None where there is none."""
        with self._reader() as reader:
            return reader.line(number) if reader else None

    def of(self, subject: str, *kinds: str, after: int = 0) -> Iterator[LedgerLine]:
        """The lines on `subject`, of these kinds or of all, behind line number `after`, in order."""
        with self._reader(kinds, subject) as reader:
            if reader:
                yield from reader.forwards(lambda index: index.groups_of(subject, kinds), after)

    def of_kind(self, *kinds: str) -> Iterator[LedgerLine]:
        """The lines of these kinds on any subject, in order."""
        with self._reader(kinds) as reader:
            if reader:
                yield from reader.forwards(lambda index: index.groups_of_kinds(kinds))

    def latest(
        self, kind: str, subject: str, body: Mapping[str, object] | None = None, before: int | None = None
    ) -> Iterator[LedgerLine]:
        """The lines of `kind` on `subject` whose body holds all of the values in `body`, the latest first; with
        `before` those in front of that line."""
        body = body or {}
        with self._reader((kind,), subject) as reader:
            if reader:
                lines = reader.backwards(
                    lambda index: index.groups_of(subject, (kind,)), texts_of(body), before
                )
                yield from (
                    line for line in lines if all(line.body.get(key) == value for key, value in body.items())
                )

    def find(self, kind: str, subject: str, /, **body: Any) -> LedgerLine | None:
        """The latest line of `kind` on `subject` whose body holds all of the given values, or None."""
        return next(self.latest(kind, subject, body), None)

    def last(self, subject: str, *kinds: str) -> LedgerLine | None:
        """The last line on `subject` of these kinds, or None."""
        lines = (self.find(kind, subject) for kind in kinds)
        return max((line for line in lines if line is not None), default=None)

    def tree(self) -> LedgerTree:
        """The Merkle tree over the lines."""
        return LedgerTree(self.store, self.path, self.size)

    def tree_with(self, size: int, root: bytes) -> LedgerTree:
        """The tree, by an index that is made anew where its first `size` lines have another root than `root`: that one
        was signed, and what differs may be the index."""
        tree = self.tree()
        if size <= tree.size and tree.root_of(0, size) != root:
            self.forget_index()
        return self.tree()

    def inclusion_proof(self, number: int, size: int, root: bytes) -> list[bytes]:
        """The proof that line `number` is in the tree of the first `size` lines, whose `root` was signed; raises
        IntegrityError where it is not."""
        for _ in range(2):
            tree = self.tree()
            proof = merkle.inclusion_proof(tree, number - 1, size)
            leaf = tree.root_of(number - 1, number)
            if merkle.root_by_inclusion(leaf, number - 1, size, proof) == root:
                return proof
            self.forget_index()
        raise IntegrityError(
            codes.ledger.LINES_CHANGED,
            f"{self.path}:{number}: is not in the tree of {size:,} lines that was signed; run `praya verify`",
        )

    def forget_index(self) -> None:
        """Let the index be made anew."""
        with self._reader() as reader:
            if reader:
                reader.forget()

    @contextmanager
    def _reader(self, kinds: Sequence[str] = (), subject: str | None = None) -> Iterator[Reader | None]:
        """The ledger's file and index; None where there is no ledger yet."""
        try:
            reader = Reader(self.store, self.path, kinds, subject)
        except FileNotFoundError:
            yield None
            return
        with reader:
            yield reader

    # --- the whole of it ---------------------------------------------------------------------------------

    def problems(self) -> list[str]:
        """What is wrong with the chain, a sentence each; empty when it holds."""
        chain = ChainCheck(self.path)
        for raw in self.raw():
            chain.take(raw)
        return chain.problems


def _sync(path: Path, file: BinaryIO, *, needed: bool) -> None:
    """See that the file is on disk; where it is not `needed` for lines of one's own, unless it is known to be."""
    status = os.fstat(file.fileno())
    *place, size = _synced.get(path, (0, 0, 0))
    if needed or place != [status.st_dev, status.st_ino] or size < status.st_size:
        os.fsync(file.fileno())
        _synced[path] = (status.st_dev, status.st_ino, status.st_size)
