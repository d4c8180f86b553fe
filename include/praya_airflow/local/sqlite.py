"""How Airflow's processes take turns on SQLite: whoever comes second waits, where by default it fails after 5 s."""

CONNECT_ARGS = {"timeout": 60.0}
