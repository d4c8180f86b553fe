"""Where things lie on this machine: the project, its working folder and what Airflow keeps there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from praya_airflow.environment import read_project


@dataclass(frozen=True)
class Places:
    """Absolute folders. Everything that is started writes below `home` or `store` only."""

    home: Path
    store: Path
    root: Path = read_project().root

    @property
    def airflow(self) -> Path:
        """AIRFLOW_HOME: database, secrets; for the owner only."""
        return self.home / "airflow"

    @property
    def database(self) -> Path:
        return self.airflow / "airflow.db"

    @property
    def migrated(self) -> Path:
        """Holds the version of Airflow that last made the tables of `database`."""
        return self.airflow / "migrated"

    @property
    def logs(self) -> Path:
        return self.home / "logs"

    @property
    def state(self) -> Path:
        """What the guardian says of itself: lock, process id, the reason of a failure."""
        return self.home / "run"

    def make(self) -> None:
        """Creates the folders; those that hold secrets or logs are readable by their owner alone."""
        self.home.mkdir(parents=True, exist_ok=True)
        for folder in (self.airflow, self.logs, self.state):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.store.mkdir(parents=True, exist_ok=True)


def read_places() -> Places:
    """The places that PRAYA_HOME (default: `var`) and PRAYA_STORE (default: its `store`) name."""
    return Places(home=read_project().home, store=read_project().store_folder)
