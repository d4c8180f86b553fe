"""Opening files of the store: only regular ones, so that no reader waits for a pipe or reads a device."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import BinaryIO

from praya.errors import IntegrityError, codes
from praya.text.names import leads_out
from praya.text.outside import quote

KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFLNK: "a symbolic link",
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


def path_below(root: Path, key: str) -> Path:
    """The path of `key` below `root`, a path without links. Raises IntegrityError where it leads out of `root` or goes
    through a link: nothing in a store is one."""
    path = root / key
    if not leads_out(key) and not _has_link(str(root), key):
        return path
    actual = _without_links(path)
    if not actual.is_relative_to(root):
        raise IntegrityError(
            codes.store.KEY_NOT_VALID,
            f"the key '{quote(key, 120)}' leads out of the store {root}: use relative keys only",
        )
    if actual != path:
        raise IntegrityError(
            codes.store.PATH_REPLACED,
            f"{path}: goes through a link to {actual}; the store has none, so somebody else put it there",
        )
    return path


def _has_link(root: str, key: str) -> bool:
    """Whether `root` or a part of `key` below it is a link; what is not there is none. To resolve the whole path would
    ask for every folder above the store too, each time."""
    at = root
    try:
        if stat.S_ISLNK(os.lstat(at).st_mode):
            return True
        for part in key.split("/"):
            at = f"{at}/{part}"
            if stat.S_ISLNK(os.lstat(at).st_mode):
                return True
    except (OSError, ValueError):
        return False
    return False


def _without_links(path: Path) -> Path:
    """Where a path leads when links are followed. One that no file system takes, or that leads to itself, is as it is
    written: its name is refused next, or nothing is actual there."""
    try:
        return path.resolve()
    except (OSError, RuntimeError, ValueError):
        return path


def open_regular(path: Path) -> BinaryIO:
    """A file, open for reading; FileNotFoundError where there is none, IntegrityError where it is no regular file or
    cannot be read. It never waits: a named pipe is opened without a writer, and refused."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise IntegrityError(
            codes.store.FILE_NOT_READABLE, f"{path}: cannot be opened: {error.strerror}"
        ) from error
    mode = os.fstat(handle).st_mode
    if not stat.S_ISREG(mode):
        os.close(handle)
        raise IntegrityError(
            codes.store.FILE_NOT_READABLE, f"{path}: is {kind_of(mode)} and not a regular file"
        )
    return os.fdopen(handle, "rb")


def read_regular(path: Path) -> bytes:
    """The bytes of a regular file; errors as `open_regular`."""
    with open_regular(path) as file:
        try:
            return file.read()
        except OSError as error:
            raise IntegrityError(
                codes.store.FILE_NOT_READABLE, f"{path}: cannot be read: {error.strerror}"
            ) from error


def kind_of(mode: int) -> str:
    """What a mode (`st_mode`) that is not that of a regular file says of a path, with its article."""
    return KINDS.get(stat.S_IFMT(mode), "a special file")
