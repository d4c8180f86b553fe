"""Somebody who runs the gate himself, on every table that he can think of, and keeps those that print the same.

This reader knows even how the check chooses what else to withhold, which is more than the reader that it reckons with:
of 10, 0 and 22, whose total is in print, it withholds 0 and 22, and of no other two that make 22 but 1 and 21. He may
know fewer than five values so, and never one. Three places and their total, before and after a late record.
"""

from __future__ import annotations

import itertools
import random
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from disclosure.family import at_the_gate
from full import EVERY, by_level
from made import field, make_contract, open_store
from praya.contract import Contract

pytestmark = pytest.mark.slow

SMALL, VALUES = 10, 2
PLACES = ("x", "y", "z")
WIDE = 6  # the third place is thought to be so far from the truth at most
World = tuple[int, int, int]
Prints = tuple[tuple[int | None, ...], ...]


def contract(method: str) -> Contract:
    return make_contract(
        field("place"),
        field("cases", "integer"),
        schema={"primaryKey": ["place"]},
        source={"url": None, "mart": "sample", "format": "parquet"},
        disclosure={
            "class": "aggregated counts",
            "reason": "Counts of cases, made for a test",
            "counts": ["cases"],
            "method": method,
            "structure": {"dimensions": [{"field": "place", "total": "all"}]},
        },
    )


def table(counts: Mapping[str, int]) -> list[dict[str, Any]]:
    counts = {**counts, "all": sum(counts.values())}
    return [{"place": place, "cases": count} for place, count in sorted(counts.items())]


def prints(method: str, world: World) -> Prints:
    """What is in print of the first table, and of that with one more at the first place."""
    one, counts = contract(method), dict(zip(PLACES, world, strict=True))
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(Path(folder))
        return tuple(
            tuple(row["cases"] for row in at_the_gate(store, one, table({**counts, "x": counts["x"] + more})))
            for more in (0, 1)
        )


def thinkable(method: str, world: World, found: Prints, rng: random.Random) -> Iterator[World]:
    """Other tables, in any order, whose large counts show what is in print."""
    shown = (lambda count: count) if method == "suppression" else (lambda count: (count + 2) // 5 * 5)
    whole, *parts = found[0]
    worlds = [
        other
        for other in itertools.product(
            range(SMALL + 4), range(SMALL + 4), range(world[2] - WIDE, world[2] + WIDE + 1)
        )
        if whole is None or shown(sum(other)) == whole
        if all(part is None or shown(count) == part for count, part in zip(other, parts, strict=True))
    ]
    rng.shuffle(worlds)
    yield from worlds


@pytest.mark.timeout(4 * 3600 if EVERY else 600)
@pytest.mark.parametrize("method", ["10-5 rule", "suppression"])
def test_who_runs_the_gate_himself_knows_no_small_count_exactly(method: str) -> None:
    rng = random.Random(7)
    drawn = [
        (rng.randint(0, 12), rng.randint(0, 12), rng.randint(20, 40)) for _ in range(by_level(1, 2, 200))
    ]
    for world in [(3, 7, 30), (10, 0, 22), *drawn]:
        found = prints(method, world)
        left: dict[int, set[int]] = {at: {world[at]} for at in (0, 1) if world[at] < SMALL}
        for other in thinkable(method, world, found, rng):
            if all(len(values) >= VALUES for values in left.values()):
                break
            if any(other[at] not in values for at, values in left.items()) and prints(method, other) == found:
                for at, values in left.items():
                    values.add(other[at])
        assert all(len(values) >= VALUES for values in left.values()), (world, found, left)
