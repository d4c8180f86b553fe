"""Fault scores are measured when their time has come or somebody asks, and not when Airflow makes a run up."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from made import accept, contract_dict, make_contract
from praya.store import Store

SCORES = """
import datetime as dt, json
from types import SimpleNamespace
from praya_airflow import common_tasks
now = dt.datetime.now(dt.UTC)
told = []
for kind, days in (("scheduled", 3), ("scheduled", 0), ("manual", 3)):
    run = SimpleNamespace(run_type=kind, run_after=now - dt.timedelta(days=days))
    common_tasks.get_current_context = lambda run=run: {"dag_run": run}
    told.append(sorted(common_tasks.score_faults.function()))
print(json.dumps(told))
"""


def test_a_run_that_comes_days_late_leaves_it_to_the_next(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "contracts" / "hk-dpo" / "sample.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(contract_dict()))
    accept(store, make_contract(), b"id,name\n1,a\n2,b\n")
    done = subprocess.run(
        [sys.executable, "-c", SCORES],
        capture_output=True,
        text=True,
        timeout=240,
        env=os.environ
        | {
            "AIRFLOW_HOME": str(tmp_path / "airflow"),
            "PRAYA_STORE": str(store.root),
            "PRAYA_CONTRACTS": str(tmp_path / "contracts"),
        },
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == [[], ["sample"], ["sample"]]
