"""How the cost of one step grows: the real step, measured in a new process at each size of what was there before."""

from __future__ import annotations

import multiprocessing
import statistics
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Self

from bench.child import Failed, children_seconds, peak_bytes
from praya_airflow.local.processes import die_with_parent

Step = Callable[[], object]
RESET_PEAK = "5"  # proc(5): sets VmHWM to what the process holds now


@dataclass(frozen=True)
class Point:
    """What the step cost at one size: processor seconds of the process with its threads and children, its peak memory
    in bytes (modules included), the bytes that it read and wrote by the kernel's count, and `files`, which it wrote."""

    size: int
    cpu_seconds: float
    peak_bytes: int
    read_bytes: int = 0
    written_bytes: int = 0
    files: int = 0


@dataclass(frozen=True)
class Target:
    """A bound for one figure of a point: at `last` (default: the largest size) at most `most`, or with `ratio` at most
    `most` times that at `first` (default: the smallest size). `scale` is what the figure is multiplied by before."""

    figure: str
    most: float
    ratio: bool = False
    first: int | None = None
    last: int | None = None
    scale: float = 1.0
    unit: str = ""

    def value(self, points: list[Point]) -> float | None:
        """What is held against the bound; None where a size was not measured."""
        by_size = {point.size: self.scale * float(getattr(point, self.figure)) for point in points}
        last = by_size.get(self.last if self.last is not None else max(by_size))
        first = by_size.get(self.first if self.first is not None else min(by_size))
        if last is None or first is None:
            return None
        return last / first if self.ratio else last


TWICE = [Target("cpu_seconds", 2.0, ratio=True, unit="×"), Target("peak_bytes", 2.0, ratio=True, unit="×")]


@dataclass(frozen=True)
class Growth:
    """The curve of one step. `sizes` says what a size counts, `simulated` what the store was filled with before, and
    `shows` which figures of a point the page shows. Of a step that has to read everything the time is compared
    `per_size`."""

    step: str
    sizes: str
    points: list[Point]
    targets: list[Target] = field(default_factory=list)
    simulated: str = ""
    shows: Sequence[str] = ("cpu_seconds",)
    per_size: bool = False

    def multiples(self) -> list[tuple[int, float]]:
        """Each size with its processor time as a multiple of that at the first."""
        times = [
            (point.size, point.cpu_seconds / (point.size if self.per_size else 1)) for point in self.points
        ]
        return [(size, seconds / times[0][1]) for size, seconds in times]

    def as_json(self) -> dict[str, Any]:
        """The curve as plain JSON values."""
        return asdict(self)

    @classmethod
    def parse(cls, said: dict[str, Any]) -> Self:
        """The curve that `as_json` gave."""
        points = [Point(**point) for point in said["points"]]
        targets = [Target(**target) for target in said["targets"]]
        return cls(**said | {"points": points, "targets": targets})


def measure_step(size: int, prepare: Callable[[], Step], times: int = 1, calls: int = 1) -> Point:
    """The median cost of the step that `prepare` gives, over `times` new processes, each forked from this one, which
    should hold modules and little else. `prepare` runs in that process and is not measured; the step is called `calls`
    times there, and the cost of one call is given. Returns the files of the step where it returns a number. Raises
    Failed.
    """
    found = [_measure_once(size, prepare, calls) for _ in range(times)]
    return Point(
        size,
        statistics.median(point.cpu_seconds for point in found),
        max(point.peak_bytes for point in found),
        round(statistics.median(point.read_bytes for point in found)),
        round(statistics.median(point.written_bytes for point in found)),
        round(statistics.median(point.files for point in found)),
    )


def run_apart(work: Callable[[], object]) -> Any:
    """What `work` returns, done in a new process, so that its memory is not this one's. Raises Failed."""
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_answer, args=(work, theirs))
    process.start()
    theirs.close()
    try:
        answer, problem = ours.recv()
    except EOFError:
        answer, problem = None, "the process ended without an answer"
    process.join()
    if problem:
        raise Failed(problem)
    return answer


def _answer(work: Callable[[], object], to: Connection) -> None:
    die_with_parent()
    try:
        to.send((work(), ""))
    except BaseException:
        to.send((None, traceback.format_exc()[-4000:]))


def _measure_once(size: int, prepare: Callable[[], Step], calls: int) -> Point:
    def work() -> Point:
        step = prepare()
        Path("/proc/self/clear_refs").write_text(RESET_PEAK, "ascii")
        read, written = _moved()
        began, children = time.process_time(), children_seconds()
        files = [step() for _ in range(calls)][-1]
        seconds = time.process_time() - began + children_seconds() - children
        read_after, written_after = _moved()
        return Point(
            size,
            seconds / calls,
            peak_bytes(),
            (read_after - read) // calls,
            (written_after - written) // calls,
            files if isinstance(files, int) else 0,
        )

    found: Point = run_apart(work)
    return found


def _moved() -> tuple[int, int]:
    """The bytes that this process has read and written so far, by the kernel's count of its calls."""
    lines = Path("/proc/self/io").read_text("ascii").splitlines()
    counts = {name: int(value) for name, _, value in (line.partition(": ") for line in lines)}
    return counts["rchar"], counts["wchar"]
