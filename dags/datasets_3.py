"""One airflow DAG per contract: the next 200 (file 3 of 5, room for 1,000 datasets)."""

from praya_airflow.factory import build_shard

globals().update(build_shard(2))
