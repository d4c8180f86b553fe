"""`warehouse.duckdb`: all accepted tables and marts in one file to ask questions of; a build product."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from praya.contract import Contract
from praya.store import Store, content_key, table_name
from praya.store.duck import identifier, instance, scan

KEY = "warehouse.duckdb"


def build_warehouse(
    store: Store, contracts: Sequence[Contract], marts: Mapping[str, dict[str, Any]], work: Path
) -> None:
    """Build the warehouse aside and rename it in, when what belongs into it has changed."""
    # Personal records stay where they are, also as pseudonyms; what is made from them may be asked.
    received = [contract for contract in contracts if not contract.source.mart and contract.released]
    states = {
        table_name(contract.dataset): store.state(contract.dataset, "accepted") for contract in received
    }
    tables = {name: [str(state["table"])] for name, state in states.items() if state is not None}
    tables |= {
        name: list(state["tables"].values()) if "tables" in state else [str(state["table"])]
        for name, state in marts.items()
    }
    built = {"tables": content_key(tables)}
    if store.state("warehouse", "built") == built and store.exists(KEY):
        return
    aside = work / KEY
    with instance(work, aside) as con:
        for name, files in sorted(tables.items()):
            con.execute(f"create table {identifier(name)} as from {scan(*map(store.path, files))}")
        con.execute("checkpoint")
    store.adopt(aside, KEY)
    store.set_state("warehouse", "built", built)
