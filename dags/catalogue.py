"""The airflow DAG that lists all current releases."""

from praya_airflow.factory import catalogue_dag

dag = catalogue_dag()
