"""The airflow DAG that makes the reports."""

from praya_airflow.reports_dag import reports_dag

dag = reports_dag()
