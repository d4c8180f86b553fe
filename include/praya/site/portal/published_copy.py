"""What a copy of the released area was read back as: a file that is as it was here and there is not read again.

Whether something was written is told by what the file systems say of a file, without its bytes. It is scratch of this
machine: without it the next copy is read back whole, as with `praya publish --read-back`.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from praya.store import Store, content_key, layout

# What file systems say of a file that is another after every write: object storage, a folder, others.
MARKS = ("size", "ETag", "LastModified", "mtime", "ino", "created")


class PublishedCopy:
    """The marks of folders and pointers of the copy at one target, as they were read back last."""

    def __init__(self, store: Store, target: str, options: Mapping[str, object], *, read_back: bool) -> None:
        self._store = store
        self._path = store.disk_path(layout.published_copy(content_key([target, repr(options)])))
        self._before = {} if read_back else _read(self._path)
        self._now: dict[str, str] = {}

    def is_known(self, name: str, mark: str | None) -> bool:
        """Whether what is named so was read back with this mark."""
        if mark is None or self._before.get(name) != mark:
            return False
        self._now[name] = mark
        return True

    def add(self, name: str, mark: str | None) -> None:
        """It has been read back now, and was what it should be."""
        if mark is not None:
            self._now[name] = mark

    def mark(self, keys: Iterable[str], there: Mapping[str, Mapping[str, Any]]) -> str | None:
        """What changes when one of these files is written here or there; None where that cannot be told."""
        marks = []
        for key in keys:
            here, copy = self._store.stamp(f"{layout.RELEASED}/{key}"), there.get(key)
            if here is None or copy is None or not any(copy.get(name) for name in MARKS[1:]):
                return None
            marks.append((key, here, [str(copy.get(name)) for name in MARKS]))
        return hashlib.blake2b(repr(marks).encode(), digest_size=16).hexdigest()

    def keep(self) -> None:
        """Leave it for the next copy."""
        if self._now != self._before:
            part = self._path.with_name(f"{self._path.name}.{os.getpid()}.part")
            part.write_bytes(msgspec.json.encode(self._now))
            part.replace(self._path)


def _read(path: Path) -> dict[str, str]:
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, str])
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return {}
