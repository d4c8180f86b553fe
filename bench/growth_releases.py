"""Growth with the releases of one dataset: 500 daily ones through the real pipeline, each step at eight of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bench import child
from bench.growth import Growth, Point, Target, run_apart
from bench.growth_steps import (
    STEPS,
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
FRESH = 3  # first releases, each in a house of its own; of later ones as many days in a row
DATASET = "daily-00000"
REAL = "nothing: every release was made by the real steps, one a day"
# A day's release of the dataset with one changed cell, in version 0.4.0, by this measurement: the target is a third.
BYTES_BEFORE = 0


def releases(work: str, sizes: list[int] | None = None) -> child.Figures:
    """Release one dataset day by day; the steps and what they write at each of `sizes`."""
    root, wanted = Path(work), list(sizes or SIZES)
    load_modules(root)
    found: dict[str, list[Point]] = {step: [] for step in STEPS}
    written: list[Point] = []
    firsts = [_first(root / f"first-{number}") for number in range(FRESH)]
    for step in STEPS:
        found[step].append(middle([first[step] for first in firsts]))
    house = House(root / "house")
    house.open_store()  # lays out its folders
    contract, day = house.write_contract(DATASET), 0
    for size in wanted:
        start = size - 1
        run_apart(lambda start=start, day=day: run_days(house, contract, range(day, start)))
        before = mark_files(house.project.store_folder)
        today = [measure_day(house, contract, start, size)]
        files, size_in_bytes = count_written(before, mark_files(house.project.store_folder))
        written.append(Point(size, _sum(today[0]), 0, 0, size_in_bytes, files))
        if size > 1:
            today += [measure_day(house, contract, start + more, size) for more in range(1, FRESH)]
            for step in STEPS:
                found[step].append(middle([points[step] for points in today]))
        day = start + len(today)
    return {"growths": [one.as_json() for one in [*as_growths(found, "releases of the dataset", REAL), _written(written)]]}


def _first(root: Path) -> dict[str, Point]:
    house = House(root)
    return measure_day(house, house.write_contract(DATASET), 0, 1)


def _sum(points: dict[str, Point]) -> float:
    return sum(point.cpu_seconds for point in points.values())


def _written(points: list[Point]) -> Growth:
    targets = [Target("written_bytes", 2.0, ratio=True, first=5, unit="×")]
    return Growth("all steps of a day with one changed cell", "releases of the dataset", points, targets, REAL)


if __name__ == "__main__":
    child.main(releases)
