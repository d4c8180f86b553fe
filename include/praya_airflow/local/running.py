"""The guardian of a folder as others find it: it holds a lock, and has written down where its Airflow listens."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from praya_airflow.local.addresses import Addresses

LOCK, RUNNING, FAILURE = "guardian.lock", "guardian.json", "failure.txt"
AGAIN = 0.05  # seconds after which a lock is asked for again


@dataclass(frozen=True)
class Running:
    """A living guardian: its process id, whether `run` or `up` started it, and where Airflow listens."""

    pid: int
    mode: str
    addresses: Addresses


@contextmanager
def hold_lock(path: Path, patience: float = 0.0) -> Iterator[int | None]:
    """Holds `path` locked: the file descriptor, or None if another process still holds it after `patience` seconds.

    The lock ends with the last process that has the descriptor, however that ends.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    deadline = time.monotonic() + patience
    try:
        while not (is_held := _take(handle)) and time.monotonic() < deadline:
            time.sleep(AGAIN)
        yield handle if is_held else None
    finally:
        os.close(handle)


def write_running(folder: Path, mode: str, addresses: Addresses) -> None:
    """Say that this process is the guardian, and forget why the last one gave up."""
    (folder / FAILURE).unlink(missing_ok=True)
    fresh = folder / f"{RUNNING}.new"
    fresh.write_bytes(msgspec.json.encode(Running(os.getpid(), mode, addresses)))
    fresh.replace(folder / RUNNING)


def find_running(folder: Path) -> Running | None:
    """The guardian that lives in `folder`, if there is one; what a dead one has left there says nothing."""
    with hold_lock(folder / LOCK) as held:
        if held is not None:
            return None
    try:
        return msgspec.json.decode((folder / RUNNING).read_bytes(), type=Running)
    except FileNotFoundError:
        return None


def write_failure(folder: Path, why: str) -> None:
    (folder / FAILURE).write_text(why)


def read_failure(folder: Path) -> str:
    """Why the last guardian in `folder` gave up; empty if it did not."""
    path = folder / FAILURE
    return path.read_text() if path.exists() else ""


def _take(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
