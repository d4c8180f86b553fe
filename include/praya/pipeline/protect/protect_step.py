"""The step protect: an accepted table → a protected table, the only thing that a release is made from."""

from __future__ import annotations

import json
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from praya.contract import Contract, Policy, load_policy
from praya.contract.disclosure_method import disclosure_methods
from praya.contract.policy import SINCE_LINEAGE
from praya.disclosure.protect.approval import rules_in_force
from praya.disclosure.protect.declared_figures import check_figures
from praya.disclosure.protect.declared_lineage import check_table, marts_for, origin_of
from praya.disclosure.protect.gate import Gate
from praya.disclosure.protect.joint import look_jointly
from praya.disclosure.protect.personal_search import personal_data, refuse_personal_texts
from praya.disclosure.protect.protected_table import ProtectedTable, seal
from praya.disclosure.protect.publication import (
    PUBLICATION_FILE,
    describe_publication,
    publication_body,
)
from praya.errors import DisclosureError, codes
from praya.ledger import Ledger
from praya.ledger.bodies import RulesInForce
from praya.lineage import Marts
from praya.pipeline.step import ContractStep, LineOfLedger, run_step
from praya.store import Store, content_key, layout
from praya.store.documents import LookedAt
from praya.store.duck import PARQUET, connect, identifier, literal, scan
from praya.store.record import Json
from praya.store.states import Accepted, Protected
from praya.text.outside import quote

PROTECT_VERSION = 3
GATE_RECORD = "found.json"  # beside a protected table: what the gate found and did
GATE_SECONDS = 900.0  # for other tables of the family that are at the gate


@dataclass(frozen=True)
class AtGate:
    """An accepted table, the policy, and the rules that the decision is made under."""

    accepted: Accepted
    policy: Policy
    in_force: RulesInForce


@dataclass(frozen=True)
class ProtectStep(ContractStep[AtGate, Protected]):
    """Put an accepted table through disclosure control, sorted by primary key.

    `marts` are those that lineage is followed through. `decided` is for `reproduce` in a store of its own: the decision
    of the ledger that is made again; what the dataset was made from, and who approved that, was settled then.
    """

    policy: Policy
    marts: Marts | None = None
    decided: RulesInForce | None = None
    name = "protect"

    def read_inputs(self, contract: Contract, store: Store) -> AtGate:
        """The accepted table, once everything that can be asked before it is read allows its release."""
        if not contract.released:
            raise DisclosureError(
                codes.disclosure.PERSONAL_RECORDS,
                f"{contract.dataset}: holds personal records, which are never released; release a mart made from them",
            )
        accepted = store.state(Accepted, contract.dataset)
        if accepted is None:
            raise DisclosureError(
                codes.validate.NO_TABLE_ACCEPTED,
                f"{contract.dataset}: no table has been accepted yet; run validate first",
            )
        if self.decided is not None:
            return AtGate(accepted, self.policy, self.decided)
        # A contract that was not loaded from a file has not been held against the policy yet.
        problems = self.policy.violations(contract.disclosure)
        if wrong := [f"disclosure.{name}: {what}" for name, what in problems]:
            raise DisclosureError(
                codes.contract.BELOW_POLICY,
                f"{contract.dataset}: is weaker than policy.yaml allows: {'; '.join(wrong)}",
            )
        refuse_personal_texts(contract)
        marts = self.marts or marts_for(contract, store.project)
        origin = origin_of(contract, marts)
        check_table(contract, store, accepted, marts)
        check_figures(contract, store, accepted, origin.lineage)
        in_force = rules_in_force(contract, self.policy, store, origin, synthetic=accepted.synthetic)
        return AtGate(accepted, self.policy, in_force)

    def lock(self, contract: Contract, store: Store) -> AbstractContextManager[None]:
        """Counts one at a time: each table is looked at together with all that went through before."""
        name = "protect" if contract.disclosure.counts else f"protect-{contract.dataset}"
        return store.lock(name, GATE_SECONDS)

    def key(self, contract: Contract, inputs: AtGate) -> str:
        """See `protect_key`."""
        return protect_key(contract, inputs.accepted, self.policy)

    def tree(self, contract: Contract, key: str) -> str:
        """Where the protected table of this key lies."""
        return layout.protected(contract.dataset, key)

    def settle_leftover(self, contract: Contract, store: Store, tree: str) -> None:
        """Counts that are not on record are made again: other tables may have gone through the gate since, and they
        were not looked at with those."""
        if contract.disclosure.counts and store.exists(tree):
            key = tree.rsplit("/", 1)[-1]
            if Ledger(store).find("disclosure", contract.dataset, key=key) is None:
                store.discard(tree)

    def make(self, contract: Contract, inputs: AtGate, store: Store, folder: Path, work: Path) -> None:
        """The method, what more has to be withheld, and a look for personal data; only then the tree is there."""
        policy, true = inputs.policy, store.local(inputs.accepted.table)
        method = disclosure_methods()[contract.disclosure.method]
        order = ", ".join(f"{identifier(name)} nulls last" for name in contract.primary_key)
        with connect(work) as con:
            table = folder / layout.TABLE
            shown = work / "shown.parquet" if contract.disclosure.counts else table
            try:
                _copy(con, f"{method.select_protected(contract, scan(true))} order by {order}", shown)
            except duckdb.InvalidInputException as error:
                raise DisclosureError(
                    codes.disclosure.METHOD_NOT_APPLICABLE,
                    f"{contract.dataset}: {quote(str(error).partition(': ')[2], 300)}",
                ) from error
            publication = describe_publication(contract, inputs.accepted.table)
            joint: LookedAt = {"looked_at_with": []}
            if shown != table:
                gate, values = Gate(store), policy.values(contract.disclosure)
                looked = look_jointly(con, contract, store, true, shown, values, gate)
                con.register("looked", looked.rows)
                _copy(con, f"select * from looked order by {order}", table)
                tree = self.tree(contract, self.key(contract, inputs))
                if known := looked.keep(con, store, folder, tree, table):
                    publication["known"] = known
                publication["links"] = gate.keep_index()
                joint = looked.decision()
            record = {"personal_data": personal_data(con, contract, policy, table), "joint": joint}
        (folder / GATE_RECORD).write_text(json.dumps(record), "utf-8")
        (folder / PUBLICATION_FILE).write_text(json.dumps(publication), "utf-8")

    def describe(self, contract: Contract, inputs: AtGate, store: Store, tree: str) -> Protected:
        """The state `protected`, with the decision."""
        table, accepted = f"{tree}/{layout.TABLE}", inputs.accepted
        with store.scratch() as work, connect(work) as con:
            decision = _decide(contract, con, store.local(table)) | store.read_json(f"{tree}/{GATE_RECORD}")
        return Protected(
            key=self.key(contract, inputs),
            table=table,
            sha256=store.sha256(table),
            accepted_key=accepted.key,
            verdict_key=accepted.verdict_key,
            received_at=accepted.received_at,
            synthetic=accepted.synthetic,
            decision=decision | {"policy": policy_key(self.policy)},
        )

    def ledger_line(self, contract: Contract, inputs: AtGate, state: Protected, store: Store) -> LineOfLedger:
        """The decision, before anything can be released."""
        body = {"table_sha256": state.sha256, "key": state.key, "verdict_key": state.verdict_key}
        body |= publication_body(store, self.tree(contract, state.key))
        return LineOfLedger("disclosure", contract.dataset, {**body, **state.decision, **inputs.in_force})

    def save(self, contract: Contract, state: Protected, store: Store) -> None:
        """Write the state `protected`."""
        store.set_state(contract.dataset, state)


def protect_table(contract: Contract, store: Store, marts: Marts | None = None) -> ProtectedTable:
    """Put the accepted table through disclosure control; the decision is in the ledger before anything can be released.

    Raises DisclosureError where nothing was accepted, where personal data was found in it, where small counts could be
    worked out whatever is withheld, where the rules are below the policy or below what the dataset is made from asks
    for, and where they protect less than before, or a first release asks, and nobody has approved that.
    """
    return _sealed(contract, store, ProtectStep(load_policy(store.project.policy_file), marts))


def protect_again(contract: Contract, store: Store, decided: RulesInForce) -> ProtectedTable:
    """For `reproduce` in a store of its own: what was made when the ledger's decision `decided` was made."""
    return _sealed(contract, store, ProtectStep(load_policy(store.project.policy_file), decided=decided))


def _sealed(contract: Contract, store: Store, step: ProtectStep) -> ProtectedTable:
    state = run_step(step, contract, store)
    return seal(
        contract, store, state, disclosure_methods()[contract.disclosure.method].status_fields(contract)
    )


def protect_key(contract: Contract, accepted: Accepted, policy: Policy) -> str:
    """The content key of what disclosure control makes from this table under this contract and policy.

    What else was out when it was made is not in it: what is published stays, and others fit in with it.
    """
    disclosure = contract.disclosure.model_dump(mode="json", by_alias=True)
    names = [field.name for field in contract.fields]
    return content_key(
        {
            "version": PROTECT_VERSION,
            "accepted": accepted.key,
            "verdict": accepted.verdict_key,
            "disclosure": disclosure,
            "policy": policy_key(policy),
            "fields": names,
            "order": contract.primary_key,
        }
    )


def policy_key(policy: Policy) -> str:
    """The hash of what the policy says of disclosure control, however it is written."""
    rules = policy.model_dump(mode="json", exclude={"deletions", "first_releases"})
    # Who is asked changes no table; and what policies learned to say later made no other one of those before.
    rules["may_lower"] = {
        aspect: role for aspect, role in rules["may_lower"].items() if aspect not in SINCE_LINEAGE
    }
    return content_key(rules)


def _copy(con: duckdb.DuckDBPyConnection, select: str, path: Path) -> None:
    con.execute(f"copy ({select}) to {literal(str(path))} ({PARQUET})")


def _decide(contract: Contract, con: duckdb.DuckDBPyConnection, table: Path) -> dict[str, Json]:
    """What the gate did, in numbers that give no protected value away."""
    guarded = contract.disclosure.guarded
    withheld = sum(_count(con, table, f"{identifier(f'{name}_conf_status')} = 'C'") for name in guarded)
    return {
        "class": contract.disclosure.class_,
        "reason": contract.disclosure.reason,
        "method": contract.disclosure.method if guarded else "none needed",
        "rows": _count(con, table, "true"),
        "suppressed_cells": withheld,
    }


def _count(con: duckdb.DuckDBPyConnection, table: Path, where: str) -> int:
    (number,) = con.execute(f"select count(*) from {scan(table)} where {where}").fetchone() or (0,)
    return int(number)
