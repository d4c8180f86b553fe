"""The steps of one day, each measured by itself, on a house that has a history behind it."""

from __future__ import annotations

import os
import shutil
import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.growth import TWICE, Growth, Point, Step, measure_step, run_apart
from bench.template_release import House
from praya.contract import Contract
from praya.site.portal import write_catalogue

STEPS = ("collect", "stage", "validate", "release", "catalogue")
NAMES = {
    "collect": "collect",
    "stage": "stage",
    "validate": "validate",
    "release": "protect and release",
    "catalogue": "catalogue after one release",
}


def load_modules(root: Path) -> None:
    """Take a small dataset the whole way once in this process, so that no measured step imports anything."""
    house = House(root / "warm")
    run_days(house, house.write_contract("daily-00000"), range(2))
    shutil.rmtree(house.root)


def release_day(house: House, contract: Contract, day: int) -> None:
    """Take the delivery of a day to its release, in a process of its own; nothing of it is measured."""

    def work() -> None:
        house.pipeline().run(contract)

    house.deliver(contract.dataset, day)
    run_apart(work)


def run_days(house: House, contract: Contract, days: Sequence[int]) -> None:
    """Take the deliveries of these days through all steps, in this process."""
    for day in days:
        house.deliver(contract.dataset, day)
        house.pipeline().run(contract)
        write_catalogue(house.open_store())


def measure_day(
    house: House, contract: Contract, day: int, size: int, steps: Sequence[str] = STEPS
) -> dict[str, Point]:
    """What each of these steps costs with the delivery of a day, each in a process of its own."""
    house.deliver(contract.dataset, day)

    def prepare(step: str) -> Step:
        store, pipeline = house.open_store(), house.pipeline()
        if step == "catalogue":
            return lambda: write_catalogue(store)
        return lambda: getattr(pipeline, step)(contract)

    def measure(step: str) -> Point:
        return measure_step(size, lambda: prepare(step))

    return {step: measure(step) for step in steps}


def settle(house: House) -> None:
    """Have the real catalogue take in what was simulated, in a process of its own; nothing of it is measured."""
    run_apart(lambda: bool(write_catalogue(house.open_store())))


def middle(points: Sequence[Point]) -> Point:
    """The medians of points of one size, and their highest peak."""
    figures = ("cpu_seconds", "read_bytes", "written_bytes", "files")
    medians = {name: statistics.median(getattr(point, name) for point in points) for name in figures}
    peak = max(point.peak_bytes for point in points)
    seconds = medians.pop("cpu_seconds")
    return Point(points[0].size, seconds, peak, **{name: round(value) for name, value in medians.items()})


def as_growths(
    found: Mapping[str, Sequence[Point]], sizes: str, simulated: str, *, ends: str = ""
) -> list[Growth]:
    """The curve of each step; `ends` is said behind its name."""
    return [
        Growth(f"{NAMES[step]}{ends}", sizes, list(points), TWICE, simulated)
        for step, points in found.items()
    ]


Marks = dict[str, tuple[int, int, int]]


def mark_files(folder: Path) -> Marks:
    """Of every file below a folder what another writing changes: inode, time and size."""
    marks, waiting = Marks(), [str(folder)]
    while waiting:
        for entry in os.scandir(waiting.pop()):
            if entry.is_dir(follow_symlinks=False):
                waiting.append(entry.path)
            else:
                status = entry.stat(follow_symlinks=False)
                marks[entry.path] = (status.st_ino, status.st_mtime_ns, status.st_size)
    return marks


def count_written(before: Marks, after: Marks) -> tuple[int, int]:
    """How many files were written between the two, and their bytes; of one that grew in its place what it grew by."""
    new = {path: mark for path, mark in after.items() if before.get(path) != mark and mark[2]}
    grown = {path: before[path] for path, mark in new.items() if before.get(path, (0,))[0] == mark[0]}
    return len(new), sum(mark[2] - grown.get(path, (0, 0, 0))[2] for path, mark in new.items())
