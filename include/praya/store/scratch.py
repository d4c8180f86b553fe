"""Scratch folders: each named after the machine and the process that made it, and swept once that has ended."""

from __future__ import annotations

import os
import shutil
import socket
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from praya.store.journal import FOREIGN_SECONDS, is_alive


@contextmanager
def own_folder(work: Path) -> Iterator[Path]:
    """A folder in `work` that nobody else uses; it is gone afterwards, with what is still in it."""
    folder = work / f"{socket.gethostname()}-{os.getpid()}-{uuid.uuid4().hex[:12]}"
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        try:
            folder.rmdir()  # what was in it has mostly got its place
        except OSError:
            shutil.rmtree(folder, ignore_errors=True)


def sweep(work: Path) -> None:
    """Remove what processes that have ended left in `work`: their folders, and the locks that lay there up to 0.4."""
    for path in work.iterdir():
        if path.suffix == ".lock":
            with suppress(OSError):
                path.unlink()
        elif path.is_dir() and _is_abandoned(path):
            shutil.rmtree(path, ignore_errors=True)


def _is_abandoned(folder: Path) -> bool:
    """Whether the process that a scratch folder is named after is gone; containers share a store, not their pids."""
    host, _, rest = folder.name.rpartition("-")[0].rpartition("-")
    if not rest.isdigit():
        return False
    if host == socket.gethostname():
        return not is_alive(int(rest))
    try:
        # The age of a folder is by the clock of the machine, as the file system's times are.
        return time.time() - folder.stat().st_mtime > FOREIGN_SECONDS
    except FileNotFoundError:
        return False
