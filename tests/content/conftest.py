"""All content in one DuckDB: every source as a typed table, every mart computed."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from made import project
from made.tables import CATALOGUE, INCLUDE, load, mart
from praya.contract import Contract, load_contracts


@pytest.fixture(scope="session")
def contracts() -> dict[str, Contract]:
    return {
        contract.dataset: contract for contract in load_contracts(project(contracts=INCLUDE / "contracts"))
    }


@pytest.fixture(scope="session")
def content(contracts: dict[str, Contract]) -> Iterator[duckdb.DuckDBPyConnection]:
    """Tables and marts of every contract; read only, as far as tests are concerned."""
    with duckdb.connect() as con:
        for contract in contracts.values():
            if (
                contract.source.connection == "praya_sources" or contract.source.register_
            ) and not contract.partition:
                load(con, contract)
        con.execute(CATALOGUE)
        for name in (
            "head_135_by_year",
            "head_135_fiscal",
            "programme_counts",
            "programme_observations",
            "programme_cross_checks",
            "open_data_progress",
        ):
            mart(con, name)
        yield con
