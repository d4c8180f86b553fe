"""What is kept of the versions of a dataset says what the versions themselves say, whatever happened in between.

Past and system are all that the joint check goes by, so where these are the same, so are its answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from disclosure.records import METHODS, contract
from full import examples
from made import open_store
from praya.contract.disclosure import Disclosure
from praya.disclosure.protect.facts import Facts
from praya.disclosure.protect.known import (
    KNOWN_FILE,
    Known,
    chain_of,
    read_kept,
    read_known,
    write_known,
    year_file,
)
from praya.disclosure.protect.past import Past, past_of
from praya.disclosure.protect.publication import Key, Publication
from praya.disclosure.protect.system import System, build_system
from praya.store import Store

PERIODS = ("2022-11", "2022-12", "2022", "2023-01", "2023-02", "2023")
KINDS, PLACES = ("a", "a1", "a2", "all"), ("x", "all")
YEARS = ("2022", "2023")
DATASET = "sample"
READERS = ((False,), (True,), (False, True))

sizes = some.integers(0, 25)
figures = some.one_of(some.none(), some.integers(0, 40))
keys = some.tuples(some.sampled_from(PERIODS), some.sampled_from(KINDS), some.sampled_from(PLACES))


@some.composite
def rules(draw: some.DrawFn) -> Disclosure:
    """The rules of a version: any method, and more or less that adds up."""
    disclosure = contract(draw(some.sampled_from(METHODS))).disclosure
    structure = disclosure.structure
    if draw(some.booleans()):
        structure = structure.model_copy(update={"periods": None})
    if draw(some.booleans()):
        structure = structure.model_copy(update={"inside": []})
    return disclosure.model_copy(
        update={"structure": structure, "threshold": draw(some.sampled_from((5, 10)))}
    )


@some.composite
def row(draw: some.DrawFn) -> tuple[dict[str, Any], dict[str, Any]]:
    """A true row, and what is in print of it."""
    cases, quick = draw(sizes), draw(sizes)
    true = {"cases": cases, "quick": min(cases, quick), "cases_key": 3, "quick_key": 5}
    shown: dict[str, Any] = {}
    for name in ("cases", "quick", "quick_pct"):
        figure = draw(figures)
        shown[name], shown[f"{name}_conf_status"] = figure, "C" if figure is None else "F"
    return true, shown


@some.composite
def histories(draw: some.DrawFn) -> list[Publication]:
    """Versions of a table: each with rows that stay, change, come and go, in two years, by rules that mostly stay."""
    now: dict[Key, tuple[dict[str, Any], dict[str, Any]]] = {}
    by = draw(rules())
    versions = []
    for _ in range(draw(some.integers(2, 5))):
        if draw(some.integers(0, 4)) == 0:
            by = draw(rules())
        for key in draw(some.lists(keys, max_size=6)):
            now[key] = draw(row())
        for key in draw(some.lists(some.sampled_from(sorted(now)), max_size=2)) if now else ():
            now.pop(key, None)
        gone = draw(some.lists(some.sampled_from(sorted(now)), max_size=1)) if now else []
        rows = sorted(now.items())
        versions.append(
            Publication(
                dataset=DATASET,
                keys=["period", "kind", "place"],
                disclosure=by,
                period="period",
                rates={"quick_pct": (100.0, 0.05)},
                true={key: true for key, (true, _) in rows if key not in gone},
                shown={key: shown for key, (_, shown) in rows},
                carried=draw(some.integers(0, 5)) > 0,
            )
        )
    return versions


def taken(store: Store, versions: Sequence[Publication]) -> None:
    """Keep each version in turn, as the gate does, and compare with all versions read anew."""
    trees: list[str] = []
    sha256: str | None = None
    for number, version in enumerate(versions):
        before = beforehand(store, trees, sha256, versions[:number], version)
        tree = f"protected/{DATASET}/{number}"
        folder = Path(store.path(tree))
        folder.mkdir(parents=True)
        sha256 = write_known(store, folder, tree, before, version)
        trees.append(tree)
        kept = read_kept(store, trees, sha256)
        assert kept is not None
        known = read_known(store, DATASET, kept)
        assert known is not None
        assert as_told(known.past) == as_told(past_of(versions[: number + 1], version))
        for many in range(1, len(YEARS) + 1):
            for years in combinations(YEARS, many):
                part = read_known(store, DATASET, kept, years)
                assert part is not None
                part.facts.places = [*range(number + 1)]
                is_the_same(part.facts, facts_of([each.of_years(years) for each in versions[: number + 1]]))


def beforehand(
    store: Store, trees: Sequence[str], sha256: str | None, versions: Sequence[Publication], now: Publication
) -> Known:
    kept = read_kept(store, trees, sha256) if trees else None
    if kept is not None and kept.method == now.disclosure.method:
        known = read_known(store, DATASET, kept)
        assert known is not None
        assert as_told(known.past) == as_told(past_of(versions, now))
        return known
    return Known(facts_of(versions), past_of(versions, now), len(trees), chain_of(trees))


def facts_of(versions: Sequence[Publication]) -> Facts:
    facts = Facts(DATASET)
    for place, version in enumerate(versions):
        facts.add(version, place)
    return facts


def as_told(past: Past) -> dict[str, Any]:
    return {**asdict(past), "listed": None}


def is_the_same(kept: Facts, full: Facts) -> None:
    assert [*kept.keys] == [*full.keys]
    assert kept.read_rates == full.read_rates
    assert [(each.column, each.key, each.read) for each in kept.counts] == [
        (each.column, each.key, each.read) for each in full.counts
    ]
    for readers in READERS:
        is_the_same_system(build_system([kept], readers), build_system([full], readers))


def is_the_same_system(kept: System, full: System) -> None:
    assert [*kept.cells.items()] == [*full.cells.items()]
    for name, value in vars(full).items():
        other = getattr(kept, name)
        if name == "matrix":
            for part in ("data", "indices", "indptr"):
                assert np.array_equal(getattr(other, part), getattr(value, part))
        elif isinstance(value, np.ndarray):
            assert np.array_equal(other, value), name


@settings(max_examples=examples(600), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(histories())
def test_what_is_kept_is_what_all_versions_tell(versions: list[Publication]) -> None:
    with TemporaryDirectory() as folder:
        taken(open_store(Path(folder)), versions)


@settings(max_examples=examples(160), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(histories(), some.data())
def test_what_is_kept_of_other_versions_or_was_changed_is_not_taken(
    versions: list[Publication], data: some.DataObject
) -> None:
    with TemporaryDirectory() as folder:
        store = open_store(Path(folder))
        trees, sha256 = ["protected/sample/a"], ""
        tree = Path(store.path(trees[0]))
        tree.mkdir(parents=True)
        sha256 = write_known(store, tree, trees[0], Known(Facts(DATASET), Past()), versions[0])
        assert read_kept(store, trees, sha256) is not None
        assert read_kept(store, [trees[0], trees[0]], sha256) is None
        assert read_kept(store, trees, None) is None
        kept = read_kept(store, trees, sha256)
        assert kept is not None
        name = data.draw(some.sampled_from([KNOWN_FILE, *map(year_file, kept.years)]))
        whole = (tree / name).read_bytes()
        at = data.draw(some.integers(0, len(whole) - 1))
        (tree / name).write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        now = read_kept(store, trees, sha256)
        assert now is None or read_known(store, DATASET, now) is None
        (tree / name).unlink()
        now = read_kept(store, trees, sha256)
        assert now is None or read_known(store, DATASET, now) is None


def test_only_the_years_that_changed_are_written(store: Store) -> None:
    """The others are named where they lie, beside an earlier version."""
    first = _two_years(5)
    trees = ["protected/sample/a", "protected/sample/b"]
    for tree in trees:
        Path(store.path(tree)).mkdir(parents=True)
    sha256 = write_known(store, store.path(trees[0]), trees[0], Known(Facts(DATASET), Past()), first)
    kept = read_kept(store, trees[:1], sha256)
    assert kept is not None
    known = read_known(store, DATASET, kept)
    assert known is not None
    sha256 = write_known(store, store.path(trees[1]), trees[1], known, _two_years(6))
    after = read_kept(store, trees, sha256)
    assert after is not None
    assert {year: file.tree for year, file in after.years.items()} == {"2022": trees[0], "2023": trees[1]}
    assert not store.path(f"{trees[1]}/{year_file('2022')}").exists()


def _two_years(cases: int) -> Publication:
    true = {
        (period, "a", "x"): {"cases": count, "quick": 1}
        for period, count in (("2022-12", 30), ("2023-01", cases))
    }
    shown = {key: {"cases": None, "cases_conf_status": "C"} for key in true}
    one = contract("suppression").disclosure
    base = Publication(
        DATASET, ["period", "kind", "place"], one, "period", {"quick_pct": (100.0, 0.05)}, {}, {}, True
    )
    return replace(base, true=true, shown=shown)
