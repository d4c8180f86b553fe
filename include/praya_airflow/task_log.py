"""The fields of what is logged while a task runs: dataset, run, partition and step.

Airflow writes every event of the standard `logging`, with its fields, to the log of the task as a line of JSON, and its
UI shows them behind the event.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from airflow.sdk import get_current_context

from praya.observe import bind_log_fields
from praya_airflow.assets import read_partition


@contextmanager
def bind_task_fields(step: str, arguments: Mapping[str, Any] | None = None) -> Iterator[None]:
    """Put the fields of the running task on every event that is logged inside.

    `dataset` and `month` are those of the task's `arguments`, else of the parameters of the run; a run without a month
    may be for the partition that its key names. A task's function that is called by itself has no run.
    """
    context = _read_context()
    asked = {**(context.get("params") or {}), **(arguments or {})}
    known = {name: str(asked[name]) for name in ("dataset", "month") if asked.get(name)}
    run, key = context.get("run_id"), context.get("partition_key")
    partition = known.get("month") or (read_partition(str(key)) if key else None)
    with bind_log_fields(
        dataset=known.get("dataset"), run=str(run) if run else None, partition=partition, step=step
    ):
        yield


def _read_context() -> Mapping[str, Any]:
    try:
        return get_current_context()
    except RuntimeError:
        return {}
