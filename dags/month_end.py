"""The airflow DAG that closes months."""

from praya_airflow.report_dags import build_month_end_dag

dag = build_month_end_dag()
