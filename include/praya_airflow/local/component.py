"""`airflow …` after importing what its forked workers need, so that no task has to import it anew."""

from __future__ import annotations

import importlib

from praya_airflow.local.settings import PRELOAD


def main() -> None:
    """Takes the arguments of the `airflow` command."""
    for name in PRELOAD:
        importlib.import_module(name)
    from airflow.__main__ import main as airflow

    airflow()  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    main()
