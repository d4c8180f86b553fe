"""Growth with the publications of a family: disclosure control of a table of counts after many versions of it."""

from __future__ import annotations

import datetime as dt
import itertools
import os
import random
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from bench import child
from bench.growth import Growth, Point, Step, Target, measure_step, run_apart
from made import agree, field, make_contract, open_store
from made.basics import accept
from praya.pipeline.order import publish_release
from praya.pipeline.protect import protect_table
from praya.store import Store

SIZES = (5, 50, 200, 500)
SMALL = (5, 10)
TIMES = 3  # publications in a row, of which the median counts
MONTHS, KINDS, PLACES = ("2023-01", "2023-02", "2023-03"), ("a", "b", "c", "d"), ("x", "y", "z", "w")
COUNTS = (0, 1, 2, 4, 7, 9, 11, 15, 30, 80)
FIRST = dt.datetime(2023, 4, 1, 2, tzinfo=dt.UTC)
REAL = "nothing: each version has one late record more than the one before, and was protected and released"
Cells = Counter[tuple[str, str, str]]


def joint(work: str, small: bool = False) -> child.Figures:
    """Protect of a table of 75 counts at each of SIZES, or of SMALL ones, in versions of it."""
    os.environ["PRAYA_HOME"] = work  # where the keys are made
    house = Versions(Path(work) / "store")
    points: list[Point] = []
    there = 0
    for size in SMALL if small else SIZES:
        start = size - 1
        run_apart(lambda there=there, start=start: house.publish(range(there, start)))
        today = []
        for number in range(start, start + TIMES):
            today.append(measure_step(size, lambda number=number: house.prepare(number)))
            run_apart(lambda number=number: house.publish([number]))
        there = start + TIMES
        points.append(sorted(today, key=lambda point: point.cpu_seconds)[TIMES // 2])
    targets = [
        Target("cpu_seconds", 2.0, ratio=True, first=SIZES[0], unit="×"),
        Target("peak_bytes", 2.0, ratio=True, first=SIZES[0], unit="×"),
    ]
    return {
        "growths": [
            Growth("protect a table of counts", "publications of the family", points, targets, REAL).as_json()
        ]
    }


class Versions:
    """A store with versions of one table of counts, each with a record more than the one before."""

    def __init__(self, root: Path) -> None:
        self._root = root
        open_store(root)
        self.contract = make_contract(
            *map(field, ("period", "kind", "place")),
            field("cases", "integer", constraints={"required": True, "minimum": 0}),
            dataset="counts",
            synthetic=True,
            schema={"primaryKey": ["period", "kind", "place"]},
            release={"formats": ["csv"]},
            disclosure={
                "class": "aggregated counts",
                "reason": "Counts of cases, made for a measurement",
                "counts": ["cases"],
                "structure": {
                    "dimensions": [{"field": "kind", "total": "all"}, {"field": "place", "total": "all"}],
                    "periods": {"field": "period"},
                },
            },
        )

    def publish(self, numbers: Iterable[int]) -> None:
        """Protect and release these versions, in this process."""
        for number in numbers:
            store = self._accept(number)
            publish_release(protect_table(self.contract, store), self.contract, store)

    def prepare(self, number: int) -> Step:
        """The protection of that version, whose table is accepted."""
        store = self._accept(number)
        return lambda: protect_table(self.contract, store)

    def _accept(self, number: int) -> Store:
        store = open_store(self._root)
        moment = FIRST + dt.timedelta(number)
        accept(store, self.contract, _table(number), f"{moment:%Y-%m-%dT%H:%M:%SZ}")
        agree(self.contract, store)
        return store


def _table(number: int) -> bytes:
    """The counts with so many late records, and their totals, as CSV."""
    drawn = random.Random(7)  # the same counts each time
    cells: Cells = Counter({key: drawn.choice(COUNTS) for key in itertools.product(MONTHS, KINDS, PLACES)})
    late = random.Random(8)
    for _ in range(number):
        cells[late.choice(MONTHS), late.choice(KINDS), late.choice(PLACES)] += 1
    sums: Cells = Counter()
    for (month, kind, place), cases in cells.items():
        for which, where in itertools.product((kind, "all"), (place, "all")):
            sums[month, which, where] += cases
    rows = (f"{','.join(key)},{cases}\n" for key, cases in sorted(sums.items()))
    return ("period,kind,place,cases\n" + "".join(rows)).encode()


if __name__ == "__main__":
    child.main(joint, ("duckdb", "pyarrow.parquet", "scipy.optimize", "praya.pipeline.order"))
