"""The step stage: a snapshot → a typed table and its quarantine.

Rows in = rows out + rows quarantined, always: the records are counted apart from their parsing.
"""

from __future__ import annotations

from pathlib import Path

from praya.contract import Contract
from praya.contract.telling import disclose_number
from praya.errors import StageError, codes
from praya.pipeline.stage.building import build, reason_to_stop
from praya.pipeline.step import ContractStep, run_step
from praya.pipeline.step_log import LogFields
from praya.store import Store, content_key, layout
from praya.store.states import Collected, StageCounts, Staged

STAGE_VERSION = 4


class StageStep(ContractStep[Collected, Staged]):
    """Type the collected snapshot of a dataset, or of one month of it."""

    name = "stage"

    def read_inputs(self, contract: Contract, store: Store) -> Collected:
        """The snapshot; StageError where nothing was collected."""
        collected = store.state(Collected, contract.subject)
        if collected is None:
            raise StageError(
                codes.stage.NOTHING_COLLECTED,
                f"{contract.subject}: nothing has been collected yet; run collect first",
            )
        return collected

    def key(self, contract: Contract, collected: Collected) -> str:
        """See `stage_key`."""
        return stage_key(contract, collected)

    def tree(self, contract: Contract, key: str) -> str:
        """Where the table of this key lies."""
        return layout.staged(contract.subject, key)

    def make(self, contract: Contract, collected: Collected, store: Store, folder: Path, work: Path) -> None:
        """Leave the table, the quarantine, and what was counted."""
        counts = build(contract, store, collected, folder, work)
        (folder / layout.COUNTS).write_bytes(counts.to_bytes())

    def describe(self, contract: Contract, collected: Collected, store: Store, tree: str) -> Staged:
        """The state `staged`; it says `stopped` where the table may not go on."""
        counts = store.read_record(StageCounts, f"{tree}/{layout.COUNTS}")
        quarantine = f"{tree}/{layout.QUARANTINE}"
        return Staged.of(
            counts,
            key=stage_key(contract, collected),
            table=f"{tree}/{layout.TABLE}",
            quarantine=quarantine,
            received_at=collected.received_at,
            synthetic=collected.synthetic,
            stopped=reason_to_stop(contract, counts, store, quarantine),
        )

    def log_fields(self, contract: Contract, state: Staged) -> LogFields:
        """How many rows there are, as it may be told."""
        names = ("rows_in", "rows_out", "rows_quarantined")
        return {name: disclose_number(contract.disclosure, getattr(state, name)) for name in names}

    def save(self, contract: Contract, state: Staged, store: Store) -> None:
        """Write the state `staged`."""
        store.set_state(contract.subject, state)

    def conclude(self, contract: Contract, collected: Collected, state: Staged, store: Store) -> None:
        """Raise StageError where the table may not go on."""
        if state.stopped:
            raise StageError(codes.stage.ROWS_OUTSIDE_LIMITS, state.stopped)


def stage_table(contract: Contract, store: Store) -> Staged:
    """Type the collected snapshot; returns the state `staged`.

    Raises StageError when columns changed, too few rows came, or more rows are bad than the contract allows;
    the quarantine is kept in every case, and the state then says `stopped`.
    """
    return run_step(StageStep(), contract, store)


def stage_key(contract: Contract, collected: Collected) -> str:
    """The content key of what staging makes from this snapshot under this contract."""
    described = contract.as_dict()
    for field in described["schema"]["fields"]:
        field.pop("codes", None)  # labels change no value; the codes themselves are in the constraints
    basis = {name: described.get(name) for name in ("source", "schema", "quality", "partition_field")}
    if contract.partition_field:
        basis["month"] = contract.month
    if contract.disclosure.record_key:
        basis["record_key"] = contract.disclosure.record_key
    return content_key({"version": STAGE_VERSION, "snapshot": collected.key, **basis})
