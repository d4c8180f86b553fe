"""protect looks for personal data in what is about to be released, and shows nothing of what it finds."""

from __future__ import annotations

import json
from typing import Any
from unittest.mock import Mock

import pytest

from made import accept, field, make_contract, project, publish
from made.expected import stops
from praya.contract import Contract
from praya.disclosure.protect.personal_search import personal_data
from praya.errors import codes
from praya.ledger import Ledger
from praya.pipeline.protect import protect_table
from praya.store import Store
from praya.store.states import Protected

pytestmark = pytest.mark.slow

FACTS = [field("id", "integer"), field("remark")]
REGISTER = {
    "class": "public register",
    "reason": "Offices of the department and how to reach them.",
    "publicContact": {"remark": "Enquiry lines that the department itself has printed."},
}
HKID = "A123456(3)"  # the number of specimens


def rows(*remarks: str, fill: int = 0) -> bytes:
    cells = [*remarks, *["nothing to see"] * fill]
    return "\n".join(["id,remark", *(f"{number},{cell}" for number, cell in enumerate(cells)), ""]).encode()


def refusal(contract: Contract, store: Store, data: bytes, *values: object) -> str:
    accept(store, contract, data)
    with stops(codes.disclosure.PERSONAL_DATA_FOUND, contract.dataset, *values) as caught:
        protect_table(contract, store)
    return str(caught.value)


def test_one_hit_blocks_the_release_and_says_where_without_the_value(store: Store) -> None:
    data = rows("fine", f"holder {HKID}", fill=500)
    values = "remark: 1 of 502 cells hold a hkid", "row 2: ", "publicContact"
    assert "123456" not in refusal(make_contract(*FACTS), store, data, *values)
    assert not store.path("protected").exists() or not list(store.path("protected").rglob("*.parquet"))
    assert not list(Ledger(store))
    assert store.state(Protected, "sample") is None


@pytest.mark.parametrize(
    ("column", "cell", "kind"),
    [
        (field("remark"), "write to tai.man@example.com", "e-mail"),
        (field("remark"), "call 陳大文先生", "name"),
        (field("remark"), "Tel: 9123 4567", "phone"),
        (field("telephone", "integer"), "91234567", "phone"),
        (field("latitude", "number"), "22.2783511", "coordinates"),
    ],
)  # fmt: skip
def test_texts_and_numbers_are_searched(store: Store, column: dict[str, Any], cell: str, kind: str) -> None:
    contract = make_contract(field("id", "integer"), column)
    data = f"id,{column['name']}\n1,{cell}\n".encode()
    refusal(contract, store, data, f"{column['name']}: 1 of 1 cells hold a {kind}")


def test_a_code_that_is_personal_stops_as_a_text_of_the_contract(store: Store) -> None:
    column = field("code", constraints={"enum": ["a", HKID]})
    contract, data = make_contract(field("id", "integer"), column), f"id,code\n1,{HKID}\n".encode()
    assert HKID not in refusal(contract, store, data, "schema.fields[1].constraints.enum[1]: hkid (")


def test_an_office_s_own_contact_passes_with_its_reason_and_is_counted(store: Store) -> None:
    contract = make_contract(*FACTS, disclosure=REGISTER)
    release = publish(store, contract, rows("Tel: 2801 8888", "Tel: 2801 8889"))
    found = {"column": "remark", "kind": "phone", "hits": 2, "cells": 2}
    told = {"allowed_rate": 0.0, "found": [{**found, "estimated": False, "public_contact": True}]}
    (line,) = (line for line in Ledger(store) if line.kind == "disclosure")
    state = store.state(Protected, "sample")
    manifest = json.loads((release / "manifest.json").read_text())
    assert state
    decisions = (line.body, state.decision, manifest["disclosure"])
    assert [one["personal_data"] for one in decisions] == [told] * 3
    assert len({one["policy"] for one in decisions}) == 1 and len(line.body["policy"]) == 64
    for path in ("ledger/ledger.jsonl", "state/sample/protected.json"):
        assert "2801" not in store.path(path).read_text("utf-8")


def test_a_contact_in_another_column_of_a_register_still_blocks(store: Store) -> None:
    contract = make_contract(*FACTS, field("note"), disclosure=REGISTER)
    data = b"id,remark,note\n1,Tel: 2801 8888,Mr. Chan Tai Man\n"
    assert "remark:" not in refusal(contract, store, data, "note: 1 of 1 cells hold a name")


def test_hits_up_to_the_allowed_rate_pass_and_the_policy_s_ceiling_holds(store: Store) -> None:
    lax = {"class": "public facts", "reason": "Facts that anyone may know.", "allowed_rate": 0.001}
    contract = make_contract(*FACTS, disclosure=lax)
    data = rows(f"holder {HKID}", fill=999)
    accept(store, contract, data)
    assert protect_table(contract, store).decision["personal_data"]["found"][0]["hits"] == 1
    laxer = make_contract(*FACTS, dataset="other", disclosure=lax | {"allowed_rate": 0.9})
    accept(store, laxer, rows(HKID, HKID, fill=998))
    with stops(codes.contract.BELOW_POLICY, "other", "0.001"):
        protect_table(laxer, store)


def test_the_policy_says_how_fine_a_place_may_be(
    store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:

    contract = make_contract(field("id", "integer"), field("latitude", "number"))
    data = b"id,latitude\n1,22.278\n2,22.283\n"
    accept(store, contract, data)
    first = protect_table(contract, store)
    coarse = tmp_path / "policy.yaml"
    coarse.write_text(project().policy_file.read_text().replace("decimals: 3", "decimals: 1"))
    monkeypatch.setenv("PRAYA_POLICY", str(coarse))
    with stops(codes.disclosure.PERSONAL_DATA_FOUND, "latitude", "2 of 2 cells"):
        protect_table(contract, store)
    assert first.decision["personal_data"]["found"] == []


def test_an_empty_table_and_one_of_dates_hold_nothing(store: Store) -> None:
    contract = make_contract(field("day", "date"))
    accept(store, contract, b"day\n")
    assert protect_table(contract, store).decision["personal_data"]["found"] == []


def test_what_was_searched_is_not_searched_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    contract = make_contract(*FACTS)
    accept(store, contract, rows("fine", fill=500))
    searched = Mock(side_effect=personal_data)
    monkeypatch.setattr("praya.pipeline.protect.protect_step.personal_data", searched)
    for _ in range(2):
        protect_table(contract, store)
    assert searched.call_count == 1
