"""The number beside a version's name: major.minor.patch, after what its readers have to change."""

from __future__ import annotations

from collections.abc import Iterable

LEVELS = ("patch", "minor", "major")
FIRST = "1.0.0"

Number = tuple[int, int, int]


def parse(number: str) -> Number:
    """`2.1.0` as (2, 1, 0); ValueError for anything else."""
    major, minor, patch = number.split(".")
    return int(major), int(minor), int(patch)


def strictest(levels: Iterable[str]) -> str:
    """The level that asks most of readers; `patch` where there is none."""
    return max(levels, key=LEVELS.index, default="patch")


def following(before: str | None, level: str, taken: Iterable[str]) -> str:
    """The number of a release that changes the one numbered `before` by `level` (None: the first).

    It is higher than every number of its line in `taken`, so that no number is given twice, and a line only grows.
    """
    if before is None:
        return FIRST
    major, minor, _ = parse(before)
    known = [parse(number) for number in {*taken, before}]
    if level == "major":
        return f"{max(parts[0] for parts in known) + 1}.0.0"
    if level == "minor":
        return f"{major}.{max(parts[1] for parts in known if parts[0] == major) + 1}.0"
    return f"{major}.{minor}.{max(parts[2] for parts in known if parts[:2] == (major, minor)) + 1}"
