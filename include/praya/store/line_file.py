"""Files of lines that only grow: where the last whole line is, and what a kill while writing left behind it."""

from __future__ import annotations

import os
from typing import BinaryIO

BLOCK = 65536


def drop_torn_tail(file: BinaryIO) -> None:
    """Cut off what stands behind the last line end: the half of a line whose writer was killed."""
    size = file.seek(0, os.SEEK_END)
    whole = _end_of_lines(file, size)
    if whole < size:
        file.truncate(whole)
        os.fsync(file.fileno())


def last_line(file: BinaryIO) -> bytes:
    """The last line of a file that ends with a whole line, without its line end; nothing where the file is empty."""
    size = file.seek(0, os.SEEK_END)
    start = _end_of_lines(file, size - 1) if size else 0
    file.seek(start)
    return file.read(max(0, size - 1 - start))


def _end_of_lines(file: BinaryIO, end: int) -> int:
    """The offset in bytes behind the last line end before `end`, read backwards; 0 where there is none."""
    length = 1
    while end > 0:
        start = max(0, end - length)
        file.seek(start)
        newline = file.read(end - start).rfind(b"\n")
        if newline >= 0:
            return start + newline + 1
        end, length = start, BLOCK
    return 0
