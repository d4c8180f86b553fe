"""The airflow DAG by which a second person approves that disclosure control became weaker."""

from praya_airflow.disclosure_dags import approval_dag

dag = approval_dag()
