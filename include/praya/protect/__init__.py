"""protect: an accepted table → a protected table, the only thing that a release is made from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from praya.contract import Contract
from praya.errors import DisclosureError
from praya.ledger import Ledger
from praya.protect import cell_key, ten_five
from praya.protect.table import ProtectedTable, seal
from praya.store import Store, content_key, file_sha256
from praya.store.duck import PARQUET, connect, identifier, literal, scan

PROTECT_VERSION = 1
METHODS = {"10-5 rule": ten_five, "cell-key perturbation": cell_key}

__all__ = ["ProtectedTable", "protect", "protect_key"]


def protect(contract: Contract, store: Store) -> ProtectedTable:
    """Put the accepted table through disclosure control, sorted by primary key; the decision is recorded
    in the ledger before anything can be released. Raises DisclosureError where nothing was accepted.
    """
    if not contract.released:
        raise DisclosureError(
            f"{contract.dataset}: holds personal records, which are never released; release a mart made from them"
        )
    accepted = store.state(contract.dataset, "accepted")
    if accepted is None:
        raise DisclosureError(f"{contract.dataset}: no table has been accepted yet; run validate first")
    method = METHODS[contract.disclosure.method]
    key = protect_key(contract, accepted)
    tree = f"protected/{contract.dataset}/{key}"
    if not store.exists(tree):
        with store.scratch() as work:
            folder = work / "tree"
            folder.mkdir()
            source = scan(store.path(accepted["table"]))
            order = ", ".join(f"{identifier(name)} nulls last" for name in contract.primary_key)
            with connect(work) as con:
                sql = f"copy ({method.select_protected(contract, source)} order by {order}) "
                try:
                    con.execute(f"{sql} to {literal(str(folder / 'table.parquet'))} ({PARQUET})")
                except duckdb.InvalidInputException as error:
                    said = str(error).partition(": ")[2]
                    raise DisclosureError(f"{contract.dataset}: {said}") from error
            store.adopt_tree(folder, tree)
    table = f"{tree}/table.parquet"
    with store.scratch() as work, connect(work) as con:
        decision = _decision(contract, con, store.path(table))
    state: dict[str, Any] = {
        "key": key,
        "table": table,
        "sha256": file_sha256(store.path(table)),
        "accepted_key": accepted["key"],
        "verdict_key": accepted["verdict_key"],
        "received_at": accepted["received_at"],
        "synthetic": accepted["synthetic"],
        "decision": decision,
    }
    body = {"table_sha256": state["sha256"], "key": key, "verdict_key": state["verdict_key"], **decision}
    Ledger(store).record("disclosure", contract.dataset, body)
    store.set_state(contract.dataset, "protected", state)
    return seal(contract, store, state, method.status_fields(contract))


def protect_key(contract: Contract, accepted: dict[str, Any]) -> str:
    """The content key of what `protect` makes from this table under this contract."""
    disclosure = contract.disclosure.model_dump(mode="json", by_alias=True)
    names = [field.name for field in contract.fields]
    return content_key(
        {
            "version": PROTECT_VERSION,
            "accepted": accepted["key"],
            "verdict": accepted["verdict_key"],
            "disclosure": disclosure,
            "fields": names,
            "order": contract.primary_key,
        }
    )


def _decision(contract: Contract, con: Any, table: Path) -> dict[str, Any]:
    """What the gate did, in numbers that give no protected value away."""
    guarded = contract.disclosure.guarded
    (rows,) = con.execute(f"select count(*) from {scan(table)}").fetchone()
    suppressed = 0
    for name in guarded:
        status = identifier(f"{name}_conf_status")
        (number,) = con.execute(f"select count(*) from {scan(table)} where {status} = 'C'").fetchone()
        suppressed += int(number)
    return {
        "class": contract.disclosure.class_,
        "reason": contract.disclosure.reason,
        "method": contract.disclosure.method if guarded else "none needed",
        "rows": int(rows),
        "suppressed_cells": suppressed,
    }
