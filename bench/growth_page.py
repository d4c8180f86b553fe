"""What the page says of growth: a table and a picture for each part."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bench.curves import alternative, draw_curves
from bench.growth import Growth, Point, Target
from bench.kept import Part
from bench.parts import GROWTH

WORDS = {
    "cpu_seconds": "time",
    "peak_bytes": "memory",
    "read_bytes": "bytes read",
    "written_bytes": "bytes",
    "files": "files",
}


@dataclass(frozen=True)
class Row:
    """A line of a table, as texts."""

    step: str
    points: list[str]
    time: str
    memory: str
    targets: str
    reached: str


@dataclass(frozen=True)
class Section:
    """What the page has of one part: its title, what was simulated, the lines, and the picture with its file's name and
    text alternative."""

    title: str
    sizes: str
    simulated: str
    rows: list[Row]
    picture: str
    svg: str
    alternative: str


def growth_sections(parts: Mapping[str, Part]) -> list[Section]:
    """The sections of the parts that were measured, in the order of GROWTH."""
    return [_section(name, title, parts[name]) for name, (_, title) in GROWTH.items() if name in parts]


def growth_targets(parts: Mapping[str, Part]) -> Iterator[tuple[str, Target, float | None]]:
    """Each target with its step and what was measured."""
    for name in GROWTH:
        for said in parts[name]["figures"]["growths"] if name in parts else ():
            growth = Growth.parse(said)
            yield from ((growth.step, target, target.value(growth.points)) for target in growth.targets)


def _section(name: str, title: str, part: Part) -> Section:
    growths = [Growth.parse(said) for said in part["figures"]["growths"]]
    timed = [growth for growth in growths if "cpu_seconds" in growth.shows]
    return Section(
        title,
        growths[0].sizes,
        growths[0].simulated,
        [_row(growth) for growth in growths],
        f"performance-{name.rpartition(':')[2]}.svg",
        draw_curves(timed, title),
        alternative(timed, title),
    )


def _row(growth: Growth) -> Row:
    points = growth.points
    chosen = [points[0], points[len(points) // 2], points[-1]] if len(points) > 2 else [points[0], points[-1]]
    texts = [
        f"{point.size:,}: {', '.join(show_figure(point, name) for name in growth.shows)}" for point in chosen
    ]
    missed = [words for target in growth.targets if (words := _missed(target, points))]
    return Row(
        growth.step,
        texts if len(texts) == 3 else [texts[0], "–", texts[1]],
        _time_ratio(growth),
        _ratio(points, "peak_bytes"),
        "; ".join(dict.fromkeys(_show_target(target) for target in growth.targets)) or "–",
        ("**no**: " + ", ".join(missed) if missed else "yes") if growth.targets else "–",
    )


def show_figure(point: Point, name: str) -> str:
    """A figure of a point with its unit."""
    value = getattr(point, name)
    if name == "cpu_seconds":
        return f"{value:.2f} s" if value >= 1 else f"{1000 * value:.3g} ms"
    return f"{value:,} files" if name == "files" else f"{value / 1000:,.0f} KB"


def _time_ratio(growth: Growth) -> str:
    if not growth.points[0].cpu_seconds:
        return "–"
    ratio = f"{growth.multiples()[-1][1]:.2f}×"
    return f"{ratio} each" if growth.per_size else ratio


def _ratio(points: list[Point], name: str) -> str:
    first = getattr(points[0], name)
    return f"{getattr(points[-1], name) / first:.2f}×" if first else "–"


def _show_target(target: Target) -> str:
    bound = f"at most {target.most:.3g}{target.unit}"
    if target.ratio and target.first is not None:
        return f"{bound} from {target.first:,}"
    return f"{bound} at {target.last:,}" if target.last is not None and not target.ratio else bound


def _missed(target: Target, points: list[Point]) -> str:
    value = target.value(points)
    if value is None:
        return f"{WORDS[target.figure]} not measured"
    return "" if value <= target.most else f"{WORDS[target.figure]} {value:.3g}{target.unit}"
