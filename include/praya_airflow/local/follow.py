"""What has happened since the job began, from the API's runs and task instances."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from praya_airflow.dag_names import ROLL_UP
from praya_airflow.local.client import Client, Json

SHOWN = 3  # of the runs that are active
ACTIVE = ("queued", "running")
WAITING = ("up_for_reschedule", "deferred", "awaiting_input")  # for a clock or a person: may take days
OVER = ("success", "failed", "skipped", "upstream_failed", "removed")
# They wait for other runs, which end soon, and not for a clock or a person.
FOR_RUNS = {ROLL_UP: "waits for months that are on their way"}
WORDS = {
    "running": "runs",
    "success": "done",
    "failed": "failed",
    "up_for_retry": "failed, will be tried again",
    "up_for_reschedule": "ready, and waits for its release time",
    "awaiting_input": "waits for an answer in the Airflow UI",
}


@dataclass
class Run:
    """One DAG run: its state and that of each of its tasks, as last seen."""

    dag_id: str
    run_id: str
    state: str = "queued"
    queued: str = ""
    tasks: dict[str, Json] = field(default_factory=dict)

    @property
    def is_active(self) -> bool:
        """Whether more will come of it soon: not of one that waits for its release time, or for a person."""
        return self.state in ACTIVE and not self.is_waiting

    @property
    def is_waiting(self) -> bool:
        still_open = {name: task["state"] for name, task in self.tasks.items() if task["state"] not in OVER}
        states = set(still_open.values())
        return bool(states & {*WAITING}) and states <= {*WAITING, None} and not {*still_open} & {*FOR_RUNS}

    @property
    def progress(self) -> str:
        """How many of its tasks have ended."""
        ended = sum(1 for task in self.tasks.values() if task["state"] in OVER)
        return f"{ended} of {len(self.tasks)}"


class Watch:
    """The runs of all DAGs that have changed since `since`."""

    def __init__(self, client: Client, since: datetime) -> None:
        self.client = client
        self.since = since
        self.runs: dict[tuple[str, str], Run] = {}

    def poll(self) -> list[str]:
        """Looks again; returns what is new as one line an event, such as "head-135: stage done (3 of 4)"."""
        events: list[str] = []
        over: list[Run] = []
        for answer in self.client.list_runs(since=self.since):
            key = (answer["dag_id"], answer["dag_run_id"])
            run = self.runs.setdefault(key, Run(*key))
            ended = run.is_active and answer["state"] not in ACTIVE
            run.state = answer["state"]
            run.queued = answer["queued_at"] or answer["run_after"] or ""
            if ended:
                over.append(run)
        for task in self.client.list_tasks(since=self.since):
            if known := self.runs.get((task["dag_id"], task["dag_run_id"])):
                events += _describe_change(known, task)
        return events + [event for run in over if (event := _describe_end(run))]

    @property
    def active(self) -> list[Run]:
        return [run for run in self.runs.values() if run.is_active]

    def describe_active(self) -> str:
        """What goes on now in one line, such as "2 runs are active: fares (1 of 5), holidays (3 of 5)"."""
        active = sorted(f"{run.dag_id} ({run.progress})" for run in self.active)
        return f"{len(active)} runs are active: {', '.join(active[:SHOWN])}"

    def list_last_runs(self) -> dict[str, Run]:
        """The latest run of every DAG, by DAG id."""
        return {run.dag_id: run for run in sorted(self.runs.values(), key=lambda run: run.queued)}

    def list_failed_runs(self) -> list[Run]:
        """The latest runs that failed, by DAG id; a failure that a later run made good is none."""
        return [run for _, run in sorted(self.list_last_runs().items()) if run.state == "failed"]


def _describe_change(run: Run, task: Json) -> list[str]:
    name = task["task_id"] if task["map_index"] < 0 else f"{task['task_id']}[{task['map_index']}]"
    before = run.tasks.get(name, {}).get("state")
    run.tasks[name] = task
    after = task["state"]
    if after == before or after not in WORDS or after == "running":
        return []
    word = FOR_RUNS.get(name, WORDS[after]) if after in WAITING else WORDS[after]
    return [f"{run.dag_id}: {name} {word} ({run.progress})"]


def _describe_end(run: Run) -> str:
    if run.state == "failed":
        return f"{run.dag_id}: the run failed"
    skipped = any(task["state"] == "skipped" for task in run.tasks.values())
    return f"{run.dag_id}: ended early, nothing is new" if skipped else ""


def find_error(client: Client, run: Run) -> str:
    """The sentence of the last exception in the log of the first task of `run` that failed."""
    failed = [task for task in run.tasks.values() if task["state"] == "failed"]
    if not failed:
        return "no task of it failed; see the run in the Airflow UI (make up)"
    first = min(failed, key=lambda task: task["end_date"] or "")
    return f"{first['task_id']}: {find_last_error(client.read_log(first))}"


def find_last_error(records: list[Json]) -> str:
    """The message of the last exception among log `records`, else the last message logged as an error."""
    for record in reversed(records):
        details = record.get("error_detail") or []
        if details:
            last = details[0]  # the exception itself; what caused it follows
            return str(last.get("exc_value") or last.get("exc_type"))
    errors = [record["event"] for record in records if record.get("level") in ("error", "critical")]
    return str(errors[-1]) if errors else "its log holds no error"
