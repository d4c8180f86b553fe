"""The airflow DAG that computes the marts."""

from praya_airflow.common_dags import build_metrics_dag

dag = build_metrics_dag()
