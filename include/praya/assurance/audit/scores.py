"""The fault scores of all datasets, measured again where table or rules have changed, for the index of auditors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from praya.contract import Contract
from praya.errors import PrayaError
from praya.pipeline.validate.evidence import faults
from praya.pipeline.validate.fault_score import is_current, score_faults
from praya.store import Store
from praya.store.states import Accepted


class Measured(NamedTuple):
    """What came of a dataset: its score (0 to 1) and whether it was measured now; or the sentence why there is none."""

    dataset: str
    score: float | None
    anew: bool
    problem: str | None = None

    @property
    def sentence(self) -> str:
        if self.score is None:
            return str(self.problem)
        return f"{self.dataset}: {self.score:.0%}{'' if self.anew else ', as measured before'}"


def measure_scores(contracts: Sequence[Contract], store: Store, suites: Path) -> Iterator[Measured]:
    """Measure each dataset of which a table is accepted, of one with months the latest, where it is not current; one
    that fails holds up no other. Datasets without an accepted table are left out."""
    for contract in contracts:
        accepted = _accepted(contract, store)
        if accepted is None:
            continue
        before = faults(store, contract.dataset)
        if before and before["dataset"] == accepted.subject and is_current(contract, store, suites, before):
            yield Measured(contract.dataset, before["score"], anew=False)
            continue
        try:
            yield Measured(contract.dataset, score_faults(accepted, store, suites)["score"], anew=True)
        except PrayaError as error:
            yield Measured(
                contract.dataset, None, anew=False, problem=f"{contract.dataset}: {error.with_code}"
            )


def _accepted(contract: Contract, store: Store) -> Contract | None:
    """The contract, of a dataset with months that of the latest accepted one; None where nothing is accepted."""
    if contract.partition is None:
        return contract if store.state(Accepted, contract.dataset) else None
    months = store.months(Accepted, contract.dataset)
    return contract.at(months[-1]) if months else None
