"""The tasks of a dataset: each reads its contract, runs one step of the library, and returns what came of it."""

from __future__ import annotations

from typing import Any

from airflow.sdk import task

from praya.contract.telling import disclose_number
from praya.store import layout
from praya_airflow.environment import read_project
from praya_airflow.run_context import describe_run, find_run_signer
from praya_airflow.source_connection import read_connections
from praya_airflow.task_project import (
    keep_problem,
    make_pipeline,
    open_store,
    read_accepted_table,
    read_contract,
)
from praya_airflow.task_results import STORED, end_early, fill_events
from praya_airflow.task_wrapper import wrap_task


@task.short_circuit(task_id="collect")
@wrap_task
def collect(dataset: str) -> dict[str, Any] | None:
    """Take what the source has; None (and the run ends) when nothing is new and the release is current."""
    from praya.assurance.status import forget_problem
    from praya.pipeline.current import NO_ROWS, has_no_rows_yet, pending_reason

    with keep_problem(dataset, "collect"):
        contract, store = read_contract(dataset), open_store()
        if has_no_rows_yet(contract, store):
            forget_problem(store, dataset)
            end_early(f"{dataset}: {NO_ROWS}")
            return None
        collection = make_pipeline(read_connections(contract)).collect(contract)
        reason = pending_reason(contract, store, read_project().suites)
        if not collection.changed and reason is None:
            forget_problem(store, dataset)
            end_early(f"{dataset}: the source has nothing new, and its release is current")
            return None
        received_at = collection.state.received_at
        return {"received_at": received_at, "changed": collection.changed, "because": reason}


@task(task_id="stage")
@wrap_task
def stage(dataset: str) -> dict[str, Any]:
    """Type the snapshot's rows."""
    with keep_problem(dataset, "stage"):
        contract = read_contract(dataset)
        state = make_pipeline().stage(contract)
        counts = ("rows_in", "rows_out", "rows_quarantined")
        return {name: disclose_number(contract.disclosure, getattr(state, name)) for name in counts}


@task(task_id="validate")
@wrap_task
def validate(dataset: str) -> dict[str, Any]:
    """Judge the table; the event on its asset carries rows and verdict, and no figure before the release time."""
    from praya.pipeline.mart_sources import find_due

    with keep_problem(dataset, "validate"):
        store = open_store()
        contract = read_contract(dataset)
        state = make_pipeline().validate(contract)
        accepted = read_accepted_table(dataset)
        extra: dict[str, Any] = {
            "rows": accepted.rows,
            "verdict": state.verdict,
            "synthetic": accepted.synthetic,
        }
        due = find_due(contract, store, accepted.received_at)
        if due is not None and store.project.clock() < due:
            del extra["rows"]  # a figure of what is not out yet
        fill_events(extra)
        return extra | {"report": store.describe(state.report), STORED: [state.report]}


@task(task_id="release")
@wrap_task
def release(dataset: str) -> dict[str, Any]:
    """Put the table through disclosure control and publish it; wait for its release time where it has one."""
    with keep_problem(dataset, "release"):
        released = make_pipeline(context=describe_run(), by=find_run_signer()).release(read_contract(dataset))
        accepted = read_accepted_table(dataset)
        extra = {"rows": released.rows, "verdict": accepted.verdict, "release": released.version}
        fill_events(extra)
        stored = [layout.version(dataset, released.version)]
        return extra | {"changed": released.changed, STORED: stored}
