"""What `make run` is to reach: everything that is due released, and listed in the catalogue."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from praya_airflow.environment import read_project


class Goal:
    """Of this project, on the store in `folder`; `months` are those of records that are taken.

    Raises ContractError, with all that is wrong, where a contract is.
    """

    def __init__(self, folder: Path, months: Sequence[str] = ()) -> None:
        from praya.contract import load_contracts
        from praya.store import open_store

        self.folder, self.months = folder, months
        here = replace(read_project(), store_folder=folder)
        self._store, self._contracts = open_store(here), load_contracts(here)
        self._suites, self._metrics = here.suites, here.metrics
        self._pending: Mapping[str, str] = {}
        self._found_at: tuple[int, int] | None = None

    def find_pending(self) -> Mapping[str, str]:
        """What is not current, with the reason. What waits for its release time is current. It is looked for, in
        seconds, where something was written to the store since it was last asked for."""
        from praya.assurance import status
        from praya.pipeline.current import is_held

        written = self._measure_chains()
        if written != self._found_at:
            pending = status.pending(self._contracts, self._store, self._suites, self._metrics)
            self._pending = {name: why for name, why in pending.items() if not is_held(why)}
            self._found_at = written
        return self._pending

    def _measure_chains(self) -> tuple[int, int]:
        """The bytes of ledger and write journal, of which one grows by whatever is written to the store."""
        from praya.store import layout

        paths = [self._store.disk_path(key) for key in (layout.LEDGER, layout.WRITE_JOURNAL)]
        ledger, journal = (path.stat().st_size if path.exists() else 0 for path in paths)
        return ledger, journal

    def is_catalogued(self) -> bool:
        """Whether the catalogue lists what is released."""
        return read_released(self.folder) == read_catalogued(self.folder)

    def print_summary(self, console: Console) -> None:
        """The table of all datasets."""
        from praya.assurance import status
        from praya.cli.summary_table import print_summary

        print_summary(status.summary(self._contracts, self._store, self._suites), console)


def read_released(folder: Path) -> dict[str, str]:
    """Dataset → version, and report → edition, for everything of which something is out."""
    area = folder / "released"
    pointers = sorted([*area.glob("*/latest.json"), *(area / "reports").rglob("latest.json")])
    read = {path.parent.relative_to(area).as_posix(): json.loads(path.read_text()) for path in pointers}
    versions = {name: pointer.get("version") or pointer.get("edition") for name, pointer in read.items()}
    return {name: str(version) for name, version in versions.items() if version}


def read_catalogued(folder: Path) -> dict[str, str]:
    """The same as the catalogue has it."""
    path = folder / "released" / "catalogue.json"
    if not path.exists():
        return {}
    catalogue = json.loads(path.read_text())
    versions = {entry["dataset"]: str(entry["version"]) for entry in catalogue["datasets"]}
    for entry in catalogue.get("reports", []):
        versions[entry["manifest"]["path"].rsplit("/", 2)[0]] = str(entry["edition"])
    return versions
