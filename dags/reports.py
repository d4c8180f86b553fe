"""The airflow DAG that makes the reports."""

from praya_airflow.reports import reports_dag

dag = reports_dag()
