"""The airflow DAG that makes the reports."""

from praya_airflow.reports_dag import build_reports_dag

dag = build_reports_dag()
