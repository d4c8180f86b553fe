"""Scratch: folders and files, each named after the machine and the process that made it, and swept once that has
ended."""

from __future__ import annotations

import os
import shutil
import socket
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from praya.store.durable import sync_handles
from praya.store.journal import FOREIGN_SECONDS, is_alive


@contextmanager
def own_folder(work: Path) -> Iterator[Path]:
    """A folder in `work` that nobody else uses; it is gone afterwards, with what is still in it."""
    folder = work / _make_name()
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        try:
            folder.rmdir()  # what was in it has mostly got its place
        except OSError:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def own_files(work: Path, contents: Sequence[bytes], mode: int) -> Iterator[list[Path]]:
    """Files in `work` with these contents, safe on disk, to be moved to their places; after an error none is left."""
    paths: list[Path] = []
    try:
        with ExitStack() as stack:
            handles = []
            for content in contents:
                path = work / _make_name()
                handles.append(
                    handle := os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
                )
                stack.callback(os.close, handle)
                paths.append(path)
                os.fchmod(handle, mode)  # whatever the umask
                _write(handle, content)
            sync_handles(handles)
        yield paths
    except BaseException:
        for path in paths:
            path.unlink(missing_ok=True)
        raise


def _write(handle: int, content: bytes) -> None:
    left = memoryview(content)
    while left:
        left = left[os.write(handle, left) :]


def _make_name() -> str:
    return f"{socket.gethostname()}-{os.getpid()}-{uuid.uuid4().hex[:12]}"


def sweep(work: Path) -> None:
    """Remove what processes that have ended left in `work`, and the locks that lay there up to 0.4."""
    for path in work.iterdir():
        if path.suffix != ".lock" and not _is_abandoned(path):
            continue
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            with suppress(OSError):
                path.unlink()


def _is_abandoned(path: Path) -> bool:
    """Whether the process that scratch is named after is gone; containers share a store, not their pids."""
    host, _, rest = path.name.rpartition("-")[0].rpartition("-")
    if not rest.isdigit():
        return False
    if host == socket.gethostname():
        return not is_alive(int(rest))
    try:
        # The age of a folder is by the clock of the machine, as the file system's times are.
        return time.time() - path.stat().st_mtime > FOREIGN_SECONDS
    except FileNotFoundError:
        return False
