"""Original, late records, deletion, correction, year: what one release hides, no later one and no difference gives."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import pytest

from disclosure.attacker import Name, Puzzle
from disclosure.family import at_the_gate
from disclosure.reading import Read, exact, ten_five
from made import field, make_contract
from praya.contract import Contract
from praya.contract.structure import Structure
from praya.errors import DisclosureError
from praya.protect import joint
from praya.store import Store

KINDS, PLACES = ("a", "b", "c", "d"), ("x", "y", "z", "w")
MONTHS = tuple(f"2023-{month:02}" for month in range(1, 13))


def contract(method: str) -> Contract:
    return make_contract(
        *map(field, ("period", "kind", "place")),
        field("cases", "integer"),
        schema={"primaryKey": ["period", "kind", "place"]},
        source={"url": None, "mart": "sample", "format": "parquet"},
        disclosure={
            "class": "aggregated counts",
            "reason": "Counts of cases, made for a test",
            "counts": ["cases"],
            "method": method,
            "structure": {
                "present": "cases",
                "dimensions": [{"field": "kind", "total": "all"}, {"field": "place", "total": "all"}],
                "periods": {"field": "period"},
            },
        },
    )


Cells = Counter[tuple[str, str, str]]


def table(cells: Cells) -> list[dict[str, Any]]:
    """Every row with its totals; a year where all twelve months are there."""
    sums: Cells = Counter()
    months = {period for period, *_ in cells}
    for (period, kind, place), cases in cells.items():
        for when in (period, *(["2023"] if months == {*MONTHS} else [])):
            for which in {kind, "all"}:
                for where in {place, "all"}:
                    sums[when, which, where] += cases
    found = sorted((key, cases) for key, cases in sums.items() if cases)
    return [
        {"period": period, "kind": kind, "place": place, "cases": cases}
        for (period, kind, place), cases in found
    ]


def drawn(rng: random.Random, months: tuple[str, ...]) -> Cells:
    return Counter(
        {
            (month, kind, place): rng.choice((0, 1, 2, 4, 7, 9, 11, 15, 30, 80))
            for month in months
            for kind in KINDS
            for place in PLACES
        }
    )


def steps(rng: random.Random) -> list[Cells]:
    """Eleven months; late records; deletions; a correction from one place to another; and the month of the year."""
    first = drawn(rng, MONTHS[:11])
    late = first + Counter({key: rng.choice((1, 2, 5)) for key in rng.sample(sorted(first), 4)})
    deleted = late - Counter(dict.fromkeys(rng.sample(sorted(late), 4), 1))
    corrected = Counter(deleted)
    for month, kind, place in rng.sample([key for key in sorted(deleted) if deleted[key]], 3):
        other = rng.choice([name for name in PLACES if name != place])
        corrected[month, kind, place] -= 1
        corrected[month, kind, other] += 1
    return [first, late, deleted, corrected, corrected + drawn(rng, MONTHS[11:])]


class History:
    """All releases as one puzzle: a count that did not change is the same number, and the attacker knows that."""

    def __init__(self, read: Read) -> None:
        self.read = read
        self.puzzle = Puzzle()
        self.truth: dict[Name, int] = {}
        self.last: dict[tuple[str, str, str], Name] = {}

    def take(self, number: int, true: list[dict[str, Any]], printed: list[dict[str, Any]]) -> None:
        keys = [(row["period"], row["kind"], row["place"]) for row in true]
        for key, row in zip(keys, true, strict=True):
            name = self.last.get(key)
            if name is None or self.truth[name] != row["cases"]:
                name = self.last[key] = (number, *key)
                self.truth[name] = row["cases"]
        for row in printed:
            key = (row["period"], row["kind"], row["place"])
            self.puzzle.number(self.last[key], *self.read(row["cases"], row["cases_conf_status"]))
            self.puzzle.number(self.last[key], 1)  # a row that is there is somebody
        there = {key: self.last[key] for key in keys}
        for period, kind, place in keys:
            if kind == "all":
                parts = [there[period, each, place] for each in KINDS if (period, each, place) in there]
                self.puzzle.total(there[period, kind, place], parts)
            if place == "all":
                parts = [there[period, kind, each] for each in PLACES if (period, kind, each) in there]
                self.puzzle.total(there[period, kind, place], parts)
            if period == "2023":
                parts = [there[month, kind, place] for month in MONTHS if (month, kind, place) in there]
                self.puzzle.total(there[period, kind, place], parts)

    def narrow(self, values: int) -> list[Any]:
        small = [name for name, value in self.truth.items() if 0 < value < 10]
        known = self.puzzle.ranges(small, values, self.truth)
        return [
            (name, self.truth[name], known[name])
            for name in small
            if known[name][1] - known[name][0] + 1 < values
        ]


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize(
    ("method", "read", "values"), [("10-5 rule", ten_five, 2), ("suppression", exact, 5)]
)
def test_nothing_hidden_is_given_away_later(
    method: str, read: Read, values: int, seed: int, store: Store
) -> None:
    one, history = contract(method), History(read)
    for number, cells in enumerate(steps(random.Random(seed))):
        true = table(cells)
        printed = at_the_gate(store, one, true)
        assert [row["period"] for row in printed] == [row["period"] for row in true]
        history.take(number, true, printed)
    # What is given away at any step is so still at the end: who reads on knows no less.
    assert history.narrow(values) == []


def test_forgetting_what_is_out_gives_it_away(store: Store, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Each release at a gate that knows of no other: together they give small counts away, and the attacker sees it."""
    one, history = contract("suppression"), History(exact)
    for number, cells in enumerate(steps(random.Random(1))):
        true = table(cells)
        history.take(number, true, at_the_gate(Store(tmp_path_factory.mktemp("alone")), one, true))
    assert history.narrow(5)


def test_what_is_known_already_holds_up_no_later_release(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A contract that says only later what adds up: what its first release gave away is lost, all else is kept."""
    # Three places and not four: how little is lost shows as well, and each gate takes a tenth of the time.
    monkeypatch.setattr(f"{__name__}.PLACES", PLACES[:3])
    one = contract("suppression")
    silent = one.model_copy(
        update={"disclosure": one.disclosure.model_copy(update={"structure": Structure()})}
    )
    first, *later = steps(random.Random(2))
    before, after = History(exact), History(exact)
    before.take(0, table(first), at_the_gate(store, silent, table(first)))
    lost = {name for name, *_ in before.narrow(5)}
    assert lost, "margins give small counts away"
    with monkeypatch.context() as patched, pytest.raises(DisclosureError, match="could be worked out"):
        patched.setattr(joint, "_known_before", lambda *_: [])
        at_the_gate(store, one, table(first))
    for number, cells in enumerate([first, *later]):
        true = table(cells)
        after.take(number, true, at_the_gate(store, one, true))
    # Of what the first release did not tell, nothing is told: what changed since is another count.
    assert {name for name, *_ in after.narrow(5)} <= lost
