"""The airflow DAG that closes months."""

from praya_airflow.reports_dag import build_month_end_dag

dag = build_month_end_dag()
