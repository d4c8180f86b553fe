"""Growth with the releases of one dataset: 500 daily ones through the real pipeline, each step at eight of them."""

from __future__ import annotations

from pathlib import Path

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
SMALL = (1, 5, 10)
FRESH = 3  # first releases, each in a house of its own; of later ones as many days in a row
DATASET = "daily-00000"
REAL = "nothing: every release was made by the real steps, one a day"
# One changed cell in 48 KB, in the formats that a contract has by default.
ROWS, FORMATS, DAYS = 2_500, ("csv", "json", "parquet"), (2, 5)
# What version 0.4.0 wrote for it by this measurement, in 74 files: the bytes are to be at most a third.
BYTES_BEFORE = 502_571


def releases(work: str, small: bool = False) -> child.Figures:
    """Release one dataset day by day; the steps and what they write at each of SIZES, or of SMALL ones."""
    root, wanted = Path(work), SMALL if small else SIZES
    load_modules(root)
    found: dict[str, list[Point]] = {step: [] for step in STEPS}
    firsts = [_first(root / f"first-{number}") for number in range(FRESH)]
    for step in STEPS:
        found[step].append(middle([first[step] for first in firsts]))
    house, day = House(root / "house"), 0
    contract = house.write_contract(DATASET)
    for size in wanted:
        start = size - 1
        run_apart(lambda start=start, day=day: run_days(house, contract, range(day, start)))
        today = [measure_day(house, contract, start + more, size) for more in range(FRESH if size > 1 else 1)]
        if size > 1:
            for step in STEPS:
                found[step].append(middle([points[step] for points in today]))
        day = start + len(today)
    growths = [*as_growths(found, "releases of the dataset", REAL), _measure_written(root / "written")]
    return {"growths": [growth.as_json() for growth in growths]}


def _first(root: Path) -> dict[str, Point]:
    house = House(root)
    return measure_day(house, house.write_contract(DATASET), 0, 1)


def _measure_written(root: Path) -> Growth:
    """The files and bytes that a day writes, all steps with the catalogue; what grew in its place counts as a file."""
    house, points = House(root, ROWS, FORMATS), []
    contract = house.write_contract(DATASET)
    for day in range(DAYS[-1]):
        before = mark_files(house.open_store().local(""))
        run_apart(lambda day=day: run_days(house, contract, [day]))
        if day + 1 in DAYS:
            files, size = count_written(before, mark_files(house.project.store_folder))
            points.append(Point(day + 1, 0.0, 0, 0, size, files))
    return Growth(
        "a day of one changed cell in 48 KB",
        "releases of the dataset",
        points,
        [Target("written_bytes", BYTES_BEFORE / 3 / 1000, scale=1e-3, unit=" KB")],
        REAL,
        ("files", "written_bytes"),
    )


if __name__ == "__main__":
    child.main(releases)
