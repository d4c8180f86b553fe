"""The people of an office: who triggers, who answers, and what the ledger holds of it."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import requests

from e2e.centre import Centre
from made import open_store
from praya.ledger import Ledger
from praya_airflow.local.client import Client
from praya_airflow.local.follow import Run, find_error

DATASET, APPROVAL = "head-135-provision", "disclosure_approval"


class Office:
    """A dataset in a running Airflow, and the people who log in there."""

    def __init__(self, centre: Centre) -> None:
        self.people = {name: Client(centre.base, name, word) for name, word in centre.passwords.items()}
        self.contract = centre.bench.home / "contracts" / "hk-itib" / f"{DATASET}.yaml"
        self.store = open_store(centre.bench.home / "var" / "store")

    def trigger(self, who: str, dag_id: str, **conf: str) -> str:
        return str(self.people[who].trigger(dag_id, **conf)["dag_run_id"])

    def until(
        self, dag_id: str, run: str, wanted: str, after: dict[str, Any] | None = None
    ) -> dict[str, dict[str, Any]]:
        """The tasks of a run once it has come to a state, or one of its tasks waits for an answer.

        With a task that waited before as `after`: once that one has run again.
        """
        path, deadline = f"/dags/{dag_id}/dagRuns/{run}", time.monotonic() + 90
        while time.monotonic() < deadline:
            state = self.people["admin"]._call("GET", path)["state"]
            found = self.people["admin"]._call("GET", f"{path}/taskInstances")["task_instances"]
            tasks = {task["task_id"]: task for task in found}
            waits = any(task["state"] == "awaiting_input" for task in found)
            fresh = after is None or tasks[after["task_id"]]["queued_when"] != after["queued_when"]
            if fresh and wanted == ("awaiting_input" if waits else state):
                if waits:
                    self._wait_for_scheduler(tasks, deadline)
                return tasks
            time.sleep(0.3)
        raise AssertionError(f"{dag_id} has not come to {wanted}: {state}, {found}")

    def _wait_for_scheduler(self, tasks: dict[str, dict[str, Any]], deadline: float) -> None:
        """Wait until the scheduler knows that the processes which asked have ended.

        An answer that comes before that crosses with the executor's report of the ended process, and Airflow 3.3 queues
        the task once more. A person is slower than that; a test is not.
        """
        for task in tasks.values():
            while task["state"] == "awaiting_input" and _runs(task["pid"]) and time.monotonic() < deadline:
                time.sleep(0.3)
        heard = set()  # the second heartbeat after the end: a whole round of the scheduler lies between
        while len(heard) < 3 and time.monotonic() < deadline:
            health = self.people["admin"]._call("GET", "/monitor/health")
            heard.add(health["scheduler"]["latest_scheduler_heartbeat"])
            time.sleep(0.3)

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
        return find_error(self.people["admin"], Run(dag_id, run, tasks=tasks))

    def log(self, task: dict[str, Any]) -> str:
        """The log of a task as the UI shows it: each event with its fields."""
        records = self.people["admin"].read_log(task)
        return "\n".join(" ".join(map(str, record.values())) for record in records)

    def ledger(self, kind: str) -> list[dict[str, Any]]:
        return [line.body for line in Ledger(self.store) if line.kind == kind and line.subject == DATASET]


def _runs(pid: int | None) -> bool:
    return pid is not None and Path(f"/proc/{pid}").exists()
