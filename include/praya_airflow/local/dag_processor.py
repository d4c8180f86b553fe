"""`airflow dag-processor`, with what DAG files import loaded once: each file is parsed in a process forked from it.

Praya's code stays as it was when this process started. DAG files themselves and contracts are read at each parse.
"""

from __future__ import annotations

import importlib
import sys

# What the files in dags/ import; each parse would pay for it again, with a quarter of a second.
PRELOAD = (
    "praya_airflow.common_dags",
    "praya_airflow.dataset_dags",
    "praya_airflow.disclosure_dags",
    "praya_airflow.records_dags",
    "praya_airflow.report_dags",
)


def main() -> None:
    """Takes the arguments of `airflow dag-processor`."""
    for name in PRELOAD:
        importlib.import_module(name)
    from praya_airflow.facts_cache import compute_code_key

    compute_code_key()  # of the code as it is loaded here, and not as it is when a file is parsed
    sys.argv = ["airflow", "dag-processor", *sys.argv[1:]]
    from airflow.__main__ import main as airflow

    airflow()  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    main()
