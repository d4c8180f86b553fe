"""One airflow DAG per provider of records: a run a month, rolled up by the marts."""

from praya_airflow.factory import records_dags

globals().update(records_dags())
