"""The airflow DAG that removes raw personal records when their time is over."""

from praya_airflow.common_dags import build_retention_dag

dag = build_retention_dag()
