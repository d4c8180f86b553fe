"""The airflow DAGs of records, three a provider: months, changes in them, and years."""

from praya_airflow.records import records_dags

globals().update(records_dags())
