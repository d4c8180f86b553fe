"""`make run`, `make up` and `make down`: a whole Airflow on this machine, owned by one guardian process."""
