"""What this process has read of a ledger's file: where each event stands, so that an append reads what is new only."""

from __future__ import annotations

import os
from binascii import unhexlify
from pathlib import Path
from typing import BinaryIO

EVENT = b'"event":"'
_known: dict[Path, Index] = {}


class Index:
    """Event (32 bytes) → offset of its line in bytes, up to `size`; and the last line as it stood there.

    It is filled under the ledger's lock. It goes on where the file does; a file that was replaced, cut short or
    changed at the end is read anew.
    """

    def __init__(self) -> None:
        self._file: tuple[int, int] | None = None
        self._events: dict[bytes, int] = {}
        self._synced = 0
        self.size = 0
        self.number = 0
        self.last = b""

    @classmethod
    def of(cls, path: Path) -> Index:
        """This process's index of the ledger at `path`."""
        return _known.setdefault(path, cls())

    def catch_up(self, file: BinaryIO) -> None:
        """Read what was added to `file`, which ends with a whole line."""
        status = os.fstat(file.fileno())
        if self._file != (status.st_dev, status.st_ino) or not self._goes_on(file, status.st_size):
            self.__init__()  # type: ignore[misc]
            self._file = (status.st_dev, status.st_ino)
        file.seek(self.size)
        events, offset = self._events, self.size
        for raw in file:
            events.setdefault(_event(raw), offset)
            offset += len(raw)
            self.number += 1
            self.last = raw
        self.size = offset

    def standing(self, file: BinaryIO, event: str) -> bytes | None:
        """The bytes of the line that stands for `event`, or None."""
        offset = self._events.get(unhexlify(event))
        if offset is None:
            return None
        file.seek(offset)
        return file.readline()

    def sync(self, file: BinaryIO) -> None:
        """See that everything up to `size` is on disk."""
        if (size := self.size) > self._synced:
            os.fsync(file.fileno())
            self._synced = size

    def _goes_on(self, file: BinaryIO, size: int) -> bool:
        if size < self.size:
            return False
        file.seek(self.size - len(self.last))
        return file.read(len(self.last)) == self.last


def _event(raw: bytes) -> bytes:
    # What follows the event in a line is text of its own, in which a quote would be escaped.
    start = raw.rfind(EVENT) + len(EVENT)
    try:
        return unhexlify(raw[start : start + 64])
    except ValueError:
        return b""  # no line of ours: `praya verify` names it
