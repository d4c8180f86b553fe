"""One airflow DAG per contract: the first 200 (file 1 of 5, room for 1,000 datasets)."""

from praya_airflow.factory import build_shard

globals().update(build_shard(0))
