"""Synthetic months of 1823: one at full volume, small ones, and the whole of 2023 with all marts; each made once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from made.centre import Tables, load, run_marts
from praya_hk.sources.contact_centre import Archive, month
from praya_hk.sources.contact_centre.source_store import Month

SMALL = 0.02


@pytest.fixture(scope="session")
def full(tmp_path_factory: pytest.TempPathFactory) -> tuple[Archive, Month]:
    """March 2023 at full volume, in an archive."""
    archive = Archive(tmp_path_factory.mktemp("full"), months=["2023-03"])
    return archive, archive.month("2023-03")


@pytest.fixture(scope="session")
def small() -> dict[str, Any]:
    """The tables of March 2023, one contact in fifty."""
    return month("2023-03", scale=SMALL)


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """January to March 2023 at one in fifty, nothing made yet."""
    return Archive(tmp_path / "archive", scale=SMALL, months=["2023-01", "2023-02", "2023-03"])


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
