"""Curves of growth as SVG: the cost of each step as a multiple of that at the smallest size, both axes logarithmic.

Lines differ in dash and marker, not in colour alone, and a reader with dark pages gets light lines.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from html import escape
from itertools import pairwise

from bench.growth import Growth

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 720, 300, 60, 250, 16, 250
COLOURS = (("#0b5c7a", "#6cc4e8"), ("#b35806", "#f5a55a"), ("#5e3c99", "#bfa3ee"), ("#1b7837", "#72cf8e"))
DASHES = ("", "7 3", "2 3", "9 3 2 3", "12 4", "1 4", "4 2")
TARGET = 2.0
STYLE = (
    ".i{fill:#1d2733}.s{fill:#55626f}.g{stroke:#d0d7de}.t{stroke:#8a3b12;fill:none}.u{fill:#8a3b12}"
    + "".join(f".c{n}{{stroke:{light}}}.f{n}{{fill:{light}}}" for n, (light, _) in enumerate(COLOURS))
    + "@media (prefers-color-scheme:dark){svg{background:#14181d}.i{fill:#e8edf2}.s{fill:#a9b4bf}.g{stroke:#39424c}"
    ".t{stroke:#f0a07c}.u{fill:#f0a07c}"
    + "".join(f".c{n}{{stroke:{dark}}}.f{n}{{fill:{dark}}}" for n, (_, dark) in enumerate(COLOURS))
    + "}"
)


def draw_curves(growths: Sequence[Growth], title: str) -> str:
    """The SVG of the processor time of these steps."""
    lines = {_name(growth): growth.multiples() for growth in growths if len(growth.points) > 1}
    sizes = sorted({size for points in lines.values() for size, _ in points})
    values = [value for points in lines.values() for _, value in points] or [1.0]
    low, high = min(0.5, *values), max(4.0, *values)
    shapes = [*_axes(sizes, low, high, growths[0].sizes), *_curves(lines, sizes, low, high)]
    text = alternative(growths, title)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'font-family="sans-serif" font-size="12"><title>{escape(title)}</title><desc>{escape(text)}</desc>'
        f"<style>{STYLE}</style>{''.join(shapes)}</svg>\n"
    )


def alternative(growths: Sequence[Growth], title: str) -> str:
    """What the curves show, in words."""
    ends = [
        f"{_name(growth)} {growth.multiples()[-1][1]:.1f} times"
        for growth in growths
        if len(growth.points) > 1
    ]
    return f"{title}: processor time at the largest size as a multiple of that at the smallest: {', '.join(ends)}."


def _name(growth: Growth) -> str:
    return f"{growth.step}, each" if growth.per_size else growth.step


def _axes(sizes: Sequence[int], low: float, high: float, counted: str) -> Iterator[str]:
    for power in range(math.floor(math.log2(low)), math.ceil(math.log2(high)) + 1, 1 if high <= 64 else 2):
        y = _y(2.0**power, low, high)
        if TOP - 1 <= y <= BOTTOM + 1:
            yield _line("g", LEFT, y, WIDTH - RIGHT, y)
            yield _text("s", LEFT - 7, y + 4, f"{2.0**power:g}×", "end")
    last = -100.0
    for size in sizes:
        x = _x(size, sizes)
        if x - last > 46:
            yield _text("s", x, BOTTOM + 18, f"{size:,}", "middle")
            last = x
    yield _text("i", (LEFT + WIDTH - RIGHT) / 2, BOTTOM + 38, counted, "middle")
    y = _y(TARGET, low, high)
    yield f'<path class="t" stroke-width="1.5" stroke-dasharray="6 4" d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}"/>'
    yield _text("u", LEFT + 4, y - 5, "target 2×", "start")


def _curves(
    lines: dict[str, list[tuple[int, float]]], sizes: Sequence[int], low: float, high: float
) -> Iterator[str]:
    taken: list[float] = []
    by_end = sorted(lines, key=lambda step: -lines[step][-1][1])
    for number, step in enumerate(lines):
        places = [(_x(size, sizes), _y(value, low, high)) for size, value in lines[step]]
        dash, colour = DASHES[number % len(DASHES)], number % len(COLOURS)
        for start, end in pairwise(places):
            yield _line(f"c{colour}", *start, *end, 2, dash)
        yield from (f'<circle class="f{colour}" cx="{x:.1f}" cy="{y:.1f}" r="3"/>' for x, y in places)
    for step in by_end:
        x, y = _x(lines[step][-1][0], sizes), _y(lines[step][-1][1], low, high)
        label = max([y, *(other + 14 for other in taken[-1:])])
        taken.append(label)
        colour = list(lines).index(step) % len(COLOURS)
        yield _line("g", x + 4, y, WIDTH - RIGHT + 8, label)
        yield _text(f"f{colour}", WIDTH - RIGHT + 11, label + 4, step, "start")


def _x(size: int, sizes: Sequence[int]) -> float:
    first, last = math.log(sizes[0]), math.log(sizes[-1])
    return LEFT + 8 + (WIDTH - RIGHT - LEFT - 16) * (math.log(size) - first) / ((last - first) or 1.0)


def _y(value: float, low: float, high: float) -> float:
    return BOTTOM - (BOTTOM - TOP) * (math.log(value) - math.log(low)) / (math.log(high) - math.log(low))


def _line(name: str, x: float, y: float, to_x: float, to_y: float, width: int = 1, dash: str = "") -> str:
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<line class="{name}" x1="{x:.1f}" y1="{y:.1f}" x2="{to_x:.1f}" y2="{to_y:.1f}" '
        f'stroke-width="{width}"{dashes}/>'
    )


def _text(name: str, x: float, y: float, text: str, anchor: str) -> str:
    return f'<text class="{name}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'
