"""A collector is one file: one of another package is selected, checked and run like Praya's own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from installed_package import example_below, install, run_with
from made import contract_dict, make_contract
from made.expected import refuses
from praya.contract.model import Contract
from praya.contract.partly import parse_partly, problems_inside
from praya.contract.source_specs import (
    CollectorSpec,
    collector_of_address,
    collector_specs,
    collectors_of,
    gives_pages,
)
from praya.errors import codes
from praya.pipeline.collect.collector import CollectContext, all_collectors, locate_parts
from praya.pipeline.collect.sessions import Sessions
from praya.store import Store

INCLUDE = Path(__file__).parents[3] / "include"

# What the subprocess does: collects twice from a folder that grows, and stages.
COLLECTED = """
import json, sys
from pathlib import Path
from made import contract_dict, field, open_store
from praya.contract import Contract
from praya.contract.export import contract_schema
from praya.contract.partly import parse_partly, problems_inside
from praya.pipeline.collect import collect_source
from praya.pipeline.stage import stage_table

store, folder = open_store(Path(sys.argv[1])), Path(sys.argv[2])

def described(**source):
    deposit = {"url": None, "deposit": "fares", "format": "csv"}
    return contract_dict(field("id", "integer"), field("name"), source=deposit | source)

def problems(**source):
    found = problems_inside(parse_partly(Contract, described(**source)))
    return [[".".join(map(str, one.keys)), str(one.code)] for one in found]

def run():
    collect_source(contract, store, {})
    stage_table(contract, store)
    collected, staged = (store.read_json(f"state/sample/{name}.json") for name in ("collected", "staged"))
    receipts = len(list((store.root / "receipts" / "sample").iterdir()))
    return [collected["key"], list(collected["parts"]), staged["rows_out"], receipts]

contract = Contract.model_validate(described())
first, again = run(), run()
(folder / "3.csv").write_text("id,name\\n5,e\\n")
print(json.dumps({
    "first": first, "again": again, "grown": run(),
    "as_dict": contract.as_dict()["source"],
    "schema": sorted(json.loads(contract_schema())["$defs"]["Source"]["properties"]["deposit"]),
    "problems": [problems(url="https://example.gov.hk/a"), problems(format="json"), problems(deposit="../a"),
                 problems(hosts=["a.example"]), problems(deposit=None)],
}))
"""


def test_a_collector_of_another_package_is_one_file(tmp_path: Path) -> None:
    install(tmp_path, "praya.collectors", "deposit_collector", example_below("Add a collector"))
    folder = tmp_path / "deliveries" / "fares"
    folder.mkdir(parents=True)
    (folder / "1.csv").write_text("id,name\n1,a\n2,b\n")
    (folder / "2.csv").write_text("id,name\n3,c\n4,d\n")
    places = {"PRAYA_SOURCE_FOLDERS": str(folder.parent), "PRAYA_HOME": str(tmp_path / "var")}
    made = run_with(tmp_path, COLLECTED, str(tmp_path / "store"), str(folder), **places)
    key, *rest = made["first"]
    assert rest == [["0001", "0002"], 4, 2]
    assert made["again"] == made["first"]
    assert made["grown"][1:] == [["0001", "0002", "0003"], 5, 3] and made["grown"][0] != key
    assert made["as_dict"] == {"deposit": "fares", "format": "csv"}
    assert {"anyOf", "default", "description"} <= set(made["schema"])
    broken, unread = str(codes.contract.RULE_BROKEN), str(codes.contract.VALUE_NOT_VALID)
    assert made["problems"] == [
        [["source.url", broken]],
        [["source.format", broken]],
        [["source.deposit", unread]],
        [["source.hosts", broken]],
        [["source", broken]],
    ]


def test_praya_has_a_collector_for_each_file_of_its_package() -> None:
    names = {path.stem for path in (INCLUDE / "praya/pipeline/collect/collectors").glob("[a-z]*.py")}
    assert {f"{name.replace('-', '_')}_collector" for name in all_collectors()} == names


@pytest.mark.parametrize("spec", collector_specs().values(), ids=lambda spec: str(spec.name))
def test_a_collector_is_selected_in_one_way_and_described_in_two_languages(spec: CollectorSpec) -> None:
    assert spec.label.en and spec.label.zh_hant
    assert sum(map(bool, (spec.key, spec.schemes, spec.pages))) == 1


@pytest.mark.parametrize(
    ("source", "names", "paged"),
    [
        ({"url": "https://example.gov.hk/a"}, ["http"], False),
        ({"url": "file:///srv/a"}, ["file"], False),
        ({"url": None, "path": "/a", "connection": "c"}, ["http"], False),
        (
            {"url": None, "parts": {"a": "file:///srv/a", "b": "http://example.gov.hk/b"}},
            ["file", "http"],
            False,
        ),
        ({"url": None, "mart": "m", "format": "parquet"}, ["mart"], False),
        ({"url": None, "register": "metrics", "format": "json"}, ["register"], False),
        ({"url": None, "path": "/a", "connection": "c", "pages": "cursor"}, ["paged-http"], True),
    ],
)
def test_the_keys_of_a_source_select_its_collectors(
    source: dict[str, Any], names: list[str], paged: bool
) -> None:
    chosen = parse_partly(Contract, contract_dict(source=source)).source
    assert [spec.name for spec in collectors_of(chosen)] == names
    assert gives_pages(chosen) == paged


def test_parts_keep_the_order_of_the_contract_whatever_takes_them(store: Store, tmp_path: Path) -> None:
    parts = {"c": "file:///srv/c", "a": "https://example.gov.hk/a", "b": "file:///srv/b"}
    contract = make_contract(source={"url": None, "parts": parts})
    with Sessions(store.project) as sessions:
        located = locate_parts(CollectContext(contract, store, {}, sessions))
    assert {name: (taker.name, place.shown) for name, (taker, place) in located.items()} == {
        "c": ("file", "file:///srv/c"),
        "a": ("http", "https://example.gov.hk/a"),
        "b": ("file", "file:///srv/b"),
    }
    assert list(located) == list(parts)


def test_an_address_that_no_collector_takes_is_refused_by_the_contract() -> None:
    data = contract_dict(source={"url": "gopher://example.gov.hk/a"})
    found = [*problems_inside(parse_partly(Contract, data))]
    with refuses("source.url", "^(file|http|https)://"):
        Contract.model_validate(data)
    assert found == [], "a key that cannot be read is no broken rule"
    assert collector_of_address(make_contract().source, "gopher://example.gov.hk/a") is None
