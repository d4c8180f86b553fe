"""The register of metrics as a release, for reports that say what a metric means and aims at."""

from __future__ import annotations

import json

from made import project
from made.basics import publish
from made.tables import registered
from praya.contract import load_contract
from praya.reports.metrics.observations import REGISTER
from praya.store import Store


def release_register(store: Store) -> None:
    """Release the shipped register."""
    (path,) = project().contracts.glob(f"*/{REGISTER}.yaml")
    publish(store, load_contract(path, project()), json.dumps(registered()).encode())
