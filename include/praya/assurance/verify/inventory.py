"""Everything that lies in the store, without following a link or opening a file but the front of a pack."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from praya.assurance.verify.finding import shown
from praya.errors import IntegrityError
from praya.store.pack import ENDING
from praya.store.packed_keys import PackedKeys
from praya.store.regular import kind_of


@dataclass
class Inventory:
    """By key: the sizes of regular files in bytes, what is anything else (key → what it is), and empty folders. A file
    that lies in a pack is there as any other; where it lies in its place too, that one counts."""

    files: dict[str, int] = field(default_factory=dict)
    irregular: dict[str, str] = field(default_factory=dict)
    empty: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, root: Path) -> Inventory:
        """What lies below `root` now."""
        inventory = cls()
        inventory._walk(root, "")
        inventory._open_packs(root)
        return inventory

    def problems(self, root: object) -> Iterator[str]:
        """A sentence for everything that is no file that can be read, and no folder."""
        for key, what in sorted(self.irregular.items()):
            yield f"{root}/{shown(key)}: {what}; it was not opened"

    def is_irregular(self, key: str) -> bool:
        """Whether the key, or a folder above it, is nothing that could be read."""
        return bool(self.irregular) and any(place in self.irregular for place in _and_above(key))

    def _walk(self, folder: Path, prefix: str) -> None:
        try:
            entries = list(os.scandir(folder))
        except FileNotFoundError:
            return  # gone since it was listed
        except OSError as error:
            self.irregular[prefix.rstrip("/")] = f"cannot be listed: {error.strerror}"
            return
        if not entries and prefix:
            self.empty.append(prefix.rstrip("/"))
        for entry in entries:
            self._take(entry, f"{prefix}{entry.name}")

    def _take(self, entry: os.DirEntry[str], key: str) -> None:
        try:
            status = entry.stat(follow_symlinks=False)
        except FileNotFoundError:
            return
        if stat.S_ISDIR(status.st_mode):
            self._walk(Path(entry.path), f"{key}/")
        elif not stat.S_ISREG(status.st_mode):
            self.irregular[key] = f"is {kind_of(status.st_mode)} and not a regular file"
        elif not os.access(entry.path, os.R_OK):
            self.irregular[key] = f"cannot be read (mode {stat.S_IMODE(status.st_mode):04o})"
        else:
            self.files[key] = status.st_size

    def _open_packs(self, root: Path) -> None:
        """Put the files of each pack in its place."""
        packs = PackedKeys(root)
        for key in [key for key in self.files if key.endswith(ENDING)]:
            of = key.removesuffix(ENDING)
            try:
                files = packs.list_files(of)
            except FileNotFoundError:
                continue  # unpacked, or gone, since it was listed
            except IntegrityError as error:
                self.irregular[key] = str(error).removeprefix(f"{root / key} ")
                continue
            del self.files[key]
            for name, size in files.items():
                self.files.setdefault(name, size)


def _and_above(key: str) -> Iterator[str]:
    while key:
        yield key
        key = key.rpartition("/")[0]
