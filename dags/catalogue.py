"""The airflow DAG that lists all current releases."""

from praya_airflow.factory import build_catalogue_dag

dag = build_catalogue_dag()
