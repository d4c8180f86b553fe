"""Where the measurement works, and the names of what it measures."""

from __future__ import annotations

import json
import shutil
from functools import cache
from pathlib import Path
from typing import NamedTuple

from made import project
from praya.contract import Contract, load_contracts

ROOT = Path(__file__).resolve().parents[1]
CONTRACTS = ROOT / "include" / "contracts"
METRICS = ROOT / "include" / "metrics"
SUITES = ROOT / "expectations"
PROVIDER = "synthetic-1823"
# In the order in which they refer to each other.
TABLES = ("calls", "cases", "assignments", "surveys")
RECORDS = tuple(f"1823-{name}" for name in TABLES)
MB = 1_000_000


class Work(NamedTuple):
    """The scratch folder of a measurement; everything below it is made anew each time."""

    root: Path

    @property
    def cache(self) -> Path:
        """The source's own months and pages."""
        return self.root / "sources"

    @property
    def store(self) -> Path:
        return self.root / "store"

    @property
    def metrics(self) -> Path:
        """The marts of the provider alone."""
        return self.root / "metrics"

    @property
    def contracts(self) -> Path:
        """The contracts of the provider alone."""
        return self.root / "contracts"

    def make(self) -> None:
        """Empty the folder and lay out the provider's own contracts and marts in it."""
        shutil.rmtree(self.root, ignore_errors=True)
        self.root.mkdir(parents=True, mode=0o700)
        shutil.copytree(CONTRACTS / PROVIDER, self.contracts / PROVIDER)
        for path in METRICS.rglob("1823_*.sql"):
            copy = self.metrics / path.relative_to(METRICS)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
        (self.metrics / "register").mkdir()
        shutil.copyfile(
            METRICS / "register" / f"{PROVIDER}.yaml", self.metrics / "register" / f"{PROVIDER}.yaml"
        )


@cache
def contracts() -> dict[str, Contract]:
    """The provider's contracts by dataset, records first, in the order in which they refer to each other."""
    found = {
        one.dataset: one for one in load_contracts(project(contracts=CONTRACTS)) if one.provider == PROVIDER
    }
    return {name: found.pop(name) for name in RECORDS} | found


def raw_files(store: Path, dataset: str, month: str) -> list[Path]:
    """The snapshots that were collected of a month of a dataset: its pages, in order."""
    state = json.loads((store / "state" / dataset / month / "collected.json").read_text("utf-8"))
    return [store / "raw" / part["sha256"] for _, part in sorted(state["parts"].items())]
