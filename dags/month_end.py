"""The airflow DAG that closes months."""

from praya_airflow.reports_dag import month_end_dag

dag = month_end_dag()
