"""How long `make run` takes on a clean home: installing, the first run and the second, in a copy of this commit."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

from bench import child
from bench.child import Failed, Figures, children_seconds
from bench.places import ROOT

LIMIT_SECONDS = 1_200


def run_times(work: str) -> Figures:
    """Wall and processor seconds of installing, of the first `make run` and of the second. The copy has what is
    committed. Packages come from where this machine's pip gets them. Raises Failed."""
    root = Path(work)
    shutil.rmtree(root, ignore_errors=True)
    home, clone = root / "home", root / "clone"
    home.mkdir(parents=True)
    _run(["git", "clone", "--quiet", str(ROOT), str(clone)], root, os.environ)
    left_out = ("AIRFLOW", "PRAYA", "PYTHON", "VIRTUAL_ENV", "UV_CACHE", "PIP_CACHE", "XDG_", "MAKE")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
    environment = kept | {"HOME": str(home)}
    return {
        name: _timed(command, clone, environment)
        for name, command in {
            "install": ["make", ".venv/.stamps/run"],
            "first": ["make", "run"],
            "second": ["make", "run"],
        }.items()
    }


def _timed(command: list[str], folder: Path, environment: Mapping[str, str]) -> list[float]:
    began, before = time.perf_counter(), children_seconds()
    _run(command, folder, environment)
    return [time.perf_counter() - began, children_seconds() - before]


def _run(command: list[str], folder: Path, environment: Mapping[str, str]) -> None:
    done = subprocess.run(
        command,
        cwd=folder,
        env=dict(environment),
        capture_output=True,
        text=True,
        timeout=LIMIT_SECONDS,
        check=False,
    )
    if done.returncode:
        raise Failed(f"{' '.join(command)} failed:\n{(done.stdout + done.stderr)[-4000:]}")


if __name__ == "__main__":
    child.main(run_times)
