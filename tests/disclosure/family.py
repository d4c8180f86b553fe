"""The 1823 tables at the gate, one dataset after another, as the store has them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from made import not_of_a_mart
from made.centre import contract
from praya.contract import Contract
from praya.pipeline.protect import protect_table
from praya.store import Store, content_key
from praya.store.states import Accepted

DATASETS = (
    "contact-volumes",
    "service-levels",
    "cases-by-department",
    "cases-by-subject",
    "cases-by-district",
    "satisfaction",
)
Rows = Sequence[Mapping[str, Any]]


def by_method(dataset: str, method: str | None = None) -> Contract:
    """The contract of a dataset of 1823, with another method where one is given."""
    one = contract(f"1823-{dataset}")
    changed = {"method": method} if method else {}
    return one.model_copy(update={"disclosure": one.disclosure.model_copy(update=changed)})


def at_the_gate(
    store: Store, one: Contract, rows: Rows, received_at: str = "2024-01-08T01:00:00Z"
) -> list[dict[str, Any]]:
    """Put true rows through protect as if validate had accepted them; gives the rows in print."""
    names = [field.name for field in one.fields]
    given = pa.Table.from_pylist([{name: row.get(name) for name in names} for row in rows])
    key = content_key([sorted(map(str, row.items())) for row in given.to_pylist()])
    path = f"staged/{one.dataset}/{key}/table.parquet"
    if not store.exists(path):
        store.path(path).parent.mkdir(parents=True)
        pq.write_table(given, store.path(path))
    state = Accepted(
        key=key,
        table=path,
        rows=given.num_rows,
        received_at=received_at,
        synthetic=True,
        verdict="passed",
        verdict_key=key,
    )
    store.set_state(one.dataset, state)
    printed: list[dict[str, Any]] = pq.read_table(protect_table(not_of_a_mart(one), store).path).to_pylist()
    return printed
