"""`warehouse.duckdb`: all accepted tables and marts in one file to ask questions of; a build product.

It holds views on their Parquet files and no rows: a table that has changed costs as much as one that is small, and the
files, whose names are made from their content, never change under a reader.
"""

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
    # The views name the files by their place on this disk: a store that was moved gets others.
    built = Warehouse(tables=content_key({"place": store.describe(""), "views": tables}))
    if store.state(Warehouse, "warehouse") == built and store.exists(layout.WAREHOUSE):
        return
    aside = work / layout.WAREHOUSE
    with instance(work, aside) as con:
        con.execute("begin")
        for name, files in sorted(tables.items()):
            con.execute(f"create view {identifier(name)} as from {scan(*map(store.local, files))}")
        con.execute("commit")
        con.execute("checkpoint")
    store.adopt(aside, layout.WAREHOUSE)
    store.set_state("warehouse", built)
