"""A local folder as the store. Nothing appears under its final name before it is whole and on disk."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Mapping
from pathlib import Path

from praya.errors import IntegrityError, codes
from praya.project import Project
from praya.store import layout
from praya.store.content import file_sha256
from praya.store.durable import sync, sync_all
from praya.store.interface import Store
from praya.store.journal import Journal
from praya.store.regular import path_below, read_regular
from praya.store.scratch import own_files
from praya.text.names import same_when_folded
from praya.text.outside import quote


class FolderStore(Store):
    """A store in the folder `root`: a key is the path of its file.

    Every write goes to `work/` first, is synced, is named in the write journal, and gets its name by one rename, so a
    kill at any moment leaves the old or the new, and `praya verify` knows of it.
    """

    def __init__(self, project: Project) -> None:
        super().__init__(project)
        self.root = project.store_folder.resolve()
        self._prefix = f"{self.root}/"
        self.root.mkdir(parents=True, exist_ok=True)
        for area in layout.PRIVATE_AREAS:
            try:
                (self.root / area).mkdir(mode=0o700, exist_ok=True)
            except FileExistsError:
                raise IntegrityError(
                    codes.store.PATH_REPLACED,
                    f"{self.root / area}: is no folder; move it away and put the store's own back",
                ) from None

    @property
    def journal(self) -> Journal:
        return Journal.of(self, self.root)

    def path(self, key: str) -> Path:
        """The file that `key` names. Raises IntegrityError for a key that would leave the store, that no file of the
        store can have, or that goes through a link: nothing in the store is one."""
        self.check_key(key)
        return path_below(self.root, key)

    def key(self, path: Path) -> str:
        """The key under which `path` lies in this store."""
        try:
            return path.relative_to(self.root).as_posix()
        except ValueError:
            raise IntegrityError(
                codes.store.PATH_REPLACED, f"{path}: does not lie in the store {self.root}"
            ) from None

    # --- reading -----------------------------------------------------------------------------------------

    def describe(self, key: str) -> str:
        return str(self.root / key)

    def exists(self, key: str) -> bool:
        return self.path(key).exists()

    def is_file(self, key: str) -> bool:
        return self.path(key).is_file()

    def get_bytes(self, key: str) -> bytes | None:
        try:
            return read_regular(self.path(key))
        except FileNotFoundError:
            return None

    def keys(self, folder: str, pattern: str = "**/*") -> list[str]:
        paths = self._at(folder).glob(pattern)
        return [self.key(path) for path in sorted(paths) if not path.is_dir()]

    def children(self, folder: str) -> list[str]:
        try:
            return sorted(path.name for path in self._at(folder).iterdir())
        except FileNotFoundError:
            return []

    def sha256(self, key: str) -> str:
        """As `Store.sha256`, without the file in memory."""
        try:
            return file_sha256(self.path(key))
        except FileNotFoundError:
            raise self._missing(key) from None

    def size(self, key: str) -> int:
        """As `Store.size`, without the file in memory."""
        try:
            return self.path(key).stat().st_size
        except FileNotFoundError:
            raise self._missing(key) from None

    def stamp(self, key: str) -> str | None:
        """As `Store.stamp`, from what the file system says: bytes that are changed in place change it too."""
        try:
            # A path object costs more than the question, which a catalogue asks some times for each dataset.
            status = os.stat(f"{self._prefix}{key}", follow_symlinks=False)  # noqa: PTH116
        except (FileNotFoundError, NotADirectoryError):
            return None
        return f"{status.st_ino}-{status.st_size}-{status.st_mtime_ns}-{status.st_ctime_ns}"

    def local(self, key: str) -> Path:
        return self._at(key)

    def _at(self, key: str) -> Path:
        return self.path(key) if key else self.root

    def disk_path(self, key: str) -> Path:
        return self.path(key)

    # --- writing -----------------------------------------------------------------------------------------

    def _target(self, key: str) -> Path:
        """The place of what is to be written under `key`; raises IntegrityError where it is no plain name."""
        path = self.path(key)
        self.check_key(key, written=True)
        return path

    def put_all(self, values: Mapping[str, bytes], mode: int = 0o644) -> None:
        targets = self._targets(values)
        with own_files(self._work(), list(values.values()), mode) as files:
            hashes = {key: hashlib.sha256(data).hexdigest() for key, data in values.items()}
            self._place(dict(zip(targets.values(), files, strict=True)), hashes)

    def adopt_all(self, files: Mapping[str, Path], mode: int = 0o644) -> None:
        targets = self._targets(files)
        for file in files.values():
            file.chmod(mode)
        sync_all(list(files.values()))
        hashes = {key: file_sha256(file) for key, file in files.items()}
        self._place({targets[key]: file for key, file in files.items()}, hashes)

    def _targets(self, keys: Collection[str]) -> dict[str, Path]:
        targets = {key: self._target(key) for key in keys}
        if len(targets) > 1 and (twice := same_when_folded(list(keys))):
            raise IntegrityError(
                codes.store.KEY_NOT_VALID,
                f"the key '{quote(twice[0], 120)}' differs from another in case only: nothing is written",
            )
        return targets

    def _place(self, files: Mapping[Path, Path], hashes: Mapping[str, str]) -> None:
        """Move files that are on disk to their places; `hashes` by key is what the journal says of them before."""
        folders = sorted({target.parent for target in files})
        intended = self.journal.intend(hashes)
        for folder in folders:
            self._make(folder)
        for target, file in files.items():
            os.replace(file, target)
        sync_all(folders)
        self.journal.finish(intended)

    def adopt_tree(self, folder: Path, key: str) -> None:
        target = self._target(key)
        if target.exists():
            return
        paths = [*sorted(folder.rglob("*")), folder]
        for path in paths:
            path.chmod(0o755 if path.is_dir() else 0o644)
        sync_all(paths)
        hashes = {f"{key}/{name}": sha256 for name, sha256 in _hashes(folder).items()}
        intended = self.journal.intend(hashes)
        self._make(target.parent)
        try:
            os.rename(folder, target)
        except OSError:
            # Another process was first: what it put there was made from the same content.
            if not target.exists():
                raise
            return
        sync(target.parent)
        self.journal.finish(intended)

    def discard(self, key: str) -> None:
        places = [place for place in self._places(key) if place.exists()]
        if not places:
            return
        intended = self.journal.intend({key: None})
        with self.scratch() as work:
            try:
                for place in places:
                    os.rename(place, work / place.name)
            except FileNotFoundError:
                return
            sync_all(sorted({place.parent for place in places}))
        self.journal.finish(intended)

    def replace(self, key: str, expected: bytes | None, data: bytes) -> bool:
        with self.lock("replace"):
            if self.get_bytes(key) != expected:
                return False
            self.put_bytes(key, data)
            return True

    def _places(self, key: str) -> list[Path]:
        """Everything that lies on the disk for `key`, if it is there, in the order in which it goes."""
        return [self.path(key)]

    def _make(self, folder: Path) -> None:
        """Make a folder and those above it, each on disk before anything is put into it."""
        if folder.is_dir():
            return
        self._make(folder.parent)
        folder.mkdir(exist_ok=True)
        sync(folder.parent)


def _hashes(folder: Path) -> dict[str, str]:
    """Name below the folder → SHA-256, of each file in it."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): file_sha256(path) for path in files}
