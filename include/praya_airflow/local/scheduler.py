"""`airflow scheduler`, with what its forked workers need imported first, and what the last stop cut off taken up."""

from __future__ import annotations

import datetime as dt
import importlib
import os
import signal
import sys

from praya_airflow.local import processes

# Says that there is no other scheduler: what was cut off before is this one's to take up.
ALONE = "--alone"
# Imported once before the scheduler forks its workers; each task would pay for them again, with seconds.
PRELOAD = (
    "airflow.sdk.execution_time.task_runner",
    "airflow.providers.standard.operators.python",
    "pandas",
    "pyarrow.parquet",
    "duckdb",
    "great_expectations",
)
# What tasks import of Praya: the DAG files that a worker parses before a task, and the steps.
PRELOAD_PRAYA = (
    "praya_airflow.common_dags",
    "praya_airflow.dataset_dags",
    "praya_airflow.records_dags",
    "praya_airflow.report_dags",
    "praya_airflow.run_context",
    "praya.assurance.status",
    "praya.pipeline.measure",
    "praya.pipeline.month_switch",
    "praya.pipeline.order",
    "praya.provenance.checkpoints",
    "praya.reports.edition",
    "praya.site.views",
)


def main() -> None:
    """Takes the arguments of `airflow scheduler`, and `--alone` before them."""
    for name in (*PRELOAD, *PRELOAD_PRAYA):
        importlib.import_module(name)
    arguments = sys.argv[1:]
    if arguments[:1] == [ALONE]:
        arguments = arguments[1:]
        _take_over()
    sys.argv = ["airflow", "scheduler", *arguments]
    from airflow.__main__ import main as airflow

    airflow()  # type: ignore[no-untyped-call]


def _take_over() -> None:
    # A task without its worker, or a worker without its scheduler, has nobody to report to: it must not go on beside
    # the same task in the next Airflow.
    os.register_at_fork(before=_remember_parent, after_in_child=_die_with_parent)
    from praya_airflow.local.resume import resume_tasks

    if cut_off := resume_tasks(dt.datetime.now(dt.UTC)):
        print(f"{cut_off} tasks were cut off when Airflow stopped, and run again")


_parent = 0


def _remember_parent() -> None:
    global _parent
    _parent = os.getpid()


def _die_with_parent() -> None:
    processes.die_with_parent(signal.SIGKILL)
    if os.getppid() != _parent:  # it was gone before it could be asked for
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main()
