"""A child process that takes one dataset the whole way and dies at a chosen point.

A point is every moment at which Python code opens a file for writing, makes, renames or removes one, changes
its mode, or syncs it. What DuckDB writes lies in scratch folders and becomes visible by those same renames.
"""

from __future__ import annotations

import os
import stat
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

from praya.collect import collect
from praya.contract import Contract
from praya.portal import catalogue
from praya.protect import protect
from praya.release import release
from praya.stage import stage
from praya.store import Store
from praya.validate import validate

DIED = 77
EVENTS = {"os.rename", "os.mkdir", "os.remove", "os.rmdir", "os.chmod", "os.truncate", "os.link"}


def take_the_whole_way(contract: Contract, root: Path, suites: Path) -> None:
    store = Store(root)
    collect(contract, store, {})
    stage(contract, store)
    validate(contract, store, suites)
    release(protect(contract, store), contract, store)
    catalogue(store)


def in_child(work: Callable[[], None]) -> int:
    """Exit status of `work` in a forked child: 0 done, DIED at the point, 1 with a traceback."""
    child = os.fork()
    if child == 0:
        try:
            work()
            os._exit(0)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


class Points:
    """Counts the points of a run below `root`; at the `die_at`-th the process ends, as a kill would end it.

    With `torn`, the file that is being synced there loses its second half first, as it may when the power
    goes before a sync has ended. Files are only ever torn before they have their final name, or in the ledger.
    """

    def __init__(self, root: Path, die_at: int | None = None, torn: bool = False) -> None:
        self.root, self.die_at, self.torn = str(root), die_at, torn
        self.count = 0
        self.syncs: list[int] = []
        self.synced: set[str] = set()
        self.unsynced_renames: list[str] = []

    def install(self) -> None:
        real = os.fsync

        def fsync(handle: int) -> None:
            self.syncs.append(self.count + 1)
            self._point(handle)
            real(handle)
            self.synced.add(str(_file(handle)))

        os.fsync = fsync
        sys.addaudithook(self._hook)

    def _hook(self, event: str, args: tuple[object, ...]) -> None:
        if event == "open":
            path, _, flags = args
            if (
                isinstance(flags, int)
                and flags & (os.O_WRONLY | os.O_RDWR)
                and str(path).startswith(self.root)
            ):
                self._point()
        elif event in EVENTS and str(args[0]).startswith(self.root):
            if event == "os.rename" and str(args[0]) not in self.synced:
                self.unsynced_renames.append(str(args[0]))
            self._point()

    def _point(self, handle: int | None = None) -> None:
        self.count += 1
        if self.count != self.die_at:
            return
        if self.torn and handle is not None and stat.S_ISREG(os.fstat(handle).st_mode):
            path = _file(handle)
            whole = path.stat().st_size
            # Of the ledger only the line being added can be torn: what stood before is on disk already.
            lost = _last_line(path) if path.suffix == ".jsonl" else whole
            os.truncate(path, whole - (lost + 1) // 2)
        os._exit(DIED)


def _file(handle: int) -> Path:
    return Path(f"/proc/self/fd/{handle}").readlink()


def _last_line(path: Path) -> int:
    return len(path.read_bytes().splitlines(keepends=True)[-1])
