"""A backend that has no folder: bytes lie in memory, and readers get copies. What works on it presumes no folder."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from itertools import count
from pathlib import Path

from praya.errors import IntegrityError, codes
from praya.project import Project
from praya.store import Store
from praya.store.journal import Journal
from praya.store.packed_keys import compiled
from praya.text.names import same_when_folded


class CopyingStore(Store):
    """A store in memory, for one process. `disk` has scratch, locks, ledger and write journal, and the copies."""

    def __init__(self, project: Project, disk: Path) -> None:
        super().__init__(project)
        self._disk = disk
        self._files: dict[str, bytes] = {}
        self._journal = Journal(self, disk)
        self._copies: dict[Path, str] = {}
        self._numbers = count()
        (disk / "work").mkdir(parents=True)

    @property
    def journal(self) -> Journal:
        return self._journal

    def describe(self, key: str) -> str:
        return f"memory/{key}"

    def exists(self, key: str) -> bool:
        self.check_key(key)
        return key in self._files or any(self._below(key))

    def is_file(self, key: str) -> bool:
        self.check_key(key)
        return key in self._files

    def get_bytes(self, key: str) -> bytes | None:
        if self.exists(key) and key not in self._files:
            raise IntegrityError(codes.store.FILE_NOT_READABLE, f"{self.describe(key)}: is a folder")
        return self._files.get(key)

    def keys(self, folder: str, pattern: str = "**/*") -> list[str]:
        glob = compiled(pattern)
        found = (key for key in self._below(folder) if glob.fullmatch(key[len(folder) + bool(folder) :]))
        return sorted(found, key=lambda key: key.split("/"))

    def children(self, folder: str) -> list[str]:
        return sorted({key[len(folder) + bool(folder) :].split("/")[0] for key in self._below(folder)})

    def local(self, key: str) -> Path:
        root = self._disk / "copies" / str(next(self._numbers))
        for name in [key] if key in self._files else list(self._below(key)):
            copy = root / name
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(self._files[name])
            copy.chmod(0o444)
            self._copies[copy] = hashlib.sha256(self._files[name]).hexdigest()
        return root / key

    def disk_path(self, key: str) -> Path:
        self.check_key(key)
        return self._disk / key

    def adopt_all(self, files: Mapping[str, Path], mode: int = 0o644) -> None:
        for key in files:
            self.check_key(key, written=True)
        if twice := same_when_folded(list(files)):
            raise IntegrityError(codes.store.KEY_NOT_VALID, f"{twice[0]}: differs in case only")
        self._write({key: file.read_bytes() for key, file in files.items()})
        for file in files.values():
            file.unlink()

    def adopt_tree(self, folder: Path, key: str) -> None:
        self.check_key(key, written=True)
        if not self.exists(key):
            files = sorted(path for path in folder.rglob("*") if path.is_file())
            self._write({f"{key}/{path.relative_to(folder).as_posix()}": path.read_bytes() for path in files})

    def discard(self, key: str) -> None:
        if self.exists(key):
            intended = self.journal.intend({key: None})
            for name in [key, *self._below(key)]:
                self._files.pop(name, None)
            self.journal.finish(intended)

    def replace(self, key: str, expected: bytes | None, data: bytes) -> bool:
        with self.lock("replace"):
            if self.get_bytes(key) != expected:
                return False
            self.put_bytes(key, data)
            return True

    def changed_copies(self) -> list[Path]:
        """The copies that somebody has written to, and files that somebody has put beside them."""
        there = {path for path in (self._disk / "copies").rglob("*") if path.is_file()}
        changed = {
            path
            for path, sha256 in self._copies.items()
            if path not in there or hashlib.sha256(path.read_bytes()).hexdigest() != sha256
        }
        return sorted(changed | (there - set(self._copies)))

    def _below(self, folder: str) -> Iterator[str]:
        prefix = f"{folder}/" if folder else ""
        return iter([key for key in self._files if key.startswith(prefix)])

    def _write(self, files: Mapping[str, bytes]) -> None:
        intended = self.journal.intend({key: hashlib.sha256(data).hexdigest() for key, data in files.items()})
        self._files |= files
        self.journal.finish(intended)
