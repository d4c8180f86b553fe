"""Growth with the releases of one dataset: 500 daily ones through the real pipeline, each step at eight of them."""

from __future__ import annotations

from pathlib import Path

from bench import child
from bench.growth import Growth, Point, Target, run_apart
from bench.growth_steps import (
    STEPS,
    Marks,
    as_growths,
    count_written,
    load_modules,
    mark_files,
    measure_day,
    middle,
    run_days,
)
from bench.template_release import House

SIZES = (1, 5, 50, 100, 200, 300, 400, 500)
SMALL = (1, 5, 10)
FRESH = 3  # first releases, each in a house of its own; of later ones as many days in a row
DATASET = "daily-00000"
SIZES_OF, WRITTEN = "releases of the dataset", ("files", "written_bytes")
GROWN = Target("written_bytes", 2.0, ratio=True, first=5, unit="×")
REAL = "nothing: every release was made by the real steps, one a day"
# One changed cell in 48 KB, in the formats that a contract has by default.
ROWS, FORMATS, DAYS = 2_500, ("csv", "json", "parquet"), (2, 5)
# What version 0.4.0 wrote for it by this measurement, in 74 files: the bytes are to be at most a third.
BYTES_BEFORE = 502_571


def releases(work: str, small: bool = False) -> child.Figures:
    """Release one dataset day by day; the steps and what they write at each of SIZES, or of SMALL ones."""
    root = Path(work)
    load_modules(root)
    found: dict[str, list[Point]] = {step: [] for step in STEPS}
    firsts = [_first(root / f"first-{number}") for number in range(FRESH)]
    for step in STEPS:
        found[step].append(middle([first[step] for first in firsts]))
    house, day = House(root / "house"), 0
    contract = house.write_contract(DATASET)
    store, written = house.open_store().local(""), list[Point]()
    for size in SMALL if small else SIZES:
        start = size - 1
        run_apart(lambda start=start, day=day: run_days(house, contract, range(day, start)))
        before = mark_files(store)
        today = [measure_day(house, contract, start, size)]
        written.append(_written(size, before, mark_files(store)))
        if size > 1:
            today += [measure_day(house, contract, start + more, size) for more in range(1, FRESH)]
            for step in STEPS:
                found[step].append(middle([points[step] for points in today]))
        day = start + len(today)
    growths = [
        *as_growths(found, SIZES_OF, REAL),
        Growth("what a day writes", SIZES_OF, written, [GROWN], REAL, WRITTEN),
        _measure_written(root / "written"),
    ]
    return {"growths": [growth.as_json() for growth in growths]}


def _first(root: Path) -> dict[str, Point]:
    house = House(root)
    return measure_day(house, house.write_contract(DATASET), 0, 1)


def _written(size: int, before: Marks, after: Marks) -> Point:
    """The files and bytes that were written between the two, and nothing else."""
    files, size_in_bytes = count_written(before, after)
    return Point(size, 0.0, 0, 0, size_in_bytes, files)


def _measure_written(root: Path) -> Growth:
    """What a day of a larger dataset writes, all steps with the catalogue."""
    house, points = House(root, ROWS, FORMATS), list[Point]()
    contract, store = house.write_contract(DATASET), house.open_store().local("")
    for day in range(DAYS[-1]):
        before = mark_files(store)
        run_apart(lambda day=day: run_days(house, contract, [day]))
        if day + 1 in DAYS:
            points.append(_written(day + 1, before, mark_files(store)))
    target = Target("written_bytes", BYTES_BEFORE / 3 / 1000, scale=1e-3, unit=" KB")
    return Growth("what a day writes, one changed cell in 48 KB", SIZES_OF, points, [target], REAL, WRITTEN)


if __name__ == "__main__":
    child.main(releases)
