"""Whether what stands of a dataset is what its snapshot, contract and suite would give today."""

from __future__ import annotations

from pathlib import Path

from praya.contract import Contract
from praya.contract.zone import show_moment
from praya.disclosure.protect import protect_key
from praya.errors import ReleaseRefused
from praya.history import latest as latest_of
from praya.pipeline.release import release_basis
from praya.pipeline.release.inherited import due_with_inputs
from praya.pipeline.release.taken_back import check_inputs, check_not_taken_back
from praya.pipeline.stage import stage_key
from praya.pipeline.validate import verdict_key
from praya.store import Store

HELD = "ready, and held until"
NO_ROWS = "its mart has no rows yet; the first release comes with the first row"


def is_held(reason: str) -> bool:
    """Whether of a `pending_reason` only the release time is missing."""
    return reason.startswith(HELD)


def has_no_rows_yet(contract: Contract, store: Store) -> bool:
    """Whether the dataset of a mart has nothing to release: the mart has no rows, which the contract allows, and
    nothing was accepted before. What has been released once follows its mart also to no rows."""
    if contract.source.mart is None or contract.quality.min_rows > 0:
        return False
    mart = store.state("mart", contract.source.mart)
    return mart is not None and mart["rows"] == 0 and store.state(contract.dataset, "accepted") is None


def pending_reason(contract: Contract, store: Store, suites: Path) -> str | None:
    """Why the current release is not what the collected snapshot, contract and suite would give; None if it is."""
    if has_no_rows_yet(contract, store):
        return None
    collected = store.state(contract.subject, "collected")
    if collected is None:
        return "nothing has been collected yet"
    staged = store.state(contract.subject, "staged")
    if staged is None or staged["key"] != stage_key(contract, collected):
        return "the snapshot has not been staged"
    if staged["stopped"]:
        return str(staged["stopped"])
    validated = store.state(contract.subject, "validated")
    if validated is None or validated["key"] != verdict_key(contract, staged, store, suites):
        return "the table has not been validated by today's rules"
    accepted = store.state(contract.subject, "accepted")
    if accepted is None or accepted["verdict_key"] != validated["key"]:
        return str(validated["headline"])
    if not contract.released:
        return None
    protected = store.state(contract.subject, "protected")
    if protected is None or protected["key"] != protect_key(contract, accepted):
        return "the table has not been through disclosure control"
    latest, basis = latest_of(store, contract.dataset), release_basis(contract, protected["sha256"])
    if latest is None or latest["basis"] != basis:
        try:
            check_not_taken_back(
                store,
                contract.dataset,
                basis,
                store.path(protected["table"]),
                contract.primary_key,
                contract.aliases,
            )
            check_inputs(contract, store)
        except ReleaseRefused as refused:
            return str(refused)
        due = due_with_inputs(contract, store, protected["received_at"])
        return f"{HELD} {show_moment(due)}" if due else "ready, and not released yet"
    return None
