"""The last task of a run, which holds what the run claims against the store: a run is green when its work is done.

Airflow calls a run a success when its last tasks succeeded or were skipped, and it skips what had not begun of a run
that somebody marks as failed or that took too long: cleared as the UI proposes, such a run ended green with nothing
done. A teardown is the one kind of task that is not skipped then. A DAG of one task needs none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from airflow.sdk import DAG, get_current_context, task

from praya.errors import UnfinishedRun, codes
from praya.observe import get_logger
from praya_airflow.dag_names import FINISHED
from praya_airflow.task_project import open_store
from praya_airflow.task_results import ENDED_EARLY, STORED
from praya_airflow.task_wrapper import wrap_task

log = get_logger(__name__)

FAILED, SKIPPED, DONE = ("failed", "upstream_failed"), "skipped", "success"


def close_dag(dag: DAG) -> None:
    """Add the last task to a DAG that has all its others."""
    others = list(dag.tasks)
    with dag:
        last = check_run()
    last.set_upstream(others)
    last.as_teardown(on_failure_fail_dagrun=True)


@task(task_id=FINISHED)
@wrap_task
def check_run() -> dict[str, int]:
    """Fail unless every task of the run has done its work, or was left out because another one said that it was to
    be; returns how many did what."""
    context = get_current_context()
    dag, run = context["dag"], str(context["run_id"])
    states = context["ti"].get_task_states(dag.dag_id, run_ids=[run])[run]
    of_task = {
        airflow_task.task_id: list(_list_states(airflow_task.task_id, states)) for airflow_task in dag.tasks
    }
    del of_task[FINISHED]
    if failed := sorted(name for name, task_states in of_task.items() if set(task_states) & set(FAILED)):
        raise UnfinishedRun(
            codes.run.TASK_FAILED,
            f"this run has failed: {', '.join(failed)}; the log of the first that failed says why",
        )
    skipped = [name for name, task_states in of_task.items() if SKIPPED in task_states]
    done = [name for name, task_states in of_task.items() if DONE in task_states]
    for name in skipped:
        _check_skipped(context, name)
    missing = [key for name in done for key in _list_missing(context, name, of_task[name].count(DONE))]
    if missing:
        raise UnfinishedRun(
            codes.run.RESULT_MISSING,
            f"this run says that it stored {missing[0]}, and it is not in the store; trigger {dag.dag_id} again",
        )
    log.info("run has done its work", tasks_done=len(done), tasks_skipped=len(skipped))
    return {"done": len(done), "skipped": len(skipped)}


def _list_states(name: str, states: Mapping[str, str]) -> Iterator[str]:
    """The states of a task's instances: one, or those of a mapped task, which Airflow numbers."""
    known = re.compile(re.escape(name) + r"(_\d+)?")
    return (str(state) for key, state in states.items() if known.fullmatch(key))


def _check_skipped(context: Any, name: str) -> None:
    """Raise unless the skipped task or one before it has left word that there is nothing to do."""
    before = context["dag"].get_task(name).get_flat_relative_ids(upstream=True)
    said = context["ti"].xcom_pull(task_ids=sorted({name, *before}), key=ENDED_EARLY)
    if not any(said or ()):
        raise UnfinishedRun(
            codes.run.TASK_WITHOUT_WORK,
            f"{name} was skipped, and no task has said that there is nothing to do: the run was marked as ended or "
            f"took too long. Trigger {context['dag'].dag_id} again, or clear {name} with all that follows it",
        )


def _list_missing(context: Any, name: str, done: int) -> Iterator[str]:
    """The keys of the store that a task's receipts name and that are not there; of a mapped task each of the instances
    that are `done` leaves one. Who marks a task as a success by hand leaves no receipt."""
    if not hasattr(context["dag"].get_task(name), "python_callable") and not _is_mapped_python(context, name):
        return
    pull = context["ti"].xcom_pull
    left = [receipt for receipt in pull(task_ids=[name]) or () if receipt is not None]
    if len(left) < done and not any(pull(task_ids=[name], key=ENDED_EARLY) or ()):
        raise UnfinishedRun(
            codes.run.TASK_WITHOUT_WORK,
            f"{name} left no receipt: it was marked as a success and has not run. Clear {name} with all that follows "
            "it",
        )
    store = open_store()
    for receipt in left:
        keys = receipt.get(STORED, ()) if isinstance(receipt, dict) else ()
        yield from (key for key in keys if not store.exists(key))


def _is_mapped_python(context: Any, name: str) -> bool:
    return "python_callable" in getattr(context["dag"].get_task(name), "partial_kwargs", {})
