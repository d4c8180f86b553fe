"""A row changes in one of many datasets: its own files are written, and what all share; no other is touched."""

from __future__ import annotations

from pathlib import Path

import pytest

from full import by_level
from made import make_contract, publish
from praya.contract import Contract
from praya.site.portal import write_catalogue
from praya.store import Store

pytestmark = pytest.mark.slow

DATASETS = [f"sample-{number:03}" for number in range(by_level(20, 20, 100))]
CHANGED = DATASETS[12]
SHARED = {
    "catalogue.json",
    "catalogue.jsonld",
    "catalogue.signed.json",
    "catalogue.ttl",
    "feed-en.atom",
    "feed-sc.atom",
    "feed-tc.atom",
    "index.html",
    "keys/checkpoint",
    "psi-data-hk-dpo.json",
    "_redirects",
    "redirects.json",
    "redirects.map",
}


def contract(dataset: str) -> Contract:
    return make_contract(dataset=dataset, release={"formats": ["csv"]})


def written(store: Store) -> dict[str, tuple[int, int]]:
    """Path below `released/` → what another writing would change, even of the same bytes."""
    served = store.path("released")
    files = (path for path in served.rglob("*") if path.is_file())
    return {path.relative_to(served).as_posix(): _mark(path) for path in files}


def _mark(path: Path) -> tuple[int, int]:
    return path.stat().st_ino, path.stat().st_mtime_ns


def test_a_changed_row_in_one_of_many_datasets_writes_one_of_them(store: Store) -> None:
    for dataset in DATASETS:
        publish(store, contract(dataset), b"id,name\n1,a\n2,b\n")
    write_catalogue(store)
    before = written(store)
    assert len(before) > len(DATASETS) * 20
    for dataset in DATASETS[10:15]:  # its neighbours come again, and are what they were
        received = {"received_at": "2026-01-06T02:00:00Z"} if dataset == CHANGED else {}
        publish(
            store,
            contract(dataset),
            b"id,name\n1,a\n2,c\n" if received else b"id,name\n1,a\n2,b\n",
            **received,
        )
    write_catalogue(store)
    after = written(store)
    new = {name for name, mark in after.items() if before.get(name) != mark}
    assert before.keys() <= after.keys()
    assert {name.split("/")[0] for name in new - SHARED} == {CHANGED}
    assert new & SHARED == SHARED
    assert f"{CHANGED}/20260106T020000Z/{CHANGED}.csv" in new
    assert not [name for name in new if name.startswith(f"{CHANGED}/20260105T020000Z/")]
    write_catalogue(store)
    again = {name for name, mark in written(store).items() if after.get(name) != mark}
    assert again <= {"catalogue.signed.json", "keys/checkpoint"}, "nothing has changed since"
    print(f"{len(new)} of {len(after)} files were written")
