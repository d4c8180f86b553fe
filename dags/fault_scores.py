"""The airflow DAG that measures, once a week, how many of the standard faults each dataset's rules would notice."""

from praya_airflow.common_dags import build_faults_dag

dag = build_faults_dag()
