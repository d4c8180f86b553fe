"""The process that owns everything `make run` and `make up` start, and stops all of it whatever happens.

It is told what to start by one JSON line on standard input, and then watches that pipe: when its other end
closes, be it because the runner was killed with SIGKILL, it stops every descendant and leaves. It does so on
SIGTERM and SIGINT too, and when a component ends by itself; then it writes down which, and its log's end.
"""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import FrameType

import psutil

from praya_airflow.local import processes, state

TICK = 0.1
TAIL = 20  # lines of a dead component's log that are worth showing
DETACH = b"detach\n"  # the runner leaves, and all that was started stays
DONE = b"done\n"  # nothing is at work any more: no need to wait for orderly exits
HURRY = 0.5
# Leaves first: it starts nothing more and waits for its tasks, which tell the API how they ended.
FIRST, SERVER = "scheduler", "api-server"


@dataclass(frozen=True)
class Plan:
    """What to start: `prepare` one after the other, each to its end, then all `components` side by side."""

    mode: str
    state: str
    logs: str
    components: dict[str, list[str]]
    prepare: dict[str, list[str]] = field(default_factory=dict)
    facts: dict[str, str | int] = field(default_factory=dict)  # ports and the like, for who finds us running
    grace: float = 10.0

    def line(self) -> bytes:
        return json.dumps(asdict(self)).encode() + b"\n"


class Guardian:
    """Starts a plan's processes and watches them, the pipe to the runner, and its own signals."""

    def __init__(self, plan: Plan, pipe: int) -> None:
        self.plan = plan
        self.pipe: int | None = pipe
        self.grace = plan.grace
        self.leaving = False
        self.running: dict[int, tuple[str, subprocess.Popen[bytes]]] = {}
        self.known: set[psutil.Process] = set()
        self.inherits = processes.become_subreaper()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._asked)

    def run(self) -> int:
        """Until told to leave: 0; until a component ends by itself: 1. Either way nothing is left running."""
        folder = Path(self.plan.state)
        state.write_running(folder, self.plan.mode, self.plan.facts)
        try:
            return self._work(folder)
        finally:
            self._stop()
            state.clear_running(folder)

    def _stop(self) -> None:
        """Tasks that end within the grace end in order. Of those that do not, nobody is told that they failed: they
        are as interrupted as by a power cut, and the next Airflow runs them again."""
        if self.grace > HURRY and (first := self._process(FIRST)):
            self._signal(first, signal.SIGTERM)
            deadline, gone = time.monotonic() + self.grace, processes.reap()
            while first.pid not in gone and time.monotonic() < deadline:
                time.sleep(TICK)
                gone |= processes.reap()
            if (server := self._process(SERVER)) and server.pid not in gone:
                self._signal(server, signal.SIGKILL)
            self.grace = HURRY if first.pid in gone else 0
        processes.stop_all(self.grace, self.known)

    def _process(self, name: str) -> subprocess.Popen[bytes] | None:
        return next((process for known, process in self.running.values() if known == name), None)

    def _signal(self, process: subprocess.Popen[bytes], number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.kill(process.pid, number)

    def _work(self, folder: Path) -> int:
        for name, command in self.plan.prepare.items():
            self._start(name, command)
            ended = self._until_one_ends()
            if ended and ended[1] != 0:
                state.write_failure(folder, self._failure(*ended))
                return 1
        for name, command in self.plan.components.items():
            if not self.leaving:
                self._start(name, command)
        ended = self._until_one_ends()
        if ended:
            state.write_failure(folder, self._failure(*ended))
        return 1 if ended else 0

    def _until_one_ends(self) -> tuple[str, int] | None:
        """Name and exit code of the first of ours to end, or None when it is time to leave."""
        while not self.leaving:
            self._listen()
            if not self.inherits:  # without a subreaper, who is orphaned is lost unless it was seen before
                self.known.update(processes.descendants(self.known))
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
                self.leaving = True
                self.grace = HURRY if word == DONE else self.grace

    def _start(self, name: str, command: Sequence[str]) -> None:
        path = self._log(name)
        if path.exists():
            path.replace(path.with_suffix(".log.1"))
        with path.open("wb") as log:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_die_with_guardian,  # safe: the guardian has one thread
            )
        self.running[process.pid] = (name, process)

    def _failure(self, name: str, code: int) -> state.Failure:
        lines = self._log(name).read_text(errors="replace").splitlines()
        return state.Failure(name, code, str(self._log(name)), lines[-TAIL:])

    def _log(self, name: str) -> Path:
        return Path(self.plan.logs) / f"{name}.log"

    def _asked(self, _number: int, _frame: FrameType | None) -> None:
        self.leaving = True


def _die_with_guardian() -> None:
    """By SIGKILL: nobody is left to end what ends slowly, and the next Airflow must not meet it."""
    processes.die_with_parent(signal.SIGKILL)


def read_plan(pipe: int) -> Plan | None:
    """The plan in the first line of `pipe`, or None if the runner went away before it was whole."""
    line = b""
    while not line.endswith(b"\n"):
        byte = os.read(pipe, 1)
        if not byte:
            return None
        line += byte
    return Plan(**json.loads(line))


def main() -> int:
    plan = read_plan(0)
    return Guardian(plan, 0).run() if plan else 0


if __name__ == "__main__":
    sys.exit(main())
