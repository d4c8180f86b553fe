"""Small tables and an empty store, for the tests of `praya.pipeline.validate`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

WriteTable = Callable[..., Path]


@pytest.fixture(scope="session")
def write_table(tmp_path_factory: pytest.TempPathFactory) -> WriteTable:
    """A function that writes the rows of an SQL query to a new Parquet file."""
    folder = tmp_path_factory.mktemp("tables")

    def write(sql: str, parameters: list[Any] | None = None) -> Path:
        path = folder / f"{len(list(folder.iterdir()))}.parquet"
        with duckdb.connect() as connection:
            connection.execute(f"copy ({sql}) to '{path}' (format parquet)", parameters)
        return path

    return write


@pytest.fixture(scope="session")
def three(write_table: WriteTable) -> Path:
    """Three rows without a fault."""
    return write_table(
        "select range as n, date '2023-01-01' as d, 'abc'[range + 1] as w, range::varchar as figure, true as yes "
        "from range(3)"
    )


@pytest.fixture
def suites(tmp_path: Path) -> Path:
    folder = tmp_path / "expectations"
    folder.mkdir()
    return folder
