"""Airflow is stopped at random moments, by `make down` and by kills, and started again: every run that was started is
finished or run again, and a run is green only when its work is in the store. `FULL=every` stops it a hundred times."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator

import pytest

from e2e.stops import ENDS, MARTS, MONTHS, PLAIN, RECORDS, Machine, stop_at
from full import by_level
from praya_airflow.local.client import Client, Json
from praya_airflow.local.follow import Run, find_error
from waiting import wait_until

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(14400)]
STOPS = int(os.environ.get("STOPS") or by_level(1, 2, 100))
SEED = int(os.environ.get("SEED") or random.randrange(1_000_000))


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """Stopped `STOPS` times; then up."""
    one, draw = Machine(tmp_path_factory.mktemp("stops")), random.Random(SEED)
    print(f"seed {SEED}: {STOPS} stops")
    try:
        for number in range(STOPS):
            how = ENDS[(number + SEED) % len(ENDS)]
            stop_at(one, draw, how)
            print(f"{number + 1}: {how}; {len(one.started)} runs were started so far", flush=True)
        one.up()
        one.settle()
        # Before anything is started anew, which would make good what a stop has lost.
        one.lost = one.differing(one.due)
        one.behind = one.behind_the_runs()
        for month in MONTHS:
            one.begin(RECORDS, month)
        one.settle()
        yield one
    finally:
        one.stop("down", draw)


def test_every_started_run_is_finished_and_none_is_lost(machine: Machine) -> None:
    runs = {(run["dag_id"], run["dag_run_id"]): run for run in machine.client.list_runs()}
    assert machine.started <= set(runs), f"seed {SEED}"
    ended = {key: run["state"] for key, run in runs.items()}
    assert set(ended.values()) == {"success"}, (
        f"seed {SEED}",
        {k: v for k, v in ended.items() if v != "success"},
    )


def test_what_green_runs_say_is_in_the_store(machine: Machine) -> None:
    """From ledger and store, not from Airflow: every amendment of the source is in the marts, and all that is due is
    out and listed."""
    assert machine.lost == {}, f"seed {SEED}"
    assert machine.behind == {}, f"seed {SEED}"
    assert machine.differing(MONTHS) == {}, f"seed {SEED}"
    assert machine.bench.pending() == {}, f"seed {SEED}"
    assert machine.in_ledger("release") >= {*PLAIN, *MARTS}
    assert machine.in_ledger("month") >= {f"{RECORDS}/{month}" for month in MONTHS}
    assert set(machine.bench.latest()) == {*PLAIN, *MARTS}


def test_nothing_is_half_written(machine: Machine) -> None:
    assert machine.unfinished() == [], f"seed {SEED}"


def test_a_run_that_was_marked_and_cleared_is_not_green_with_its_work_undone(machine: Machine) -> None:
    """What the UI does for *Mark as failed* and then *Clear only failed tasks*: Airflow leaves skipped what had not
    begun."""
    client, dag_id = machine.client, PLAIN[0]
    run = {"dag_id": dag_id, **client.trigger(dag_id)}
    client.set_run_state(run, "failed", "by hand")
    wait_until(lambda: ended(machine, run) in ("failed", "success"), 600)
    path = f"/dags/{dag_id}/dagRuns/{run['dag_run_id']}"
    if ended(machine, run) == "success":
        pytest.skip("the run was over before it could be marked")
    client._call("POST", f"{path}/clear", json={"dry_run": False, "only_failed": True})
    wait_until(lambda: ended(machine, run) in ("failed", "success"), 600)
    tasks = {one["task_id"]: one for one in client._call("GET", f"{path}/taskInstances")["task_instances"]}
    assert ended(machine, run) == "failed", tasks
    assert "no task has said that there is nothing to do" in reason(client, run, tasks)


def test_a_contract_that_is_broken_during_a_run_ends_it_with_the_reason(machine: Machine) -> None:
    client, dag_id = machine.client, PLAIN[1]
    contract = machine.bench.home / "contracts" / "hk-dpo" / f"{dag_id}.yaml"
    text = contract.read_text("utf-8")
    contract.write_text(text + "nonsense: true\n", "utf-8")
    try:
        run = {"dag_id": dag_id, **client.trigger(dag_id)}
        wait_until(lambda: ended(machine, run) in ("failed", "success"), 600)
        tasks = client._call("GET", f"/dags/{dag_id}/dagRuns/{run['dag_run_id']}/taskInstances")[
            "task_instances"
        ]
        assert ended(machine, run) == "failed"
        assert f"{dag_id}.yaml:" in reason(client, run, {one["task_id"]: one for one in tasks})
    finally:
        contract.write_text(text, "utf-8")


def test_a_new_contract_runs_without_a_click(machine: Machine) -> None:
    folder = machine.bench.home / "contracts" / "hk-itib"
    text = (folder / f"{PLAIN[0]}.yaml").read_text("utf-8")
    (folder / "a-new-one.yaml").write_text(
        text.replace(f"dataset: {PLAIN[0]}", "dataset: a-new-one"), "utf-8"
    )
    wait_until(lambda: machine.bench.pending().get("a-new-one") is None, 600)
    assert "a-new-one" in machine.in_ledger("release")


def test_runs_of_a_contract_that_is_gone_are_ended_when_airflow_starts(machine: Machine) -> None:
    folder = machine.bench.home / "contracts" / "hk-itib"
    machine.client._call("PATCH", "/dags/a-new-one", json={"is_paused": True})
    run = {"dag_id": "a-new-one", **machine.client.trigger("a-new-one")}
    (folder / "a-new-one.yaml").unlink()
    machine.stop("down", random.Random(SEED))
    said = " ".join(machine.up().split())
    assert "Ended" in said and "runs of a-new-one" in said
    assert ended(machine, run) == "failed"


def ended(machine: Machine, run: Json) -> str:
    return str(machine.run_of(run["dag_id"], run["dag_run_id"])["state"])


def reason(client: Client, run: Json, tasks: dict[str, Json]) -> str:
    return find_error(client, Run(run["dag_id"], run["dag_run_id"], tasks=tasks))
