"""`airflow …` of one component: what its forked workers need is imported first, and SQLite waits as suits it."""

from __future__ import annotations

import datetime as dt
import importlib
import os
import signal
import sys

from praya_airflow.local import processes
from praya_airflow.local.settings import ALONE, API_WAITS, CONNECTION, PRELOAD, waiting


def main() -> None:
    """Takes the arguments of the `airflow` command."""
    component = sys.argv[1]
    if component == "scheduler":
        _scheduler()
    if component == "api-server":
        os.environ[CONNECTION] = waiting(os.environ[CONNECTION], API_WAITS)
    from airflow.__main__ import main as airflow

    airflow()  # type: ignore[no-untyped-call]


def _scheduler() -> None:
    for name in PRELOAD:  # else each task would have to import them anew
        importlib.import_module(name)
    if ALONE not in os.environ:
        return
    # A task without its worker, or a worker without its scheduler, can tell nobody what it did: it must not go on
    # beside the same task in the next Airflow.
    os.register_at_fork(before=_remember_parent, after_in_child=_die_with_parent)
    from praya_airflow.local.resume import resume

    if cut_off := resume(dt.datetime.now(dt.UTC)):
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
