"""The airflow DAG that verifies the latest releases and a part of the archive each night."""

from praya_airflow.factory import audit_dag

dag = audit_dag()
