"""The airflow DAG that sets the disclosure methods side by side for a dataset."""

from praya_airflow.disclosure_dags import build_methods_dag

dag = build_methods_dag()
