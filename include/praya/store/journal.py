"""The write journal: what is about to be written to the store, before it is; each line with the hash of the one before.

A line names the files that get their place (key → SHA-256) or go (key → null), by whom and when, and is on disk before
the first of them moves. A later line says which of these lines were carried out; of what a kill interrupted the next
run says so, and what was not. So every file of the store is bound to a line, and a write that was interrupted can be
told from a file that something else has changed.
"""

from __future__ import annotations

import contextvars
import datetime as dt
import hashlib
import json
import os
import socket
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from praya.errors import IntegrityError
from praya.store import layout
from praya.store.content import canonical
from praya.store.line_file import drop_torn_tail, last_line
from praya.store.regular import open_regular

if TYPE_CHECKING:
    from praya.store.interface import Store

KEY = layout.WRITE_JOURNAL
GENESIS = "0" * 64
EXISTING, WRITE, DONE, UNDONE = "found", "write", "done", "undone"
# What a store holds that the journal does not list: itself, the ledger, which has its own chain, and scratch.
APART = ("ledger", "work")
FILES_A_LINE = 1000
# In place of the SHA-256 of what is no file that can be read.
NO_FILE = "no file"
LISTING_SECONDS = 1800.0
# Another machine's process cannot be asked whether it lives: what it has begun is left alone this long.
FOREIGN_SECONDS = 2 * 24 * 3600

writer: contextvars.ContextVar[str] = contextvars.ContextVar("writer", default="")
"""Who writes, for the journal: a command, or an Airflow DAG, run and task."""

Fields = tuple[str, dict[str, Any]]
"""The kind of a line that is to be added, and what it says."""

_known: dict[Path, Journal] = {}


@dataclass(frozen=True)
class Entry:
    """One line of the journal. `kind`: `found` (files that were there when the journal began), `write`, `done`, whose
    `done` has the numbers of the writes that were carried out, or `undone`, whose `files` are those of the write in
    `done` that did not move before its process ended. `process` is machine and process, as scratch folders have it."""

    number: int
    at: str
    by: str
    kind: str
    process: str = ""
    files: dict[str, str | None] = field(default_factory=dict)
    done: tuple[int, ...] = ()
    prev: str = GENESIS

    @property
    def raw(self) -> bytes:
        """The line in its one form, without its line end."""
        fields: dict[str, Any] = {"number": self.number, "at": self.at, "by": self.by, "kind": self.kind}
        fields |= {"process": self.process, "prev": self.prev}
        fields |= {"done": list(self.done)} if self.kind in (DONE, UNDONE) else {}
        return canonical(fields | ({} if self.kind == DONE else {"files": self.files}))

    @property
    def is_over(self) -> bool:
        """Whether the process that wrote this has ended; of another machine's it is taken to have after two days."""
        host, _, pid = self.process.rpartition("-")
        if host == socket.gethostname() and pid.isdigit():
            return not is_alive(int(pid))
        try:
            at = dt.datetime.fromisoformat(self.at).timestamp()
        except ValueError:
            return False
        # By the clock of the machine, as `at` is: it is about how long a process has been silent.
        return time.time() - at > FOREIGN_SECONDS

    @classmethod
    def parse(cls, raw: bytes) -> Entry | None:
        """The entry in a line; None where it is none."""
        try:
            fields = json.loads(raw)
            entry = cls(**fields | ({"done": tuple(fields["done"])} if "done" in fields else {}))
            sound = isinstance(entry.number, int) and all(isinstance(key, str) for key in entry.files)
            return entry if sound and entry.raw == raw else None
        except (ValueError, TypeError, KeyError, AttributeError):
            return None


class Journal:
    """The write journal of one store, in a folder of this machine; one object a folder and process."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store = store
        self.path = folder / KEY
        self.wrote = False
        self._done: list[tuple[int, int]] = []  # inode of the journal, and number of the line
        self._tail = (
            0,
            0,
            0,
            GENESIS,
        )  # inode, size, number and hash of the last line, as this process knows them

    @classmethod
    def of(cls, store: Store, folder: Path) -> Journal:
        """This process's journal of the store, which has it in `folder`."""
        return _known.get(folder) or _known.setdefault(folder, cls(store, folder))

    @classmethod
    def written(cls, root: Path) -> Journal | None:
        """The journal of the store in `root`, where this process has written to that since it last signed."""
        journal = _known.get(Path(root).resolve())
        return journal if journal is not None and journal.wrote else None

    def intend(self, files: Mapping[str, str | None]) -> int:
        """Put on record, and on disk, which files are about to get their place or to go; gives the line's number."""
        self.wrote = True
        with self._file() as file, self.store.lock("journal", LISTING_SECONDS):
            drop_torn_tail(file)
            if not file.seek(0, os.SEEK_END):
                self._record_existing(file)
            number = self._append(file, *self._finished(file), (WRITE, {"files": dict(files)}))
            os.fsync(file.fileno())
            return number

    def finish(self, number: int) -> None:
        """The write of that line was carried out; put on record with the next line, or by `flush`."""
        self._done.append((self._tail[0], number))

    def flush(self) -> None:
        """Put on record what was carried out and is not on record yet."""
        if self._done:
            with self._file() as file, self.store.lock("journal", LISTING_SECONDS):
                drop_torn_tail(file)
                self._append(file, *self._finished(file))

    def settle(self, offset: int) -> int:
        """Put on record what became of the writes from `offset` (bytes) on whose process has ended without saying so;
        gives the offset of the first write that may still be under way, else the end."""
        if not self.path.exists():
            return 0
        with self._file() as file, self.store.lock("journal", LISTING_SECONDS):
            drop_torn_tail(file)
            waiting = self._waiting(file, offset)
            for number, (entry, _) in list(waiting.items()):
                if entry.is_over:
                    self._settle(file, entry)
                    del waiting[number]
            return min((start for _, start in waiting.values()), default=file.seek(0, os.SEEK_END))

    def _waiting(self, file: BinaryIO, offset: int) -> dict[int, tuple[Entry, int]]:
        """By number the writes from `offset` on that are not known to have been carried out, and where they stand."""
        waiting: dict[int, tuple[Entry, int]] = {}
        file.seek(offset)
        for raw in file:
            entry = Entry.parse(raw.removesuffix(b"\n"))
            if entry is not None and entry.kind == WRITE:
                waiting[entry.number] = (entry, offset)
            for number in entry.done if entry else ():
                waiting.pop(number, None)
            offset += len(raw)
        return waiting

    def _settle(self, file: BinaryIO, entry: Entry) -> None:
        undone = {key: sha256 for key, sha256 in entry.files.items() if self._sha256(key) != sha256}
        if undone:
            self._append(file, (UNDONE, {"files": undone, "done": (entry.number,)}))
        else:
            self._append(file, (DONE, {"done": (entry.number,)}))

    def _sha256(self, key: str) -> str | None:
        """The SHA-256 of the file of that key; None where nothing is there, nothing that is one where it is no file."""
        try:
            return self.store.sha256(key) if self.store.exists(key) else None
        except (OSError, IntegrityError):
            return None if self._is_empty_folder(key) else NO_FILE

    def _is_empty_folder(self, key: str) -> bool:
        try:
            return not self.store.children(key)
        except (OSError, IntegrityError):
            return False

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
            for folder in (self.path.parent, self.path.parent.parent):
                handle = os.open(folder, os.O_RDONLY)
                os.fsync(handle)
                os.close(handle)
        return self.path.open("ab+")

    def _record_existing(self, file: BinaryIO) -> None:
        """Of a store that is older than its journal: what is there, as it is now."""
        files: dict[str, str | None] = {}
        for key in self.store.keys(""):
            if key.split("/")[0] not in APART and (sha256 := self._sha256(key)) not in (None, NO_FILE):
                files[key] = sha256
            if len(files) == FILES_A_LINE:
                self._append(file, (EXISTING, {"files": files}))
                files = {}
        if files:
            self._append(file, (EXISTING, {"files": files}))

    def _finished(self, file: BinaryIO) -> list[Fields]:
        """The line on what was carried out and is not on record yet; none where there is nothing to say."""
        inode = os.fstat(file.fileno()).st_ino
        done = tuple(number for its, number in self._done if its == inode)
        self._done = []
        return [(DONE, {"done": done})] if done else []

    def _append(self, file: BinaryIO, *lines: Fields) -> int:
        """Add these lines with one write; gives the number of the last line."""
        number, head = self._last(file)
        # The clock of the machine: the age of an entry decides whether the process that wrote it is taken to be over.
        at = dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        by = writer.get() or f"process {os.getpid()}"
        process = f"{socket.gethostname()}-{os.getpid()}"
        added = []
        for kind, said in lines:
            number += 1
            raw = Entry(number, at, by, kind, process, prev=head, **said).raw
            head = hashlib.sha256(raw).hexdigest()
            added.append(raw + b"\n")
        file.write(b"".join(added))
        file.flush()
        status = os.fstat(file.fileno())
        self._tail = (status.st_ino, status.st_size, number, head)
        return number

    def _last(self, file: BinaryIO) -> tuple[int, str]:
        status = os.fstat(file.fileno())
        if (status.st_ino, status.st_size) != self._tail[:2]:
            raw = last_line(file)
            entry = Entry.parse(raw)
            number = entry.number if entry else sum(1 for _ in self.lines())
            head = hashlib.sha256(raw).hexdigest() if raw else GENESIS
            self._tail = (status.st_ino, status.st_size, number, head)
        return self._tail[2:]


def is_alive(pid: int) -> bool:
    """Whether a process of this machine is running."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
