"""Bodies as their Content-Encoding has them, decoded to the end: one that is cut is no body.

urllib3 hands out what a cut gzip or deflate stream holds and says nothing of what is missing. Here a stream counts only
with its end: for gzip that is the checksum and the length behind it (RFC 1952), for zlib the checksum (RFC 1950).
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

PIECE = 1 << 20  # bytes that are unpacked at a time, however much a few packed ones stand for
GZIP, ZLIB, RAW = 16 + zlib.MAX_WBITS, zlib.MAX_WBITS, -zlib.MAX_WBITS
PACKED = {"gzip": GZIP, "x-gzip": GZIP, "deflate": ZLIB}
NOT_READ = ("br", "zstd", "compress", "x-compress", "dcb", "dcz", "exi", "pack200-gzip")


class EncodingUnknown(ValueError):
    """A body is packed in a way that nobody asked for; its text is the name of it."""


class BodyDamaged(ValueError):
    """A body is not whole in its encoding; its text says what is wrong."""


def decode(chunks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """The body that `chunks` hold under the header Content-Encoding, in pieces of at most some `PIECE` bytes.

    Raises EncodingUnknown before the first piece, and BodyDamaged where the stream is cut, damaged, or goes on behind
    its end. Names that are no encoding, such as `utf-8`, leave the bytes as they are.
    """
    names = [name for name in (name.strip().lower() for name in encoding.split(",")) if name]
    if unknown := [name for name in names if name in NOT_READ]:
        raise EncodingUnknown(unknown[0])
    for name in reversed(names):
        if name in PACKED:
            chunks = _unpack(chunks, PACKED[name])
    return iter(chunks)


def _unpack(chunks: Iterable[bytes], form: int) -> Iterator[bytes]:
    stream, begun = zlib.decompressobj(form), False
    for data in chunks:
        if data and not begun and form == ZLIB and not _is_zlib(data):
            stream = zlib.decompressobj(RAW)  # what some servers call deflate
        begun = begun or bool(data)
        waiting, is_full = data, False
        while waiting or is_full:
            try:
                piece = stream.decompress(waiting, PIECE)
            except zlib.error as error:
                raise BodyDamaged("its compression is damaged") from error
            if piece:
                yield piece
            waiting, is_full = stream.unconsumed_tail, len(piece) == PIECE
            if stream.eof:
                waiting, is_full = stream.unused_data.lstrip(b"\0"), False  # zeros are padding
                if waiting and form != GZIP:
                    raise BodyDamaged("something follows the end of its compression")
                if waiting:
                    stream = zlib.decompressobj(GZIP)  # a file of several members
    if begun and not stream.eof:
        raise BodyDamaged("its compression has no end: it is cut")


def _is_zlib(head: bytes) -> bool:
    return head[0] & 0x0F == 8 and (len(head) < 2 or (head[0] << 8 | head[1]) % 31 == 0)
