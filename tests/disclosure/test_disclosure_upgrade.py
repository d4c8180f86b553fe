"""Tables that went out before figures were carried on: they are read as they were printed, and bind what comes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from disclosure.family import at_the_gate
from disclosure.test_disclosure_model import A, B, C, Cells, D, Key, contract, with_totals
from made.expected import stops
from praya.disclosure.protect.gate import published
from praya.errors import codes
from praya.store import Store

FORMER = {"10-5 rule": lambda count: (count + 2) // 5 * 5 if count >= 10 else None}
FORMER["suppression"] = lambda count: count if count >= 10 or count == 0 else None


def rows(cells: Cells) -> list[dict[str, Any]]:
    return [
        {"kind": kind, "place": place, "cases": count}
        for (kind, place), count in sorted(with_totals(cells).items())
    ]


def published_before(store: Store, method: str, cells: Cells, held: set[Key] = frozenset()) -> None:
    """One publication as an earlier Praya left it: its rounding, its zeros, and none of the keys that came later."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("praya.pipeline.protect.protect_step.publication_body", lambda *_: {})
        at_the_gate(store, contract(method), rows(cells))
    (tree,) = {path.parent for path in store.root.glob("protected/sample/*/table.parquet")}
    former = pq.read_table(tree / "table.parquet")
    table = former.to_pylist()
    for row in table:
        key = (row["kind"], row["place"])
        row["cases"] = None if key in held else FORMER[method](with_totals(cells)[key])
        row["cases_conf_status"] = "C" if row["cases"] is None else "F"
    pq.write_table(pa.Table.from_pylist(table, former.schema), tree / "table.parquet")
    told = json.loads((tree / "publication.json").read_text("utf-8"))
    for name in ("carried", "period"):
        del told[name]
    for path in tree.glob("known*.bin"):
        path.unlink()
    told["disclosure"]["structure"]["present"] = "cases"
    (tree / "publication.json").write_text(json.dumps(told), "utf-8")


def printed(store: Store, method: str, cells: Cells) -> Mapping[Key, int | None]:
    found = at_the_gate(store, contract(method), rows(cells))
    return {(row["kind"], row["place"]): row["cases"] for row in found}


CELLS: Cells = {A: 10, B: 26, C: 3, D: 41}


@pytest.mark.parametrize("method", FORMER)
def test_what_is_out_stays_as_it_was(method: str, store: Store) -> None:
    published_before(store, method, CELLS, held={D})
    after = printed(store, method, CELLS | {B: 27})
    assert after[A] == 10, "it was in print, and is the same count"
    assert after[C] is None and after[D] is None, "withheld once is withheld for good"
    assert after[B] == (25 if method == "10-5 rule" else 27)


@pytest.mark.parametrize("method", FORMER)
def test_a_figure_that_may_be_small_now_is_withheld(method: str, store: Store) -> None:
    published_before(store, method, CELLS)
    assert printed(store, method, CELLS | {A: 9})[A] is None


@pytest.mark.parametrize("method", FORMER)
def test_what_was_given_away_before_holds_nothing_up(method: str, store: Store) -> None:
    """9 and 9 under a total in print: nothing helps them any more, and a new place is kept all the same."""
    published_before(store, method, {A: 9, B: 9, C: 30, D: 60})
    after = printed(store, method, {A: 9, B: 9, C: 30, D: 60, ("c", "x"): 50, ("c", "y"): 70})
    assert after[A] is None and after[B] is None
    assert after["c", "x"] == 50


def test_what_is_kept_of_a_release_is_held_against_the_ledger(store: Store) -> None:
    """Without its structure, or another release's table behind it, the check would reckon with something else."""
    printed(store, "suppression", CELLS)
    (path,) = store.root.glob("protected/sample/*/publication.json")
    whole, out = path.read_bytes(), list(published(store))
    told = json.loads(whole)
    for changed in (told | {"first": ["x"]}, told | {"carried": False}, told | {"table": "y"}, {}, []):
        path.write_text(json.dumps(changed), "utf-8")
        with stops(codes.disclosure.GATE_RECORD_CHANGED, "publication.json"):
            list(published(store))
    path.unlink()
    with stops(codes.disclosure.GATE_RECORD_CHANGED, "publication.json"):
        printed(store, "suppression", CELLS | {B: 27})
    path.write_bytes(whole)
    assert list(published(store)) == out
