"""What a store is: bytes under keys, small JSON pointers, and locks. Where the bytes lie is up to its backend."""

from __future__ import annotations

import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any

from praya.errors import IntegrityError, codes
from praya.project import Project
from praya.store import layout, locks
from praya.store.content import content_key
from praya.store.journal import Journal
from praya.store.record import R, Record, to_bytes, to_record
from praya.store.scratch import own_folder, sweep
from praya.store.states import S, StepState
from praya.text.names import key_problem, leads_out
from praya.text.outside import describe_error, quote


class Store(ABC):
    """Immutable files and trees under names made from their content, and small JSON pointers.

    Keys are relative POSIX paths such as `state/public-holidays/staged.json`; `praya.store.layout` makes them. A write
    is named in the write journal before it happens, and a kill at any moment leaves the old or the new.
    """

    def __init__(self, project: Project) -> None:
        self.project = project
        self._is_swept = False

    # --- what a backend says -----------------------------------------------------------------------------

    @property
    @abstractmethod
    def journal(self) -> Journal:
        """What was written to this store, and what is about to be."""

    @abstractmethod
    def describe(self, key: str) -> str:
        """Where `key` lies, for messages; "" is the whole store."""

    @abstractmethod
    def exists(self, key: str) -> bool:
        """Whether a file or a tree lies under `key`. A folder may stay after what lay in it has gone."""

    @abstractmethod
    def is_file(self, key: str) -> bool:
        """Whether a regular file lies under `key`."""

    @abstractmethod
    def get_bytes(self, key: str) -> bytes | None:
        """The bytes under `key`, or None where there is no file; IntegrityError where it cannot be read."""

    @abstractmethod
    def keys(self, folder: str, pattern: str = "**/*") -> list[str]:
        """The keys of the files below `folder` ("" for the whole store) whose names below it match the glob `pattern`,
        in the order of their parts; none where there is no such folder. `*` stays within a part, `**` does not."""

    @abstractmethod
    def children(self, folder: str) -> list[str]:
        """The names of the files and folders directly below `folder`, in order; none where there is no such folder."""

    @abstractmethod
    def local(self, key: str) -> Path:
        """A file or tree as this machine's disk has it, or a copy of it, for readers that need a path; "" is the whole
        store. The path ends with `key`, and leads nowhere where nothing lies there. Nobody writes to it, or takes
        other keys to lie next to it."""

    @abstractmethod
    def disk_path(self, key: str) -> Path:
        """Where this machine's disk has scratch and locks, and a file that only grows line by line: ledger, journal
        and the log of a preview. Such a file is written and read in its place, under a lock."""

    @abstractmethod
    def adopt_all(self, files: Mapping[str, Path], mode: int = 0o644) -> None:
        """Give finished files their places under their keys, each by itself; all are safe before the first is there.
        They lie in a scratch folder."""

    @abstractmethod
    def adopt_tree(self, folder: Path, key: str) -> None:
        """Give a finished folder its place under `key`; if a tree lies there, it is the same: keep it."""

    def pack(self, key: str) -> bool:  # noqa: ARG002  a backend that does not pack
        """Let the finished tree or file under `key`, which never changes, lie with less space and fewer files, where
        the backend can; tells whether it does so now. Everything else about it stays as it was. Readers that were given
        its path by `local` before need to ask for it again."""
        return False

    def unpack(self, key: str) -> None:  # noqa: B027  as above
        """Let what `pack` has packed under `key` lie as separate files again."""

    def list_unpacked(self, folder: str) -> list[str]:  # noqa: ARG002  as above
        """The names of the trees directly below `folder` that `pack` could be asked for; none where the backend does
        not pack."""
        return []

    @abstractmethod
    def discard(self, key: str) -> None:
        """Take the file or tree under `key` away, as a whole. Nothing there is fine."""

    @abstractmethod
    def replace(self, key: str, expected: bytes | None, data: bytes) -> bool:
        """Write `data` under `key` where exactly the bytes `expected` lie there (None: no file); tells whether it
        did."""

    # --- reading -----------------------------------------------------------------------------------------

    def check_key(self, key: str, *, written: bool = False) -> None:
        """Raise IntegrityError for a key that would leave the store, or that no file of the store can have."""
        problem = key_problem(key, written=written)
        if leads_out(key):
            problem = f"leads out of the store {self.describe('')}: use relative keys only"
        elif problem:
            problem += (
                ": nothing is written under it"
                if written
                else f": no file of the store {self.describe('')} is named so"
            )
        elif key in ("", "."):
            problem = f"is the store {self.describe('')} itself: name something in it"
        if problem:
            raise IntegrityError(codes.store.KEY_NOT_VALID, f"the key '{quote(key, 120)}' {problem}")

    def read_bytes(self, key: str) -> bytes:
        """The bytes that must lie under `key`; raises IntegrityError where they do not."""
        if (data := self.get_bytes(key)) is None:
            raise self._missing(key)
        return data

    def sha256(self, key: str) -> str:
        """The SHA-256 (64 hex digits) of the file that must lie under `key`; errors as `read_bytes`."""
        return hashlib.sha256(self.read_bytes(key)).hexdigest()

    def size(self, key: str) -> int:
        """The bytes of the file that must lie under `key`; errors as `read_bytes`."""
        return len(self.read_bytes(key))

    def get_json(self, key: str) -> Any | None:
        """The JSON under `key`, or None where there is none."""
        if (data := self.get_bytes(key)) is None:
            return None
        try:
            return json.loads(data.decode())
        except (ValueError, RecursionError) as error:
            raise IntegrityError(
                codes.store.FILE_DAMAGED,
                f"{self.describe(key)} is not JSON ({describe_error(error)}): something else wrote to the store",
            ) from error

    def read_json(self, key: str) -> dict[str, Any]:
        """The JSON object that must lie under `key`; raises IntegrityError where it does not."""
        value = self.get_json(key)
        if not isinstance(value, dict):
            raise IntegrityError(
                codes.store.FILE_DAMAGED,
                f"{self.describe(key)} is missing or is no JSON object: run `praya verify`",
            )
        return value

    def stamp(self, key: str) -> str | None:
        """A short text that is another one after every write of the file under `key`, and for a folder after a file or
        folder directly in it is put or goes; None where nothing lies there. It says what to look at again, and proves
        nothing."""
        if names := self.children(key):
            return content_key(names)
        data = self.get_bytes(key)
        return hashlib.sha256(data).hexdigest() if data is not None else None

    def names(self, folder: str, pattern: str = "*.json") -> list[str]:
        """The names, without their ending, of the files that lie directly in a folder, in order; none where there is no
        such folder."""
        return sorted(PurePosixPath(key).stem for key in self.keys(folder, pattern))

    def _missing(self, key: str) -> IntegrityError:
        return IntegrityError(
            codes.store.FILE_DAMAGED, f"{self.describe(key)} is missing: run `praya verify`"
        )

    # --- writing -----------------------------------------------------------------------------------------

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """A folder of one's own, on the file system that finished files are adopted from; gone afterwards, and swept
        later if the process dies."""
        with own_folder(self._work()) as folder:
            yield folder

    def _work(self) -> Path:
        """The folder of all scratch, which this object sweeps once: looking through it at each write would cost more
        than the write."""
        work = self.disk_path(layout.WORK)
        if not self._is_swept:
            self._is_swept = True
            sweep(work)
        return work

    def put_bytes(self, key: str, data: bytes, mode: int = 0o644) -> None:
        """Write `data` under `key`, replacing what was there, atomically and durably."""
        self.put_all({key: data}, mode)

    def put_if_new(self, values: Mapping[str, bytes]) -> bool:
        """Write those that do not stand there already, in their order as `put_all` does; tells whether any was."""
        new = {key: data for key, data in values.items() if self.get_bytes(key) != data}
        if new:
            self.put_all(new)
        return bool(new)

    def put_json(self, key: str, value: Any) -> None:
        """Write `value` as indented JSON with sorted keys, atomically."""
        self.put_bytes(key, to_bytes(value))

    def put_jsons(self, values: Mapping[str, object]) -> None:
        """Write several JSON files, each atomically, with one wait for the disk."""
        self.put_all({key: to_bytes(value) for key, value in values.items()})

    def put_all(self, values: Mapping[str, bytes], mode: int = 0o644) -> None:
        """Write several files in their order, each atomically, all on disk before the first shows."""
        with self.scratch() as work:
            files = {key: work / str(number) for number, key in enumerate(values)}
            for key, data in values.items():
                files[key].write_bytes(data)
            self.adopt_all(files, mode)

    def adopt(self, file: Path, key: str, mode: int = 0o644) -> None:
        """Give a finished file its place under `key`; `file` must lie in a scratch folder."""
        self.adopt_all({key: file}, mode)

    # --- pointers ----------------------------------------------------------------------------------------

    def get_record(self, kind: type[R], key: str) -> R | None:
        """The record of `kind` under `key`, or None where there is none; IntegrityError where it is no such record."""
        value = self.get_json(key)
        return None if value is None else to_record(kind, value, self.describe(key))

    def read_record(self, kind: type[R], key: str) -> R:
        """The record of `kind` that must lie under `key`; raises IntegrityError where it does not."""
        return to_record(kind, self.read_json(key), self.describe(key))

    def put_record(self, key: str, record: Record) -> None:
        """Write a record under `key`; one that is there already is not written again."""
        self.put_if_new({key: record.to_bytes()})

    def state(self, kind: type[S], subject: str) -> S | None:
        """What the step of `kind` did last for a subject, or None when it never ended well."""
        return self.get_record(kind, layout.state(subject, kind.STEP))

    def read_state(self, kind: type[S], subject: str) -> S:
        """What the step of `kind` did last for a subject; raises IntegrityError where it never ended well."""
        return self.read_record(kind, layout.state(subject, kind.STEP))

    def set_state(self, subject: str, state: StepState) -> None:
        """Point to what a step has just finished; an unchanged pointer is not written again."""
        self.put_record(layout.state(subject, state.STEP), state)

    def months(self, kind: type[StepState], dataset: str) -> list[str]:
        """The months of a dataset of which the step of `kind` has left a state, in order."""
        return [key.split("/")[-2] for key in self.keys(layout.states(dataset), f"*/{kind.STEP}.json")]

    # --- order among processes ---------------------------------------------------------------------------

    @contextmanager
    def lock(self, name: str, seconds: float = locks.LOCK_SECONDS) -> Iterator[None]:
        """Hold the lock `name` among all processes of this machine; the kernel frees it on death."""
        key = layout.lock(name.replace("/", "."))
        self.check_key(key, written=True)
        with locks.hold(self.disk_path(key), seconds):
            yield
