"""One airflow DAG per contract; one file parses 2,000 in time (docs/decisions/0031-dag-files.md)."""

from praya_airflow.dataset_dags import build_dataset_dags

globals().update(build_dataset_dags())
