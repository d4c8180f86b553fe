"""What a dataset of a mart takes over from the datasets that the mart is made from: their release times, and that
their tables were not taken back."""

from __future__ import annotations

import datetime as dt

from praya.contract import Contract, read_contracts
from praya.errors import ReleaseRefused
from praya.pipeline.measure import inputs_behind
from praya.pipeline.release.due import due_at
from praya.pipeline.release.taken_back import check_not_taken_back, is_taken_back
from praya.store import Store, table_name
from praya.store.states import Accepted


def find_due(contract: Contract, store: Store, received_at: str) -> dt.datetime | None:
    """The earliest moment (UTC) at which content received at `received_at` may show, or None.

    For a dataset that is a mart that is the latest release time among it and every dataset whose accepted table it is
    made from, directly or by way of other marts. What it reads as released is out already.
    """
    times = [due_at(contract, received_at)]
    for source in _waiting_sources(contract, store):
        accepted = store.state(Accepted, source.dataset)
        if accepted is not None:
            times.append(due_at(source, accepted.received_at))
    return max((time for time in times if time is not None), default=None)


def check_inputs(contract: Contract, store: Store) -> None:
    """Raise ReleaseRefused for a mart that is made from a table that was taken back where it is released itself: what
    is wrong there is wrong in what is counted from it."""
    if contract.source.mart is None:
        return
    contracts, refused = read_contracts(store.project)
    doubtful = {table_name(source.dataset): source for source in contracts if is_taken_back(source, store)}
    if not doubtful and not refused:
        return
    inputs = inputs_behind(contract.source.mart, store.project.metrics, contracts)
    for name in sorted(inputs & doubtful.keys()):
        source = doubtful[name]
        accepted = store.state(Accepted, source.dataset)
        if accepted is None:
            continue
        table = store.local(accepted.table)
        try:
            check_not_taken_back(store, source.dataset, "", table, source.primary_key, source.aliases)
        except ReleaseRefused as refusal:
            raise ReleaseRefused(
                refusal.code, f"{contract.dataset}: is made from {name}: {refusal}"
            ) from None


def _waiting_sources(contract: Contract, store: Store) -> list[Contract]:
    """The datasets of whose accepted tables a mart is made; none for anything else, and where none of them waits.

    Raises MeasureError where the mart is wrong, or needs one that is: what it is made of is not known then.
    """
    if contract.source.mart is None:
        return []
    contracts, refused = read_contracts(store.project)
    tables = {
        table_name(table.dataset): table for table in contracts if not table.source.mart and table.waits
    }
    if not tables and not refused:
        return []
    reads = inputs_behind(contract.source.mart, store.project.metrics, contracts)
    return [tables[name] for name in sorted(reads & tables.keys())]
