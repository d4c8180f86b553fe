"""A project of one's own to break: copies of contracts, policy, suites, metrics, sources; an empty home and store."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from made import data_file
from praya_airflow.local.goal import Goal

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Bench:
    """`make run` without the making of the environment, in a home of its own."""

    home: Path
    environment: dict[str, str]

    @property
    def released(self) -> Path:
        return self.home / "var" / "store" / "released"

    def start(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "praya_airflow.local", "run"],
            env=self.environment,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, seconds: float = 3000) -> tuple[int, str]:
        """Exit status and what was printed; fails when it has not ended after so many seconds."""
        process = self.start()
        printed, _ = process.communicate(timeout=seconds)
        return process.returncode, printed

    def latest(self) -> dict[str, str]:
        """Dataset → version, as the catalogue says."""
        listed = json.loads((self.released / "catalogue.json").read_text())
        return {dataset["dataset"]: dataset["version"] for dataset in listed["datasets"]}

    def csv(self, dataset: str) -> Path:
        return data_file(self.released / dataset / self.latest()[dataset], f"{dataset}.csv")

    def pending(self) -> dict[str, str]:
        """What of the store is not current, as `make run` asks."""
        with in_environment(self.environment):
            return dict(Goal(self.home / "var" / "store").find_pending())

    def left_over(self) -> list[str]:
        """Command lines of processes that this bench started and that still run."""
        found = []
        for process in psutil.process_iter():
            try:
                if process.environ().get("PRAYA_HOME") == self.environment["PRAYA_HOME"]:
                    found.append(" ".join(process.cmdline()))
            except (psutil.Error, ProcessLookupError):
                continue
        return found


@contextmanager
def in_environment(wanted: Mapping[str, str]) -> Iterator[None]:
    """The variables of a bench in this process, for what reads them."""
    wanted = {name: value for name, value in wanted.items() if name.startswith("PRAYA_")}
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def bench_in(home: Path, **extra: str) -> Bench:
    for name in ("contracts", "metrics", "sources"):
        shutil.copytree(ROOT / "include" / name, home / name)
    shutil.copytree(ROOT / "expectations", home / "expectations")
    shutil.copy(ROOT / "include" / "policy.yaml", home / "policy.yaml")
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AIRFLOW", "PRAYA", "PYTHON", "FULL"))  # FULL=1 runs a whole year
    }
    places = {
        f"PRAYA_{name.upper()}": str(home / name)
        for name in ("contracts", "metrics", "sources", "expectations")
    }
    empty = home / "empty"
    empty.mkdir()
    environment = {
        **kept,
        **places,
        "PRAYA_POLICY": str(home / "policy.yaml"),
        "HOME": str(empty),
        "PRAYA_HOME": str(home / "var"),
        "PYTHONPATH": str(ROOT / "include"),
        **extra,
    }
    return Bench(home, environment)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return bench_in(tmp_path_factory.mktemp("bench"))
