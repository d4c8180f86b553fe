"""The library's way, from the records API to protected marts: what Airflow's tasks call, without Airflow."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from bench import child
from bench.child import Clock, Figures
from bench.places import MB, PROVIDER, RECORDS, SUITES, contracts, raw_files
from bench.workers import Workers
from made import open_store
from praya_airflow.local.scheduler import PRELOAD

# What the scheduler has loaded before it forks a task, less Airflow itself.
IMPORTS = tuple(name for name in PRELOAD if not name.startswith("airflow"))


WORKERS = 2


def way(store: str, metrics: str, source: str, months: Sequence[str], release: bool = False) -> Figures:
    """Take `months` from `source` to protected marts in the new folder `store`; with `release`, on to the catalogue.

    WORKERS processes take the months, then the marts, side by side, as Airflow's LocalExecutor does; each has its
    share of the processors for DuckDB, as `make up` has it. Returns their seconds, steps and peaks of memory, and what
    came.
    """
    from made.centre import RECONCILIATION
    from praya.site.portal import write_catalogue
    from praya.store.duck import limit_threads

    root = Path(store)
    shutil.rmtree(root, ignore_errors=True)
    os.environ["PRAYA_PSEUDONYM_KEY_FILE"] = str(root.with_name("pseudonym.key"))
    limit_threads(str(max(1, (os.cpu_count() or 1) // WORKERS)))
    listed, clock, to = list(contracts().values()), Clock(), open_store(root)
    # What is made from the others' releases has its turn when they are released.
    marts = [one.dataset for one in listed[len(RECORDS) :] if one.source.mart != RECONCILIATION]
    after = [one.dataset for one in listed[len(RECORDS) :] if one.source.mart == RECONCILIATION]
    with Workers(WORKERS) as workers:
        rows = sum(workers.map(clock, partial(take_month, root, Path(metrics), source), months))
        workers.map(clock, partial(take_all_months, root), [Path(metrics)])
        workers.map(clock, partial(take_mart, root, release), marts)
    if release:
        take_all_months(root, Path(metrics), clock)
        for dataset in after:
            take_mart(root, release, dataset, clock)
        with clock("catalogue", "marts"):
            write_catalogue(to)
    found = clock.figures()
    raw = [path for month in months for name in RECORDS for path in raw_files(root, name, month)]
    return found | {
        "workers": WORKERS,
        "workers_bytes": workers.peak_bytes,
        "rows": rows,
        "marts": len(marts),
        "raw_mb": sum(path.stat().st_size for path in raw) / MB,
    }


def take_month(store: Path, metrics: Path, source: str, month: str, clock: Clock) -> int:
    """What Airflow's DAG does for a month: its tables in their order, the switch, its own marts; returns the rows."""
    from praya.pipeline.collect import collect_source
    from praya.pipeline.measure import compute_month
    from praya.pipeline.month_switch import switch_in
    from praya.pipeline.stage import stage_table
    from praya.pipeline.validate import validate_table

    known, to = contracts(), open_store(store)
    rows = 0
    for name in RECORDS:
        one = known[name].at(month)
        with clock("collect", name):
            collect_source(one, to, {"contact_centre": source})
        with clock("stage", name):
            rows += stage_table(one, to).rows_out
        with clock("validate", name):
            validate_table(one, to, SUITES)
    with clock("switch in", "months"):
        switch_in(list(known.values()), to, SUITES, PROVIDER, month)
    with clock("measure", "months"):
        compute_month(to, metrics, list(known.values()), PROVIDER, month)
    return rows


def take_all_months(store: Path, metrics: Path, clock: Clock) -> None:
    """The marts of all months."""
    from praya.pipeline.measure import compute_marts

    with clock("measure", "all months"):
        compute_marts(open_store(store), metrics, list(contracts().values()))


def take_mart(store: Path, release: bool, dataset: str, clock: Clock) -> None:
    """The way of a mart that is released, from its Parquet to the protected table, or on to its release."""
    from praya.pipeline.collect import collect_source
    from praya.pipeline.order import publish_release as publish
    from praya.pipeline.protect import protect_table
    from praya.pipeline.stage import stage_table
    from praya.pipeline.validate import validate_table

    one, to = contracts()[dataset], open_store(store)
    with clock("collect", "marts"):
        collect_source(one, to, {})
    with clock("stage", "marts"):
        stage_table(one, to)
    with clock("validate", "marts"):
        validate_table(one, to, SUITES)
    with clock("protect", "marts"):
        table = protect_table(one, to)
    if release:
        with clock("release", "marts"):
            publish(table, one, to)


if __name__ == "__main__":
    child.main(way, IMPORTS)
