"""The attacker held against all tables that there can be: tiny ones, every one of which is tried.

Two places with their total, of each the cases and the quick ones, in one release or two; 75 drawn, with FULL=1 300,
with FULL=every 3,000.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from disclosure.reading import READS, Table
from disclosure.versions import Versions
from full import by_level

MOST = 15
ENOUGH = 5
PLACES = ("a", "b")
COUNTS = ("cases", "quick")
Arrays = dict[tuple[str, str], np.ndarray]
Prints = dict[tuple[str, str], int | None]
# What a method shows of a count, and whether that is what it shows of another (noise: whether it may be).
SHOWS: dict[str, Callable[[int, random.Random], int]] = {
    "10-5 rule": lambda count, _: (count + 2) // 5 * 5,
    "suppression": lambda count, _: count,
    "cell-key perturbation": lambda count, rng: count + rng.randint(-min(count, 4), min(count, 4)),
}
MAY_SHOW: dict[str, Callable[[np.ndarray, int], np.ndarray]] = {
    "10-5 rule": lambda counts, figure: (counts >= 10) & ((counts + 2) // 5 * 5 == figure),
    "suppression": lambda counts, figure: counts == figure,
    "cell-key perturbation": lambda counts, figure: (
        (abs(counts - figure) <= np.minimum(counts, 4)) & ((figure > 0) | (counts == 0))
    ),
}


class Sheet(NamedTuple):
    """One release: the true counts, what is shown of each (None: withheld), which the method withholds, and rates."""

    true: dict[tuple[str, str], int]
    shown: Prints
    own: set[tuple[str, str]]
    rates: dict[str, float | None]
    thin: set[str]


def worlds() -> Arrays:
    """Every table of two places with up to MOST cases each."""
    axes = np.meshgrid(*[np.arange(MOST + 1)] * 4, indexing="ij")
    flat = [axis.ravel() for axis in axes]
    keep = (flat[1] <= flat[0]) & (flat[3] <= flat[2])
    cases_a, quick_a, cases_b, quick_b = (axis[keep] for axis in flat)
    return {
        ("cases", "a"): cases_a,
        ("quick", "a"): quick_a,
        ("cases", "b"): cases_b,
        ("quick", "b"): quick_b,
        ("cases", "all"): cases_a + cases_b,
        ("quick", "all"): quick_a + quick_b,
    }


ALL_WORLDS = worlds()


def sheet(method: str, true: dict[tuple[str, str], int], rng: random.Random) -> Sheet:
    """What a careless gate shows: small counts withheld, some others too, rates where ten are behind them."""
    least = READS[method].least
    shown: Prints = {}
    own = set()
    for cell, count in true.items():
        figure = SHOWS[method](count, rng)
        small = least <= count and figure < 10 if method == "cell-key perturbation" else least <= count < 10
        if small:
            own.add(cell)
        shown[cell] = None if small or (count >= 10 and rng.random() < 0.3) else figure
    rates: dict[str, float | None] = {}
    thin = set()
    for place in (*PLACES, "all"):
        part, whole = true["quick", place], true["cases", place]
        few = min(part, whole - part) < 10
        rates[place] = None if few or rng.random() < 0.3 else round(100 * part / whole, 1)
        if few:
            thin.add(place)
    return Sheet(true, shown, own, rates, thin)


def fits(method: str, one: Sheet, first: bool, by: dict[tuple[str, str], int]) -> np.ndarray:
    """Which of the worlds can be behind it; `by` is how much more each count is in it."""
    read = READS[method]
    found = np.ones(ALL_WORLDS["cases", "a"].shape, bool)
    for cell, figure in one.shown.items():
        counts = ALL_WORLDS[cell] + by[cell]
        if figure is not None:
            found &= MAY_SHOW[method](counts, figure)
        elif not first:
            found &= counts >= read.least
        elif cell in one.own:
            found &= (counts >= read.least) & (counts <= read.small)
        else:
            found &= counts >= read.large
        found &= counts >= 0
    for place in (*PLACES, "all"):
        whole, part = (ALL_WORLDS[count, place] + by[count, place] for count in COUNTS)
        found &= part <= whole
    if method == "cell-key perturbation":
        return found
    for place, rate in one.rates.items():
        whole, part = (ALL_WORLDS[count, place] + by[count, place] for count in COUNTS)
        if rate is not None:
            share = 100 * part / np.maximum(whole, 1)
            found &= (abs(share - rate) <= 0.05 + 1e-9) & (np.minimum(part, whole - part) >= 10)
        elif first and place not in one.thin:
            found &= np.minimum(part, whole - part) >= 10
        elif first and place in one.thin and not any(few(one, count, place) for count in COUNTS):
            found &= whole - part <= 9
    return found


def few(one: Sheet, count: str, place: str) -> bool:
    """Whether a count is small by what is shown of it alone."""
    return (count, place) in one.own or one.shown[count, place] == 0


def attack(method: str, sheets: list[Sheet]) -> Versions:
    versions = Versions()
    for release, one in enumerate(sheets):
        truth = {("sheet", *cell): count for cell, count in one.true.items()}
        truth |= {
            ("sheet", "cases less quick", place): one.true["cases", place] - one.true["quick", place]
            for place in (*PLACES, "all")
        }
        versions.release(release, truth)
        own = {*one.own, *(("pct", place) for place in one.thin)}
        why = versions.why("sheet", release, own)
        found = Table(versions.puzzle, "sheet", ("place",), COUNTS, READS[method], release, why)
        found.take(
            {
                "place": place,
                **{count: one.shown[count, place] for count in COUNTS},
                **{
                    f"{count}_conf_status": "C" if one.shown[count, place] is None else "F"
                    for count in COUNTS
                },
                "pct": one.rates[place],
                "pct_conf_status": "C" if one.rates[place] is None else "F",
            }
            for place in (*PLACES, "all")
        )
        found.adds(COUNTS, "place", "all", PLACES)
        found.inside("quick", "cases")
        if method != "cell-key perturbation":
            found.rate("pct", "quick", "cases")
    return versions


def drawn(rng: random.Random) -> dict[tuple[str, str], int]:
    found = {}
    for place in PLACES:
        cases = rng.choice((0, 1, 3, 9, 10, 11, 12, MOST))
        found["cases", place], found["quick", place] = cases, rng.randint(0, cases)
    return found | {(count, "all"): sum(found[count, place] for place in PLACES) for count in COUNTS}


def changed(true: dict[tuple[str, str], int], rng: random.Random) -> dict[tuple[str, str], int]:
    """A record more at one place, or one fewer that was not quick."""
    now, place = dict(true), rng.choice(PLACES)
    if rng.random() < 0.5 and now["cases", place] < MOST:
        quick = rng.randint(0, 1)
        for where in (place, "all"):
            now["cases", where] += 1
            now["quick", where] += quick
    elif now["cases", place] > now["quick", place]:
        for where in (place, "all"):
            now["cases", where] -= 1
    return now


@pytest.mark.parametrize("method", READS)
@settings(max_examples=by_level(25, 100, 1000), deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_the_attacker_knows_what_all_tables_together_say(method: str, seed: int) -> None:
    rng = random.Random(seed)
    true = drawn(rng)
    sheets = [sheet(method, true, rng)]
    if rng.random() < 0.6:
        sheets.append(sheet(method, changed(true, rng), rng))
    possible = np.ones(ALL_WORLDS["cases", "a"].shape, bool)
    for number, one in enumerate(sheets):
        by = {cell: count - true[cell] for cell, count in one.true.items()}
        possible &= fits(method, one, number == 0, by)
    versions = attack(method, sheets)
    # Worlds end at MOST, which the attacker is told here too.
    for count in COUNTS:
        for place in PLACES:
            versions.puzzle.number((0, "sheet", count, place), 0, MOST)
    names = {cell: (0, "sheet", *cell) for cell in true}
    known = versions.puzzle.ranges(names.values(), example=versions.truth)
    left = versions.puzzle.several(names.values(), ENOUGH, versions.truth)
    assert possible.any()
    for cell, name in names.items():
        values = ALL_WORLDS[cell][possible]
        assert known[name] == (values.min(), values.max()), (cell, sheets)
        event(f"{min(len(np.unique(values)), 5)} values")
        # There may be gaps between the ends.
        assert left[name] <= {*values.tolist()}
        assert min(len(left[name]), ENOUGH) == min(len(np.unique(values)), ENOUGH), (cell, sheets)
        if len(np.unique(values)) != values.max() - values.min() + 1:
            event("a gap between the ends")
