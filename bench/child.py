"""One part of the measurement in a process of its own, so that its time and its peak of memory are its own."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from bench.places import ROOT
from praya_airflow.local.processes import die_with_parent

Figures = dict[str, Any]


class Failed(Exception):
    """A part of the measurement failed; the sentence says which, and its last lines."""


class Clock:
    """Wall and processor seconds by step and dataset, added up over the months, and in all."""

    def __init__(self) -> None:
        self._steps: dict[str, dict[str, list[float]]] = {}
        self._began, self._children = _now(), children_seconds()

    @contextmanager
    def __call__(self, step: str, dataset: str) -> Iterator[None]:
        began = _now()
        try:
            yield
        finally:
            self.add({step: {dataset: _since(began)}})

    def add(self, steps: Figures) -> None:
        """Add what another process has measured."""
        for step, datasets in steps.items():
            for dataset, more in datasets.items():
                taken = self._steps.setdefault(step, {}).setdefault(dataset, [0.0, 0.0])
                taken[:] = [one + other for one, other in zip(taken, more, strict=True)]

    def steps(self) -> Figures:
        """Wall and processor seconds by step and dataset; of steps that went side by side the sum."""
        return self._steps

    def figures(self) -> Figures:
        """`seconds` and `cpu_seconds` since the clock was made, with child processes that have ended, and `steps`."""
        wall, cpu = _since(self._began)
        return {
            "seconds": wall,
            "cpu_seconds": cpu + children_seconds() - self._children,
            "steps": self._steps,
        }


def _now() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()


def _since(began: tuple[float, float]) -> list[float]:
    return [now - before for now, before in zip(_now(), began, strict=True)]


def children_seconds() -> float:
    """Processor seconds of all child processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def run(module: str, environment: dict[str, str] | None = None, **arguments: Any) -> Figures:
    """Run `bench.<module>` on `arguments` in a process of its own; returns what its work returned, with
    `peak_bytes` (VmHWM, DuckDB's memory included) and `import_seconds`. Raises Failed."""
    with tempfile.TemporaryDirectory(prefix="praya-bench-") as folder:
        answer = Path(folder) / "answer.json"
        path = os.pathsep.join(str(ROOT / name) for name in ("include", "tests", "."))
        direct = ",".join(filter(None, (os.environ.get("no_proxy"), "127.0.0.1")))
        quiet = {"GX_ANALYTICS_ENABLED": "false", "PYTHONPATH": path, "PYTHONWARNINGS": "ignore"}
        quiet |= {"no_proxy": direct, "NO_PROXY": direct}
        done = subprocess.run(
            [sys.executable, "-m", f"bench.{module}", str(answer), json.dumps(arguments)],
            env={**os.environ, **quiet, **(environment or {})},
            capture_output=True,
            text=True,
            check=False,
            preexec_fn=die_with_parent,
        )
        if done.returncode or not answer.exists():
            raise Failed(f"bench.{module} failed:\n{(done.stdout + done.stderr)[-4000:]}")
        return dict(json.loads(answer.read_text("utf-8")))


def main(work: Callable[..., Figures], imports: tuple[str, ...] = ()) -> None:
    """What a part's module does when it is run: load `imports` before any clock starts, work, and answer."""
    answer, arguments = Path(sys.argv[1]), json.loads(sys.argv[2])
    began = time.perf_counter()
    for name in imports:
        import_module(name)
    imported = {"import_seconds": time.perf_counter() - began, "import_bytes": peak_bytes()}
    figures = work(**arguments) | imported
    figures["peak_bytes"] = peak_bytes() + figures.get("workers_bytes", 0)
    answer.write_text(json.dumps(figures), "utf-8")


def peak_bytes() -> int:
    """The most memory that this process has held so far. (`ru_maxrss` would count the parent's before the exec.)"""
    for line in Path("/proc/self/status").read_text("ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    raise Failed("/proc/self/status has no VmHWM: peaks of memory can be measured on Linux only")
