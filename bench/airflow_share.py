"""What Airflow adds: a month through the real thing, `make run` on the provider's own contracts in a new home."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

from bench.child import Failed, Figures
from bench.places import ROOT, Work

LIMIT_SECONDS = 1800
FINE = ("success", "skipped")


def through_airflow(work: Work, month: str) -> Figures:
    """Run `month` from the records API to the catalogue in a new home, its pages ready in the source's cache.

    Returns `wall_seconds` of the whole command, `window_seconds` from the first task's start to the last one's end,
    the number of `tasks` and the sum of their durations. Raises Failed when a task has not succeeded.
    """
    home = work.root / "airflow"
    empty = home / "empty"
    empty.mkdir(parents=True)
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AIRFLOW", "PRAYA", "PYTHON"))
    }
    environment = {
        **kept,
        "HOME": str(empty),
        "PYTHONPATH": str(ROOT / "include"),
        "PRAYA_HOME": str(home / "var"),
        "PRAYA_CONTRACTS": str(work.contracts),
        "PRAYA_METRICS": str(work.metrics),
        "PRAYA_MONTHS": month,
        "PRAYA_SOURCES_CACHE": str(work.cache),
        "PRAYA_SOURCES_MONTHS": f"{month}:{month}",
    }
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "praya_airflow.local", "run"],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=LIMIT_SECONDS,
        check=False,
    )
    wall = time.perf_counter() - began
    if done.returncode:
        raise Failed(f"make run of {month} failed:\n{(done.stdout + done.stderr)[-4000:]}")
    return {"wall_seconds": wall, **_tasks(home / "var" / "airflow" / "airflow.db")}


def _tasks(database: Path) -> Figures:
    """What Airflow's database says of the tasks, once Airflow has ended."""
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as con:
        rows = con.execute(
            "select dag_id, task_id, map_index, state, start_date, end_date from task_instance "
            "where start_date is not null"
        ).fetchall()
    if bad := [row[:4] for row in rows if row[3] not in FINE]:
        raise Failed(f"tasks that have not succeeded: {bad}")
    spans = [(datetime.fromisoformat(row[4]), datetime.fromisoformat(row[5])) for row in rows if row[5]]
    durations = [(end - start).total_seconds() for start, end in spans]
    window = (max(end for _, end in spans) - min(start for start, _ in spans)).total_seconds()
    by_task: dict[str, float] = {}
    for row, seconds in zip((row for row in rows if row[5]), durations, strict=True):
        name = f"{row[0]}.{row[1]}" + (f"[{row[2]}]" if row[2] >= 0 else "")
        by_task[name] = by_task.get(name, 0.0) + seconds
    return {
        "window_seconds": window,
        "tasks": len(spans),
        "task_seconds": sum(durations),
        "by_task": by_task,
    }
