"""Every dataset that ships, accepted in a store: the sources as they are, the synthetic 1823 at small scale."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb

from made import project
from made.basics import accept
from made.centre import MARTS, load, run_marts
from made.tables import CATALOGUE, INCLUDE, SOURCES, mart, registered
from made.tables import load as load_source
from praya.contract import Contract, load_contracts
from praya.store import Store
from praya_hk.sources.contact_centre import month

SCALE = 0.005
HEAD = (
    "head_135_by_year",
    "head_135_fiscal",
    "programme_observations",
    "programme_cross_checks",
    "open_data_progress",
)
# Needs nothing but what the tests can make in seconds.
SHIPPED = (
    "1823-cases-by-department",
    "1823-cases-by-district",
    "1823-cases-by-subject",
    "1823-contact-volumes",
    "1823-performance-measures",
    "1823-reconciliation",
    "1823-satisfaction",
    "1823-service-levels",
    "head-135-by-year",
    "head-135-changes",
    "head-135-commitments",
    "head-135-establishment",
    "head-135-fiscal",
    "head-135-operational-expenses",
    "head-135-provision",
    "head-135-subheads",
    "itf-figures",
    "management-services-officers",
    "metrics-register",
    "open-data-plans",
    "open-data-progress",
    "programme-cross-checks",
    "programme-figures",
    "programme-initiatives",
    "programme-lists",
    "programme-milestones",
    "programme-observations",
    "public-holidays",
    "source-documents",
)


def accept_all(store: Store, work: Path) -> dict[str, Contract]:
    """Accept every dataset of SHIPPED as its steps would up to validate; gives the contracts."""
    contracts = {one.dataset: one for one in load_contracts(project(contracts=INCLUDE / "contracts"))}
    with duckdb.connect() as con:
        for name in SHIPPED:
            one = contracts[name]
            if one.source.mart:
                continue
            load_source(con, one)
            parts = one.source.parts or {"data": one.source.path}
            if one.source.register_:
                accept(store, one, json.dumps(registered()).encode())
                continue
            accept(
                store,
                one,
                {part: (SOURCES / str(path).lstrip("/")).read_bytes() for part, path in parts.items()},
            )
        con.execute(CATALOGUE)
        mart(con, "programme_counts")
        for name in HEAD:
            mart(con, name)
            _accept_mart(store, contracts[name.replace("_", "-")], con, work)
    with load([month(f"2023-{number:02d}", scale=SCALE) for number in range(1, 13)]) as con:
        run_marts(con)
        for name in MARTS:
            _accept_mart(store, contracts[name.replace("_", "-")], con, work)
    return contracts


def _accept_mart(store: Store, contract: Contract, con: duckdb.DuckDBPyConnection, work: Path) -> None:
    path = work / f"{contract.dataset}.parquet"
    con.execute(f"copy \"{contract.source.mart}\" to '{path}' (format parquet)")
    accept(store, contract, path.read_bytes(), synthetic=contract.synthetic)
