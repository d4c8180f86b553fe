"""What is measured of a step, how it is compared with its targets, and how the page draws it."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.child import Failed
from bench.curves import alternative, draw_curves
from bench.growth import TWICE, Growth, Point, Target, measure_step, run_apart
from bench.growth_page import growth_sections
from bench.growth_steps import count_written, mark_files
from bench.kept import Part

SIZES = st.lists(st.integers(1, 10**7), min_size=1, max_size=6, unique=True).map(sorted)


def growth(*seconds: float, targets: list[Target] | None = None) -> Growth:
    points = [Point(10**place, cpu, 100 + place) for place, cpu in enumerate(seconds)]
    return Growth("a step", "datasets", points, TWICE if targets is None else targets)


def part_of(*growths: Growth) -> Part:
    return {
        "commit": "0000000",
        "date": "2026-12-01",
        "seconds": 1.0,
        "hardware": {},
        "load": [],
        "figures": {"growths": [one.as_json() for one in growths]},
    }


def test_a_step_is_measured_in_a_process_of_its_own() -> None:
    called: list[int] = []

    def prepare() -> object:
        held = bytearray(60_000_000)  # before the step: not its peak
        del held
        return lambda: called.append(1) or len(bytearray(b"x" * 30_000_000)) // 10_000_000

    point = measure_step(7, prepare, times=2, calls=3)  # type: ignore[arg-type]
    assert (point.size, point.files) == (7, 3) and called == []
    assert point.cpu_seconds > 0 and point.peak_bytes > 30_000_000


def test_what_a_step_reads_and_writes_is_counted(tmp_path: object) -> None:
    path = tmp_path / "file"  # type: ignore[operator]
    point = measure_step(1, lambda: lambda: path.write_bytes(b"x" * 50_000), calls=2)
    assert 50_000 <= point.written_bytes < 51_000
    point = measure_step(1, lambda: lambda: path.read_bytes() and None)
    assert 50_000 <= point.read_bytes < 55_000 and point.files == 0


def test_a_step_that_fails_is_named() -> None:
    with pytest.raises(Failed, match="ZeroDivisionError"):
        measure_step(1, lambda: lambda: 1 // 0)
    with pytest.raises(Failed, match="without an answer"):
        run_apart(lambda: __import__("os")._exit(3))


@given(SIZES, st.data())
def test_a_curve_is_the_same_after_it_was_kept(sizes: list[int], data: st.DataObject) -> None:
    points = [
        Point(size, data.draw(st.floats(1e-6, 1e4)), data.draw(st.integers(1, 10**10))) for size in sizes
    ]
    made = Growth(
        "a step", "lines", points, [*TWICE, Target("files", 3.0, last=sizes[0])], "nothing", ["files"]
    )
    assert Growth.parse(made.as_json()) == made
    svg = draw_curves([made, made], "Lines")
    assert ElementTree.fromstring(svg).tag.endswith("svg")
    assert "nan" not in svg and "inf" not in svg


@pytest.mark.parametrize(
    ("target", "value"),
    [
        (Target("cpu_seconds", 2.0, ratio=True), 4.0),
        (Target("cpu_seconds", 2.0, ratio=True, first=10), 2.0),
        (Target("cpu_seconds", 8.0, last=10), 2.0),
        (Target("cpu_seconds", 8.0, scale=1000), 4000.0),
        (Target("peak_bytes", 2.0, ratio=True), 1.02),
        (Target("cpu_seconds", 8.0, last=1_000), None),
        (Target("cpu_seconds", 2.0, ratio=True, first=5), None),
    ],
)
def test_a_target_takes_its_figure_at_its_sizes(target: Target, value: float | None) -> None:
    assert target.value(growth(1.0, 2.0, 4.0).points) == value


def test_a_table_names_each_target_that_is_missed() -> None:
    missed = [*TWICE, Target("cpu_seconds", 3.0, unit=" s"), Target("cpu_seconds", 1.0, last=7, unit=" s")]
    (section,) = growth_sections(
        {"growth:breadth": part_of(growth(1.0, 2.0, 4.0, targets=missed), growth(1.0, 1.5))}
    )
    first, second = section.rows
    assert first.points == ["1: 1.00 s", "10: 2.00 s", "100: 4.00 s"] and first.time == "4.00×"
    assert first.reached == "**no**: time 4×, time 4 s, time not measured"
    assert second.reached == "yes" and second.points[1] == "–"


def test_what_reads_everything_is_compared_for_each() -> None:
    points = [Point(10, 1.0, 1), Point(100, 20.0, 1)]
    made = Growth("verify", "datasets", points, per_size=True)
    assert made.multiples() == [(10, 1.0), (100, 2.0)]
    assert "verify, each 2.0 times" in alternative([made], "Breadth")


def test_written_files_are_counted_with_what_grew_in_its_place(tmp_path: object) -> None:
    folder = tmp_path / "store"  # type: ignore[operator]
    (folder / "below").mkdir(parents=True)
    (folder / "same").write_bytes(b"12345")
    (folder / "below" / "grows").write_bytes(b"12345")
    before = mark_files(folder)
    with (folder / "below" / "grows").open("ab") as file:
        file.write(b"678")
    (folder / "new").write_bytes(b"1234567")
    (folder / "empty").touch()
    assert count_written(before, mark_files(folder)) == (2, 10)
