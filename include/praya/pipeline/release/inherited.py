"""The release time that a mart has from what it is made of: nothing derived shows before its source does."""

from __future__ import annotations

import datetime as dt

from praya import paths
from praya.contract import Contract, read_contracts
from praya.pipeline.measure import inputs_behind
from praya.pipeline.release.due import due_at
from praya.store import Store, table_name


def due_with_inputs(contract: Contract, store: Store, received_at: str) -> dt.datetime | None:
    """The earliest moment (UTC) at which content received at `received_at` may show, or None.

    For a dataset that is a mart that is the latest release time among it and every dataset whose accepted table it is
    made from, directly or by way of other marts. What it reads as released is out already.
    """
    times = [due_at(contract, received_at)]
    for source in _sources(contract):
        accepted = store.state(source.dataset, "accepted")
        if accepted is not None:
            times.append(due_at(source, accepted["received_at"]))
    return max((time for time in times if time is not None), default=None)


def _sources(contract: Contract) -> list[Contract]:
    """The datasets of whose accepted tables a mart is made; none for anything else, and where none of them waits.

    Raises MeasureError where the mart is wrong, or needs one that is: what it is made of is not known then.
    """
    if contract.source.mart is None:
        return []
    contracts, refused = read_contracts(paths.contracts())
    tables = {table_name(one.dataset): one for one in contracts if not one.source.mart and one.waits}
    if not tables and not refused:
        return []
    reads = inputs_behind(contract.source.mart, paths.metrics(), contracts)
    return [tables[name] for name in sorted(reads & tables.keys())]
