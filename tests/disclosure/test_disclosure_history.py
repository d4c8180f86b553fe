"""Original, late records, deletion, correction, year: what one release hides, no later one and no difference gives."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from disclosure.family import at_the_gate
from disclosure.reading import READS, Table
from disclosure.versions import Narrow, Versions
from made import field, make_contract, open_store
from praya.contract import Contract
from praya.contract.structure import Structure
from praya.store import Store

pytestmark = pytest.mark.slow

KEYS = ("period", "kind", "place")
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
                "dimensions": [{"field": "kind", "total": "all"}, {"field": "place", "total": "all"}],
                "periods": {"field": "period"},
            },
        },
    )


Cells = Counter[tuple[str, str, str]]


def table(cells: Cells) -> list[dict[str, Any]]:
    """Every row with its totals, of nobody too; a year where all twelve months are there."""
    months = {period for period, *_ in cells}
    sums: Cells = Counter(
        {
            (period, kind, place): 0
            for period in (*months, *(["2023"] if months == {*MONTHS} else []))
            for kind in (*KINDS, "all")
            for place in (*PLACES, "all")
        }
    )
    for (period, kind, place), cases in cells.items():
        for when in (period, *(["2023"] if months == {*MONTHS} else [])):
            for which in {kind, "all"}:
                for where in {place, "all"}:
                    sums[when, which, where] += cases
    found = sorted(sums.items())
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
    """All releases as one puzzle, for who knows what changed between them."""

    def __init__(self, method: str) -> None:
        self.method = method
        self.versions = Versions(period_of=lambda cell: cell[2])

    def take(self, number: int, true: list[dict[str, Any]], printed: list[dict[str, Any]]) -> None:
        versions, read = self.versions, replace(READS[self.method], least=0)
        truth = {("sample", "cases", *(row[key] for key in KEYS)): row["cases"] for row in true}
        versions.release(number, truth)
        own = {cell[1:] for cell, count in truth.items() if count < 10}
        found = Table(
            versions.puzzle,
            "sample",
            KEYS,
            ("cases",),
            read,
            number,
            versions.why("sample", number, own),
            versions.carried("sample"),
        ).take(printed)
        for row in printed:
            cell = ("sample", "cases", *(row[key] for key in KEYS))
            versions.figure(cell, row["cases"])
            versions.printed(number, cell, truth[cell], row["cases"], row["cases_conf_status"], read)
        found.adds(("cases",), "kind", "all", KINDS)
        found.adds(("cases",), "place", "all", PLACES)
        if any(key[0] == "2023" for key in found.seen):
            found.adds(("cases",), "period", "2023", MONTHS)

    def narrow(self) -> list[Narrow]:
        return [each for each in self.versions.narrow(5) if not self.versions.told_by_the_difference(each, 5)]


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("method", ["10-5 rule", "suppression"])
def test_nothing_hidden_is_given_away_later(method: str, seed: int, store: Store) -> None:
    one, history = contract(method), History(method)
    for number, cells in enumerate(steps(random.Random(seed))):
        true = table(cells)
        printed = at_the_gate(store, one, true)
        assert [row["period"] for row in printed] == [row["period"] for row in true]
        history.take(number, true, printed)
    # What is given away at any step is so still at the end: who reads on knows no less.
    assert history.narrow() == []
    assert history.versions.unveiled() == []


def test_forgetting_what_is_out_gives_it_away(store: Store, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Each release at a gate that knows of no other: together they give small counts away, and the attacker sees it."""
    one, history = contract("suppression"), History("suppression")
    for number, cells in enumerate(steps(random.Random(1))):
        true = table(cells)
        history.take(number, true, at_the_gate(open_store(tmp_path_factory.mktemp("alone")), one, true))
    assert history.narrow()
    assert history.versions.unveiled()


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
    before, after = History("suppression"), History("suppression")
    before.take(0, table(first), at_the_gate(store, silent, table(first)))
    lost = {each.cell for each in before.narrow()}
    assert lost, "margins give small counts away"
    for number, cells in enumerate([first, *later]):
        true = table(cells)
        after.take(number, true, at_the_gate(store, one, true))
    # Of what the first release did not tell, nothing is told.
    assert {each.cell for each in after.narrow()} <= lost
