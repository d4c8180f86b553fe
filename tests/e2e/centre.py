"""A year of a small 1823 in an Airflow that stays up: started once for all that is tried on it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from e2e.conftest import ROOT, Bench, bench_in
from made.centre import differences, from_marts
from praya_airflow.local.addresses import find_free_port
from praya_airflow.local.client import Client
from praya_airflow.local.follow import ACTIVE
from praya_hk.sources.contact_centre import Archive, total

YEAR = [f"2023-{number:02}" for number in range(1, 13)]
SCALE = "0.01"
RECORDS = "synthetic-1823"
KEYS = (None, "2023", *(f"{month}-01T00:00:00" for month in YEAR))


def command(bench: Bench, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "praya_airflow.local", *words],
        env=bench.environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


class Centre:
    """A year of a small 1823 in an Airflow that stays up, and the source's own archive to change records in."""

    def __init__(self, bench: Bench, base: str, said: str, printed: str) -> None:
        """`base` is Airflow's address, `said` what `make up` printed, `printed` what `make run` did then."""
        self.bench, self.base, self.said, self.printed = bench, base, said, printed
        self.passwords = json.loads((bench.home / "var" / "airflow" / "passwords.json").read_text())
        self.client = Client(base, "admin", self.passwords["admin"])
        self.archive = Archive(bench.home / "var" / "sources", scale=float(SCALE), months=YEAR)

    def runs(self, since: datetime) -> list[dict[str, Any]]:
        """The runs of records, but for the one of last month, which is due whenever the schedule is looked at."""
        runs = [run for run in self.client.list_runs(since=since) if run["dag_id"].startswith(RECORDS)]
        # A run that ended before may still have been touched since.
        runs = [
            run for run in runs if not run["end_date"] or datetime.fromisoformat(run["end_date"]) >= since
        ]
        return [run for run in runs if run["run_type"] != "scheduled" and run["partition_key"] in KEYS]

    def busy(self, since: datetime) -> bool:
        """Whether a run is active or a backfill open: Airflow refuses a second one, and closes them every 30 s."""
        if [run for run in self.client.list_runs(since=since) if run["state"] in ACTIVE]:
            return True
        backfills = self.client._call("GET", "/backfills", params={"dag_id": RECORDS, "limit": 100})[
            "backfills"
        ]
        return any(backfill["completed_at"] is None for backfill in backfills)

    def settle(self, since: datetime, *, well: bool = True) -> list[dict[str, Any]]:
        """The runs of records since then, once nothing has been active for some seconds; all ended `well`, and what
        they started has come to its end too: an event waits for its run where Airflow is busy."""
        quiet, patience = time.monotonic(), time.monotonic() + 300
        while time.monotonic() - quiet < 6:
            if self.busy(since) or (well and time.monotonic() < patience and self.bench.pending()):
                quiet = time.monotonic()
            time.sleep(0.5)
        runs = self.runs(since)
        assert not well or {run["state"] for run in runs} <= {"success"}, runs
        return runs

    def measures(self, period: str) -> dict[str, Any]:
        with duckdb.connect(
            str(self.bench.home / "var" / "store" / "warehouse.duckdb"), read_only=True
        ) as con:
            return from_marts(con, period)

    def is_the_truth(self) -> None:
        truths = {month: self.archive.month(month).truth() for month in YEAR}
        with duckdb.connect(
            str(self.bench.home / "var" / "store" / "warehouse.duckdb"), read_only=True
        ) as con:
            for month, told in truths.items():
                assert differences(con, told, month) == {}
            assert differences(con, total(truths.values()), "2023") == {}

    def switched_in(self) -> dict[str, str]:
        folder = self.bench.home / "var" / "store" / "state" / "month" / RECORDS
        return {path.stem: json.loads(path.read_text())["key"] for path in folder.glob("*.json")}


def remove_structure(bench: Bench) -> None:
    """Take `disclosure.structure` out of the contracts of 1823, but for satisfaction, whose means need it.

    At a hundredth of the volume nearly every count is small, and the joint check of a year takes over a quarter of an
    hour; `test_full_year.py` makes it at full volume."""
    changed = 0
    for path in (bench.home / "contracts" / RECORDS).glob("*.yaml"):
        if path.stem == "1823-satisfaction":
            continue
        text, found = re.subn(r"^  structure:\n(?:    .*\n)+", "", path.read_text("utf-8"), flags=re.M)
        path.write_text(text, "utf-8")
        changed += found
    assert changed == 5


@contextmanager
def started(folder: Path, database: str) -> Iterator[Centre]:
    """`make up` on `database` (""  is SQLite), then `make run` in it; afterwards `make down`, and nothing is left."""
    port = find_free_port("127.0.0.1")
    where = {"PRAYA_PORT": str(port), "PRAYA_DATABASE": database}
    bench = bench_in(folder, PRAYA_MONTHS=",".join(YEAR), PRAYA_SOURCES_SCALE=SCALE, **where)
    remove_structure(bench)
    said = command(bench, "up")
    try:
        status, printed = bench.run(1200)
        assert status == 0, printed
        yield Centre(bench, f"http://127.0.0.1:{port}", said, printed)
    finally:
        command(bench, "down")
    assert bench.left_over() == []
