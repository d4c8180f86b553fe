"""Random tables with a hierarchy: what the joint check leaves in print is safe, and true to its method.

60 tables a method; with FULL=1 a thousand.
"""

from __future__ import annotations

import os
import random
from typing import Any

import numpy as np
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from disclosure.attacker import Puzzle
from disclosure.reading import Read, exact, ten_five
from praya.contract.disclosure import Disclosure
from praya.protect import suppression
from praya.protect import ten_five as rounding
from praya.protect.doubt import Doubt
from praya.protect.system import Publication, system

GROUPS = {"a1": "a", "a2": "a", "a3": "a", "b1": "b", "b2": "b", "b3": "b"}
PLACES = ("x", "y", "z")
RULES = {
    "class": "aggregated counts",
    "reason": "Counts of cases, made for a test",
    "counts": ["cases"],
    "structure": {
        "present": "cases",
        "dimensions": [
            {"field": "kind", "total": "all", "parents": GROUPS},
            {"field": "place", "total": "all"},
        ],
    },
}
Cells = dict[tuple[str, str], int]


def drawn(seed: int) -> Cells:
    """The counts of six kinds in two groups at three places, and all their totals; rows of nobody are not there."""
    rng = random.Random(seed)
    choice = rng.choice(((0, 1, 3, 8, 12, 40), (1, 2, 5, 9, 10, 11, 14), (0, 0, 2, 20, 55, 300)))
    cells: Cells = {}
    for kind in GROUPS:
        for place in PLACES:
            value = rng.choice(choice)
            for which in (kind, GROUPS[kind], "all"):
                for where in (place, "all"):
                    cells[which, where] = cells.get((which, where), 0) + value
    return {key: value for key, value in cells.items() if value}


def printed(value: int, method: str) -> int | None:
    if method == "suppression":
        return None if 0 < value < 10 else value
    return None if value < 10 else (value + 2) // 5 * 5


def at_the_gate(cells: Cells, method: str, values: int) -> dict[tuple[str, str], int | None] | None:
    """What is in print of each cell, or None where the gate refuses."""
    interval = suppression.interval if method == "suppression" else rounding.interval
    shown: dict[Any, Any] = {
        key: {"kind": key[0], "place": key[1], "cases": printed(value, method)}
        for key, value in cells.items()
    }
    true = [{"kind": kind, "place": place, "cases": value} for (kind, place), value in cells.items()]
    rules = Disclosure.model_validate(RULES | {"method": method})
    new = Publication("sample", ("kind", "place"), rules, interval, {}, true, shown)
    doubt = Doubt(system([new]), values)
    if doubt.keep().size:
        return None
    held = {key for (_, key), at in new.variables.items() if doubt.withheld[at]}
    assert {key for key, row in shown.items() if row["cases"] is None} <= held
    assert np.flatnonzero(doubt.withheld).size == len(held)
    return {key: None if key in held else row["cases"] for key, row in shown.items()}


def known(found: dict[tuple[str, str], int | None], read: Read, truth: Cells) -> dict[Any, tuple[int, int]]:
    """What an attacker knows of each cell."""
    puzzle = Puzzle()
    for key, figure in found.items():
        low, high = read(figure, "C" if figure is None else "F")
        puzzle.number(key, max(low, 1), high)
    for kind in (*GROUPS, "a", "b", "all"):
        parts = [(kind, place) for place in PLACES if (kind, place) in found]
        if (kind, "all") in found:
            puzzle.total((kind, "all"), parts)
    for place in (*PLACES, "all"):
        for whole in ("a", "b"):
            if (whole, place) in found:
                parts = [(kind, place) for kind in GROUPS if GROUPS[kind] == whole and (kind, place) in found]
                puzzle.total((whole, place), parts)
        if ("all", place) in found:
            puzzle.total(("all", place), [(kind, place) for kind in ("a", "b") if (kind, place) in found])
    return puzzle.ranges(example=truth)


@pytest.mark.parametrize(
    ("method", "read", "values"), [("10-5 rule", ten_five, 2), ("suppression", exact, 5)]
)
@settings(max_examples=1000 if os.environ.get("FULL") else 60, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_a_random_table_is_safe_and_true(method: str, read: Read, values: int, seed: int) -> None:
    cells = drawn(seed)
    found = at_the_gate(cells, method, values)
    if found is None:
        event("refused")
        return
    event("withheld more" if any(found[key] is None and cells[key] >= 10 for key in cells) else "as it was")
    for key, figure in found.items():
        if figure is not None:
            assert figure == cells[key] if method == "suppression" else abs(figure - cells[key]) <= 2
    for key, (low, high) in known(found, read, cells).items():
        assert low <= cells[key] <= high
        if 0 < cells[key] < 10:
            assert high - low + 1 >= values, (key, cells[key], low, high)


@pytest.mark.parametrize(("method", "values"), [("10-5 rule", 2), ("suppression", 5)])
def test_hardly_any_random_table_is_refused(method: str, values: int) -> None:
    """Refusing is safe, and must not be the way out."""
    refused = [seed for seed in range(100) if at_the_gate(drawn(seed), method, values) is None]
    assert len(refused) <= 5
