"""Packs: an immutable tree, or one immutable file, as a single compressed file that other tools can open too.

A pack is a zstd stream of a tar archive (`tar --zstd -xf`), and in front of it, in a frame that zstd skips, the names
and sizes of its files as JSON. So its files are listed without decompressing anything. Formats: RFC 8878, POSIX ustar.
"""

from __future__ import annotations

import io
import json
import struct
import tarfile
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from praya.errors import IntegrityError, codes
from praya.store.regular import open_regular
from praya.text.names import key_problem
from praya.text.outside import describe_error, quote

ENDING = ".tar.zst"
FORMAT = 1
# A pack is read whole, so it stays small enough for that; larger trees stay files.
MAX_BYTES = 32 << 20
MAX_INDEX_BYTES = 4 << 20
# Near the size of the highest level, at a twentieth of its time.
LEVEL = 9
SKIPPED_FRAME = 0x184D2A50
BLOCK = tarfile.BLOCKSIZE


class PackedFile(NamedTuple):
    """A file of a pack: where its bytes begin in the archive, and how many there are."""

    offset: int
    size: int


class PackIndex(NamedTuple):
    """What the front of a pack says. `is_tree` is False where the pack stands for one file, and has that one alone."""

    is_tree: bool
    files: Mapping[str, PackedFile]
    archive_bytes: int
    start: int


def write_pack(source: Path, target: Path) -> bool:
    """Write the tree or file `source` as a pack to the new file `target`; False, and nothing is written, for what is
    too large to be one, or has a name that an archive of this kind cannot have."""
    files = sorted(path for path in source.rglob("*") if not path.is_dir()) if source.is_dir() else [source]
    sizes = {path: path.stat().st_size for path in files}
    if not files or sum(sizes.values()) > MAX_BYTES:
        return False
    names = {
        path: path.relative_to(source if source.is_dir() else source.parent).as_posix() for path in files
    }
    archive = io.BytesIO()
    try:
        with tarfile.open(fileobj=archive, mode="w", format=tarfile.USTAR_FORMAT) as tar:
            for path in files:
                _add(tar, path, names[path], sizes[path])
    except ValueError:
        return False
    said = {
        "format": FORMAT,
        "tree": source.is_dir(),
        "bytes": len(archive.getbuffer()),
        "files": {names[path]: sizes[path] for path in files},
    }
    index = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
    with target.open("xb") as file:
        file.write(struct.pack("<II", SKIPPED_FRAME, len(index)) + index)
        file.write(_codec().compress(archive.getbuffer()))
    return True


def _add(tar: tarfile.TarFile, path: Path, name: str, size: int) -> None:
    with open_regular(path) as file:
        tar.addfile(_entry(name, size), file)


def _entry(name: str, size: int) -> tarfile.TarInfo:
    """What stands in front of a file: its name and size, and of all else what `tarfile` has by itself."""
    entry = tarfile.TarInfo(name)
    entry.size = size
    return entry


def _header(name: str, size: int) -> bytes:
    return _entry(name, size).tobuf(tarfile.USTAR_FORMAT, "utf-8", "strict")


def read_index(path: Path) -> PackIndex:
    """What the front of a pack says; raises FileNotFoundError where there is none, and IntegrityError where it is
    damaged."""
    with open_regular(path) as file:
        return _index_in(file, path)


def _index_in(file: BinaryIO, path: Path) -> PackIndex:
    try:
        magic, length = struct.unpack("<II", file.read(8))
        if magic != SKIPPED_FRAME or length > MAX_INDEX_BYTES:
            raise ValueError("it does not begin with an index")
        said = json.loads(file.read(length))
        if said["format"] != FORMAT:
            raise ValueError(f"its format is '{quote(said['format'], 20)}', and this version reads {FORMAT}")
        return PackIndex(said["tree"] is True, dict(_placed(said)), int(said["bytes"]), 8 + length)
    except (ValueError, KeyError, TypeError, AttributeError, struct.error, RecursionError) as error:
        raise _damaged(path, error) from error


def _placed(said: Any) -> Iterator[tuple[str, PackedFile]]:
    """Name and place of each file of an archive: one header each, and bytes up to the end of a block."""
    offset = 0
    for name, size in said["files"].items():
        if key_problem(name, written=True) or not isinstance(size, int) or not 0 <= size <= MAX_BYTES:
            raise ValueError(f"'{quote(name, 120)}' with '{quote(size, 20)}' bytes is no file of it")
        offset += BLOCK
        yield name, PackedFile(offset, size)
        offset += -(-size // BLOCK) * BLOCK
    if not offset <= said["bytes"] <= 2 * MAX_BYTES:
        raise ValueError("it is larger or smaller than its files")


def read_packed(path: Path, name: str) -> bytes:
    """The bytes of a file of the pack at `path`. Raises FileNotFoundError where there is no such pack, KeyError where
    the file is not in it, and IntegrityError where it is damaged."""
    status = path.stat()
    index, archive = _opened(path, status.st_mtime_ns, status.st_ino, status.st_size)
    place = index.files[name]
    return bytes(archive[place.offset : place.offset + place.size])


# One alone: the files of a pack are mostly asked for one after the other, and it may have 32 MiB.
@lru_cache(maxsize=1)
def _opened(path: Path, _changed: int, _inode: int, _size: int) -> tuple[PackIndex, memoryview]:
    with open_regular(path) as file:
        index = _index_in(file, path)
        data = file.read()
    try:
        archive = memoryview(_codec().decompress(data, decompressed_size=index.archive_bytes))
        if len(archive) != index.archive_bytes:
            raise ValueError("it is shorter than it says")
        end = 0
        for name, place in index.files.items():
            # As `write_pack` writes it, so that nothing can stand in a pack but its files.
            if any(archive[end : place.offset - BLOCK]) or archive[
                place.offset - BLOCK : place.offset
            ] != _header(name, place.size):
                raise ValueError(f"'{quote(name, 120)}' is not where its index says")
            end = place.offset + place.size
        if any(archive[end:]):
            raise ValueError("it goes on behind its files")
    except (OSError, ValueError) as error:
        raise _damaged(path, error) from error
    return index, archive


def _codec() -> Any:
    # Imported here, because the files of DAGs import the store, and are parsed without it.
    import pyarrow as pa

    return pa.Codec("zstd", compression_level=LEVEL)


def _damaged(path: Path, error: Exception) -> IntegrityError:
    return IntegrityError(
        codes.store.FILE_DAMAGED,
        f"{path} is not a pack that Praya wrote ({describe_error(error)}): run `praya verify`, and put it back from a "
        "backup",
    )
