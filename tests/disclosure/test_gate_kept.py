"""The gate with what it keeps and the gate that reads everything again give the same tables and refuse the same."""

from __future__ import annotations

import json
import random
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from disclosure.family import at_the_gate
from disclosure.records import METHODS, MONTHS, contract, history, table
from full import by_level
from made import field, make_contract, open_store
from praya.contract import Contract
from praya.disclosure.protect import family
from praya.disclosure.protect.gate import Gate, published
from praya.errors import DisclosureError
from praya.ledger import Ledger
from praya.store import Store, layout

Rows = list[dict[str, Any]]


def by_month() -> Contract:
    """Cases by month: the totals of `contract`, with which it is linked from this side alone."""
    return make_contract(
        field("period"),
        field("cases", "integer"),
        dataset="by-month",
        schema={"primaryKey": ["period"]},
        source={"url": None, "mart": "by_month", "format": "parquet"},
        disclosure={
            "class": "aggregated counts",
            "reason": "Counts of cases, made for a test",
            "counts": ["cases"],
            "structure": {
                "periods": {"field": "period"},
                "links": [
                    {
                        "dataset": "sample",
                        "counts": {"cases": "cases"},
                        "at": [{}],
                        "there": {"kind": "all", "place": "all"},
                    }
                ],
            },
        },
    )


def totals(rows: Rows) -> Rows:
    return [
        {"period": row["period"], "cases": row["cases"]}
        for row in rows
        if row["kind"] == row["place"] == "all"
    ]


def forget(store: Store) -> None:
    """Remove everything that the gate keeps for itself."""
    for path in (*store.root.glob("protected/*/*/known*.bin"), store.path(layout.GATE_LINKS)):
        path.unlink(missing_ok=True)


def passed(store: Store, one: Contract, rows: Rows) -> Rows | str:
    try:
        return at_the_gate(store, one, rows)
    except DisclosureError as error:
        return str(error)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("method", METHODS[:2])
@settings(
    max_examples=by_level(1, 2, 50), deadline=None, derandomize=True, suppress_health_check=[*HealthCheck]
)
@given(seed=some.integers(0, 10_000), back=some.integers(1, 5), first=some.booleans())
def test_the_answers_are_those_of_the_full_check(method: str, seed: int, back: int, first: bool) -> None:
    """Two linked tables through records that come late, go, are corrected and move, a new month and year; a version
    that is taken back to an earlier one, and a change of the threshold in between."""
    tables = [table(records, months) for _, records, months in history(random.Random(seed))]
    tables.insert(back, tables[0])
    stores = [open_store(Path(mkdtemp())) for _ in range(2)]
    for rows in tables:
        both = [(contract(method), rows), (by_month(), totals(rows))]
        for one, own in both if first else reversed(both):
            forget(stores[1])
            assert passed(stores[0], one, own) == passed(stores[1], one, own)
    assert [record["dataset"] for record, _ in published(stores[0])] == [
        record["dataset"] for record, _ in published(stores[1])
    ]


def small(cases: int) -> Rows:
    return [
        {"period": "2023-10", "kind": kind, "place": place, "cases": count, "quick": 0, "quick_pct": 0.0}
        for kind, place, count in (("a", "x", 40), ("a", "y", cases), ("a", "all", 40 + cases))
    ]


def test_no_version_is_read_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    reading = family.read_publication

    def count(con: Any, record: Any, *paths: Any) -> Any:
        read.append(record["dataset"])
        return reading(con, record, *paths)

    monkeypatch.setattr(family, "read_publication", count)
    for cases in range(20, 26):
        at_the_gate(store, contract("suppression"), small(cases))
    assert read == []
    forget(store)
    at_the_gate(store, contract("suppression"), small(30))
    assert len(read) == 6, "once, and then it is kept"
    at_the_gate(store, contract("suppression"), small(31))
    assert len(read) == 6


def test_a_kept_file_that_was_changed_is_not_taken(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another store's, in which a count was in print that is withheld here, would let it out."""
    other = open_store(Path(mkdtemp()))
    held, shown = small(3), small(33)
    for each, rows in ((store, held), (other, shown)):
        at_the_gate(each, contract("suppression"), rows)
    (mine,) = store.root.glob("protected/sample/*/known.bin")
    (theirs,) = other.root.glob("protected/sample/*/known.bin")
    for path in theirs.parent.glob("known*.bin"):
        (mine.parent / path.name).write_bytes(path.read_bytes())
    after = at_the_gate(store, contract("suppression"), small(34))
    assert [row["cases"] for row in after if row["place"] == "y"] == [None], (
        "withheld once is withheld for good"
    )


@pytest.mark.parametrize("what", ["gone", "damaged", "emptied", "of before", "another ledger's"])
def test_the_index_of_links_is_made_anew_where_it_is_not_the_ledgers(store: Store, what: str) -> None:
    """A link that only the other table states is not forgotten, whatever lies in the index's place."""
    rows = table([], MONTHS[:1])
    at_the_gate(store, contract("suppression"), rows)
    path = store.path(layout.GATE_LINKS)
    before = path.read_bytes()
    at_the_gate(store, by_month(), totals(rows))
    assert Gate(store).linked(contract("suppression")) == ["by-month", "sample"]
    empty = open_store(Path(mkdtemp()))
    at_the_gate(empty, contract("suppression"), rows)
    Ledger(empty).record("seal", "made", {})
    forged = Gate(store)
    forged.index.links.pop("by-month")
    match what:
        case "gone":
            path.unlink()
        case "damaged":
            path.write_bytes(path.read_bytes()[:-1])
        case "emptied":
            forged.keep_index()
        case "of before":
            path.write_bytes(before)
        case _:
            path.write_bytes(Path(empty.path(layout.GATE_LINKS)).read_bytes())
    assert Gate(store).linked(contract("suppression")) == ["by-month", "sample"]
    assert at_the_gate(store, contract("suppression"), table([], MONTHS[:2]))
    last = Ledger(store).find("disclosure", "sample")
    assert last is not None and last.body["joint"]["looked_at_with"] == ["by-month", "sample"]


@pytest.mark.parametrize("order", [(21, 22, 23), (22, 21, 23)])
def test_a_gate_that_was_killed_before_the_ledger_leaves_nothing_that_counts(
    store: Store, monkeypatch: pytest.MonkeyPatch, order: tuple[int, ...]
) -> None:
    """Index and tree are there, the line is not: the table is made again, with what went through since."""
    at_the_gate(store, contract("suppression"), small(20))

    class Killed(BaseException):
        pass

    def kill(*_: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(Ledger, "record", kill)
        with pytest.raises(Killed):
            at_the_gate(store, contract("suppression"), small(21))
    assert len(Gate(store).versions("sample")) == 1
    twin = open_store(Path(mkdtemp()))
    at_the_gate(twin, contract("suppression"), small(20))
    for cases in order:
        mine, theirs = (at_the_gate(each, contract("suppression"), small(cases)) for each in (store, twin))
        assert mine == theirs
    versions = Gate(store).versions("sample")
    assert [each.tree for each in versions] == [each.tree for each in Gate(twin).versions("sample")]
    kept = [json.loads(store.read_bytes(f"{each.tree}/publication.json")) for each in versions]
    same = [json.loads(twin.read_bytes(f"{each.tree}/publication.json")) for each in versions]
    assert [each["known"] for each in kept] == [each["known"] for each in same]
