"""The airflow DAG that verifies the latest releases and a part of the archive each night."""

from praya_airflow.common_dags import build_audit_dag

dag = build_audit_dag()
