"""`warehouse.duckdb`: all accepted tables and marts in one file to ask questions of; a build product."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from praya.contract import Contract
from praya.store import Store, content_key, layout, table_name
from praya.store.duck import identifier, instance, scan
from praya.store.states import Accepted, Warehouse


def build_warehouse(
    store: Store, contracts: Sequence[Contract], marts: Mapping[str, list[str]], work: Path
) -> None:
    """Build the warehouse aside and rename it in, when what belongs into it has changed; `marts` has the store keys of
    the tables of each."""
    # Personal records stay where they are, also as pseudonyms; what is made from them may be asked.
    received = [contract for contract in contracts if not contract.source.mart and contract.released]
    states = {table_name(contract.dataset): store.state(Accepted, contract.dataset) for contract in received}
    tables = {name: [state.table] for name, state in states.items() if state is not None} | dict(marts)
    built = Warehouse(tables=content_key(tables))
    if store.state(Warehouse, "warehouse") == built and store.exists(layout.WAREHOUSE):
        return
    aside = work / layout.WAREHOUSE
    with instance(work, aside) as con:
        for name, files in sorted(tables.items()):
            con.execute(f"create table {identifier(name)} as from {scan(*map(store.local, files))}")
        con.execute("checkpoint")
    store.adopt(aside, layout.WAREHOUSE)
    store.set_state("warehouse", built)
