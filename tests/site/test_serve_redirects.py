"""The lists of stable addresses for hosts that compute nothing: they lead where the app leads, and move with it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests

from made import make_contract, project, publish
from praya.assurance.verify import list_findings
from praya.pipeline.release.withdrawal import withdraw
from praya.site.portal import write_catalogue
from praya.site.portal.publish import publish_released
from praya.site.serve import make_released_app
from praya.store import Store

pytestmark = pytest.mark.slow

DATA = b"id,name\n1,a\n2,b\n"


@pytest.fixture
def released(store: Store) -> Store:
    publish(store, make_contract(dataset="old-sample"), DATA)
    contract = make_contract(aliases=["old-sample"])
    publish(store, contract, DATA, "2026-01-06T02:00:00Z")
    publish(store, contract, DATA + b"3,c\n", "2026-01-07T02:00:00Z")
    write_catalogue(store)
    return store


def listed(store: Store) -> list[dict[str, Any]]:
    return list(store.read_json("released/redirects.json")["redirects"])


def by_hosts(text: str, path: str) -> str | None:
    """What a host that reads `_redirects` makes of a path: the first line that fits."""
    for line in text.splitlines():
        before, after, _ = line.split(" ")
        if before == path:
            return after
        if before.endswith("*") and path.startswith(before[:-1]):
            return after.replace(":splat", path.removeprefix(before[:-1]))
    return None


def by_nginx(text: str, path: str) -> str | None:
    """What nginx makes of it: the first regular expression of the map that fits."""
    for line in text.splitlines():
        found = re.fullmatch(r'"~(\S+)" "(\S+)";', line)
        assert found, line
        if match := re.search(found[1].replace("(?<", "(?P<"), path):
            return found[2].replace("$praya_file", match.groupdict().get("praya_file") or "")
    return None


PATHS = [
    f"/sample/{address}/{name}"
    for address in ("latest", "1", "1.0", "1.0.0", "1.0.1", "20260106-1000", "20260107-1000")
    for name in ("sample.csv", "manifest.json", "dictionary-tc.html")
]


def test_each_list_leads_where_the_app_leads(released: Store, serve: Callable[[Any], str]) -> None:
    base = serve(make_released_app(released.path("released")))
    hosts, nginx = (released.path(f"released/{name}").read_text() for name in ("_redirects", "redirects.map"))
    prefixes = {one["from"]: one["to"] for one in listed(released)}
    for path in PATHS:
        answer = requests.get(f"{base}{path}", allow_redirects=False, timeout=20)
        target = requests.compat.urljoin(answer.url, answer.headers["location"]).removeprefix(base)
        folder, _, name = path[1:].rpartition("/")
        told = {by_hosts(hosts, path), by_nginx(nginx, path), f"/{prefixes[f'{folder}/']}{name}"}
        assert answer.status_code == 302 and told == {target}, path


def test_an_old_id_leads_on_and_its_data_files_change_their_name(released: Store) -> None:
    hosts, nginx = (released.path(f"released/{name}").read_text() for name in ("_redirects", "redirects.map"))
    for path, leads in {
        "/old-sample/latest/old-sample.csv": "/sample/latest/sample.csv",
        "/old-sample/latest/manifest.json": "/sample/latest/manifest.json",
        "/old-sample/versions.json": "/sample/versions.json",
    }.items():
        assert by_hosts(hosts, path) == by_nginx(nginx, path) == leads
    assert {one["status"] for one in listed(released) if one["from"].startswith("old-sample")} == {308}


def test_they_move_with_a_withdrawal_and_are_signed_and_copied(released: Store, tmp_path: Path) -> None:
    withdraw(released, "sample", "1.0.1", "Wrong.", "mary")
    write_catalogue(released)
    text = released.path("released/_redirects").read_text()
    assert by_hosts(text, "/sample/latest/sample.csv") == "/sample/20260106T020000Z/sample.csv"
    assert "20260107" not in text and list(list_findings(released)) == []
    publish_released(released, str(tmp_path / "copy"))
    assert (tmp_path / "copy" / "_redirects").read_text() == text
    released.path("released/redirects.map").write_text('"~^/sample/" "https://elsewhere.example/";\n')
    (problem,) = list_findings(released)
    assert "redirects.map" in problem and "was changed" in problem


def test_behind_a_prefix_the_addresses_have_it(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRAYA_BASE_URL", "https://data.example.gov.hk/open/")
    publish(store, make_contract(), DATA)
    write_catalogue(store)
    lines = store.path("released/_redirects").read_text().splitlines()
    assert lines[0] == "/open/sample/latest/* /open/sample/20260105T020000Z/:splat 302"


def test_a_host_with_stable_addresses_has_them_harvested_and_new_figures_change_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRAYA_BASE_URL", "https://data.example.gov.hk/open")
    harvest = store.path("released/psi-data-hk-dpo.json")
    publish(store, make_contract(), DATA)
    write_catalogue(store)
    before = harvest.read_bytes()
    (entry,) = json.loads(before)
    addresses = {one["accessURL"] for one in entry["resources"]} | {*entry["dataDictionary"].values()}
    assert {one.rpartition("/")[0] for one in addresses} == {"https://data.example.gov.hk/open/sample/latest"}
    publish(store, make_contract(), DATA + b"3,c\n", "2026-01-06T02:00:00Z")
    write_catalogue(store)
    assert harvest.read_bytes() == before


@pytest.mark.parametrize(
    "settings", [{}, {"PRAYA_BASE_URL": "https://x.example", "PRAYA_STABLE_ADDRESSES": "no"}]
)
def test_a_host_that_has_none_has_those_of_the_version(
    store: Store, monkeypatch: pytest.MonkeyPatch, settings: dict[str, str]
) -> None:
    monkeypatch.delenv("PRAYA_BASE_URL", raising=False)
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    assert not project().has_stable_addresses
    publish(store, make_contract(), DATA)
    write_catalogue(store)
    (entry,) = json.loads(store.path("released/psi-data-hk-dpo.json").read_bytes())
    assert all("/sample/20260105T020000Z/" in one["accessURL"] for one in entry["resources"])
