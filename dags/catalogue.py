"""The airflow DAG that lists all current releases."""

from praya_airflow.common_dags import build_catalogue_dag

dag = build_catalogue_dag()
