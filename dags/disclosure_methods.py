"""The airflow DAG that sets the disclosure methods side by side for a dataset."""

from praya_airflow.disclosure_dags import methods_dag

dag = methods_dag()
