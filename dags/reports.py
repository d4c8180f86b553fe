"""The airflow DAG that makes the reports."""

from praya_airflow.report_dags import build_reports_dag

dag = build_reports_dag()
