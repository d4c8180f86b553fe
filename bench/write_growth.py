"""What a small write costs by the number of datasets: `PYTHONPATH=include:tests python -m bench.write_growth`.

Processor seconds of writes that no other process waits for, and how often each waits for the disk. The store has two
locks, a state and a line of the write journal for each dataset, as after a release of each.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.child import Figures
from made import open_store
from praya.store import Store
from praya.store.states import Problem

BREADTHS = (1, 100, 1_000, 5_000)
WRITES, BYTES = 200, 300


def measure_writes(folder: Path, datasets: int) -> Figures:
    """Milliseconds of processor time, and waits for the disk, of `put_bytes`, `put_json`, `set_state` and of a
    checkpoint's look at the journal, on a store of so many datasets below the new `folder`."""
    store = open_store(folder)
    with _without_disk():
        for number in range(datasets):
            for name in (f"release-d{number}", f"protect-d{number}"):
                with store.lock(name):
                    pass
            store.put_json(f"state/d{number}/collected.json", {"number": number})
    store.journal.flush()
    writes: dict[str, Callable[[int], object]] = {
        "put_bytes": lambda number: store.put_bytes("state/x/bytes", bytes([number]) * BYTES),
        "put_json": lambda number: store.put_json(
            "state/x/json.json", {"number": number, "text": "x" * BYTES}
        ),
        "set_state": lambda number: store.set_state("x", Problem(step=str(number), message="x" * BYTES)),
    }
    figures: Figures = {"datasets": datasets, "journal_bytes": store.journal.path.stat().st_size}
    for name, write in writes.items():
        figures[name] = _figures_of(write)
    figures["settle"] = _figures_of(lambda _: _settle_last(store))
    return figures


def _settle_last(store: Store) -> None:
    """What a checkpoint does with the lines that came since the last one, here those of one write."""
    end = store.journal.path.stat().st_size
    store.put_bytes("state/x/bytes", b"x")
    store.journal.flush()
    store.journal.settle(end)


def _figures_of(write: Callable[[int], object]) -> Figures:
    write(0)
    with _count_syncs() as syncs:
        began = time.process_time()
        for number in range(1, WRITES + 1):
            write(number % 256)
        spent = time.process_time() - began
    return {"ms": 1000 * spent / WRITES, "syncs": len(syncs) / WRITES}


@contextmanager
def _count_syncs() -> Iterator[list[int]]:
    real, found = os.fsync, list[int]()

    def fsync(handle: int) -> None:
        found.append(handle)
        real(handle)

    os.fsync = fsync
    try:
        yield found
    finally:
        os.fsync = real


@contextmanager
def _without_disk() -> Iterator[None]:
    """The store is only prepared: nothing of it has to outlast a power cut."""
    real = os.fsync
    os.fsync = lambda _: None
    try:
        yield
    finally:
        os.fsync = real


def main() -> None:
    for datasets in BREADTHS:
        with tempfile.TemporaryDirectory(dir=os.environ.get("PRAYA_BENCH_DIR")) as folder:
            figures = measure_writes(Path(folder) / "store", datasets)
        shown = ", ".join(
            f"{name} {each['ms']:.2f} ms, {each['syncs']:.0f} syncs"
            for name, each in figures.items()
            if isinstance(each, dict)
        )
        print(f"{datasets:,} datasets, journal of {figures['journal_bytes']:,} bytes: {shown}")


if __name__ == "__main__":
    main()
