"""`airflow …` of one component: what its forked workers need is imported first, and SQLite waits as suits it."""

from __future__ import annotations

import importlib
import os
import sys

from praya_airflow.local.settings import API_WAITS, CONNECTION, PRELOAD, waiting


def main() -> None:
    """Takes the arguments of the `airflow` command."""
    component = sys.argv[1]
    if component == "scheduler":  # else each task would have to import them anew
        for name in PRELOAD:
            importlib.import_module(name)
    if component == "api-server":
        os.environ[CONNECTION] = waiting(os.environ[CONNECTION], API_WAITS)
    from airflow.__main__ import main as airflow

    airflow()  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    main()
