"""Weaker disclosure control, through Airflow: refused, proposed by one, approved by another, released."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from e2e.conftest import Bench, bench_in
from e2e.test_up import command
from praya.ledger import Ledger
from praya.store import Store
from praya_airflow.local.client import Client
from praya_airflow.local.follow import Run, error_of
from praya_airflow.local.settings import free_port

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]
DATASET, APPROVAL = "head-135-provision", "disclosure_approval"
REASON = "The bureau's own enquiry lines are to be in it."


class Office:
    """An Airflow with one dataset, and the people who log in to it."""

    def __init__(self, bench: Bench, port: int) -> None:
        passwords = json.loads((bench.home / "var" / "airflow" / "passwords.json").read_text())
        self.people = {
            name: Client(f"http://127.0.0.1:{port}", name, word) for name, word in passwords.items()
        }
        self.contract = bench.home / "contracts" / "hk-itib" / f"{DATASET}.yaml"
        self.store = Store(bench.home / "var" / "store")

    def trigger(self, who: str, dag_id: str, **conf: str) -> str:
        return str(self.people[who].trigger(dag_id, **conf)["dag_run_id"])

    def until(self, dag_id: str, run: str, wanted: str) -> dict[str, dict[str, Any]]:
        """The tasks of a run once it has come to a state, or one of its tasks waits for an answer."""
        path, deadline = f"/dags/{dag_id}/dagRuns/{run}", time.monotonic() + 90
        while time.monotonic() < deadline:
            state = self.people["admin"]._call("GET", path)["state"]
            found = self.people["admin"]._call("GET", f"{path}/taskInstances")["task_instances"]
            waits = any(task["state"] == "awaiting_input" for task in found)
            if wanted == ("awaiting_input" if waits else state):
                # No person answers in the second of being asked; that would cross with the executor's word that the
                # asking is over, and Airflow 3.3 would ask once more.
                time.sleep(3 if waits else 0)
                return {task["task_id"]: task for task in found}
            time.sleep(0.3)
        raise AssertionError(f"{dag_id} has not come to {wanted}: {state}, {found}")

    def answer(self, who: str, run: str, option: str = "Approve") -> int:
        path = f"/dags/{APPROVAL}/dagRuns/{run}/taskInstances/approve/-1/hitlDetails"
        for _ in range(5):  # SQLite may be busy
            try:
                self.people[who]._call("PATCH", path, json={"chosen_options": [option], "params_input": {}})
            except requests.HTTPError as error:
                if error.response.status_code < 500:
                    return error.response.status_code
                time.sleep(2)
            else:
                return 200
        return 500

    def said(self, dag_id: str, run: str, tasks: dict[str, dict[str, Any]]) -> str:
        return error_of(self.people["admin"], Run(dag_id, run, tasks=tasks))

    def ledger(self, kind: str) -> list[dict[str, Any]]:
        return [line.body for line in Ledger(self.store) if line.kind == kind and line.subject == DATASET]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    port = free_port("127.0.0.1")
    bench = bench_in(tmp_path, PRAYA_PORT=str(port))
    for path in [*(tmp_path / "contracts").glob("*/*.yaml"), *(tmp_path / "metrics").rglob("*.sql")]:
        if path.stem != DATASET:
            path.unlink()
    command(bench, "up")
    try:
        yield Office(bench, port)
    finally:
        command(bench, "down")


def test_weaker_disclosure_control_takes_a_second_person(office: Office) -> None:
    office.until(DATASET, office.trigger("admin", DATASET), "success")
    assert len(office.ledger("release")) == 1
    text = office.contract.read_text("utf-8")
    assert "class: public facts" in text
    office.contract.write_text(text.replace("class: public facts", "class: public register"), "utf-8")

    run = office.trigger("admin", DATASET)
    said = office.said(DATASET, run, office.until(DATASET, run, "failed"))
    assert "the class was public facts, and is public register" in said and APPROVAL in said

    # Who proposed it may answer, as far as Airflow goes; Praya takes it for no approval.
    run = office.trigger("admin", APPROVAL, dataset=DATASET, reason=REASON)
    office.until(APPROVAL, run, "awaiting_input")
    assert office.answer("viewer", run) == 403
    assert office.answer("admin", run) == 200
    assert "takes a second person" in office.said(APPROVAL, run, office.until(APPROVAL, run, "failed"))

    # A no is a no.
    run = office.trigger("admin", APPROVAL, dataset=DATASET, reason=REASON)
    office.until(APPROVAL, run, "awaiting_input")
    assert office.answer("officer", run, "Reject") == 200
    assert office.until(APPROVAL, run, "success")["record"]["state"] == "skipped"
    assert office.ledger("approval") == []

    run = office.trigger("admin", APPROVAL, dataset=DATASET, reason=REASON)
    office.until(APPROVAL, run, "awaiting_input")
    assert office.answer("officer", run) == 200
    office.until(APPROVAL, run, "success")
    (approval,) = office.ledger("approval")
    assert (approval["proposed_by"], approval["approved_by"]) == ("admin", "officer")
    assert (approval["reason"], approval["how"]["run"]) == (REASON, run)
    deadline = time.monotonic() + 60
    while len(office.ledger("release")) < 2 and time.monotonic() < deadline:
        time.sleep(0.5)
    decision = office.ledger("disclosure")[-1]
    assert len(office.ledger("release")) == 2
    assert decision["class"] == "public register"
