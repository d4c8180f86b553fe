"""Locks among the processes of one machine; the kernel frees them when their holder dies."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from praya.errors import StoreBusy, codes

LOCK_SECONDS = 120


@contextmanager
def hold(path: Path, seconds: float) -> Iterator[None]:
    """Hold the lock whose file is at `path`, in a folder that is made where it is missing. Raises StoreBusy when
    another holder has not let go after so many seconds."""
    handle = _open(path)
    try:
        _wait(handle, path, time.monotonic() + seconds, seconds)
        yield
    finally:
        os.close(handle)


def _open(path: Path) -> int:
    flags = os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC
    try:
        return os.open(path, flags, 0o600)
    except FileNotFoundError:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        return os.open(path, flags, 0o600)


def _wait(handle: int, path: Path, deadline: float, seconds: float) -> None:
    pause = 0.001
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise StoreBusy(
                    codes.store.LOCKED,
                    f"the lock {path} has been held for over {seconds:.0f} s: see who holds it",
                ) from None
            time.sleep(pause)
            pause = min(2 * pause, 0.02)
