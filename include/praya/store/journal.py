"""The write journal: what is about to be written to the store, before it is; each line with the hash of the one before.

A line names the files that get their place (key → SHA-256) or go (key → null), by whom and when, and is on disk before
the first of them moves. A later line says which of these lines were carried out. So every file of the store is bound to
a line, and a write that a kill interrupted can be told from a file that something else has changed.
"""

from __future__ import annotations

import contextvars
import datetime as dt
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from praya.store.content import canonical, file_sha256
from praya.store.lines import drop_torn_tail, last_line
from praya.store.regular import open_regular

if TYPE_CHECKING:
    from praya.store.folder import Store

KEY = "ledger/writes.jsonl"
GENESIS = "0" * 64
FOUND, WRITE, DONE = "found", "write", "done"
# What a store holds that the journal does not list: itself, the ledger, which has its own chain, and scratch.
APART = ("ledger", "work")
FILES_A_LINE = 1000
LISTING_SECONDS = 1800.0

writer: contextvars.ContextVar[str] = contextvars.ContextVar("writer", default="")
"""Who writes, for the journal: a command, or an Airflow DAG, run and task."""

_known: dict[Path, Journal] = {}


@dataclass(frozen=True)
class Entry:
    """One line of the journal. `kind`: `found` (files that were there when the journal began), `write`, or `done`,
    whose `done` has the numbers of the writes that were carried out."""

    number: int
    at: str
    by: str
    kind: str
    files: dict[str, str | None] = field(default_factory=dict)
    done: tuple[int, ...] = ()
    prev: str = GENESIS

    @property
    def raw(self) -> bytes:
        """The line in its one form, without its line end."""
        told: dict[str, Any] = {"number": self.number, "at": self.at, "by": self.by, "kind": self.kind}
        more: dict[str, Any] = {"done": list(self.done)} if self.kind == DONE else {"files": self.files}
        return canonical(told | more | {"prev": self.prev})

    @classmethod
    def parse(cls, raw: bytes) -> Entry | None:
        """The entry in a line; None where it is none."""
        try:
            told = json.loads(raw)
            entry = cls(**told | ({"done": tuple(told["done"])} if "done" in told else {}))
            sound = isinstance(entry.number, int) and all(isinstance(key, str) for key in entry.files)
            return entry if sound and entry.raw == raw else None
        except (ValueError, TypeError, KeyError, AttributeError):
            return None


class Journal:
    """The write journal of one store; one object a store and process."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.path = store.root / KEY
        self.wrote = False
        self._done: list[tuple[int, int]] = []  # inode of the journal, and number of the line
        self._tail = (
            0,
            0,
            0,
            GENESIS,
        )  # inode, size, number and hash of the last line, as this process knows them

    @classmethod
    def of(cls, store: Store) -> Journal:
        """This process's journal of the store."""
        return _known.setdefault(store.root, cls(store))

    @classmethod
    def written(cls, root: Path) -> Journal | None:
        """The journal of the store in `root`, where this process has written to that since it last signed."""
        found = _known.get(Path(root).resolve())
        return found if found is not None and found.wrote else None

    def intend(self, files: Mapping[str, str | None]) -> int:
        """Put on record, and on disk, which files are about to get their place or to go; gives the line's number."""
        self.wrote = True
        with self._file() as file, self.store.lock("journal", LISTING_SECONDS):
            drop_torn_tail(file)
            if not file.seek(0, os.SEEK_END):
                self._found(file)
            self._finish(file)
            number = self._append(file, WRITE, files=dict(files))
            file.flush()
            os.fsync(file.fileno())
            return number

    def finish(self, number: int) -> None:
        """The write of that line was carried out; put on record with the next line, or by `flush`."""
        self._done.append((self._tail[0], number))

    def flush(self) -> None:
        """Put on record what was carried out and is not on record yet."""
        if self._done:
            with self._file() as file, self.store.lock("journal"):
                drop_torn_tail(file)
                self._finish(file)

    def head(self) -> tuple[int, str]:
        """Number and hash of the last line; 0 and zeros where there is none."""
        if not self.path.exists():
            return 0, GENESIS
        with self.path.open("rb") as file:
            return self._last(file)

    def lines(self) -> Iterator[bytes]:
        """The whole lines in order, without their line ends."""
        if not self.path.exists():
            return
        with open_regular(self.path) as file:
            for raw in file:
                if raw.endswith(b"\n"):
                    yield raw[:-1]

    def _file(self) -> BinaryIO:
        if not self.path.exists():
            self.path.parent.mkdir(exist_ok=True)
            self.path.touch()
            for folder in (self.path.parent, self.store.root):
                handle = os.open(folder, os.O_RDONLY)
                os.fsync(handle)
                os.close(handle)
        return self.path.open("ab+")

    def _found(self, file: BinaryIO) -> None:
        """Of a store that is older than its journal: what is there, as it is now."""
        files: dict[str, str | None] = {}
        for path in sorted(self.store.root.rglob("*")):
            key = path.relative_to(self.store.root).as_posix()
            if key.split("/")[0] not in APART and path.is_file() and not path.is_symlink():
                files[key] = file_sha256(path)
            if len(files) == FILES_A_LINE:
                self._append(file, FOUND, files=files)
                files = {}
        if files:
            self._append(file, FOUND, files=files)

    def _finish(self, file: BinaryIO) -> None:
        inode = os.fstat(file.fileno()).st_ino
        done = tuple(number for its, number in self._done if its == inode)
        self._done = []
        if done:
            self._append(file, DONE, done=done)

    def _append(self, file: BinaryIO, kind: str, **said: Any) -> int:
        number, prev = self._last(file)
        at = dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        by = writer.get() or f"process {os.getpid()}"
        raw = Entry(number + 1, at, by, kind, prev=prev, **said).raw
        file.write(raw + b"\n")
        file.flush()
        status = os.fstat(file.fileno())
        self._tail = (status.st_ino, status.st_size, number + 1, hashlib.sha256(raw).hexdigest())
        return number + 1

    def _last(self, file: BinaryIO) -> tuple[int, str]:
        status = os.fstat(file.fileno())
        if (status.st_ino, status.st_size) != self._tail[:2]:
            raw = last_line(file)
            entry = Entry.parse(raw)
            number = entry.number if entry else sum(1 for _ in self.lines())
            head = hashlib.sha256(raw).hexdigest() if raw else GENESIS
            self._tail = (status.st_ino, status.st_size, number, head)
        return self._tail[2:]
