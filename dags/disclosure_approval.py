"""The airflow DAG by which a second person approves that disclosure control became weaker."""

from praya_airflow.disclosure_dags import build_approval_dag

dag = build_approval_dag()
