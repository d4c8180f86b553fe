"""protect: an accepted table → a protected table, the only thing that a release is made from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from praya.contract import Contract, Policy, load_policy
from praya.contract.disclosure_method import disclosure_methods
from praya.contract.policy import SINCE_LINEAGE
from praya.disclosure.protect.protected_table import ProtectedTable, seal
from praya.errors import DisclosureError, codes
from praya.ledger import Ledger
from praya.store import Store, content_key, file_sha256
from praya.store.duck import PARQUET, connect, identifier, literal, scan
from praya.text.outside import quote

if TYPE_CHECKING:
    import duckdb

    from praya.lineage import Marts

# Contracts look up the methods of this package by their specs: what loads DuckDB or NumPy is imported when it is used.
PROTECT_VERSION = 3
FOUND = "found.json"  # beside a protected table: what the gate found and did
IN_FORCE = ("rules", "follows", "first_release")  # what a decision says of what it was made under
PATIENCE = 900.0  # seconds for other tables of the family that are at the gate

__all__ = ["ProtectedTable", "protect", "protect_again", "protect_key"]


def protect(contract: Contract, store: Store, marts: Marts | None = None) -> ProtectedTable:
    """Put the accepted table through disclosure control, sorted by primary key; the decision is recorded
    in the ledger before anything can be released. Raises DisclosureError where nothing was accepted, where
    personal data was found in it, where small counts could be worked out whatever is withheld, where the rules are
    weaker than the policy or than what the dataset is made from asks for, and where they became weaker, or a first
    release asks, and nobody has approved that. `marts`: those that lineage is followed through, else the project's.
    """
    from praya.disclosure.protect.approval import rules_in_force
    from praya.disclosure.protect.declared_figures import check_figures
    from praya.disclosure.protect.declared_lineage import check_table, marts_for, origin_of
    from praya.disclosure.protect.personal_search import refuse_personal_texts

    if not contract.released:
        raise DisclosureError(
            codes.disclosure.PERSONAL_RECORDS,
            f"{contract.dataset}: holds personal records, which are never released; release a mart made from them",
        )
    accepted = store.state(contract.dataset, "accepted")
    if accepted is None:
        raise DisclosureError(
            codes.validate.NO_TABLE_ACCEPTED,
            f"{contract.dataset}: no table has been accepted yet; run validate first",
        )
    policy = load_policy()
    # A contract that was not loaded from a file has not been held against the policy yet.
    if wrong := [f"disclosure.{name}: {what}" for name, what in policy.violations(contract.disclosure)]:
        raise DisclosureError(
            codes.contract.BELOW_POLICY,
            f"{contract.dataset}: is weaker than policy.yaml allows: {'; '.join(wrong)}",
        )
    refuse_personal_texts(contract)
    marts = marts or marts_for(contract)
    origin = origin_of(contract, marts)
    check_table(contract, store, accepted, marts)
    check_figures(contract, store, accepted, origin.lineage)
    in_force = rules_in_force(contract, policy, store, origin, synthetic=accepted["synthetic"])
    return _protect(contract, store, policy, accepted, in_force)


def protect_again(contract: Contract, store: Store, decided: dict[str, Any]) -> ProtectedTable:
    """For `reproduce` in a store of its own: what `protect` made when the ledger's decision `decided` was made.

    What the dataset was made from and who approved that was settled then; today's SQL and contracts are not asked.
    """
    accepted = store.state(contract.dataset, "accepted") or {}
    in_force: dict[str, Any] = {name: decided[name] for name in IN_FORCE if name in decided}
    return _protect(contract, store, load_policy(), accepted, in_force)


def _protect(
    contract: Contract, store: Store, policy: Policy, accepted: dict[str, Any], in_force: dict[str, Any]
) -> ProtectedTable:
    from praya.disclosure.protect.publication import publication_body

    key = protect_key(contract, accepted, policy)
    tree = f"protected/{contract.dataset}/{key}"
    # Counts one at a time: each table is looked at together with all that went through before.
    with store.lock("protect" if contract.disclosure.counts else f"protect-{contract.dataset}", PATIENCE):
        if not store.exists(tree):
            _make(contract, store, policy, accepted, tree)
        table = f"{tree}/table.parquet"
        with store.scratch() as work, connect(work) as con:
            decision = _decision(contract, con, store.path(table)) | store.read_json(f"{tree}/{FOUND}")
        state: dict[str, Any] = {
            "key": key,
            "table": table,
            "sha256": file_sha256(store.path(table)),
            "accepted_key": accepted["key"],
            "verdict_key": accepted["verdict_key"],
            "received_at": accepted["received_at"],
            "synthetic": accepted["synthetic"],
            "decision": decision | {"policy": policy_key(policy)},
        }
        body = {"table_sha256": state["sha256"], "key": key, "verdict_key": state["verdict_key"]}
        body |= publication_body(store, tree)
        Ledger(store).record("disclosure", contract.dataset, body | state["decision"] | in_force)
    store.set_state(contract.dataset, "protected", state)
    return seal(
        contract, store, state, disclosure_methods()[contract.disclosure.method].status_fields(contract)
    )


def protect_key(contract: Contract, accepted: dict[str, Any], policy: Policy | None = None) -> str:
    """The content key of what `protect` makes from this table under this contract and policy.

    What else was out when it was made is not in it: what is published stays, and others fit in with it.
    """
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
    """The hash of what the policy says of disclosure control, however it is written."""
    said = policy.model_dump(mode="json", exclude={"deletions", "first_releases"})
    # Who is asked changes no table; and what policies learned to say later made no other one of those before.
    said["may_lower"] = {
        aspect: role for aspect, role in said["may_lower"].items() if aspect not in SINCE_LINEAGE
    }
    return content_key(said)


def _make(contract: Contract, store: Store, policy: Policy, accepted: dict[str, Any], tree: str) -> None:
    """The method, what more has to be withheld, and a look for personal data; only then the tree is there."""
    import duckdb

    from praya.disclosure.protect.joint import first_told, look_jointly
    from praya.disclosure.protect.personal_search import personal_data
    from praya.disclosure.protect.publication import TOLD, published, told_of

    method = disclosure_methods()[contract.disclosure.method]
    true = store.path(accepted["table"])
    order = ", ".join(f"{identifier(name)} nulls last" for name in contract.primary_key)
    with store.scratch() as work, connect(work) as con:
        folder = work / "tree"
        folder.mkdir()
        table = folder / "table.parquet"
        shown = work / "shown.parquet" if contract.disclosure.counts else table
        try:
            _copy(con, f"{method.select_protected(contract, scan(true))} order by {order}", shown)
        except duckdb.InvalidInputException as error:
            raise DisclosureError(
                codes.disclosure.METHOD_NOT_APPLICABLE,
                f"{contract.dataset}: {quote(str(error).partition(': ')[2], 300)}",
            ) from error
        told, joint = told_of(contract, accepted), {"looked_at_with": list[str]()}
        if shown != table:
            out = [*published(store)]
            looked = look_jointly(con, contract, store, true, shown, policy.values(contract.disclosure), out)
            con.register("looked", looked.rows)
            _copy(con, f"select * from looked order by {order}", table)
            told, joint = told | {"first": first_told(contract, out)}, looked.decision()
        found = {"personal_data": personal_data(con, contract, policy, table), "joint": joint}
        (folder / FOUND).write_text(json.dumps(found), "utf-8")
        (folder / TOLD).write_text(json.dumps(told), "utf-8")
        store.adopt_tree(folder, tree)


def _copy(con: duckdb.DuckDBPyConnection, select: str, path: Path) -> None:
    con.execute(f"copy ({select}) to {literal(str(path))} ({PARQUET})")


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
