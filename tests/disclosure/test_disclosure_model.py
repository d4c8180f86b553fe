"""What the gate leaves in print, held against every table that there can be: small ones, enumerated cell by cell.

The reader knows the rule, what adds up, what changed between versions, and of each withheld count whether it is
withheld for its own size. He replays the releases on every table that he can think of and keeps those that give what is
in print.
"""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import numpy as np
import pytest

from disclosure.family import at_the_gate
from full import by_level
from made import field, make_contract, open_store
from praya.contract import Contract

pytestmark = pytest.mark.slow

Key = tuple[str, str]
Cells = dict[Key, int]
THRESHOLD, VALUES = 10, 5
MOST = 28  # counts up to here are thought of; the largest drawn is far below


def contract(method: str, **structure: Any) -> Contract:
    return make_contract(
        field("kind"),
        field("place"),
        field("cases", "integer"),
        schema={"primaryKey": ["kind", "place"]},
        source={"url": None, "mart": "sample", "format": "parquet"},
        disclosure={
            "class": "aggregated counts",
            "reason": "Counts of cases, made for a test",
            "counts": ["cases"],
            "method": method,
            "structure": {
                "dimensions": [{"field": "kind", "total": "all"}, {"field": "place", "total": "all"}],
                **structure,
            },
        },
    )


def with_totals(cells: Cells) -> dict[Key, int]:
    sums: Counter[Key] = Counter()
    for (kind, place), count in cells.items():
        for key in {(kind, place), (kind, "all"), ("all", place), ("all", "all")}:
            sums[key] += count
    return dict(sums)


def released(method: str, versions: Sequence[Cells]) -> list[dict[Key, int | None]]:
    """What is in print of each version, one after the other at one gate."""
    store, one = open_store(Path(mkdtemp())), contract(method)
    found = []
    for cells in versions:
        rows = [
            {"kind": kind, "place": place, "cases": count}
            for (kind, place), count in sorted(with_totals(cells).items())
        ]
        printed = at_the_gate(store, one, rows)
        found.append({(row["kind"], row["place"]): row["cases"] for row in printed})
    return found


def first_figure(count: np.ndarray, method: str) -> np.ndarray:
    """By the rule: what is in print of a count the first time, -1 where it is withheld for its own size."""
    if method == "suppression":
        return np.where(count < THRESHOLD, -1, count)
    return np.where(count < 13, -1, (count + 2) // 5 * 5)


def possible(method: str, versions: Sequence[Cells]) -> dict[Key, set[int]]:
    """Of each cell and total the first version's counts that fit all that is in print."""
    prints = released(method, versions)
    inner = sorted(versions[0])
    grid = np.indices([MOST] * len(inner), dtype=np.int16).reshape(len(inner), -1)
    counts = dict(zip(inner, grid, strict=True))
    fits = np.ones(grid.shape[1], dtype=bool)
    truth = [with_totals(cells) for cells in versions]
    names = sorted(truth[0])
    thought = {
        name: sum(
            counts[cell] for cell in inner if name[0] in (cell[0], "all") and name[1] in (cell[1], "all")
        )
        for name in names
    }
    for name in names:
        figure, true = prints[0][name], truth[0][name]
        if figure is not None:
            fits &= first_figure(thought[name], method) == figure
        else:
            fits &= (thought[name] < THRESHOLD) == (true < THRESHOLD)
        for version, total in zip(prints[1:], truth[1:], strict=True):
            now = thought[name] + (total[name] - true)
            fits &= now >= 0
            assert not (figure is None and version[name] is not None), f"{name} was withheld, and is in print"
            if version[name] is not None:
                fits &= later_figure(figure, total[name] - true, method) == version[name]
                assert total[name] >= THRESHOLD or method == "10-5 rule"
    return {name: {*np.unique(thought[name][fits]).tolist()} for name in names}


def later_figure(figure: int | None, change: int, method: str) -> int | None:
    if figure is None:
        return None
    return figure + change if method == "suppression" else figure + (change + 2) // 5 * 5


def narrow(method: str, versions: Sequence[Cells]) -> list[Any]:
    """The counts that are small in some version, and have fewer possible values than asked. Of a count that is in
    print as it is, what is known changed says what it became: no method that shows exact figures can help that."""
    fit, first = possible(method, versions), released(method, versions[:1])[0]
    found = []
    for name, values in fit.items():
        counts = [with_totals(cells)[name] for cells in versions]
        assert counts[0] in values
        exact = method == "suppression" and first[name] is not None
        # What is known of a change alone: no version counts fewer than nobody.
        least = max(0, counts[0] - min(counts))
        if min(counts) < THRESHOLD and not exact and len(values) < min(VALUES, THRESHOLD - least):
            found.append((name, counts, sorted(values)))
    return found


METHODS = ("10-5 rule", "suppression")
A, B, C, D = itertools.product("ab", "xy")


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    "counts",
    [
        (9, 9, 0, 0),
        (9, 12, 12, 0),
        (9, 0, 12, 12),
        (0, 0, 0, 0),
        (1, 0, 0, 20),
        (10, 9, 9, 10),
        (12, 12, 9, 13),
    ],
)
def test_sums_of_a_first_release_tell_no_small_count(method: str, counts: tuple[int, ...]) -> None:
    """9 and 9 make 20 in fives, and nothing else below 10 does; nor do 9, 12 and 12 with figures of 10, 10 and 35."""
    assert narrow(method, [dict(zip((A, B, C, D), counts, strict=True))]) == []


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    "steps",
    [
        ((9, 20, 21, 22), (10, 20, 21, 22)),  # one late record: what was withheld stays so
        ((0, 20, 21, 22), (1, 20, 21, 22)),
        ((8, 20, 21, 22), (9, 20, 21, 22), (13, 20, 21, 22)),
        ((10, 20, 21, 22), (9, 20, 21, 22)),
        ((13, 20, 21, 22), (12, 20, 21, 22), (9, 20, 21, 22)),
        ((5, 17, 17, 16), (5, 17, 16, 16), (5, 18, 16, 17)),
        ((9, 12, 12, 0), (9, 12, 11, 0)),
        ((9, 9, 0, 0), (9, 9, 0, 12)),
        ((14, 15, 16, 17), (4, 15, 16, 17)),
    ],
)
def test_later_versions_tell_no_small_count(method: str, steps: tuple[tuple[int, ...], ...]) -> None:
    assert narrow(method, [dict(zip((A, B, C, D), counts, strict=True)) for counts in steps]) == []


@pytest.mark.parametrize("method", METHODS)
def test_random_tables_with_random_corrections(method: str) -> None:
    for seed in range(by_level(4, 12, 200)):
        rng = random.Random(seed)
        cells = {key: rng.choice((0, 1, 4, 8, 9, 10, 12, 13, 17, 19)) for key in (A, B, C, D)}
        versions = [cells]
        for _ in range(rng.randint(0, 3)):
            key, by = rng.choice((A, B, C, D)), rng.choice((-3, -1, -1, 1, 1, 2, 6))
            versions.append(versions[-1] | {key: max(0, versions[-1][key] + by)})
        assert narrow(method, versions) == [], seed


@pytest.mark.parametrize("method", METHODS)
def test_the_enumeration_sees_what_the_method_alone_gives_away(
    method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from praya.disclosure.protect import joint

    monkeypatch.setattr(joint, "_withhold_more", lambda *_: None)
    assert narrow(method, [dict(zip((A, B, C, D), (9, 9, 0, 20), strict=True))])


@pytest.mark.parametrize("method", METHODS)
def test_what_did_not_change_is_in_print_as_it_was(method: str) -> None:
    """A deletion moves its own totals at most: nothing is shown that was withheld, no other figure moves."""
    cells = dict(zip((A, B, C, D), (3, 18, 12, 25), strict=True))
    before, after = released(method, [cells, cells | {D: 24}])
    assert {key for key in before if before[key] != after[key]} <= {
        D,
        ("b", "all"),
        ("all", "y"),
        ("all", "all"),
    }
    assert {key for key in before if before[key] is None} <= {key for key in after if after[key] is None}


@pytest.mark.parametrize("method", METHODS)
def test_a_row_that_comes_with_few_is_left_out_and_one_that_goes_stays(method: str) -> None:
    """Where a mart lists who is counted only: a first record would show in a new row, a last one in one gone."""
    store, one = open_store(Path(mkdtemp())), contract(method)
    held = {"kind": "a", "place": "w", "cases": 4}

    def rows(*more: dict[str, Any], total: int) -> list[dict[str, Any]]:
        found = [
            *(
                {"kind": kind, "place": place, "cases": count}
                for kind in ("a", "all")
                for place, count in (("x", 40), ("y", 30), ("z", 55))
            ),
            *(each | {"kind": kind} for each in more for kind in ("a", "all")),
            *({"kind": kind, "place": "all", "cases": total} for kind in ("a", "all")),
        ]
        return sorted(found, key=lambda row: (row["kind"], row["place"]))

    def listed(printed: list[dict[str, Any]]) -> dict[str, Any]:
        return {row["place"]: row["cases"] for row in printed if row["kind"] == "a"}

    first = listed(at_the_gate(store, one, rows(held, total=129)))
    assert first["w"] is None
    new = {"kind": "a", "place": "v", "cases": 1}
    assert listed(at_the_gate(store, one, rows(held, new, total=130))).keys() == first.keys()
    gone = listed(at_the_gate(store, one, rows(new, total=126)))
    assert gone.keys() == first.keys()
    assert gone["w"] is None
    grown = listed(at_the_gate(store, one, rows(held, new | {"cases": 50}, total=179)))
    assert grown["v"] == 50
    assert grown["w"] is None


@pytest.mark.parametrize("method", METHODS)
def test_a_total_does_not_tell_of_a_row_that_is_left_out(method: str) -> None:
    """All other parts are in print: 70 less 30 and 40, then 71 less 30 and 40."""
    cells = {("a", "x"): 30, ("a", "y"): 40, ("b", "x"): 25, ("b", "y"): 55}
    before, after = released(method, [cells, cells | {("a", "z"): 1}])
    assert ("a", "z") not in after
    known = [after[each] for each in (("a", "all"), ("a", "x"), ("a", "y"))]
    if method == "suppression":
        assert None in known
        # What is withheld in the row must not follow from its column.
        for place in ("x", "y"):
            if after["a", place] is None:
                assert None in (after["b", place], after["all", place])
    else:
        assert after == before, "a change of one is rounded to none"


def test_numbers_that_fit_what_all_readers_know_fit_what_each_of_them_knows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The joint check takes a solution of all readers together for a proof for each of them."""
    from praya.disclosure.protect import joint

    build_system, compared = joint.build_system, Counter[bool]()

    def compare(publications: Any, readers: Sequence[bool] = (False,)) -> Any:
        found = build_system(publications, readers)
        for reader in readers if len(readers) > 1 else ():
            alone = build_system(publications, [reader])
            assert found.cells == alone.cells and (found.matrix != alone.matrix).nnz == 0
            for low in ("known_low", "shown_low", "held_low", "low"):
                assert (getattr(found, low) >= getattr(alone, low)).all(), low
            for high in ("known_high", "shown_high", "held_high", "high"):
                assert (getattr(found, high) <= getattr(alone, high)).all(), high
            compared[reader] += 1
        return found

    monkeypatch.setattr(joint, "build_system", compare)
    for seed in range(12):
        rng = random.Random(seed)
        cells = {key: rng.choice((0, 1, 4, 8, 9, 10, 12, 13, 17, 19)) for key in (A, B, C, D)}
        released("10-5 rule", [cells, cells | {("c", "x"): rng.choice((0, 3, 9, 11, 13, 40))}])
    assert compared[False] == compared[True] >= 12
