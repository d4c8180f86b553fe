"""Files of generated data have the mark in their names since; the names from before lead there."""

from __future__ import annotations

import json

import pytest

from made import make_contract, publish
from praya.site.portal.redirects import make_redirects, write_redirects
from praya.site.serve.stable import Missing, Moved, find
from praya.site.serve.tree import Tree
from praya.store import Store

FORMATS = ["csv", "json", "parquet"]


@pytest.fixture
def tree(store: Store) -> Tree:
    publish(store, make_contract(release={"formats": FORMATS}, synthetic=True), b"id,name\n1,a\n")
    return Tree(store.path("released"))


def test_the_name_from_before_leads_to_the_marked_one(tree: Tree, store: Store) -> None:
    for name in ("sample.csv", "sample.json"):
        found = find(tree, f"sample/latest/{name}")
        assert isinstance(found, Moved) and found.path.endswith(name.replace("sample.", "sample-synthetic."))
        assert found.status == 302 and tree.file(*found.path.split("/"))
    other = find(tree, "sample/latest/sample.xml")
    assert isinstance(other, Missing)
    parquet = find(tree, "sample/latest/sample.parquet")
    assert isinstance(parquet, Moved) and parquet.path.endswith("/sample.parquet")


def test_hosts_that_compute_nothing_have_the_same_redirects(tree: Tree, store: Store) -> None:
    listed = json.loads(
        b"[%s]" % write_redirects(make_redirects(store, "sample"), "http://127.0.0.1:8000")["redirects.json"]
    )
    assert {
        "from": "sample/latest/sample.csv",
        "to": "sample/latest/sample-synthetic.csv",
        "status": 302,
    } in listed
