"""Files put together from parts, of which those that have not changed are copied from the file that stands."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import BinaryIO, NamedTuple

from praya.store.regular import open_regular

CHUNK = 1 << 20


class Span(NamedTuple):
    """So many bytes of the file that stands, from an offset on."""

    start: int
    length: int

    @property
    def end(self) -> int:
        return self.start + self.length


Piece = bytes | Span


def slice_pieces(pieces: Sequence[Piece], start: int, end: int) -> list[Piece]:
    """The bytes from `start` to `end` of what these pieces are together."""
    sliced: list[Piece] = []
    for piece in pieces:
        length = len(piece) if isinstance(piece, bytes) else piece.length
        first, last = max(start, 0), min(end, length)
        if first < last:
            sliced.append(
                piece[first:last] if isinstance(piece, bytes) else Span(piece.start + first, last - first)
            )
        start, end = start - length, end - length
    return sliced


def read_pieces(pieces: Sequence[Piece], standing: Path | None) -> bytes:
    """What these pieces are together."""
    with _opened(standing) as source:
        return b"".join(_chunks(pieces, source))


class ComposedFile:
    """A file in the making. `size` is its length in bytes so far."""

    def __init__(self) -> None:
        self._pieces: list[Piece] = []
        # Of the file that stands, what comes next: ranges that lie side by side are one.
        self._start = self._end = 0
        self.size = 0

    def add(self, pieces: Iterable[Piece]) -> list[Span]:
        """Put these pieces behind the others; gives where they lie in this file."""
        start = self.size
        for piece in pieces:
            self._add(piece)
        return [Span(start, self.size - start)] if self.size > start else []

    def _add(self, piece: Piece) -> None:
        if isinstance(piece, bytes):
            self._close_range()
            self._pieces.append(piece)
            self.size += len(piece)
        else:
            self._add_range(piece.start, piece.start + piece.length)

    def _add_range(self, start: int, end: int) -> None:
        if start != self._end:
            self._close_range()
            self._start = start
        self._end = end
        self.size += end - start

    def _close_range(self) -> None:
        if self._end > self._start:
            self._pieces.append(Span(self._start, self._end - self._start))
        self._start = self._end = 0

    def separate(self, separator: bytes, pieces: Sequence[Piece]) -> list[Span]:
        """`add` behind a separator, which stands between two parts of the file that stands too."""
        first = pieces[0]
        if self._end and not isinstance(first, bytes) and self._end + len(separator) == first.start:
            self._add_range(self._end, first.start)
        else:
            self._add(separator)
        return self.add(pieces)

    @property
    def _all(self) -> list[Piece]:
        self._close_range()
        return self._pieces

    @property
    def copied(self) -> int:
        """How many ranges of the file that stands are copied."""
        return sum(isinstance(piece, Span) for piece in self._all)

    def is_in(self, standing: Path) -> bool:
        """Whether the file that stands has these bytes already: every part lies where it lay."""
        if standing.stat().st_size != self.size:
            return False
        offset = 0
        with open_regular(standing) as source:
            for piece in self._all:
                if isinstance(piece, Span):
                    if piece.start != offset:
                        return False
                    offset += piece.length
                else:
                    source.seek(offset)
                    if source.read(len(piece)) != piece:
                        return False
                    offset += len(piece)
        return True

    def write(self, standing: Path | None, target: Path) -> str:
        """Write the file to `target`; gives its SHA-256 (64 hex digits)."""
        digest = hashlib.sha256()
        with target.open("wb") as out, _opened(standing) as source:
            for chunk in _chunks(self._all, source):
                digest.update(chunk)
                out.write(chunk)
        return digest.hexdigest()


def _opened(standing: Path | None) -> BinaryIO:
    return open_regular(standing) if standing else io.BytesIO()


def _chunks(pieces: Iterable[Piece], source: BinaryIO) -> Iterable[bytes]:
    for piece in pieces:
        if isinstance(piece, bytes):
            yield piece
            continue
        source.seek(piece.start)
        left = piece.length
        while left:
            chunk = source.read(min(CHUNK, left))
            if not chunk:
                raise EOFError("the file that stands is shorter than it was")
            left -= len(chunk)
            yield chunk
