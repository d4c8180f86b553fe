"""A local folder as the store, in which trees that nothing of today leads to any more lie as one pack each.

Keys, hashes, write journal and ledger do not know of packs: a pack is how the same files lie on the disk. So `praya
verify` holds the files in a pack against journal and manifest as any others.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from praya.errors import IntegrityError, codes
from praya.project import Project
from praya.store.durable import sync, sync_all
from praya.store.folder import FolderStore
from praya.store.pack import ENDING, write_pack
from praya.store.packed_keys import AREAS, PackedKeys
from praya.store.unpacked import Unpacked
from praya.text.outside import quote


class PackedFolderStore(FolderStore):
    """See `FolderStore`. A file lies under its path, or else in the pack of itself or of a tree above it."""

    def __init__(self, project: Project) -> None:
        super().__init__(project)
        self._packed = PackedKeys(self.root)
        self._unpacked = Unpacked(self._packed, self.root / "work")

    # --- reading -----------------------------------------------------------------------------------------

    def exists(self, key: str) -> bool:
        return super().exists(key) or self._packed.is_there(key)

    def is_file(self, key: str) -> bool:
        return super().is_file(key) or self._packed.find(key) is not None

    def get_bytes(self, key: str) -> bytes | None:
        if (data := super().get_bytes(key)) is not None:
            return data
        packed = self._packed.find(key)
        if packed is None and self._packed.is_there(key):
            raise IntegrityError(
                codes.store.FILE_NOT_READABLE, f"{self.describe(key)}: is a folder and not a regular file"
            )
        try:
            return packed.read() if packed else None
        except FileNotFoundError:
            return super().get_bytes(key)  # unpacked, or gone, since it was found

    def keys(self, folder: str, pattern: str = "**/*") -> list[str]:
        plain = {key for key in super().keys(folder, pattern) if not key.endswith(ENDING)}
        return sorted({*plain, *self._packed.below(folder, pattern)}, key=_parts)

    def children(self, folder: str) -> list[str]:
        plain = {name.removesuffix(ENDING) for name in super().children(folder)}
        return sorted(plain | self._packed.children(folder))

    def sha256(self, key: str) -> str:
        if self.path(key).exists() or (packed := self._packed.find(key)) is None:
            return super().sha256(key)
        return hashlib.sha256(packed.read()).hexdigest()

    def size(self, key: str) -> int:
        if self.path(key).exists() or (packed := self._packed.find(key)) is None:
            return super().size(key)
        return packed.size

    def stamp(self, key: str) -> str | None:
        if (stamp := super().stamp(key)) is not None:
            return stamp
        of = key
        while "/" in of:
            if (stamp := super().stamp(f"{of}{ENDING}")) is not None:
                return stamp if self._packed.is_there(key) else None
            of = of.rpartition("/")[0]
        return None

    def local(self, key: str) -> Path:
        """As `Store.local`. In a folder above them, packs lie as the files that they are: ask for each tree."""
        place = super().local(key)
        if place.exists() or not self._packed.is_there(key):
            return place
        return self._unpacked.local(key)

    def list_unpacked(self, folder: str) -> list[str]:
        try:
            return sorted(entry.name for entry in os.scandir(super().local(folder)) if entry.is_dir())
        except FileNotFoundError:
            return []

    # --- writing -----------------------------------------------------------------------------------------

    def pack(self, key: str) -> bool:
        place = self._target(key)
        if key.split("/", 1)[0] not in AREAS or not place.exists():
            return False
        pack = self._packed.pack(key)
        with self.scratch() as work:
            if not pack.exists():
                made = work / "pack"
                if not write_pack(place, made):
                    return False
                made.chmod(_mode(key))
                sync(made)
                os.rename(made, pack)
                sync(pack.parent)
            if not self._holds(place):
                return False
            try:
                os.rename(place, work / "plain")
            except FileNotFoundError:
                return False  # another process was first
            sync(place.parent)
        return True

    def _holds(self, place: Path) -> bool:
        """Whether every file at `place` lies in a pack with the same bytes."""
        files = [path for path in place.rglob("*") if not path.is_dir()] if place.is_dir() else [place]
        for path in files:
            packed = self._packed.find(self.key(path))
            if packed is None or packed.read() != path.read_bytes():
                return False
        return True

    def adopt_tree(self, folder: Path, key: str) -> None:
        if not self._packed.is_there(key):
            super().adopt_tree(folder, key)

    def discard(self, key: str) -> None:
        of = self._packed.holding(key)
        if of is not None and of != key and self._packed.is_there(key):
            self.unpack(of)
        super().discard(key)

    def _places(self, key: str) -> list[Path]:
        # The pack goes first: what is left of the files is theirs alone.
        return [self._packed.pack(key), *super()._places(key)]

    def unpack(self, key: str) -> None:
        pack = self._packed.pack(key)
        if not pack.is_file():
            return
        with self.scratch() as work:
            files = self._packed.extract(key, work)
            for name, file in files.items():
                file.chmod(_mode(name))
            sync_all(list(files.values()))
            for name, file in files.items():
                place = self.path(name)
                if not place.exists():  # as after an earlier call that was killed
                    self._make(place.parent)
                    os.replace(file, place)
            sync_all(sorted({self.path(name).parent for name in files}))
            os.rename(pack, work / f"pack{ENDING}")
            sync(pack.parent)

    def _target(self, key: str) -> Path:
        if key.endswith(ENDING):
            raise IntegrityError(
                codes.store.KEY_NOT_VALID,
                f"the key '{quote(key, 120)}' ends as packs do: nothing is written under it",
            )
        return super()._target(key)


def _parts(key: str) -> list[str]:
    return key.split("/")


def _mode(key: str) -> int:
    """Only the owner reads what was received; the rest is kept from others by the folders above it."""
    return 0o600 if key.startswith("raw/") else 0o644
