"""Processes as a tree that can be stopped to the last leaf, whatever sessions and groups they moved to."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import time
from collections.abc import Iterable
from contextlib import suppress

import psutil

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
POLL = 0.05
# psutil lets the kernel's own word through when a process ends while its status is being read.
GONE = (psutil.NoSuchProcess, ProcessLookupError)


def become_subreaper() -> bool:
    """From now on orphaned descendants become children of this process. False where it cannot (macOS)."""
    return _call_prctl(PR_SET_CHILD_SUBREAPER, 1)


def die_with_parent(number: int = signal.SIGTERM) -> bool:
    """Asks the system to signal this process when its parent ends, by SIGKILL too. False where it cannot."""
    return _call_prctl(PR_SET_PDEATHSIG, number)


def find_descendants(known: Iterable[psutil.Process] = ()) -> list[psutil.Process]:
    """Living children, grandchildren and so on of this process, and those of the `known` that still live."""
    processes = set(_list_children(psutil.Process()))
    for process in known:
        if process.is_running():
            processes |= {process, *_list_children(process)}
    return [process for process in processes if _is_alive(process)]


def reap() -> dict[int, int]:
    """Exit codes by process id of the children, born or inherited, that have ended."""
    ended: dict[int, int] = {}
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return ended
        if pid == 0:
            return ended
        ended[pid] = os.waitstatus_to_exitcode(status)


def stop_all(grace: float, known: Iterable[psutil.Process] = ()) -> None:
    """SIGTERM to every descendant, SIGKILL after `grace` seconds, until none is left."""
    deadline = time.monotonic() + grace
    asked: set[psutil.Process] = set()
    known = list(known)
    while left := find_descendants(known):
        late = time.monotonic() >= deadline
        for process in left:
            if late or process not in asked:
                _send(process, signal.SIGKILL if late else signal.SIGTERM)
        asked.update(left)
        time.sleep(POLL)
        reap()


def _send(process: psutil.Process, number: int) -> None:
    with suppress(*GONE):
        process.send_signal(number)


def _list_children(process: psutil.Process) -> list[psutil.Process]:
    try:
        return list(process.children(recursive=True))
    except GONE:
        return []


def _is_alive(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except GONE:
        return False


def _call_prctl(option: int, value: int) -> bool:
    if sys.platform != "linux":
        return False
    library = ctypes.CDLL(None, use_errno=True)
    return int(library.prctl(option, value, 0, 0, 0)) == 0
