"""Nothing goes out on a verdict older than its rules."""

from __future__ import annotations

from pathlib import Path

from praya import paths
from praya.contract import Contract
from praya.disclosure.protect import ProtectedTable, protect_key
from praya.errors import ReleaseRefused, codes
from praya.pipeline.validate import rules_key
from praya.store import Store


def check_fresh(table: ProtectedTable, contract: Contract, store: Store, suites: Path | None = None) -> None:
    """Raise ReleaseRefused unless the table is what counts, was validated by today's contract and suite (in `suites`,
    default `paths.suites()`), and went through disclosure control under today's contract and policy."""
    accepted = store.state(contract.dataset, "accepted")
    if accepted is None or (accepted["key"], accepted["verdict_key"]) != (
        table.accepted_key,
        table.verdict_key,
    ):
        raise ReleaseRefused(
            codes.release.CHANGED_SINCE_CHECKED,
            f"{contract.dataset}: another table has been accepted since this one was protected; run protect again",
        )
    if accepted.get("rules") != rules_key(contract, suites or paths.suites()):
        raise ReleaseRefused(
            codes.release.CHANGED_SINCE_CHECKED,
            f"{contract.dataset}: contract or suite have changed since the table was validated; run validate again",
        )
    if table.path.parent.name != protect_key(contract, accepted):
        raise ReleaseRefused(
            codes.release.CHANGED_SINCE_CHECKED,
            f"{contract.dataset}: contract or policy have changed since the table was protected; run protect again",
        )
