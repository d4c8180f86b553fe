"""What the figures were measured on: processor, memory, disk, versions, and how busy the machine was."""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

from bench.child import Figures
from bench.places import ROOT

LIBRARIES = ("duckdb", "pandas", "numpy", "pyarrow", "great-expectations", "frictionless", "apache-airflow")


def described(work: Path) -> Figures:
    """The machine and the software, in words and figures; `work` is on the disk that counts."""
    cpu = Path("/proc/cpuinfo").read_text("utf-8")
    models = [line.partition(":")[2].strip() for line in cpu.splitlines() if line.startswith("model name")]
    flags = next((line for line in cpu.splitlines() if line.startswith("flags")), "")
    memory = next(
        line for line in Path("/proc/meminfo").read_text("ascii").splitlines() if "MemTotal" in line
    )
    return {
        "cpu": models[0] if models else platform.machine(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gb": int(memory.split()[1]) * 1024 / 1e9,
        "virtual": "hypervisor" in flags.split(),
        "fsync_ms": _fsync_ms(work),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "versions": {name: version(name) for name in LIBRARIES},
        "commit": _commit(),
    }


def load() -> float:
    """How many processes wanted to run in the last minute, on average; ours are among them."""
    return os.getloadavg()[0]


def _fsync_ms(folder: Path) -> float:
    """Milliseconds until a small file is on the disk, as every change of the store waits for."""
    times = []
    for _ in range(20):
        with tempfile.NamedTemporaryFile(dir=folder) as file:
            began = time.perf_counter()
            file.write(b"x" * 1000)
            file.flush()
            os.fsync(file.fileno())
            times.append(time.perf_counter() - began)
    return 1000 * statistics.median(times)


def _commit() -> str:
    def git(*arguments: str) -> str:
        done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
        return done.stdout.strip()

    name = git("rev-parse", "--short", "HEAD") or "unknown"
    return f"{name} with changes" if git("status", "--porcelain", "include", "expectations") else name
