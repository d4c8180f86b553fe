"""Before the release time of a dataset, the event on its table carries no figure of what is to come."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from made import accept, make_contract
from praya.store import Store

pytestmark = pytest.mark.slow

VALIDATE = """
import json, sys
from praya.contract import Contract
from praya.pipeline import order
from praya.store.states import Validated
from praya_airflow import dataset_tasks
told = []
dataset_tasks.read_contract = lambda dataset: Contract.model_validate_json(sys.argv[1])
dataset_tasks.fill_events = told.append
order.validate_table = lambda *_: Validated(
    key="k", verdict="passed", headline="", counts={}, staged="s", received_at="", path="verdict.json",
    report="report.html",
)
dataset_tasks.validate.function("sample")
print(json.dumps(told))
"""


@pytest.mark.parametrize(
    ("release", "rows"),
    [
        ({}, 2),
        ({"embargo_until": "2026-01-01T00:00:00+08:00"}, 2),
        ({"embargo_until": "2199-01-01T00:00:00+08:00"}, None),
    ],
)
def test_the_event_tells_rows_only_when_they_may_show(
    store: Store, tmp_path: Path, release: dict[str, Any], rows: int | None
) -> None:
    contract = make_contract(release=release)
    accept(store, contract, b"id,name\n1,a\n2,b\n")
    done = subprocess.run(
        [sys.executable, "-c", VALIDATE, contract.model_dump_json(by_alias=True)],
        capture_output=True,
        text=True,
        timeout=120,
        env=os.environ | {"AIRFLOW_HOME": str(tmp_path / "airflow"), "PRAYA_STORE": str(store.root)},
    )
    assert done.returncode == 0, done.stderr
    (extra,) = json.loads(done.stdout.splitlines()[-1])
    assert extra == {"verdict": "passed", "synthetic": False} | ({"rows": rows} if rows else {})
