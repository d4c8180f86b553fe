"""The roof over the library: what Airflow runs (contract → DAG), and the supervisor behind `make run`."""
