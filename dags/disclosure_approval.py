"""The airflow DAG by which a second person approves that disclosure control became weaker."""

from praya_airflow.disclosure import approval_dag

dag = approval_dag()
