"""Random tables with a hierarchy: what the joint check leaves in print is safe, and true to its method.

25 tables a method; with FULL=1 a thousand.
"""

from __future__ import annotations

import os
import random
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from disclosure import family
from disclosure.attacker import NO_LIMIT, Puzzle
from disclosure.reading import Read, exact, ten_five
from made import field, make_contract
from praya.contract import Contract
from praya.errors import DisclosureError
from praya.store import Store

GROUPS = {"a1": "a", "a2": "a", "a3": "a", "b1": "b", "b2": "b", "b3": "b"}
PLACES = ("x", "y", "z")
SMALL, VALUES = 10, 5
METHODS = [("10-5 rule", ten_five), ("suppression", exact)]
Cells = dict[tuple[str, str], int]


def contract(method: str) -> Contract:
    return make_contract(
        *map(field, ("kind", "place")),
        field("cases", "integer"),
        schema={"primaryKey": ["kind", "place"]},
        source={"url": None, "mart": "sample", "format": "parquet"},
        disclosure={
            "class": "aggregated counts",
            "reason": "Counts of cases, made for a test",
            "counts": ["cases"],
            "method": method,
            "structure": {
                "dimensions": [
                    {"field": "kind", "total": "all", "parents": GROUPS},
                    {"field": "place", "total": "all"},
                ],
            },
        },
    )


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


def at_the_gate(cells: Cells, method: str) -> dict[tuple[str, str], int | None] | None:
    """What is in print of each cell, or None where the gate refuses."""
    rows = [{"kind": kind, "place": place, "cases": value} for (kind, place), value in sorted(cells.items())]
    try:
        printed = family.at_the_gate(Store(Path(mkdtemp())), contract(method), rows)
    except DisclosureError:
        return None
    return {(row["kind"], row["place"]): row["cases"] for row in printed}


def known(found: dict[tuple[str, str], int | None], read: Read, truth: Cells) -> dict[Any, tuple[int, int]]:
    """What somebody knows of each cell who also knows why each one that is withheld is."""
    puzzle = Puzzle()
    for key, figure in found.items():
        if figure is None:
            low, high = (1, SMALL - 1) if truth[key] < SMALL else (SMALL, NO_LIMIT)
        else:
            low, high = read(figure, "F")
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


@pytest.mark.parametrize(("method", "read"), METHODS)
@settings(max_examples=1000 if os.environ.get("FULL") else 25, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_a_random_table_is_safe_and_true(method: str, read: Read, seed: int) -> None:
    cells = drawn(seed)
    found = at_the_gate(cells, method)
    if found is None:
        event("refused")
        return
    event("withheld more" if any(found[key] is None and cells[key] > 12 for key in cells) else "as it was")
    for key, figure in found.items():
        if figure is not None:
            assert figure == cells[key] if method == "suppression" else abs(figure - cells[key]) <= 2
    for key, (low, high) in known(found, read, cells).items():
        assert low <= cells[key] <= high
        if 0 < cells[key] < SMALL:
            assert high - low + 1 >= VALUES, (key, cells[key], low, high)


@pytest.mark.parametrize(("method", "_"), METHODS)
def test_hardly_any_random_table_is_refused(method: str, _: Read) -> None:
    """Refusing is safe, and must not be the way out."""
    refused = [seed for seed in range(40) if at_the_gate(drawn(seed), method) is None]
    assert len(refused) <= 2
