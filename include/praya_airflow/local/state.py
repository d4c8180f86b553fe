"""What the guardian writes for others to find: who it is, and why something of its own ended."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psutil

RUNNING = "guardian.json"
FAILED = "failure.json"
SAME_MOMENT = 2.0  # seconds by which a process's start may differ and still be the one that was written down


@dataclass(frozen=True)
class Running:
    """A living guardian: its process, whether `run` or `up` started it, and facts such as its ports."""

    process: psutil.Process
    mode: str
    facts: dict[str, str | int]


@dataclass(frozen=True)
class Failure:
    """A component that ended by itself: exit code (negative: a signal), log file, its last lines."""

    name: str
    code: int
    log: str
    tail: list[str]

    def sentence(self) -> str:
        how = f"was killed by signal {-self.code}" if self.code < 0 else f"ended with exit code {self.code}"
        last = "\n".join(f"    {line}" for line in self.tail) or "    (it said nothing)"
        return f"{self.name} {how}. The end of its log, {self.log}:\n{last}"


def write_running(folder: Path, mode: str, facts: Mapping[str, str | int]) -> None:
    (folder / FAILED).unlink(missing_ok=True)
    me = psutil.Process()
    _write(folder / RUNNING, {"pid": me.pid, "started": me.create_time(), "mode": mode, "facts": dict(facts)})


def clear_running(folder: Path) -> None:
    (folder / RUNNING).unlink(missing_ok=True)


def running(folder: Path) -> Running | None:
    """The guardian that lives in `folder`; None if there is none, also when another has its process id."""
    found = _read(folder / RUNNING)
    if not found:
        return None
    try:
        process = psutil.Process(found["pid"])
        if abs(process.create_time() - found["started"]) > SAME_MOMENT:
            return None
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
    except psutil.NoSuchProcess:
        return None
    return Running(process, found["mode"], found["facts"])


def write_failure(folder: Path, failure: Failure) -> None:
    _write(folder / FAILED, asdict(failure))


def failure(folder: Path) -> Failure | None:
    """Why the last guardian in `folder` gave up, if it did."""
    found = _read(folder / FAILED)
    return Failure(**found) if found else None


def _write(path: Path, value: dict[str, Any]) -> None:
    fresh = path.with_suffix(f".{os.getpid()}")
    fresh.write_text(json.dumps(value, indent=1))
    fresh.replace(path)


def _read(path: Path) -> dict[str, Any] | None:
    try:
        found = json.loads(path.read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return None
    return found if isinstance(found, dict) else None
