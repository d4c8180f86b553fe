"""Which keys of a folder store lie in packs: the pack of a tree or file lies in its place, with one more ending."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from praya.store.pack import ENDING, PackIndex, read_index, read_packed
from praya.store.regular import path_below

# Where what a step leaves never changes, and stays when nothing of today leads there any more. Not staged tables: the
# warehouse has views on them until it is built again, and they are compressed as they are.
AREAS = frozenset({"raw", "protected", "verdicts", "released"})


class PackedKey(NamedTuple):
    """A file that lies in a pack: the pack, the key that it stands for, and the name of the file in it."""

    pack: Path
    of: str
    name: str

    def read(self) -> bytes:
        """The bytes of the file."""
        return read_packed(self.pack, self.name)

    @property
    def size(self) -> int:
        """The bytes of the file, counted."""
        return indexed(self.pack).files[self.name].size


class PackedKeys:
    """The packs below `root`."""

    def __init__(self, root: Path, areas: frozenset[str] | None = AREAS) -> None:
        """`areas` are the first parts of the keys that can lie in packs; None: all."""
        self._root, self._areas = root, areas

    def pack(self, key: str) -> Path:
        """Where the pack of the tree or file `key` lies, if there is one."""
        return path_below(self._root, key + ENDING)

    def holding(self, key: str) -> str | None:
        """The tree or file whose pack there is, and in which `key` is or could be; None where there is none."""
        if self._areas is not None and key.split("/", 1)[0] not in self._areas:
            return None
        of = key
        while "/" in of:
            if self.pack(of).is_file():
                return of
            of = of.rpartition("/")[0]
        return None

    def find(self, key: str) -> PackedKey | None:
        """The file `key` where it lies in a pack; None where it does not."""
        if (of := self.holding(key)) is None:
            return None
        pack = self.pack(of)
        index = indexed(pack)
        name = key[len(of) + 1 :] if index.is_tree else PurePosixPath(of).name if of == key else ""
        return PackedKey(pack, of, name) if name in index.files else None

    def is_there(self, key: str) -> bool:
        """Whether a file or a tree `key` lies in a pack."""
        if (of := self.holding(key)) is None:
            return False
        keys = _keys(of, indexed(self.pack(of)))
        return any(each == key or each.startswith(f"{key}/") for each in keys)

    def children(self, folder: str) -> set[str]:
        """The names of the files and folders directly below `folder` that lie in its pack, or in that of a tree above
        it; packs directly below it are files of the folder."""
        if not folder or (of := self.holding(folder)) is None:
            return set()
        keys = _keys(of, indexed(self.pack(of)))
        return {key[len(folder) + 1 :].split("/")[0] for key in keys if key.startswith(f"{folder}/")}

    def list_files(self, of: str) -> dict[str, int]:
        """The keys of the files in the pack of `of`, with their sizes in bytes; errors as `read_index`."""
        index = indexed(self.pack(of))
        return dict(zip(_keys(of, index), (file.size for file in index.files.values()), strict=True))

    def extract(self, of: str, folder: Path) -> dict[str, Path]:
        """Write the files of the pack of `of` below `folder`; gives the path of each by its key."""
        pack, files = self.pack(of), dict[str, Path]()
        index = indexed(pack)
        for key, name in zip(_keys(of, index), index.files, strict=True):
            files[key] = folder / key
            files[key].parent.mkdir(parents=True, exist_ok=True)
            files[key].write_bytes(read_packed(pack, name))
        return files

    def below(self, folder: str, pattern: str = "**/*") -> Iterator[str]:
        """The keys of the files below `folder` that lie in packs, and match the glob `pattern` from there."""
        fits = compiled(pattern)
        for of in self._packs(folder, pattern):
            for key in _keys(of, indexed(self.pack(of))):
                if key.startswith(f"{folder}/" if folder else "") and fits.fullmatch(
                    key[len(folder) + bool(folder) :]
                ):
                    yield key

    def _packs(self, folder: str, pattern: str) -> Iterator[str]:
        """The trees and files whose packs could have files that match."""
        if folder and self._areas is not None and folder.split("/", 1)[0] not in self._areas:
            return
        if (of := self.holding(folder) if folder else None) is not None:
            yield of
        parts = pattern.split("/")
        depths = ["**/*"] if "**" in parts else ["*/" * depth + "*" for depth in range(len(parts))]
        places = [path_below(self._root, folder) if folder else self._root]
        if not folder and self._areas is not None:
            places, depths = [self._root / area for area in sorted(self._areas)], ["**/*"]
        for place in places:
            for depth in depths:
                for path in place.glob(depth + ENDING):
                    yield path.relative_to(self._root).as_posix().removesuffix(ENDING)


def indexed(pack: Path) -> PackIndex:
    """What the front of a pack says, read again when the pack is another."""
    status = pack.stat()
    return _indexed(pack, status.st_mtime_ns, status.st_ino, status.st_size)


@lru_cache(maxsize=256)
def _indexed(pack: Path, _changed: int, _inode: int, _size: int) -> PackIndex:
    return read_index(pack)


def _keys(of: str, index: PackIndex) -> list[str]:
    return [f"{of}/{name}" for name in index.files] if index.is_tree else [of]


@lru_cache(maxsize=64)
def compiled(pattern: str) -> re.Pattern[str]:
    """A glob as a regular expression: `*` stays within a part, `**` is any number of them."""
    parts = []
    for part in pattern.split("/"):
        within = "".join("[^/]*" if each == "*" else re.escape(each) for each in part)
        parts.append("(?:[^/]+/)*" if part == "**" else f"{within}/")
    return re.compile("".join(parts).removesuffix("/"))
