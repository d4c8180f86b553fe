"""The one place where the runner meets the rest of Praya: which DAGs there are, and what is released."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console

from praya_airflow.environment import project

DATASET, RECORDS, MART = "dataset", "records", "mart-dataset"
METRICS, REPORTS, CATALOGUE = "metrics", "reports", "catalogue"


@dataclass(frozen=True)
class Project:
    """`expected`: (DAG id, kind) of every DAG; `pending`: what is not current → why; `show`: a summary."""

    expected: Callable[[], Sequence[tuple[str, str]]]
    pending: Callable[[], Mapping[str, str]]
    listed: Callable[[], bool]  # whether the catalogue lists what is released
    show: Callable[[Console], None]
    months: Sequence[str] = ()  # of records, to be taken
    known: Callable[[], Collection[str]] = tuple  # the ids of all DAGs, those of refused contracts too


def praya(store: Path) -> Project:
    """This project on the store in the folder `store`. Raises ContractError, with all that is wrong."""
    from praya.assurance import status
    from praya.cli.summary_table import print_summary
    from praya.contract import load_contracts
    from praya.pipeline.current import is_held
    from praya.store import Store

    here = replace(project(), store_folder=store)
    opened, contracts = Store(here), load_contracts(here)
    suites, metrics = here.suites, here.metrics

    def pending() -> dict[str, str]:
        found = status.pending(contracts, opened, suites, metrics)
        return {name: why for name, why in found.items() if not is_held(why)}

    return Project(
        expected=expected_dags,
        pending=pending,
        listed=lambda: released(store) == catalogued(store),
        show=lambda console: print_summary(status.summary(contracts, opened, suites), console),
        months=months(),
        known=known_dags,
    )


def months() -> list[str]:
    """The months of records to take: those in `PRAYA_MONTHS`, all of 2023 with `FULL=1`, else its first."""
    if named := os.environ.get("PRAYA_MONTHS", "").replace(",", " ").split():
        return named
    return [f"2023-{number:02}" for number in range(1, 13 if os.environ.get("FULL") == "1" else 2)]


def expected_dags() -> Sequence[tuple[str, str]]:
    """(DAG id, kind) of every DAG that Airflow should find; wrong contracts are left out."""
    from praya_airflow import factory

    return factory.expected_dags()


def known_dags() -> Collection[str]:
    """The ids of all DAGs, those too that only say that their contract is refused."""
    from praya_airflow import factory

    return {dag_id for dag_id, _ in factory.expected_dags()} | set(factory.refused_dags())


def released(store: Path) -> dict[str, str]:
    """Dataset → version, and report → edition, for everything of which something is out."""
    area = store / "released"
    pointers = sorted([*area.glob("*/latest.json"), *(area / "reports").rglob("latest.json")])
    told = {path.parent.relative_to(area).as_posix(): json.loads(path.read_text()) for path in pointers}
    versions = {name: one.get("version") or one.get("edition") for name, one in told.items()}
    return {name: str(version) for name, version in versions.items() if version}


def catalogued(store: Path) -> dict[str, str]:
    """The same as the catalogue has it."""
    path = store / "released" / "catalogue.json"
    if not path.exists():
        return {}
    listed = json.loads(path.read_text())
    found = {entry["dataset"]: str(entry["version"]) for entry in listed["datasets"]}
    for entry in listed.get("reports", []):
        found[entry["manifest"]["path"].rsplit("/", 2)[0]] = str(entry["edition"])
    return found
