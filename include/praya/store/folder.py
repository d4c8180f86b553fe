"""A local folder as the store. Nothing appears under its final name before it is whole and on disk."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import socket
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from praya.errors import IntegrityError, StoreBusy, codes
from praya.project import Project
from praya.store import layout
from praya.store.content import file_sha256
from praya.store.journal import FOREIGN_SECONDS, Journal, is_alive
from praya.store.record import R, Record, to_bytes, to_record
from praya.store.regular import read_regular
from praya.store.states import S, StepState
from praya.text.names import key_problem, leads_out, same_when_folded
from praya.text.outside import describe_error, quote

LOCK_SECONDS = 120
PRIVATE_AREAS = (
    "raw", "receipts", "staged", "marts", "protected", "verdicts", "work", "state", "inputs", "previews"
)  # fmt: skip


class Store:
    """A folder of immutable things under names made from their content, and of small JSON pointers.

    Keys are relative POSIX paths such as `state/public-holidays/staged.json`. Every write goes to `work/`
    first, is synced, is named in the write journal, and gets its name by one rename, so a kill at any moment leaves
    the old or the new, and `praya verify` knows of it.
    """

    def __init__(self, project: Project) -> None:
        self.project = project
        self.root = project.store_folder.resolve()
        self.root.mkdir(parents=True, exist_ok=True)
        for area in PRIVATE_AREAS:
            try:
                (self.root / area).mkdir(mode=0o700, exist_ok=True)
            except FileExistsError:
                raise IntegrityError(
                    codes.store.PATH_REPLACED,
                    f"{self.root / area}: is no folder; move it away and put the store's own back",
                ) from None

    @property
    def journal(self) -> Journal:
        """What was written to this store, and what is about to be."""
        return Journal.of(self)

    def path(self, key: str) -> Path:
        """The file that `key` names. Raises IntegrityError for a key that would leave the store, that no file of the
        store can have, or that goes through a link: nothing in the store is one."""
        path = self.root / key
        if leads_out(key) or not (found := _without_links(path)).is_relative_to(self.root):
            raise IntegrityError(
                codes.store.KEY_NOT_VALID,
                f"the key '{quote(key, 120)}' leads out of the store {self.root}: use relative keys only",
            )
        if problem := key_problem(key, written=False):
            raise IntegrityError(
                codes.store.KEY_NOT_VALID,
                f"the key '{quote(key, 120)}' {problem}: no file of the store {self.root} is named so",
            )
        if path == self.root:
            raise IntegrityError(
                codes.store.KEY_NOT_VALID,
                f"the key '{quote(key, 120)}' is the store {self.root} itself: name something in it",
            )
        if found != path:
            raise IntegrityError(
                codes.store.PATH_REPLACED,
                f"{path}: goes through a link to {found}; the store has none, so somebody else put it there",
            )
        return path

    def _target(self, key: str) -> Path:
        """The place of what is to be written under `key`; raises IntegrityError where it is no plain name."""
        path = self.path(key)
        if problem := key_problem(key, written=True):
            raise IntegrityError(
                codes.store.KEY_NOT_VALID,
                f"the key '{quote(key, 120)}' {problem}: nothing is written under it",
            )
        return path

    def key(self, path: Path) -> str:
        """The key under which `path` lies in this store."""
        try:
            return path.relative_to(self.root).as_posix()
        except ValueError:
            raise IntegrityError(
                codes.store.PATH_REPLACED, f"{path}: does not lie in the store {self.root}"
            ) from None

    def exists(self, key: str) -> bool:
        return self.path(key).exists()

    # --- writing -----------------------------------------------------------------------------------------

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """A folder of one's own on the same file system, gone afterwards; swept later if the process dies."""
        self._sweep()
        folder = self.root / "work" / f"{socket.gethostname()}-{os.getpid()}-{uuid.uuid4().hex[:12]}"
        folder.mkdir(mode=0o700)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def put_bytes(self, key: str, data: bytes, mode: int = 0o644) -> None:
        """Write `data` under `key`, replacing what was there, atomically and durably."""
        with self.scratch() as work:
            temporary = work / "bytes"
            temporary.write_bytes(data)
            self.adopt(temporary, key, mode)

    def put_if_new(self, values: Mapping[str, bytes]) -> bool:
        """Write those that do not stand there already, in their order as `put_all` does; tells whether any was."""
        new = {key: data for key, data in values.items() if not self._stands(key, data)}
        if new:
            self.put_all(new)
        return bool(new)

    def _stands(self, key: str, data: bytes) -> bool:
        path = self.path(key)
        return path.exists() and read_regular(path) == data

    def put_json(self, key: str, value: Any) -> None:
        """Write `value` as indented JSON with sorted keys, atomically."""
        self.put_bytes(key, to_bytes(value))

    def put_jsons(self, values: Mapping[str, Any]) -> None:
        """Write several JSON files, each atomically, with one wait for the disk."""
        self.put_all({key: to_bytes(value) for key, value in values.items()})

    def put_all(self, values: Mapping[str, bytes]) -> None:
        """Write several files in their order, each atomically, all on disk before the first shows."""
        with self.scratch() as work:
            files = {key: work / str(number) for number, key in enumerate(values)}
            for key, data in values.items():
                files[key].write_bytes(data)
            self.adopt_all(files)

    def get_json(self, key: str) -> Any | None:
        """The JSON under `key`, or None where there is none."""
        try:
            return json.loads(read_regular(self.path(key)).decode())
        except FileNotFoundError:
            return None
        except (ValueError, RecursionError) as error:
            raise IntegrityError(
                codes.store.FILE_DAMAGED,
                f"{self.path(key)} is not JSON ({describe_error(error)}): something else wrote to the store",
            ) from error

    def adopt(self, file: Path, key: str, mode: int = 0o644) -> None:
        """Give a finished file its place under `key`; `file` must lie in a scratch folder."""
        self.adopt_all({key: file}, mode)

    def adopt_all(self, files: Mapping[str, Path], mode: int = 0o644) -> None:
        """Give finished files their places under their keys, each by itself; all are on disk before the first is."""
        targets = {file: self._target(key) for key, file in files.items()}
        if twice := same_when_folded(list(files)):
            raise IntegrityError(
                codes.store.KEY_NOT_VALID,
                f"the key '{quote(twice[0], 120)}' differs from another in case only: nothing is written",
            )
        folders = sorted({target.parent for target in targets.values()})
        for file in targets:
            file.chmod(mode)
            _sync(file)
        intended = self.journal.intend(
            {self.key(targets[file]): file_sha256(file) for file in files.values()}
        )
        for folder in folders:
            self._make(folder)
        for file, target in targets.items():
            os.replace(file, target)
        for folder in folders:
            _sync(folder)
        self.journal.finish(intended)

    def adopt_tree(self, folder: Path, key: str) -> None:
        """Give a finished folder its place under `key`; if one of that name stands, it is the same: keep it."""
        target = self._target(key)
        if target.exists():
            return
        for path in sorted(folder.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)
            _sync(path)
        folder.chmod(0o755)
        _sync(folder)
        hashes = {f"{self.key(target)}/{name}": sha256 for name, sha256 in _hashes(folder).items()}
        intended = self.journal.intend(hashes)
        self._make(target.parent)
        try:
            os.rename(folder, target)
        except OSError:
            # Another process was first: what it put there was made from the same content.
            if not target.exists():
                raise
            return
        _sync(target.parent)
        self.journal.finish(intended)

    def discard(self, key: str) -> None:
        """Take the file or folder under `key` away: it is gone as a whole, by one rename. Nothing there is fine."""
        target = self.path(key)
        if not target.exists():
            return
        intended = self.journal.intend({self.key(target): None})
        with self.scratch() as work:
            try:
                os.rename(target, work / target.name)
            except FileNotFoundError:
                return
            _sync(target.parent)
        self.journal.finish(intended)

    def read_json(self, key: str) -> dict[str, Any]:
        """The JSON object that must lie under `key`; raises IntegrityError where it does not."""
        value = self.get_json(key)
        if not isinstance(value, dict):
            raise IntegrityError(
                codes.store.FILE_DAMAGED,
                f"{self.path(key)} is missing or is no JSON object: run `praya verify`",
            )
        return value

    def names(self, folder: str, pattern: str = "*.json") -> list[str]:
        """The names, without their ending, of the files that lie directly in a folder, in order; none where there is no
        such folder."""
        return sorted(path.stem for path in self.path(folder).glob(pattern))

    # --- pointers ----------------------------------------------------------------------------------------

    def get_record(self, kind: type[R], key: str) -> R | None:
        """The record of `kind` under `key`, or None where there is none; IntegrityError where it is no such record."""
        value = self.get_json(key)
        return None if value is None else to_record(kind, value, self.path(key))

    def read_record(self, kind: type[R], key: str) -> R:
        """The record of `kind` that must lie under `key`; raises IntegrityError where it does not."""
        return to_record(kind, self.read_json(key), self.path(key))

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

    # --- order among processes ---------------------------------------------------------------------------

    @contextmanager
    def lock(self, name: str, seconds: float = LOCK_SECONDS) -> Iterator[None]:
        """Hold the lock `name` among all processes of this machine; the kernel frees it on death."""
        path = self._target(f"work/{name.replace('/', '.')}.lock")
        deadline, pause = time.monotonic() + seconds, 0.001
        with path.open("a") as file:
            while True:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > deadline:
                        raise StoreBusy(
                            codes.store.LOCKED,
                            f"the lock {path} has been held for over {seconds:.0f} s: see who holds it",
                        ) from None
                    time.sleep(pause)
                    pause = min(2 * pause, 0.02)
            yield

    def _make(self, folder: Path) -> None:
        """Make a folder and those above it, each on disk before anything is put into it."""
        if folder.is_dir():
            return
        self._make(folder.parent)
        folder.mkdir(exist_ok=True)
        _sync(folder.parent)

    def _sweep(self) -> None:
        for folder in (self.root / "work").iterdir():
            if folder.is_dir() and _abandoned(folder):
                shutil.rmtree(folder, ignore_errors=True)


def _without_links(path: Path) -> Path:
    """Where a path leads when links are followed. One that no file system takes, or that leads to itself, is as it is
    written: its name is refused next, or nothing is found there."""
    try:
        return path.resolve()
    except (OSError, RuntimeError, ValueError):
        return path


def _hashes(folder: Path) -> dict[str, str]:
    """Name below the folder → SHA-256, of each file in it."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): file_sha256(path) for path in files}


def _abandoned(folder: Path) -> bool:
    """Whether the process that a scratch folder is named after is gone; containers share a store, not their pids."""
    host, _, rest = folder.name.rpartition("-")[0].rpartition("-")
    if not rest.isdigit():
        return False
    if host == socket.gethostname():
        return not is_alive(int(rest))
    try:
        # The age of a folder is by the clock of the machine, as the file system's times are.
        return time.time() - folder.stat().st_mtime > FOREIGN_SECONDS
    except FileNotFoundError:
        return False


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
