"""The work of `make run` on a healthy Airflow: every DAG read, every dataset run, and all that follows."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from praya_airflow.dag_names import FINISHED
from praya_airflow.local.client import Client, Json
from praya_airflow.local.display import Display
from praya_airflow.local.follow import ACTIVE, Watch, find_error
from praya_airflow.local.goal import Goal
from praya_airflow.local.instance import Problem

# Kinds of DAGs, as `praya_airflow.expected_dags` names them.
DATASET, RECORDS, MART = "dataset", "records", "mart-dataset"
METRICS, REPORTS, CATALOGUE = "metrics", "reports", "catalogue"
POLL = 0.5
PARSED_WITHIN = 120.0
QUIET = 5.0  # seconds without any run after which no asset event is on its way any more
OWN_RUN = 30.0  # seconds that a DAG which is due gets to start by itself when it is unpaused
HOMELESS = (
    "the contract of this DAG is not there any more; put it back and trigger the DAG, or leave it at that"
)


def list_expected_dags() -> Sequence[tuple[str, str]]:
    """(DAG id, kind) of every DAG that Airflow should find; contracts that are refused are left out."""
    from praya_airflow import expected_dags  # imports Airflow, which takes seconds: while that starts

    return expected_dags.list_expected_dags()


def list_dag_ids() -> Collection[str]:
    """The ids of all DAGs, those too that only say that their contract is refused."""
    from praya_airflow import expected_dags

    return {dag_id for dag_id, _ in expected_dags.list_expected_dags()} | set(
        expected_dags.list_refused_dags()
    )


@dataclass(frozen=True)
class Outcome:
    """What is still not current → why; and DAG id → sentence of the error, where the last run failed."""

    pending: dict[str, str]
    failed: dict[str, str]


@dataclass(frozen=True)
class Job:
    """`check` raises Problem when Airflow is gone; for `patience` seconds an asset event is waited for."""

    client: Client
    goal: Goal
    display: Display
    check: Callable[[], None]
    is_fresh: bool = True  # Airflow was started for this job
    patience: float = QUIET
    dags: Callable[[], Sequence[tuple[str, str]]] = list_expected_dags
    dag_ids: Callable[[], Collection[str]] = list_dag_ids

    def run(self, since: datetime) -> Outcome:
        """Runs everything; DAG files count as read when that was after `since`."""
        expected = self.dags()
        with self.display.show_waiting(f"Airflow reads {len(expected)} DAGs"):
            wait_parsed(self.client, [dag_id for dag_id, _ in expected], since, self.check)
        began = datetime.now(UTC)
        if self.is_fresh:
            end_homeless(self.client, self.dag_ids())
        going_on = {(run["dag_id"], run.get("partition_key")) for run in self.client.list_runs(states=ACTIVE)}
        for dag_id, kind in expected:
            if kind == RECORDS:
                # Before the DAG is unpaused: nothing else writes to Airflow's database at this moment.
                for key in (f"{month}-01T00:00:00" for month in self.goal.months):
                    if (dag_id, key) not in going_on:  # the run that a stop interrupted goes on
                        self.client.trigger(dag_id, key)
        due = {dag["dag_id"] for dag in self.client.list_dags() if _is_due(dag, began)}
        interrupted = {dag_id for dag_id, _ in going_on}
        self.client.unpause_all()
        watch = Watch(self.client, began)
        datasets = {dag_id for dag_id, kind in expected if kind == DATASET} - interrupted
        for dag_id in sorted(datasets - due):
            self.client.trigger(dag_id)
        with self.display.show_waiting("Everything runs"):
            self._await_own_runs(watch, datasets & due)
            self._follow(watch)
            self._catch_up(watch, expected)
        failed = {run.dag_id: find_error(self.client, run) for run in watch.list_failed_runs()}
        return Outcome(dict(self.goal.find_pending()), failed)

    def _await_own_runs(self, watch: Watch, due: Collection[str]) -> None:
        """Until each of the `due` DAGs, which Airflow starts by itself, has a run; starts those that it has not."""
        deadline = time.monotonic() + OWN_RUN
        while True:
            self.check()
            for event in watch.poll():
                self.display.print_event(event)
            missing = sorted({*due} - {run.dag_id for run in watch.runs.values()})
            if not missing or time.monotonic() > deadline:
                break
            time.sleep(POLL)
        for dag_id in missing:
            self.client.trigger(dag_id)

    def _follow(self, watch: Watch) -> None:
        """Until nothing is active, and nothing is pending or nothing has moved for a while."""
        quiet_since = time.monotonic()
        while True:
            self.check()
            began = time.monotonic()
            for event in watch.poll():
                self.display.print_event(event)
            # Looking takes the server as much as a task does: on a busy machine it must not take more than that.
            pause = max(POLL, 2 * (time.monotonic() - began))
            self.display.update(watch.describe_active())
            if watch.active:
                quiet_since = time.monotonic()
            elif time.monotonic() - quiet_since > self.patience or self._is_complete():
                return
            time.sleep(pause)

    def _is_complete(self) -> bool:
        return not self.goal.find_pending() and self.goal.is_catalogued()

    def _catch_up(self, watch: Watch, expected: Sequence[tuple[str, str]]) -> None:
        """Runs, in their order, what an asset event should have started: events can get lost. A mart may be left for a
        release that is made of another, so that marts and their datasets take turns, as long as that changes
        anything."""
        names = {kind: [dag_id for dag_id, its in expected if its == kind] for _, kind in expected}
        tried: list[dict[str, str]] = []
        pending = dict(self.goal.find_pending())
        while pending and pending not in tried:
            tried.append(pending)
            for kind in (METRICS, MART):
                lost = [dag_id for dag_id in names.get(kind, []) if dag_id in pending]
                if kind == METRICS and any(name.startswith("mart ") for name in pending):
                    lost = names.get(kind, [])
                if self._start(watch, lost):
                    pending = dict(self.goal.find_pending())
        if any(name.startswith("report ") for name in pending):
            self._start(watch, names.get(REPORTS, []))
        if not self.goal.is_catalogued():
            self._start(watch, names.get(CATALOGUE, []))

    def _start(self, watch: Watch, dag_ids: Sequence[str]) -> bool:
        """Starts those of `dag_ids` that have not just failed, and follows them to their end; whether there was one."""
        failed = {run.dag_id for run in watch.list_failed_runs()}
        for dag_id in (wanted := [dag_id for dag_id in dag_ids if dag_id not in failed]):
            self.display.print_event(f"{dag_id}: behind, and no event has started it; starting it")
            self.client.trigger(dag_id)
        if wanted:
            self._follow(watch)
        return bool(wanted)


def wait_parsed(client: Client, expected: Sequence[str], since: datetime, check: Callable[[], None]) -> None:
    """Until every DAG in `expected` was read from its file after `since`; Problem if one cannot be."""
    deadline = time.monotonic() + PARSED_WITHIN
    while True:
        check()
        if errors := [error for error in client.list_import_errors() if _is_after(error["timestamp"], since)]:
            raise Problem("\n".join(_describe_import_error(error) for error in errors))
        seen = {dag["dag_id"] for dag in client.list_dags() if _is_after(dag["last_parsed_time"], since)}
        missing = sorted(set(expected) - seen)
        if not missing:
            return
        if time.monotonic() > deadline:
            raise Problem(
                f"After {PARSED_WITHIN:.0f} s Airflow has not read these DAGs: {', '.join(missing)}. "
                "Its reasons are in logs/dag-processor.log and logs/dag-files/."
            )
        time.sleep(POLL)


def end_homeless(client: Client, known: Collection[str]) -> list[str]:
    """End the runs of DAGs that are not there any more: Airflow looks at them no more, and would show them as running
    for ever. Returns the ids of those DAGs. DAGs from other files than those of the `known` are somebody's own."""
    listed = {dag["dag_id"]: dag["fileloc"] for dag in client.list_dags()}
    files = {listed[dag_id] for dag_id in known if dag_id in listed}
    others = {dag_id for dag_id, file in listed.items() if file not in files}
    homeless = [run for run in client.list_runs(states=ACTIVE) if run["dag_id"] not in {*known, *others}]
    for run in homeless:
        client.set_task_state(run, FINISHED, "failed")  # Airflow ends no run whose last task is still to run
        client.set_run_state(run, "failed", HOMELESS)
    return sorted({run["dag_id"] for run in homeless})


def _is_due(dag: Json, now: datetime) -> bool:
    """Whether Airflow starts a run of the DAG by itself once it is unpaused."""
    after = dag.get("next_dagrun_run_after")
    return after is not None and datetime.fromisoformat(str(after)) <= now


def _is_after(stamp: str | None, since: datetime) -> bool:
    return bool(stamp) and datetime.fromisoformat(str(stamp)) >= since


def _describe_import_error(error: Json) -> str:
    lines = [line for line in error["stack_trace"].splitlines() if line.strip()]
    return f"The DAG file {error['filename']} cannot be read: {lines[-1] if lines else 'no reason given'}"
