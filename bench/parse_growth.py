"""What parsing the DAG files costs by the number of contracts: `PYTHONPATH=include:tests python -m bench.parse_growth`.

Each number of contracts in a process of its own, with a database of Airflow of its own (SQLite), in processor seconds:
Praya's share (reading contracts, from the files and from the cache) and Airflow's (building DAG objects, serializing
them, and finding in the database that they have not changed, which the DAG processor does after each parse).
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench import child
from bench.child import Figures
from bench.places import ROOT

NUMBERS = (100, 1_000, 5_000)
MODEL = "hk-itib/head-135-provision"  # 4.4 kB, 11 fields
BUNDLE = "dags-folder"


def measure_parsing(contracts: int, folder: str) -> Figures:
    """Processor seconds of one parse of all DAG files with so many contracts, which are made in the `folder` that the
    environment of this process names: `read_contracts` without and `read_cache` with the cache; `build` the DAGs,
    `serialize` and `persist` them; and by DAG file what `files` take with the cache. `interval` are the seconds between
    two parses."""
    from praya_airflow.environment import read_project
    from praya_airflow.facts_cache import read_all_facts
    from praya_airflow.local.airflow_environment import compute_parse_interval

    _make_contracts(Path(folder), contracts)
    project = read_project()
    figures: Figures = {"contracts": contracts, "interval": compute_parse_interval(contracts)}
    figures["read_contracts"] = _seconds(lambda: read_all_facts(project))
    figures["read_cache"] = _seconds(lambda: read_all_facts(project))
    figures["files"] = {path.stem: _seconds(lambda path=path: _parse(path)) for path in _dag_files()}
    figures |= _measure_datasets(figures["read_cache"])
    figures["whole_parse"] = sum(figures["files"].values()) + figures["serialize"] + figures["persist"]
    figures["share_of_a_core"] = figures["whole_parse"] / figures["interval"]
    return figures


def _make_contracts(root: Path, contracts: int) -> None:
    own = root / "contracts" / MODEL.partition("/")[0]
    own.mkdir(parents=True)
    model = (ROOT / "include" / "contracts" / f"{MODEL}.yaml").read_text("utf-8")
    name = MODEL.partition("/")[2]
    for number in range(contracts):
        (own / f"d{number:05}.yaml").write_text(model.replace(name, f"d{number:05}"), "utf-8")


def _make_environment(root: Path) -> dict[str, str]:
    """Variables of the process that measures: Airflow reads its own when it is imported."""
    return {
        "PRAYA_CONTRACTS": str(root / "contracts"),
        "PRAYA_HOME": str(root / "home"),
        "AIRFLOW_HOME": str(root / "airflow"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DAGBAG_IMPORT_TIMEOUT": "0",
    }


def _dag_files() -> list[Path]:
    return sorted((ROOT / "dags").glob("*.py"))


def _parse(path: Path) -> Any:
    from airflow.dag_processing.dagbag import BundleDagBag

    return BundleDagBag(
        dag_folder=str(path), bundle_path=path.parent, bundle_name=BUNDLE, load_op_links=False
    )


def _measure_datasets(read: float) -> Figures:
    """What the file of all datasets costs Airflow."""
    from airflow.dag_processing.collection import update_dag_parsing_results_in_db
    from airflow.models.dagbundle import DagBundleModel
    from airflow.serialization.serialized_objects import DagSerialization, LazyDeserializedDAG
    from airflow.utils.session import create_session

    subprocess.run([sys.executable, "-m", "airflow", "db", "migrate"], check=True, capture_output=True)
    with create_session() as session:
        session.add(DagBundleModel(name=BUNDLE))
    began = time.process_time()
    bag = _parse(ROOT / "dags" / "datasets.py")
    built = time.process_time() - began
    began = time.process_time()
    dags = [
        LazyDeserializedDAG(data=DagSerialization.to_dict(dag), last_loaded=dag.last_loaded)
        for dag in bag.dags.values()
    ]
    serialized = time.process_time() - began

    def persist() -> None:
        with create_session() as session:
            update_dag_parsing_results_in_db(
                BUNDLE,
                None,
                dags=dags,
                import_errors={},
                parse_duration=None,
                warnings=set(),
                session=session,
            )

    persist()  # the first time they are new
    return {
        "dags": len(dags),
        "build": built - read,
        "serialize": serialized,
        "persist": _seconds(persist),
    }


def _seconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def measure(contracts: int) -> Figures:
    """`measure_parsing` in a process and a folder of its own."""
    with tempfile.TemporaryDirectory(dir=os.environ.get("PRAYA_BENCH_DIR")) as folder:
        return child.run(
            "parse_growth", environment=_make_environment(Path(folder)), contracts=contracts, folder=folder
        )


def main() -> None:
    for contracts in NUMBERS:
        found = measure(contracts)
        parts = ("read_contracts", "read_cache", "build", "serialize", "persist", "whole_parse")
        shown = ", ".join(f"{name} {found[name]:.2f} s" for name in parts)
        share = 100 * found["share_of_a_core"]
        print(f"{contracts:,} contracts: {shown}; every {found['interval']} s, {share:.1f}% of a core")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        child.main(measure_parsing, ("praya_airflow.dataset_dags", "airflow.dag_processing.dagbag"))
    else:
        main()
