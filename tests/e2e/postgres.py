"""An empty database of a PostgreSQL server that is there, as docker-compose.yaml has one for Airflow."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg2

SERVER = os.environ.get("PRAYA_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres")


@contextmanager
def database() -> Iterator[str]:
    """SQLAlchemy URL of an empty database, dropped afterwards; "" where there is no server."""
    try:
        connection = psycopg2.connect(SERVER, connect_timeout=3)
    except psycopg2.OperationalError:
        yield ""
        return
    connection.autocommit = True
    name = f"praya_{uuid.uuid4().hex[:12]}"
    with connection.cursor() as cursor:
        cursor.execute(f'create database "{name}"')
        yield SERVER.rsplit("/", 1)[0].replace("postgresql://", "postgresql+psycopg2://") + f"/{name}"
        cursor.execute(f'drop database "{name}" with (force)')
    connection.close()
