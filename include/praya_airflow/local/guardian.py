"""The process that owns everything `make run` and `make up` start, and stops all of it whatever happens.

Its argument says what to start. Its standard input is a pipe that the runner holds: when the other end closes, be it
because the runner was killed with SIGKILL, it stops every descendant and leaves. It does so on SIGTERM and SIGINT too,
and when a component ends by itself; then it writes down which, and the end of its log.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

import msgspec
import psutil

from praya_airflow.local import processes
from praya_airflow.local.addresses import Addresses
from praya_airflow.local.file_watch import FileWatch
from praya_airflow.local.running import write_failure, write_running
from praya_airflow.settings import inherit_environment

TICK = 0.1
TAIL = 20  # lines of a dead component's log that are worth showing
DETACH = b"detach\n"  # the runner leaves, and all that was started stays
DONE = b"done\n"  # nothing is at work any more: no need to wait for orderly exits
HURRY = 0.5
# Leaves first: it starts nothing more and waits for its tasks, which report to the API how they ended.
FIRST, SERVER = "scheduler", "api-server"


@dataclass(frozen=True)
class Component:
    """A command, and the variables that it has over those of the guardian."""

    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Plan:
    """What to start: `prepare` one after the other, each to its end, then all `components` side by side. At the end
    they have `grace` seconds to leave in order. The folder `dag_files` is parsed anew when one of the `watched` files
    and folders has changed. Anyone on the machine can read it."""

    mode: str
    addresses: Addresses
    state: str
    logs: str
    components: dict[str, Component]
    prepare: dict[str, Component] = field(default_factory=dict)
    grace: float = 10.0
    dag_files: str = ""
    watched: list[str] = field(default_factory=list)


class Guardian:
    """Starts a plan's processes and watches them, the pipe to the runner, and its own signals."""

    def __init__(self, plan: Plan, pipe: int) -> None:
        self.plan = plan
        self.pipe: int | None = pipe
        self.grace = plan.grace
        self.is_leaving = False
        self.running: dict[int, tuple[str, subprocess.Popen[bytes]]] = {}
        self.seen: set[psutil.Process] = set()
        self.watch = FileWatch(plan.watched, plan.dag_files)
        self.inherits = processes.become_subreaper()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._leave)

    def run(self) -> int:
        """Until asked to leave: 0; until a component ends by itself: 1. Either way nothing is left running."""
        folder = Path(self.plan.state)
        write_running(folder, self.plan.mode, self.plan.addresses)
        try:
            ended = self._start_all()
            if ended:
                write_failure(folder, describe_end(*ended, self._log(ended[0])))
            return 1 if ended else 0
        finally:
            self._stop_all()

    def _start_all(self) -> tuple[str, int] | None:
        """Start everything; returns when it is time to leave: what ended by itself, and its exit code."""
        for name, component in self.plan.prepare.items():
            self._start(name, component)
            ended = self._wait()
            if ended is None or ended[1] != 0:
                return ended
        for name, component in self.plan.components.items():
            if not self.is_leaving:
                self._start(name, component)
        return self._wait()

    def _start(self, name: str, component: Component) -> None:
        path = self._log(name)
        if path.exists():
            path.replace(path.with_suffix(".log.1"))
        with path.open("wb") as log:
            process = subprocess.Popen(
                component.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=inherit_environment(component.environment),
                start_new_session=True,
                preexec_fn=_die_with_guardian,  # safe: the guardian has one thread
            )
        self.running[process.pid] = (name, process)

    def _wait(self) -> tuple[str, int] | None:
        """Name and exit code of the first of ours to end, or None when it is time to leave."""
        while not self.is_leaving:
            self._listen()
            self.watch.look()
            if not self.inherits:  # without a subreaper, who is orphaned is lost unless it was seen before
                self.seen.update(processes.find_descendants(self.seen))
            for pid, code in processes.reap().items():
                if pid in self.running:
                    name, process = self.running.pop(pid)
                    process.returncode = code
                    return name, code
        return None

    def _listen(self) -> None:
        if self.pipe is None:
            time.sleep(TICK)
        elif select.select([self.pipe], [], [], TICK)[0]:
            word = os.read(self.pipe, 100)
            if word == DETACH:
                self.pipe = None
            else:
                self.is_leaving = True
                self.grace = HURRY if word == DONE else self.grace

    def _stop_all(self) -> None:
        """Tasks that end within the grace end in order. Of those that do not, nobody is told that they failed: they
        are as interrupted as by a power cut, and the next Airflow runs them again."""
        if self.grace > HURRY and (first := self._find(FIRST)):
            _send(first, signal.SIGTERM)
            deadline, ended = time.monotonic() + self.grace, processes.reap()
            while first.pid not in ended and time.monotonic() < deadline:
                time.sleep(TICK)
                ended |= processes.reap()
            if (server := self._find(SERVER)) and server.pid not in ended:
                _send(server, signal.SIGKILL)
            self.grace = HURRY if first.pid in ended else 0
        processes.stop_all(self.grace, self.seen)

    def _find(self, name: str) -> subprocess.Popen[bytes] | None:
        return next((process for known, process in self.running.values() if known == name), None)

    def _log(self, name: str) -> Path:
        return Path(self.plan.logs) / f"{name}.log"

    def _leave(self, _number: int, _frame: FrameType | None) -> None:
        self.is_leaving = True


def describe_end(name: str, code: int, log: Path) -> str:
    """How a process ended (a negative exit code is a signal), with the end of its log."""
    how = f"was killed by signal {-code}" if code < 0 else f"ended with exit code {code}"
    lines = log.read_text(errors="replace").splitlines()[-TAIL:] or ["(its log is empty)"]
    return "\n    ".join([f"{name} {how}. The end of its log, {log}:", *lines])


def _send(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(process.pid, number)


def _die_with_guardian() -> None:
    """By SIGKILL: nobody is left to end what ends slowly, and the next Airflow must not meet it."""
    processes.die_with_parent(signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(Guardian(msgspec.json.decode(sys.argv[1], type=Plan), sys.stdin.fileno()).run())
