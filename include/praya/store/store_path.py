"""Paths in a store: a key with the methods of `pathlib.Path` that reading needs, on any backend and into packs.

As `zipfile.Path` is for an archive. What is read is read through the store: no link is followed, and nothing is opened
that is not a regular file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import total_ordering
from pathlib import Path, PurePosixPath

from praya.errors import IntegrityError
from praya.store.interface import Store
from praya.text.names import key_problem, leads_out


@total_ordering
@dataclass(frozen=True, eq=False)
class StorePath:
    """The place of `key` in `store`; "" is the whole store. It shows as what `Store.describe` gives."""

    store: Store
    key: str = ""

    def __truediv__(self, name: str) -> StorePath:
        return StorePath(self.store, f"{self.key}/{name}".lstrip("/"))

    def __str__(self) -> str:
        return self.store.describe(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, StorePath) and (self.store, self.key) == (other.store, other.key)

    def __lt__(self, other: StorePath) -> bool:
        return self.parts < other.parts

    def __hash__(self) -> int:
        return hash(self.key)

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts of the key."""
        return tuple(self.key.split("/"))

    @property
    def name(self) -> str:
        """The last part of the key."""
        return self.parts[-1]

    @property
    def suffix(self) -> str:
        """The ending of the name, with its dot."""
        return PurePosixPath(self.key).suffix

    @property
    def parent(self) -> StorePath:
        """The folder in which it lies."""
        return StorePath(self.store, self.key.rpartition("/")[0])

    def is_below(self, folder: StorePath) -> bool:
        """Whether it lies in `folder`, or in a folder of that."""
        return self.key.startswith(f"{folder.key}/")

    def relative_to(self, folder: StorePath) -> PurePosixPath:
        """The path from `folder`, in which it lies."""
        return PurePosixPath(self.key).relative_to(folder.key)

    def exists(self) -> bool:
        """Whether a file or folder lies there that can be read as one: nothing does under a name that no file of a
        store can have, behind a link, or in a damaged pack."""
        return self._can_be() and self._asked(self.store.exists)

    def is_file(self) -> bool:
        """Whether a regular file lies there; as `exists`."""
        return self._can_be() and self._asked(self.store.is_file)

    def is_dir(self) -> bool:
        """Whether a folder lies there."""
        return self.exists() and not self.is_file()

    @property
    def size(self) -> int:
        """The bytes of the file, counted; errors as `Store.size`."""
        return self.store.size(self.key)

    def sha256(self) -> str:
        """The SHA-256 of the file (64 hex digits). Raises FileNotFoundError where there is none, and as
        `Store.get_bytes`."""
        if not self.is_file():
            raise FileNotFoundError(2, "No such file", str(self))
        return self.store.sha256(self.key)

    def read_bytes(self) -> bytes:
        """The bytes of the file. Raises FileNotFoundError where there is none, and as `Store.get_bytes`."""
        if (data := self.store.get_bytes(self.key)) is None:
            raise FileNotFoundError(2, "No such file", str(self))
        return data

    def read_text(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        """The text of the file; `encoding` and `errors` are those of `bytes.decode`."""
        return self.read_bytes().decode(encoding, errors)

    def local(self) -> Path:
        """A file or folder of this machine with the same in it; see `Store.local`."""
        return self.store.local(self.key)

    def iterdir(self) -> Iterator[StorePath]:
        """What lies directly below, in order; nothing where there is no such folder."""
        return (self / name for name in self.store.children(self.key))

    def glob(self, pattern: str) -> Iterator[StorePath]:
        """The files and folders below whose path from here matches, part by part: `*` stays within a part, and `**`
        is any number of folders."""
        part, _, rest = pattern.partition("/")
        if part == "**":
            yield from self.glob(rest)
            for each in self.iterdir():
                if each.is_dir():
                    yield from each.glob(pattern)
        else:
            for each in self._matching(part):
                if rest:
                    yield from each.glob(rest)
                else:
                    yield each

    def rglob(self, pattern: str) -> Iterator[StorePath]:
        """`glob` in this folder and in every folder below."""
        return self.glob(f"**/{pattern}")

    def _asked(self, question: Callable[[str], bool]) -> bool:
        try:
            return question(self.key)
        except IntegrityError:
            return False

    def _can_be(self) -> bool:
        return not leads_out(self.key) and key_problem(self.key, written=False) is None

    def _matching(self, part: str) -> Iterator[StorePath]:
        if "*" not in part:
            if (self / part).exists():
                yield self / part
        elif self.is_dir() or not self.key:
            yield from (each for each in self.iterdir() if PurePosixPath(each.name).match(part))
