"""A local file as a source: a regular file below one of the folders that the operator names."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit

from praya.contract import Contract
from praya.errors import SourceError, codes
from praya.pipeline.collect.receipt import Fetched, check_body, too_large
from praya.text.outside import quote

CHUNK = 1 << 20
# Of the kernel: what is there are no files of a department, and reading may wait for ever.
KERNEL = tuple(Path(folder) for folder in ("/proc", "/sys", "/dev", "/run"))


def fetch(
    contract: Contract, url: str, target: Path, folders: Sequence[Path], private: Sequence[Path]
) -> Fetched:
    """Copy the file that a `file://` address names to `target`, hashing on the way.

    It must lie below one of `folders` and not in `private` (folders, or key files with whatever lies beside them under
    the same name), wherever links lead. Raises SourceError.
    """
    path = _allowed(contract, url, folders, private)
    digest, size = hashlib.sha256(), 0
    try:
        with os.fdopen(_open_regular(path), "rb") as source, target.open("wb") as copy:
            while chunk := source.read(CHUNK):
                size += len(chunk)
                if size > contract.source.max_bytes:
                    raise too_large(contract, url, contract.source.max_bytes)
                digest.update(chunk)
                copy.write(chunk)
    except OSError as error:
        raise SourceError(
            codes.source.FILE_NOT_READABLE,
            f"{contract.dataset}: the file {quote(path, 200)} cannot be read: {error.strerror}",
        ) from error
    check_body(contract, url, target, size)
    return Fetched(target, url, digest.hexdigest(), size)


def _allowed(contract: Contract, url: str, folders: Sequence[Path], private: Sequence[Path]) -> Path:
    """The file without any link in its path. Raises SourceError where it lies elsewhere than it may."""
    parts = urlsplit(url)
    text = unquote(parts.path)
    if parts.netloc or parts.query or parts.fragment or "\x00" in text or not text.startswith("/"):
        raise SourceError(
            codes.source.ADDRESS_NOT_VALID,
            f"{contract.dataset}: '{quote(url, 120)}' names no file of this machine; expected file:///folder/name",
        )
    try:
        # Also of a file that is not there: who may not read below a folder learns nothing of what is in it.
        path = Path(text).resolve()
        below = [folder for folder in (folder.resolve() for folder in folders) if path.is_relative_to(folder)]
    except (
        OSError,
        RuntimeError,
        ValueError,
    ) as error:  # a name that no file can have, a link that leads to itself
        raise SourceError(
            codes.source.FILE_NOT_READABLE,
            f"{contract.dataset}: '{quote(url, 120)}' names a file that cannot be found",
        ) from error
    if not below:
        raise SourceError(
            codes.source.FILE_PLACE_NOT_ALLOWED,
            f"{contract.dataset}: the file '{quote(text, 120)}' lies in none of the folders that sources may be "
            "read from; "
            "the operator names them in PRAYA_SOURCE_FOLDERS",
        )
    kernel = any(variant.is_relative_to(place) for variant in (path, Path(text)) for place in KERNEL)
    if kernel or any(_is_in(path, place) for place in private):
        raise SourceError(
            codes.source.FILE_PLACE_NOT_ALLOWED,
            f"{contract.dataset}: the file '{quote(text, 120)}' lies where Praya keeps its own data and keys, "
            "or belongs to "
            "the system; no source is read from there, move it to a folder of its own",
        )
    return path


def _is_in(path: Path, place: Path) -> bool:
    place = place.resolve()
    return path.is_relative_to(place) or (
        path.parent == place.parent and path.name.startswith(f"{place.name}.")
    )


def _open_regular(path: Path) -> int:
    """Open a file whose path has no links, folder by folder, so that one which appears meanwhile is not followed.

    A pipe or a device is refused and not waited for. Raises OSError.
    """
    folder = os.open("/", os.O_RDONLY | os.O_DIRECTORY)
    try:
        for name in path.parts[1:-1]:
            inner = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=folder)
            os.close(folder)
            folder = inner
        handle = os.open(path.name or ".", os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    finally:
        os.close(folder)
    mode = os.fstat(handle).st_mode
    if stat.S_ISREG(mode):
        return handle
    os.close(handle)
    what = "Is a directory" if stat.S_ISDIR(mode) else "is no regular file"
    raise OSError(0, what)
