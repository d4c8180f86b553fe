"""Whether what a step left is what today's rules would give: nothing goes out on a verdict older than its rules."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from praya.contract import Contract, load_policy
from praya.contract.zone import show_moment
from praya.disclosure.protect import ProtectedTable
from praya.errors import ReleaseRefused, codes
from praya.history import latest as latest_of
from praya.pipeline.mart_sources import check_inputs, find_due
from praya.pipeline.protect import protect_key
from praya.pipeline.release.release_draft import release_basis
from praya.pipeline.release.taken_back import check_not_taken_back
from praya.pipeline.stage import stage_key
from praya.pipeline.validate import rules_key, verdict_key
from praya.store import Store, layout
from praya.store.states import Accepted, Collected, MartState, Protected, Staged, Validated

HELD = "ready, and held until"
NO_ROWS = "its mart has no rows yet; the first release comes with the first row"


@dataclass(frozen=True)
class TodaysRules:
    """The checks of a release (see `ReleaseChecks`) by the contracts and suites of today."""

    store: Store
    suites: Path

    def check_fresh(self, table: ProtectedTable, contract: Contract) -> None:
        """Raise ReleaseRefused unless the table is what was accepted last, was validated by today's contract and suite,
        and went through disclosure control under today's contract and policy."""
        accepted = self.store.state(Accepted, contract.dataset)
        if accepted is None or (accepted.key, accepted.verdict_key) != (
            table.accepted_key,
            table.verdict_key,
        ):
            raise ReleaseRefused(
                codes.release.CHANGED_SINCE_CHECKED,
                f"{contract.dataset}: another table has been accepted since this one was protected; run protect again",
            )
        if accepted.rules != rules_key(contract, self.suites):
            raise ReleaseRefused(
                codes.release.CHANGED_SINCE_CHECKED,
                f"{contract.dataset}: contract or suite have changed since the table was validated; run validate again",
            )
        protected = layout.protected(contract.dataset, self._protect_key(contract, accepted))
        if table.key != f"{protected}/{layout.TABLE}":
            raise ReleaseRefused(
                codes.release.CHANGED_SINCE_CHECKED,
                f"{contract.dataset}: contract or policy have changed since the table was protected; run protect again",
            )

    def check_inputs(self, contract: Contract) -> None:
        """See `mart_sources.check_inputs`."""
        check_inputs(contract, self.store)

    def find_due(self, contract: Contract, received_at: str) -> dt.datetime | None:
        """See `mart_sources.find_due`."""
        return find_due(contract, self.store, received_at)

    def find_reason(self, contract: Contract) -> str | None:
        """Why the current release is not what the collected snapshot, contract and suite would give; None if it is."""
        reasons = (reason(contract) for reason in self._reasons)
        return next((reason for reason in reasons if reason is not None), None)

    @property
    def _reasons(self) -> tuple[Callable[[Contract], str | None], ...]:
        """In the order of the steps: why what each has left is not what today's rules would give."""
        return (
            self._not_collected,
            self._not_staged,
            self._not_validated,
            self._not_protected,
            self._not_released,
        )

    def _not_collected(self, contract: Contract) -> str | None:
        return None if self.store.state(Collected, contract.subject) else "nothing has been collected yet"

    def _not_staged(self, contract: Contract) -> str | None:
        collected, staged = (
            self.store.state(Collected, contract.subject),
            self.store.state(Staged, contract.subject),
        )
        if collected is None or staged is None or staged.key != stage_key(contract, collected):
            return "the snapshot has not been staged"
        return staged.stopped

    def _not_validated(self, contract: Contract) -> str | None:
        staged, validated = (
            self.store.state(Staged, contract.subject),
            self.store.state(Validated, contract.subject),
        )
        if (
            staged is None
            or validated is None
            or validated.key != verdict_key(contract, staged, self.store, self.suites)
        ):
            return "the table has not been validated by today's rules"
        accepted = self.store.state(Accepted, contract.subject)
        return None if accepted and accepted.verdict_key == validated.key else validated.headline

    def _not_protected(self, contract: Contract) -> str | None:
        if not contract.released:
            return None
        accepted, protected = (
            self.store.state(Accepted, contract.subject),
            self.store.state(Protected, contract.subject),
        )
        if accepted is None or protected is None or protected.key != self._protect_key(contract, accepted):
            return "the table has not been through disclosure control"
        return None

    def _protect_key(self, contract: Contract, accepted: Accepted) -> str:
        return protect_key(contract, accepted, load_policy(self.store.project.policy_file))

    def _not_released(self, contract: Contract) -> str | None:
        protected = self.store.state(Protected, contract.subject)
        if not contract.released or protected is None:
            return None
        latest, basis = latest_of(self.store, contract.dataset), release_basis(contract, protected.sha256)
        if latest is not None and latest["basis"] == basis:
            return None
        table = self.store.local(protected.table)
        try:
            check_not_taken_back(
                self.store, contract.dataset, basis, table, contract.primary_key, contract.aliases
            )
            check_inputs(contract, self.store)
        except ReleaseRefused as refused:
            return str(refused)
        due = find_due(contract, self.store, protected.received_at)
        return f"{HELD} {show_moment(due)}" if due else "ready, and not released yet"


def is_held(reason: str) -> bool:
    """Whether of a `pending_reason` only the release time is missing."""
    return reason.startswith(HELD)


def has_no_rows_yet(contract: Contract, store: Store) -> bool:
    """Whether the dataset of a mart has nothing to release: the mart has no rows, which the contract allows, and
    nothing was accepted before. What has been released once follows its mart also to no rows."""
    if contract.source.mart is None or contract.quality.min_rows > 0:
        return False
    mart = store.get_record(MartState, layout.mart_state(contract.source.mart))
    return mart is not None and mart.rows == 0 and store.state(Accepted, contract.dataset) is None


def pending_reason(contract: Contract, store: Store, suites: Path) -> str | None:
    """Why the current release is not what the collected snapshot, contract and suite would give; None if it is, and
    where a mart has no rows yet."""
    return None if has_no_rows_yet(contract, store) else TodaysRules(store, suites).find_reason(contract)
