"""The airflow DAG that closes months."""

from praya_airflow.reports import month_end_dag

dag = month_end_dag()
