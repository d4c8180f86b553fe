"""The portal's harvest: one file a provider, whole or not at all, no dataset deleted unasked, nothing synthetic."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from made import make_contract, project, publish, text
from made.expected import stops
from metadata.conftest import Published
from praya.assurance.verify import list_findings
from praya.contract.codes import CATEGORIES
from praya.errors import codes
from praya.metadata.psi_data import SCHEMA, psi_problems
from praya.site.portal import write_catalogue
from praya.store import Store

pytestmark = pytest.mark.slow

DATA = b"id,name\n1,a\n"
Entry = dict[str, Any]


@pytest.fixture
def policy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A policy of one's own, to declare deletions in."""
    path = tmp_path / "policy.yaml"
    path.write_text(project().policy_file.read_text("utf-8"), "utf-8")
    monkeypatch.setenv("PRAYA_POLICY", str(path))
    return path


def declare(policy: Path, **deletions: str) -> None:
    said = yaml.safe_load(policy.read_text("utf-8")) | {"deletions": deletions}
    policy.write_text(yaml.safe_dump(said, allow_unicode=True), "utf-8")


def harvested(store: Store, provider: str = "hk-dpo") -> list[str]:
    return [each["identifier"] for each in store.get_json(f"released/psi-data-{provider}.json") or []]


def withdraw(store: Store, dataset: str) -> None:
    store.path(f"released/{dataset}/latest.json").unlink()


def test_every_provider_has_a_file_of_its_own_that_keeps_the_schema(published: Published) -> None:
    schema = json.loads(SCHEMA.read_bytes())
    jsonschema.Draft4Validator.check_schema(schema)
    files = sorted(published.store.path("released").glob("psi-data-*.json"))
    assert [path.name for path in files] == [
        f"psi-data-{name}.json" for name in ("hk-dpo", "hk-itc", "hk-itib")
    ]
    for path in files:
        entries = json.loads(path.read_bytes())
        jsonschema.validate(entries, schema, jsonschema.Draft4Validator)
        assert len({each["identifier"] for each in entries}) == len(entries) > 0
    assert list(list_findings(published.store)) == []


def test_synthetic_data_is_never_in_it(published: Published) -> None:
    assert published.releases["cases-by-month"][0].synthetic
    for path in published.store.path("released").glob("psi-data-*.json"):
        assert "cases-by-month" not in path.read_text("utf-8")


def test_data_that_became_synthetic_on_its_way_is_not_in_it_either(store: Store) -> None:
    publish(store, make_contract(dataset="real-data"), DATA)
    publish(store, make_contract(dataset="made-data"), DATA, synthetic=True)
    write_catalogue(store)
    assert harvested(store) == ["real-data"]


def test_a_dataset_that_would_be_missing_blocks_the_file_and_nothing_else(store: Store, policy: Path) -> None:
    for name in ("a-data", "b-data"):
        publish(store, make_contract(dataset=name), DATA)
    publish(store, make_contract(dataset="c-data", provider="hk-td"), DATA)
    write_catalogue(store)
    before = store.path("released/psi-data-hk-dpo.json").read_bytes()
    withdraw(store, "a-data")
    publish(store, make_contract(dataset="d-data", provider="hk-td"), DATA)
    with stops(codes.portal.HARVEST_NOT_VALID, "psi-data-hk-dpo.json: a-data", "`deletions`") as caught:
        write_catalogue(store)
    assert "b-data" not in str(caught.value)
    assert store.path("released/psi-data-hk-dpo.json").read_bytes() == before
    assert harvested(store, "hk-td") == ["c-data", "d-data"]
    listed = store.get_json("released/catalogue.json")
    assert listed is not None
    assert [each["dataset"] for each in listed["datasets"]] == ["b-data", "c-data", "d-data"]


def test_a_deletion_that_the_policy_declares_goes_out(store: Store, policy: Path) -> None:
    for name in ("a-data", "b-data"):
        publish(store, make_contract(dataset=name), DATA)
    write_catalogue(store)
    withdraw(store, "a-data")
    declare(policy, **{"a-data": "Merged into b-data in 2026."})
    assert write_catalogue(store)["changed"] is True
    assert harvested(store) == ["b-data"]
    withdraw(store, "b-data")
    with stops(codes.portal.HARVEST_NOT_VALID, "b-data", "`deletions`"):
        write_catalogue(store)
    declare(policy, **{"a-data": "Merged into b-data in 2026.", "b-data": "Its source was closed."})
    write_catalogue(store)
    assert store.path("released/psi-data-hk-dpo.json").read_bytes() == b"[]\n"


def test_a_dataset_that_moves_to_another_provider_is_a_deletion_too(store: Store) -> None:
    publish(store, make_contract(dataset="a-data"), DATA)
    publish(store, make_contract(dataset="b-data"), DATA)
    write_catalogue(store)
    publish(store, make_contract(dataset="a-data", provider="hk-td"), DATA)
    with stops(codes.portal.HARVEST_NOT_VALID, "psi-data-hk-dpo.json: a-data", "`deletions`"):
        write_catalogue(store)
    assert harvested(store) == ["a-data", "b-data"] and harvested(store, "hk-td") == ["a-data"]


def test_declaring_a_deletion_changes_no_disclosure_decision(store: Store, policy: Path) -> None:
    first = publish(store, make_contract(), DATA)
    declare(policy, other="Its source was closed.")
    assert publish(store, make_contract(), DATA) == first
    ledger = store.path("ledger/ledger.jsonl").read_text("utf-8")
    assert ledger.count('"kind":"disclosure"') + ledger.count('"kind": "disclosure"') == 1


def test_what_the_portal_would_not_take_is_not_written(store: Store) -> None:
    publish(store, make_contract(dataset="a-data"), DATA)
    write_catalogue(store)
    before = store.path("released/psi-data-hk-dpo.json").read_bytes()
    long = {"en": "x" * 1001, "zh-Hant": "長"}
    publish(store, make_contract(dataset="b-data", title=long), DATA)
    with stops(codes.portal.HARVEST_NOT_VALID, "psi-data-hk-dpo.json: b-data: title.en"):
        write_catalogue(store)
    assert store.path("released/psi-data-hk-dpo.json").read_bytes() == before


def test_an_unchanged_file_is_not_written_again(store: Store) -> None:
    publish(store, make_contract(), DATA)
    write_catalogue(store)
    path = store.path("released/psi-data-hk-dpo.json")
    before = path.stat().st_mtime_ns
    assert write_catalogue(store)["changed"] is False and path.stat().st_mtime_ns == before


@pytest.fixture
def entry(published: Published) -> Entry:
    """A good entry, to break."""
    listed: Any = published.store.get_json("released/psi-data-hk-dpo.json")
    return next(each for each in listed if each["identifier"] == "public-holidays")


BROKEN: dict[str, Entry] = {
    "title": {"en": "Only English"},
    "description": {"en": "x", "zh-Hant": "x", "zh-Hans": "x" * 30_001},
    "group": "weather",
    "mbox": "nobody",
    "identifier": "x" * 71,
    "updateFrequency": "Monthly",
    "resources": [],
    "extra": 1,
    "dataDictionary": {"en": "dictionary.html", "zh-Hant": "x", "zh-Hans": "x"},
}  # type: ignore[dict-item]


@pytest.mark.parametrize("name", BROKEN)
def test_the_schema_refuses_what_is_wrong(entry: Entry, name: str) -> None:
    assert list(psi_problems([entry])) == []
    (problem, *_) = psi_problems([entry | {name: BROKEN[name]}])
    assert name in problem


@pytest.mark.parametrize(
    "name", ["identifier", "title", "description", "group", "updateFrequency", "mbox", "resources"]
)
def test_the_schema_misses_what_is_required(entry: Entry, name: str) -> None:
    (problem,) = psi_problems([{key: value for key, value in entry.items() if key != name}])
    assert f"'{name}' is a required property" in problem


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("accessURL", "ftp://example.gov.hk/x.csv"),
        ("accessURL", "https://example.gov.hk/" + "x" * 2000),
        ("isAPI", "no"),
        ("format", "x" * 101),
        ("resourceTitle", {"en": "x", "zh-Hant": "x"}),
        ("hash", "0"),
        ("temporal", {"from": "2024"}),
    ],
)
def test_the_schema_refuses_a_wrong_resource(entry: Entry, name: str, value: Any) -> None:
    resource = entry["resources"][0] | {name: value}
    assert [*psi_problems([entry | {"resources": [resource]}])]


def test_an_identifier_is_there_once(entry: Entry) -> None:
    assert list(psi_problems([entry, entry])) == ["public-holidays: is there twice"]


def test_the_categories_are_the_portals_twenty(entry: Entry) -> None:
    assert len(CATEGORIES) == 20
    for category in CATEGORIES:
        assert list(psi_problems([entry | {"group": category}])) == []


def test_titles_tell_the_language_and_the_format(entry: Entry) -> None:
    titles = [each["resourceTitle"]["zh-Hant"] for each in entry["resources"]]
    assert titles[:3] == ["香港公眾假期（CSV）", "香港公眾假期（ICS, en）", "香港公眾假期（ICS, zh-Hans）"]
    assert {"香港公眾假期（JSON）", "香港公眾假期（PARQUET）"} < {*titles} and len({*titles}) == len(titles)
    assert entry["title"] == {
        "en": "Hong Kong public holidays",
        "zh-Hant": "香港公眾假期",
        "zh-Hans": "香港公众假期",
    }
    assert text("x")["zh-Hant"] not in json.dumps(entry, ensure_ascii=False)
