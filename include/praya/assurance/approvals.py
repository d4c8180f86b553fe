"""A second person's approval of what became weaker in a dataset's disclosure control, where something waits for it."""

from __future__ import annotations

from dataclasses import dataclass

from praya.contract import Contract
from praya.disclosure.protect.approval import Change, approve, waiting
from praya.ledger import LedgerLine
from praya.store import Store


@dataclass(frozen=True)
class Approval:
    """The change that was approved, and the line of the ledger that says so."""

    change: Change
    line: LedgerLine


def approve_waiting_change(
    contract: Contract, store: Store, *, proposed_by: str, approved_by: str, reason: str, by: str
) -> Approval | None:
    """Record that `approved_by` agrees with the change that waits; None where nothing of the dataset waits.

    `by` says by which way it was approved. Raises what `praya.disclosure.protect.approval.approve` raises.
    """
    change = waiting(contract, store)
    if change is None:
        return None
    line = approve(change, store, proposed_by=proposed_by, approved_by=approved_by, reason=reason, by=by)
    return Approval(change, line)
