"""What a catalogue costs after one of many datasets has changed, in processor time."""

from __future__ import annotations

import datetime as dt
import time
from pathlib import Path
from typing import NamedTuple

from bench.release_growth import release_day, small_contract
from made import open_store

NOW = dt.datetime(2026, 12, 1, tzinfo=dt.UTC)


class CatalogueCost(NamedTuple):
    """Processor time in seconds: of a catalogue that is made whole, and of one after one dataset has changed."""

    datasets: int
    whole: float
    one_changed: float


def measure_catalogue(root: Path, datasets: int, releases: int = 1) -> CatalogueCost:
    """The cost on a store in the empty folder `root`, with so many releases of each dataset."""
    from praya.site.portal import write_catalogue

    store = open_store(root)
    contracts = [small_contract(f"small-{number:05}") for number in range(datasets)]
    for day in range(releases):
        for contract in contracts:
            release_day(store, contract, day)
    times = []
    for day in range(releases, releases + 2):
        start = time.process_time()
        write_catalogue(store, NOW)
        times.append(time.process_time() - start)
        release_day(store, contracts[datasets // 2], day)
    start = time.process_time()
    write_catalogue(store, NOW)
    return CatalogueCost(datasets, times[0], time.process_time() - start)
