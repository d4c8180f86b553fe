"""protect: an accepted table → a protected table, the only thing that a release is made from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from praya.contract import Contract, Policy, load_policy
from praya.errors import DisclosureError
from praya.ledger import Ledger
from praya.protect.approval import rules_in_force
from praya.protect.personal import personal_data
from praya.protect.table import ProtectedTable, seal
from praya.protect.ten_five import METHOD, select_protected, status_fields
from praya.store import Store, content_key, file_sha256
from praya.store.duck import PARQUET, connect, identifier, literal, scan

PROTECT_VERSION = 2

__all__ = ["ProtectedTable", "protect", "protect_key"]


def protect(contract: Contract, store: Store) -> ProtectedTable:
    """Put the accepted table through disclosure control, sorted by primary key; the decision is recorded
    in the ledger before anything can be released. Raises DisclosureError where nothing was accepted, where
    personal data was found in it, and where the rules became weaker and nobody has approved that.
    """
    if not contract.released:
        raise DisclosureError(
            f"{contract.dataset}: holds personal records, which are never released; release a mart made from them"
        )
    accepted = store.state(contract.dataset, "accepted")
    if accepted is None:
        raise DisclosureError(f"{contract.dataset}: no table has been accepted yet; run validate first")
    policy = load_policy()
    in_force = rules_in_force(contract, policy, store)
    key = protect_key(contract, accepted, policy)
    tree = f"protected/{contract.dataset}/{key}"
    if not store.exists(tree):
        with store.scratch() as work:
            folder = work / "tree"
            folder.mkdir()
            source = scan(store.path(accepted["table"]))
            order = ", ".join(f"{identifier(name)} nulls last" for name in contract.primary_key)
            with connect(work) as con:
                con.execute(
                    f"copy ({select_protected(contract, source)} order by {order}) "
                    f"to {literal(str(folder / 'table.parquet'))} ({PARQUET})"
                )
                # Before the tree is adopted: what holds personal data is not there at all.
                found = personal_data(con, contract, policy, folder / "table.parquet")
            (folder / "personal_data.json").write_text(json.dumps(found), "utf-8")
            store.adopt_tree(folder, tree)
    table = f"{tree}/table.parquet"
    with store.scratch() as work, connect(work) as con:
        decision = _decision(contract, con, store.path(table))
    decision |= {"personal_data": store.read_json(f"{tree}/personal_data.json"), "policy": policy_key(policy)}
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
    body = {
        "table_sha256": state["sha256"],
        "key": key,
        "verdict_key": state["verdict_key"],
        **decision,
        **in_force,
    }
    Ledger(store).record("disclosure", contract.dataset, body)
    store.set_state(contract.dataset, "protected", state)
    return seal(contract, store, state, status_fields(contract))


def protect_key(contract: Contract, accepted: dict[str, Any], policy: Policy | None = None) -> str:
    """The content key of what `protect` makes from this table under this contract and policy."""
    disclosure = contract.disclosure.model_dump(mode="json", by_alias=True)
    names = [field.name for field in contract.fields]
    return content_key(
        {
            "version": PROTECT_VERSION,
            "accepted": accepted["key"],
            "verdict": accepted["verdict_key"],
            "disclosure": disclosure,
            "policy": policy_key(policy or load_policy()),
            "fields": names,
            "order": contract.primary_key,
        }
    )


def policy_key(policy: Policy) -> str:
    """The hash of what the policy says, however it is written."""
    return content_key(policy.model_dump(mode="json"))


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
        "method": METHOD if guarded else "none needed",
        "rows": int(rows),
        "suppressed_cells": suppressed,
    }
