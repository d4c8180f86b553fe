"""The same job with PostgreSQL as Airflow's metadata database, as docker-compose.yaml has it."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from e2e.conftest import bench_in
from praya.contract import load_contracts

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(1500)]
SERVER = os.environ.get("PRAYA_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres")


@pytest.fixture
def database() -> Iterator[str]:
    """SQLAlchemy URL of an empty database, dropped afterwards."""
    try:
        connection = psycopg2.connect(SERVER, connect_timeout=3)
    except psycopg2.OperationalError as error:
        pytest.skip(f"no PostgreSQL at PRAYA_TEST_POSTGRES (default: loopback): {error}")
    connection.autocommit = True
    name = f"praya_{uuid.uuid4().hex[:12]}"
    with connection.cursor() as cursor:
        cursor.execute(f'create database "{name}"')
        yield SERVER.rsplit("/", 1)[0].replace("postgresql://", "postgresql+psycopg2://") + f"/{name}"
        cursor.execute(f'drop database "{name}" with (force)')
    connection.close()


def test_the_main_job_runs_on_postgresql(database: str, tmp_path: Path) -> None:
    bench = bench_in(tmp_path, PRAYA_DATABASE=database)
    status, printed = bench.run()
    assert status == 0, printed
    contracts = load_contracts(tmp_path / "contracts")
    assert set(bench.latest()) == {one.dataset for one in contracts if one.released}
    assert not list((tmp_path / "var").rglob("airflow.db")), "SQLite was used beside PostgreSQL"
    assert bench.left_over() == []
