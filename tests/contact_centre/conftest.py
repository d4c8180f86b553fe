"""Synthetic months of 1823, small, made once: March 2023 alone, and the whole of 2023 with all marts."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import duckdb
import pytest

from contact_centre.centre import Tables, load, run_marts
from praya_hk.sources.contact_centre import month


@pytest.fixture(scope="session")
def march() -> Tables:
    """March 2023, one contact in fifty."""
    return month("2023-03", scale=0.02)


@pytest.fixture(scope="session")
def months() -> list[Tables]:
    """The twelve months of 2023, one contact in two hundred."""
    return [month(f"2023-{number:02d}", scale=0.005) for number in range(1, 13)]


@pytest.fixture(scope="session")
def year(months: list[Tables]) -> Iterator[duckdb.DuckDBPyConnection]:
    """The year's records and marts; read only, as far as tests are concerned."""
    with load(months) as con:
        run_marts(con)
        yield con


@pytest.fixture
def copies(march: Tables) -> Iterator[Callable[[], duckdb.DuckDBPyConnection]]:
    """A function that gives a fresh copy of March, which a test may spoil."""
    opened: list[duckdb.DuckDBPyConnection] = []

    def copy() -> duckdb.DuckDBPyConnection:
        opened.append(load([march]))
        return opened[-1]

    yield copy
    for con in opened:
        con.close()
