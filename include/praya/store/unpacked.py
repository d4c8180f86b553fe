"""Copies of what lies in packs, for readers that need a path; in a scratch folder of the process."""

from __future__ import annotations

import os
import shutil
import socket
import time
import uuid
import weakref
from pathlib import Path
from typing import NamedTuple

from praya.store.packed_keys import PackedKeys

# A copy that nobody has asked for so long has no reader any more.
SECONDS = 3600.0


class Copy(NamedTuple):
    """A copy of a pack: the folder that the keys lie below, the pack as it was (inode, time of change in nanoseconds),
    and when it was asked for last, by the clock that counts on."""

    root: Path
    pack: tuple[int, int]
    asked: float


class Unpacked:
    """The copies of one process, each made when it is asked for first."""

    def __init__(self, packed: PackedKeys, work: Path) -> None:
        self._packed, self._work = packed, work
        self._copies: dict[tuple[int, str], Copy] = {}

    def local(self, key: str) -> Path:
        """A copy of the file or tree `key`, whose path ends with it. Raises FileNotFoundError where it is gone."""
        of = self._packed.holding(key)
        if of is None:
            raise FileNotFoundError(key)
        status, now = self._packed.pack(of).stat(), time.monotonic()
        at = (status.st_ino, status.st_mtime_ns)
        # A process that was forked has its own: the other one may end before.
        copy = self._copies.get((os.getpid(), of))
        if copy is None or copy.pack != at:
            self._remove_old(now)
            root = self._work / f"{socket.gethostname()}-{os.getpid()}-{uuid.uuid4().hex[:12]}"
            root.mkdir(mode=0o700)
            weakref.finalize(self, _remove, root, os.getpid())
            for file in self._packed.extract(of, root).values():
                file.chmod(0o444)
            copy = Copy(root, at, now)
        self._copies[(os.getpid(), of)] = copy._replace(asked=now)
        return copy.root / key

    def _remove_old(self, now: float) -> None:
        for name, copy in list(self._copies.items()):
            if name[0] == os.getpid() and now - copy.asked > SECONDS:
                _remove(copy.root, name[0])
                del self._copies[name]


def _remove(root: Path, pid: int) -> None:
    """Remove copies, in the process that made them."""
    if pid == os.getpid():
        shutil.rmtree(root, ignore_errors=True)
