"""The airflow DAG that computes the marts."""

from praya_airflow.factory import metrics_dag

dag = metrics_dag()
