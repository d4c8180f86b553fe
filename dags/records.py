"""The airflow DAGs of records, three a provider: months, changes in them, and years."""

from praya_airflow.records_dags import build_records_dags

globals().update(build_records_dags())
