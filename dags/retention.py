"""The airflow DAG that removes raw personal records when their time is over."""

from praya_airflow.factory import retention_dag

dag = retention_dag()
