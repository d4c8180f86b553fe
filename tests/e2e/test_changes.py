"""What changes at the source runs its own months and their year again, and nothing else; so does a backfill."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import duckdb
import pytest

from contact_centre.centre import differences, from_marts
from e2e.conftest import ROOT, Bench, bench_in
from praya.sources.contact_centre import Archive, total
from praya_airflow.local.client import Client
from praya_airflow.local.follow import ACTIVE
from praya_airflow.local.settings import free_port

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]
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

    def __init__(self, bench: Bench, port: int) -> None:
        self.bench = bench
        passwords = json.loads((bench.home / "var" / "airflow" / "passwords.json").read_text())
        self.client = Client(f"http://127.0.0.1:{port}", "admin", passwords["admin"])
        self.archive = Archive(bench.home / "var" / "sources", scale=float(SCALE), months=YEAR)

    def runs(self, since: datetime) -> list[dict[str, Any]]:
        """The runs of records, but for the one of last month, which is due whenever the schedule is looked at."""
        runs = [run for run in self.client.runs(since=since) if run["dag_id"].startswith(RECORDS)]
        # A run that ended before may still have been touched since.
        runs = [
            run for run in runs if not run["end_date"] or datetime.fromisoformat(run["end_date"]) >= since
        ]
        return [run for run in runs if run["run_type"] != "scheduled" and run["partition_key"] in KEYS]

    def busy(self, since: datetime) -> bool:
        """Whether a run is active or a backfill open: Airflow refuses a second one, and closes them every 30 s."""
        if [run for run in self.client.runs(since=since) if run["state"] in ACTIVE]:
            return True
        backfills = self.client._call("GET", "/backfills", params={"dag_id": RECORDS, "limit": 100})[
            "backfills"
        ]
        return any(backfill["completed_at"] is None for backfill in backfills)

    def settle(self, since: datetime, *, well: bool = True) -> list[dict[str, Any]]:
        """The runs of records since then, once nothing has been active for some seconds; all ended `well`."""
        quiet = time.monotonic()
        while time.monotonic() - quiet < 6:
            if self.busy(since):
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


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    port = free_port("127.0.0.1")
    bench = bench_in(
        tmp_path_factory.mktemp("centre"),
        PRAYA_PORT=str(port),
        PRAYA_MONTHS=",".join(YEAR),
        PRAYA_SOURCES_SCALE=SCALE,
    )
    command(bench, "up")
    try:
        status, printed = bench.run()
        assert status == 0, printed
        yield Centre(bench, port)
    finally:
        command(bench, "down")
    assert bench.left_over() == []


def test_the_year_is_there_and_is_the_truth(centre: Centre) -> None:
    assert sorted(centre.switched_in()) == YEAR
    centre.is_the_truth()


def test_an_amendment_and_a_deletion_run_their_months_and_the_year_again(centre: Centre) -> None:
    before, months = {name: centre.measures(name) for name in (*YEAR, "2023")}, centre.switched_in()
    versions = centre.bench.latest()
    centre.archive.apply("2023-03", "amended", 3)
    centre.archive.apply("2023-05", "deleted", 1)
    since = datetime.now(UTC)
    centre.client.trigger(f"{RECORDS}-changes")
    runs = centre.settle(since)

    assert {run["dag_id"] for run in runs} == {f"{RECORDS}-changes", f"{RECORDS}-years"}
    assert {run["partition_key"] for run in runs if run["dag_id"].endswith("-years")} == {"2023"}
    tasks = [task for task in centre.client.tasks(since=since) if task["task_id"] == "month.switch_in"]
    assert {task["rendered_map_index"] for task in tasks} == {"2023-03", "2023-05"}
    now = centre.switched_in()
    assert {month for month in YEAR if now[month] != months[month]} == {"2023-03", "2023-05"}

    centre.is_the_truth()
    after = {name: centre.measures(name) for name in (*YEAR, "2023")}
    assert {name for name in YEAR if after[name] != before[name]} == {"2023-03", "2023-05"}
    assert before["2023-05"]["subject all all"] - after["2023-05"]["subject all all"] == 1
    assert before["2023"]["subject all all"] - after["2023"]["subject all all"] == 1
    for name in before["2023"]:
        if not isinstance(before["2023"][name], int) or name.startswith("open"):
            continue
        moved = sum(after[month].get(name, 0) - before[month].get(name, 0) for month in YEAR)
        assert after["2023"].get(name, 0) - before["2023"][name] == moved, name
    fresh = {name for name, version in centre.bench.latest().items() if version != versions[name]}
    assert fresh <= {name for name in versions if name.startswith("1823-")} and fresh

    since = datetime.now(UTC)
    centre.client.trigger(f"{RECORDS}-changes")
    assert [run["dag_id"] for run in centre.settle(since)] == [f"{RECORDS}-changes"], (
        "nothing has changed since"
    )


def test_a_backfill_from_the_command_line_takes_a_range_of_months_again(centre: Centre) -> None:
    centre.archive.apply("2023-07", "late", 5)
    before = centre.switched_in()
    since = datetime.now(UTC)
    said = command(
        centre.bench,
        "airflow",
        *("backfill", "create", "--dag-id", RECORDS, "--reprocess-behavior", "completed"),
        *("--from-date", "2023-06-01", "--to-date", "2023-07-31"),
    )
    runs = centre.settle(since)
    taken = [run["partition_key"] for run in runs if run["dag_id"] == RECORDS]
    assert sorted(taken) == ["2023-06-01T00:00:00", "2023-07-01T00:00:00"], said
    now = centre.switched_in()
    assert [month for month in YEAR if now[month] != before[month]] == ["2023-07"]
    centre.is_the_truth()


def test_a_backfill_from_the_ui_takes_a_range_of_months_again(centre: Centre) -> None:
    centre.archive.apply("2023-09", "merged", 2)
    before = centre.switched_in()
    since = datetime.now(UTC)
    centre.client._call(  # what the form in the UI sends
        "POST",
        "/backfills",
        json={
            "dag_id": RECORDS,
            "from_date": "2023-09-01T00:00:00Z",
            "to_date": "2023-10-31T00:00:00Z",
            "reprocess_behavior": "completed",
            "max_active_runs": 1,
        },
    )
    runs = centre.settle(since)
    taken = [run["partition_key"] for run in runs if run["dag_id"] == RECORDS]
    assert sorted(taken) == ["2023-09-01T00:00:00", "2023-10-01T00:00:00"]
    now = centre.switched_in()
    assert [month for month in YEAR if now[month] != before[month]] == ["2023-09"]
    centre.is_the_truth()


def test_a_month_that_comes_back_broken_stays_aside(centre: Centre) -> None:
    before, measures = centre.switched_in(), centre.measures("2023-11")
    centre.archive.apply("2023-11", "unknown-codes", 600)
    since = datetime.now(UTC)
    centre.client.trigger(f"{RECORDS}-changes")
    runs = centre.settle(since, well=False)
    assert [(run["dag_id"], run["state"]) for run in runs] == [(f"{RECORDS}-changes", "failed")]
    states = {task["task_id"]: task["state"] for task in centre.client.tasks(since=since)}
    assert states["month.1823-calls"] == "success" and states["month.1823-cases"] == "failed"
    assert states["month.switch_in"] == "upstream_failed"
    assert centre.switched_in() == before and centre.measures("2023-11") == measures
