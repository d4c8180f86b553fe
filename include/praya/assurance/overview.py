"""What `praya show` says of the datasets: the summary, why something is not current, and of a single dataset more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from praya.assurance.status import Row, decided, summary, waivers
from praya.contract import Contract
from praya.pipeline.current import NO_ROWS, has_no_rows_yet
from praya.store import Store
from praya.store.states import Staged, Validated
from praya.text.outside import clean, quote


@dataclass(frozen=True)
class Overview:
    """The summary and what is to be said below it, line by line."""

    rows: tuple[Row, ...]
    reasons: tuple[str, ...]
    lines: tuple[str, ...]

    @property
    def is_current(self) -> bool:
        """Whether every release is what its contract and its source would give today."""
        return not self.reasons


def read_overview(
    contracts: Sequence[Contract], store: Store, suites: Path, *, in_detail: bool = False
) -> Overview:
    """Where the datasets of `contracts` are on their way; `in_detail` also says what is behind each."""
    rows = tuple(summary(contracts, store, suites))
    reasons = tuple(clean(f"{row.dataset}: {row.reason}") for row in rows if row.reason)
    lines = [line for contract in contracts for line in _list_notes(contract, store)]
    if in_detail:
        lines += [line for contract in contracts for line in _list_details(contract.dataset, store)]
    return Overview(rows, reasons, tuple(lines))


def _list_notes(contract: Contract, store: Store) -> Iterator[str]:
    if has_no_rows_yet(contract, store):
        yield f"{contract.dataset}: {NO_ROWS}"
    yield from waivers(contract, store)


def _list_details(dataset: str, store: Store) -> Iterator[str]:
    """Where quarantine and report are, what was found beside the records, and the last disclosure decision."""
    if staged := store.state(Staged, dataset):
        yield f"quarantine: {store.describe(staged.quarantine)}"
        for place, text in staged.outside_records.items():
            yield f"beside the records: {quote(place)}: {quote(text)}"
    if validated := store.state(Validated, dataset):
        yield f"report: {store.describe(validated.report)}"
    yield from decided(store, dataset)
