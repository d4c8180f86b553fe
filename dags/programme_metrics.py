"""The airflow DAG that computes the marts."""

from praya_airflow.factory import build_metrics_dag

dag = build_metrics_dag()
