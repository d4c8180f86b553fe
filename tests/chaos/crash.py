"""What is on disk at every point at which a run could be killed, from one run; and real kills to hold it against.

A point is every moment at which Python code opens a file for writing, makes, renames or removes one, changes
its mode, or syncs it. What DuckDB writes lies in scratch folders and becomes visible by those same renames.

A kill ends a process between two system calls: what it leaves is what lies on disk at that moment. So one run is
enough: at each point it stands still while the store is copied. That a kill leaves the same is held at some points.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import stat
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from made import open_store
from praya.contract import Contract
from praya.pipeline.collect import collect_source
from praya.pipeline.order import publish_release
from praya.pipeline.protect import protect_table
from praya.pipeline.stage import stage_table
from praya.pipeline.validate import validate_table
from praya.site.portal import write_catalogue

DIED = 77
EVENTS = {"os.rename", "os.mkdir", "os.remove", "os.rmdir", "os.chmod", "os.truncate", "os.link"}
SCRATCH = re.compile(r"(?<=^work/)[^/]+-\d+-[0-9a-f]{12}|(?<=/)tmp[a-z0-9_]{8}$")
# What differs from run to run in names: scratch folders, times of receipt, and what is made from them.
OF_THE_RUN = re.compile(SCRATCH.pattern + r"|\d{4}-?\d\d-?\d\dT\d{6}Z|[0-9a-f]{12,}")


def take_the_whole_way(contract: Contract, root: Path, suites: Path) -> None:
    store = open_store(root)
    collect_source(contract, store, {})
    stage_table(contract, store)
    validate_table(contract, store, suites)
    publish_release(protect_table(contract, store), contract, store)
    write_catalogue(store)


def in_child(work: Callable[[], None]) -> int:
    """Exit status of `work` in a forked child: 0 done, DIED at the point, 1 with a traceback.

    What the parent has loaded and compiled the child has too: do once in the parent what children do often.
    """
    child = os.fork()
    if child == 0:
        try:
            work()
            os._exit(0)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


class Halted(NamedTuple):
    """The store as it stood at a point; `torn`: with the file that was being synced there cut in half."""

    point: int
    torn: bool
    root: Path


class Halts(NamedTuple):
    """All that one run went through: its points, which of them are syncs, and the store at each."""

    count: int
    syncs: list[int]
    states: list[Halted]

    def whole(self) -> list[Halted]:
        """The states that a kill leaves: nothing is torn."""
        return [state for state in self.states if not state.torn]

    def told(self) -> str:
        return f"{self.count} points, {len(self.syncs)} of them syncs"

    def distinct(self) -> list[list[Halted]]:
        """Points at which the very same lay on disk, together: what follows from it need be tried but once."""
        found: dict[str, list[Halted]] = {}
        for state in self.states:
            found.setdefault(digest(state.root), []).append(state)
        return list(found.values())


def halts(act: Callable[[Path], None], before: Path, work: Path) -> Halts:
    """Run `act` on a copy of the store `before` and keep the store at each point. Every rename must follow a sync."""
    root, notes = work / "store", work / "notes.json"
    copied(before, root)

    def watched() -> None:
        points = Points(root, keep=work)
        points.install()
        act(root)
        notes.write_text(json.dumps([points.count, points.syncs, points.unsynced_renames]))

    assert in_child(watched) == 0
    count, syncs, unsynced = json.loads(notes.read_text())
    assert unsynced == [], "a file got its final name before it was on disk"
    shutil.rmtree(root)
    plans = [(point, False) for point in range(1, count + 1)] + [(point, True) for point in syncs]
    return Halts(count, syncs, [Halted(*plan, work / _name(*plan)) for plan in plans])


def killed(act: Callable[[Path], None], before: Path, root: Path, point: int) -> None:
    """Run `act` on a copy of `before` and kill it at the point: `root` is left as the kill leaves it."""
    copied(before, root)

    def dying() -> None:
        Points(root, die_at=point).install()
        act(root)

    assert in_child(dying) == DIED, f"point {point} was not reached"


class Points:
    """Counts the points of a run below `root`. The store as it is at each is copied into `keep`, once more with the
    second half of the file lost that is being synced there, as it may be when the power goes before a sync has
    ended; or at the `die_at`-th the process ends, as a kill would end it (`torn`: with the file that is being synced
    there cut in half). Files are only ever torn before they have their final name, or in the ledger.
    """

    def __init__(
        self, root: Path, keep: Path | None = None, die_at: int | None = None, torn: bool = False
    ) -> None:
        self.root, self.keep, self.die_at, self.torn = root, keep, die_at, torn
        self.count = 0
        self.syncs: list[int] = []
        self.synced: set[str] = set()
        self.unsynced_renames: list[str] = []
        self._one_at_a_time = threading.RLock()

    def install(self) -> None:
        real = os.fsync

        def fsync(handle: int) -> None:
            self._point(handle)
            real(handle)
            self.synced.add(str(_file(handle)))

        os.fsync = fsync
        sys.addaudithook(self._hook)

    def _hook(self, event: str, args: tuple[object, ...]) -> None:
        if event == "open":
            path, _, flags = args
            if isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR) and self._below(path):
                self._point()
        elif event in EVENTS and self._below(args[0]):
            # What is moved to the scratch folders is on its way out.
            comes = event == "os.rename" and not str(args[1]).startswith(f"{self.root}/work/")
            if comes and str(args[0]) not in self.synced:
                self.unsynced_renames.append(str(args[0]))
            self._point()

    def _below(self, path: object) -> bool:
        return str(path).startswith(f"{self.root}/")

    def _point(self, synced: int | None = None) -> None:
        # Files are hashed in a thread of their own; nothing else may move while the store is copied.
        with self._one_at_a_time:
            self.count += 1
            if synced is not None:
                self.syncs.append(self.count)
            if self.count == self.die_at:
                if self.torn and synced is not None:
                    self._cut(self.root, synced)
                os._exit(DIED)
            if self.keep:
                copied(self.root, self.keep / _name(self.count, False))
                if synced is not None:
                    copied(self.root, torn := self.keep / _name(self.count, True))
                    self._cut(torn, synced)

    def _cut(self, copy: Path, handle: int) -> None:
        """Of a copy of the store, or of the store itself, cut the file of this handle in half."""
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            return
        path = copy / _file(handle).relative_to(self.root)
        whole = path.stat().st_size
        # Of the ledger only the line being added can be torn: what stood before is on disk already.
        lost = _last_line(path) if path.suffix == ".jsonl" else whole
        os.truncate(path, whole - (lost + 1) // 2)


def copied(root: Path, copy: Path) -> None:
    """Copy a store; by cp, in a fifth of the time that Python takes, and so many are made."""
    subprocess.run(["cp", "-a", root, copy], check=True)


def digest(root: Path) -> str:
    """What lies in a store, as one hash: every path and what it holds, but for the names of scratch folders."""
    found = hashlib.sha256()
    for name, path in _named(root, SCRATCH):
        mode = path.stat().st_mode
        found.update(f"{name}\0{mode:o}\0".encode())
        found.update(hashlib.sha256(path.read_bytes() if stat.S_ISREG(mode) else b"").digest())
    return found.hexdigest()


def layout(root: Path) -> list[tuple[str, int]]:
    """Every path with its mode, but for what differs from run to run: what a kill and a copy must have in common."""
    return [(name, path.stat().st_mode) for name, path in _named(root, OF_THE_RUN)]


def _named(root: Path, without: re.Pattern[str]) -> list[tuple[str, Path]]:
    return sorted((without.sub("*", str(path.relative_to(root))), path) for path in root.rglob("*"))


def _name(point: int, torn: bool) -> str:
    return f"{point:04}-torn" if torn else f"{point:04}"


def _file(handle: int) -> Path:
    return Path(f"/proc/self/fd/{handle}").readlink()


def _last_line(path: Path) -> int:
    return len(path.read_bytes().splitlines(keepends=True)[-1])
