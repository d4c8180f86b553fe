"""The library's way, from the records API to protected marts: what Airflow's tasks call, without Airflow."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from bench import child
from bench.child import Clock, Figures
from bench.places import MB, PROVIDER, RECORDS, SUITES, contracts, raw_files
from praya_airflow.local.settings import PRELOAD

# What the scheduler has loaded before it forks a task, less Airflow itself.
IMPORTS = tuple(name for name in PRELOAD if not name.startswith("airflow"))


def way(store: str, metrics: str, source: str, months: Sequence[str], release: bool = False) -> Figures:
    """Take `months` from `source` to protected marts in the new folder `store`; with `release`, on to the catalogue.

    Returns what the clock says at the protected marts, and at the catalogue (`to_catalogue`), and what came.
    """
    from praya.collect import collect
    from praya.measure import measure, measure_month
    from praya.months import switch_in
    from praya.portal import catalogue
    from praya.protect import protect
    from praya.release import release as publish
    from praya.stage import stage
    from praya.store import Store
    from praya.validate import validate

    root = Path(store)
    shutil.rmtree(root, ignore_errors=True)
    os.environ["PRAYA_PSEUDONYM_KEY_FILE"] = str(root.with_name("pseudonym.key"))
    known = contracts()
    listed, connections = list(known.values()), {"contact_centre": source}
    clock, to = Clock(), Store(root)
    rows = 0
    for month in months:
        for name in RECORDS:
            one = known[name].at(month)
            with clock("collect", name):
                collect(one, to, connections)
            with clock("stage", name):
                rows += stage(one, to)["rows_out"]
            with clock("validate", name):
                validate(one, to, SUITES)
        with clock("switch in", "months"):
            switch_in(listed, to, SUITES, PROVIDER, month)
        with clock("measure", "months"):
            measure_month(to, Path(metrics), listed, PROVIDER, month)
    with clock("measure", "all months"):
        measure(to, Path(metrics), listed)
    protected = []
    for one in listed[len(RECORDS) :]:
        with clock("collect", "marts"):
            collect(one, to, {})
        with clock("stage", "marts"):
            stage(one, to)
        with clock("validate", "marts"):
            validate(one, to, SUITES)
        with clock("protect", "marts"):
            protected.append((one, protect(one, to)))
    found = clock.figures()
    steps = {step: dict(taken) for step, taken in found["steps"].items()}
    if release:
        for one, table in protected:
            with clock("release", "marts"):
                publish(table, one, to)
        with clock("catalogue", "marts"):
            catalogue(to)
    raw = [path for month in months for name in RECORDS for path in raw_files(root, name, month)]
    return found | {
        "steps": steps,
        "to_catalogue": clock.figures(),
        "rows": rows,
        "marts": len(protected),
        "raw_mb": sum(path.stat().st_size for path in raw) / MB,
    }


if __name__ == "__main__":
    child.main(way, IMPORTS)
