"""Where every dataset stands on its way: what is current, what is pending and why, and the summary table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from praya.contract import Contract
from praya.errors import PrayaError
from praya.measure import load_marts, stale
from praya.protect import protect_key
from praya.release import release_basis
from praya.release.due import due_at
from praya.stage import stage_key
from praya.store import Store
from praya.validate import verdict_key


class Row(NamedTuple):
    """One dataset in the summary: counts of rows, the last verdict, and the current release."""

    dataset: str
    rows_in: int | None
    quarantined: int | None
    verdict: str
    release: str
    files: int | None
    bytes: int | None
    reason: str


@contextmanager
def noted(store: Store, dataset: str, step: str) -> Iterator[None]:
    """Keep the sentence with which a step stopped, until the same step ends well; `summary` shows it."""
    try:
        yield
    except PrayaError as error:
        store.set_state(dataset, "problem", {"step": step, "message": str(error)})
        raise
    if (store.state(dataset, "problem") or {}).get("step") == step:
        forget_problem(store, dataset)


def forget_problem(store: Store, dataset: str) -> None:
    """What a step stopped for is no longer so: the release is current again."""
    if store.state(dataset, "problem"):
        store.set_state(dataset, "problem", {})


def pending_reason(contract: Contract, store: Store, suites: Path) -> str | None:
    """Why the current release is not what the collected snapshot, contract and suite would give; None if it is."""
    collected = store.state(contract.dataset, "collected")
    if collected is None:
        return "nothing has been collected yet"
    staged = store.state(contract.dataset, "staged")
    if staged is None or staged["key"] != stage_key(contract, collected):
        return "the snapshot has not been staged"
    if staged["stopped"]:
        return str(staged["stopped"])
    validated = store.state(contract.dataset, "validated")
    if validated is None or validated["key"] != verdict_key(contract, staged, store, suites):
        return "the table has not been validated by today's rules"
    accepted = store.state(contract.dataset, "accepted")
    if accepted is None or accepted["verdict_key"] != validated["key"]:
        return str(validated["headline"])
    protected = store.state(contract.dataset, "protected")
    if protected is None or protected["key"] != protect_key(contract, accepted):
        return "the table has not been through disclosure control"
    latest = store.get_json(f"released/{contract.dataset}/latest.json")
    if latest is None or latest["basis"] != release_basis(contract, protected["sha256"]):
        due = due_at(contract, protected["received_at"])
        return f"ready, and held until {due.isoformat()}" if due else "ready, and not released yet"
    return None


def pending(contracts: Sequence[Contract], store: Store, suites: Path, metrics: Path) -> dict[str, str]:
    """Every dataset whose release is not current, and every stale mart, with the reason."""
    found = {
        contract.dataset: reason
        for contract in contracts
        if (reason := _mart_reason(contract, store) or pending_reason(contract, store, suites)) is not None
    }
    return found | {
        f"mart {name}": "has not been computed from today's tables"
        for name in stale(store, metrics, contracts)
    }


def _mart_reason(contract: Contract, store: Store) -> str | None:
    """A mart's dataset is also behind when the mart has moved on since it was collected."""
    if contract.source.mart is None:
        return None
    mart = store.state("mart", contract.source.mart)
    if mart is None:
        return f"the mart {contract.source.mart} has not been computed yet"
    collected = store.state(contract.dataset, "collected")
    if collected is not None and collected["parts"]["data"]["sha256"] != mart["sha256"]:
        return f"the mart {contract.source.mart} has moved on"
    return None


def summary(contracts: Sequence[Contract], store: Store, suites: Path) -> list[Row]:
    """One row a dataset, in the order of `contracts`."""
    rows = []
    for contract in contracts:
        staged = store.state(contract.dataset, "staged") or {}
        validated = store.state(contract.dataset, "validated") or {}
        latest = store.get_json(f"released/{contract.dataset}/latest.json")
        manifest = (
            store.get_json(f"released/{contract.dataset}/{latest['version']}/manifest.json")
            if latest
            else None
        )
        files = manifest["files"] if manifest else None
        problem = store.state(contract.dataset, "problem") or {}
        verdict = "stopped" if staged.get("stopped") else str(validated.get("verdict", "none"))
        rows.append(
            Row(
                dataset=contract.dataset,
                rows_in=staged.get("rows_in"),
                quarantined=staged.get("rows_quarantined"),
                verdict=verdict,
                release=latest["version"] if latest else "none",
                files=len(files) if files is not None else None,
                bytes=sum(file["bytes"] for file in files) if files is not None else None,
                reason=problem.get("message")
                or _mart_reason(contract, store)
                or pending_reason(contract, store, suites)
                or "",
            )
        )
    return rows


def mart_names(contracts: Sequence[Contract], metrics: Path) -> list[str]:
    """All marts in dependency order."""
    return [mart.name for mart in load_marts(metrics, contracts)]
