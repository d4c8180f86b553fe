"""The airflow DAG that verifies the archive, a part each night."""

from praya_airflow.factory import audit_dag

dag = audit_dag()
