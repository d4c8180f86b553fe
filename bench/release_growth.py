"""What the first and the later releases of a small dataset cost, and the first releases of many datasets."""

from __future__ import annotations

import datetime as dt
import gc
import resource
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from made import field, make_contract, open_store
from made.basics import accept
from praya.contract import Contract
from praya.store import Store

ROWS = 40
FIRST_DAY = dt.datetime(2020, 1, 1, 2, tzinfo=dt.UTC)


class Cost(NamedTuple):
    """Processor time in seconds, of this process and its threads, and its peak memory so far in bytes."""

    seconds: float
    peak: int


def small_contract(dataset: str) -> Contract:
    """A dataset of two columns, released as CSV and JSON."""
    return make_contract(
        field("id", "integer"),
        field("value", "integer"),
        dataset=dataset,
        release={"formats": ["csv", "json"]},
    )


def rows_of_day(day: int) -> bytes:
    """A CSV of which one cell is another each day."""
    lines = [f"{row},{row * 7}" for row in range(1, ROWS)]
    return "\n".join(["id,value", f"0,{day}", *lines, ""]).encode()


def release_day(store: Store, contract: Contract, day: int) -> Cost:
    """Accept the table of a day, which is not measured, and release it, which is."""
    from praya.pipeline.order import publish_release
    from praya.pipeline.protect import protect_table

    received_at = (FIRST_DAY + dt.timedelta(day)).isoformat().replace("+00:00", "Z")
    accept(store, contract, rows_of_day(day), received_at)
    table = protect_table(contract, store)
    start = time.process_time()
    released = publish_release(table, contract, store)
    seconds = time.process_time() - start
    assert released.changed
    return Cost(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)


def measure_history(root: Path, releases: int, dataset: str = "small") -> Iterator[Cost]:
    """The cost of each of so many daily releases of one dataset, on a store in the empty folder `root`."""
    store, contract = open_store(root), small_contract(dataset)
    release_day(store, small_contract("before"), 0)  # what is imported counts for none
    for day in range(releases):
        gc.collect()
        yield release_day(store, contract, day)


def measure_breadth(root: Path, datasets: int) -> Iterator[Cost]:
    """The cost of the first release of each of so many datasets, on a store in the empty folder `root`."""
    store = open_store(root)
    release_day(store, small_contract("before"), 0)
    for number in range(datasets):
        yield release_day(store, small_contract(f"small-{number:05}"), number % 300)
