"""Growth with contracts of what Airflow's DAG processor repeats: importing and serializing all DAG files."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

from bench import child
from bench.growth import Growth, Point, Target, measure_step
from bench.places import CONTRACTS, METRICS, ROOT

SIZES = (100, 1_000, 5_000)
SMALL = (10, 100)
CONTRACT = next(CONTRACTS.glob("*/head-135-provision.yaml"))  # 11 fields
DAGS = ROOT / "dags"
AIRFLOW_SECONDS = 30  # between two passes, by default
SHARE = 10.0  # percent of one core
LIMIT = "3600"  # seconds of wall time that Airflow lets an import take
SIMULATED = (
    "copies of one contract under other names; the DAG files are imported and serialized as Airflow's DAG processor "
    "does it, each in a process of its own, without its writes to the database"
)


def parsing(work: str, small: bool = False) -> child.Figures:
    """One pass over all DAG files at each of SIZES, or of SMALL ones, in contracts: the first pass, and a later one."""
    root = Path(work)
    os.environ.update(
        {
            "AIRFLOW_HOME": str(root / "airflow"),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__CORE__DAGBAG_IMPORT_TIMEOUT": LIMIT,
            "PRAYA_HOME": str(root / "home"),
            "PRAYA_CONTRACTS": str(root / "contracts"),
            "PRAYA_METRICS": str(METRICS),
        }
    )
    _load_modules()
    passes: dict[str, list[Point]] = {
        "first pass over all DAG files": [],
        "later pass over all DAG files": [],
    }
    for size in SMALL if small else SIZES:
        _write_contracts(root / "contracts" / CONTRACT.parent.name, size)
        for points in passes.values():
            points.append(_measure_pass(size))
    first, later = passes
    share = Target("cpu_seconds", SHARE, last=SIZES[-1], scale=100 / find_interval(), unit="% of a core")
    growths = [
        Growth(first, "contracts", passes[first], [], SIMULATED, per_size=True),
        Growth(later, "contracts", passes[later], [share], SIMULATED, per_size=True),
    ]
    return {"growths": [growth.as_json() for growth in growths]}


def find_interval() -> float:
    """Seconds between two passes over a file, as docker-compose.yaml sets them, as all installations of ours do."""
    text = (ROOT / "docker-compose.yaml").read_text("utf-8")
    found = re.search(r'DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL: "?(\d+)', text)
    return float(found[1]) if found else AIRFLOW_SECONDS


def _load_modules() -> None:
    """What the DAG processor has loaded before it forks, and what one file loads."""
    import airflow.dag_processing.dagbag
    import airflow.serialization.serialized_objects  # noqa: F401

    import praya_airflow.dataset_dags  # noqa: F401


def _write_contracts(folder: Path, number: int) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    text = CONTRACT.read_text("utf-8")
    for place in range(number):
        name = f"parsed-{place:05}"
        (folder / f"{name}.yaml").write_text(text.replace(CONTRACT.stem, name), "utf-8")


def _measure_pass(size: int) -> Point:
    """The files together: their time added up, and the highest peak of one of them."""
    files = [measure_step(size, lambda path=path: lambda: _parse(path)) for path in sorted(DAGS.glob("*.py"))]
    return Point(
        size,
        sum(point.cpu_seconds for point in files),
        max(point.peak_bytes for point in files),
        sum(point.read_bytes for point in files),
        sum(point.written_bytes for point in files),
    )


def _parse(path: Path) -> None:
    from airflow.dag_processing.dagbag import BundleDagBag
    from airflow.serialization.serialized_objects import DagSerialization, LazyDeserializedDAG

    bag = BundleDagBag(dag_folder=str(path), bundle_path=DAGS, bundle_name="dags", load_op_links=False)
    if bag.import_errors and path.stem != "contract_errors":
        raise child.Failed("\n".join(bag.import_errors.values()))
    for dag in bag.dags.values():
        LazyDeserializedDAG(data=DagSerialization.to_dict(dag), last_loaded=dag.last_loaded)


if __name__ == "__main__":
    child.main(parsing)
