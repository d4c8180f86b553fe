"""All metadata standards say the same: facts are read back out of each, and held against contract and files."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from rdflib import Graph, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import DCTERMS, PROV, RDF

from made import data_file, make_contract, publish
from made.releases import BASE, DATASETS, counts, rich
from metadata.conftest import Published
from metadata.held import objections
from metadata.readers import DCAT, FACTS, LANGUAGES, OF_A_RELEASE, data_package, dcat_graph, psi_data
from praya.contract import Contract
from praya.contract.codes import LICENCES
from praya.pipeline.release.withdrawal import withdraw
from praya.site.portal import write_catalogue
from praya.store import Store

pytestmark = pytest.mark.slow

# What a standard has no place for. CSVW is about CSV files alone, and the portal's file about none of their bytes.
NO_PLACE = {
    "data_package": set(),
    "csvw": set(),
    "dcat_turtle": {"columns", "types"},
    "dcat_jsonld": {"columns", "types"},
    "schema_org": {"frequency", "types"},
    "ckan": {"columns", "types"},
    "psi_data": {"keywords", "place", "issued", "version", "latest", "columns", "types", "sizes", "hashes"},
}
TEMPORAL = {
    "ferry-fares": ("2024-02-29", "2025-01-31"),
    "cases-by-month": ("2023-01-01", "2023-02-28"),
    "head-135-provision": ("2022-04-01", "2025-03-31"),
    "1823-performance-measures": ("2022-01-01", "2024-12-31"),
    "public-holidays": ("2024-01-01", "2026-12-26"),
}


def expected(contract: Contract, folder: Path) -> dict[str, Any]:
    """The facts as contract and files have them, by a way of its own."""
    texts = lambda text: {language: text.in_language(language) for language in LANGUAGES}  # noqa: E731
    data = {path.name: path.read_bytes() for path in folder.glob(f"{contract.dataset}*")}
    data.pop(data_file(folder, f"{contract.dataset}.csv-metadata.json").name)
    words = {(language, word.in_language(language)) for word in contract.keywords for language in LANGUAGES}
    if contract.synthetic:
        words |= {("en", "synthetic data"), ("zh-Hant", "模擬數據"), ("zh-Hans", "模拟数据")}
    schema = json.loads((folder / "schema.json").read_bytes())["fields"]
    return {
        "identifier": contract.dataset,
        **{f"title {language}": value for language, value in texts(contract.title).items()},
        **{f"description {language}": value for language, value in texts(contract.description).items()},
        "publisher": texts(contract.contact.name),
        "contact": contract.contact.email,
        "licence": LICENCES[contract.licence]["url"],
        "frequency": contract.frequency,
        "category": contract.category,
        "keywords": words,
        "place": texts(contract.coverage.place),
        "issued": "2026-01-05T02:00:00Z",
        "version": folder.name,
        "latest": f"{BASE}/{contract.dataset}/latest.json",
        "columns": data_file(folder, f"{contract.dataset}.csv")
        .read_text("utf-8-sig")
        .partition("\n")[0]
        .strip()
        .split(","),
        "types": [each["type"] for each in schema],
        "files": set(data),
        "sizes": {name: len(body) for name, body in data.items()},
        "hashes": {name: hashlib.sha256(body).hexdigest() for name, body in data.items()},
    }


def only_csv(facts: dict[str, Any]) -> dict[str, Any]:
    """What is left for a standard that is about CSV alone."""
    csv = {name for name in facts["files"] if name.endswith(".csv") and not name.endswith(".sdmx.csv")}
    kept = {name: {each: facts[name][each] for each in csv} for name in ("sizes", "hashes")}
    return facts | {"files": csv} | kept


def test_there_are_twenty_facts_or_more() -> None:
    assert len(FACTS) >= 20 and len(set(FACTS)) == len(FACTS)
    assert set(NO_PLACE) == {*OF_A_RELEASE, "psi_data"}


@pytest.mark.parametrize("standard", OF_A_RELEASE)
@pytest.mark.parametrize("dataset", DATASETS)
def test_each_standard_says_what_contract_and_files_say(
    published: Published, dataset: str, standard: str
) -> None:
    contract, folder = published.releases[dataset]
    found = OF_A_RELEASE[standard](folder)
    assert set(found) == set(FACTS) - NO_PLACE[standard]
    wanted = expected(contract, folder)
    if standard == "csvw":
        wanted = only_csv(wanted)
    temporal = found.pop("temporal")
    assert temporal == TEMPORAL.get(dataset, temporal)
    assert found == {name: wanted[name] for name in found}


@pytest.mark.parametrize("dataset", DATASETS)
def test_all_standards_tell_the_same_time(published: Published, dataset: str) -> None:
    _, folder = published.releases[dataset]
    manifest = json.loads((folder / "manifest.json").read_bytes())["coverage"]["temporal"]
    told = {standard: read(folder)["temporal"] for standard, read in OF_A_RELEASE.items()}
    assert set(told.values()) == {(manifest["from"], manifest["to"]) if manifest else None}


@pytest.mark.parametrize("dataset", [name for name in DATASETS if name != "cases-by-month"])
def test_the_portals_file_says_the_same(published: Published, dataset: str) -> None:
    contract, folder = published.releases[dataset]
    listed = published.store.get_json(f"released/psi-data-{contract.provider}.json")
    (entry,) = [each for each in listed or [] if each["identifier"] == dataset]
    found = psi_data(entry)
    assert set(found) == set(FACTS) - NO_PLACE["psi_data"]
    wanted = expected(contract, folder) | {"temporal": OF_A_RELEASE["data_package"](folder)["temporal"]}
    assert found == {name: wanted[name] for name in found}


@pytest.mark.parametrize("kind", ["ttl", "jsonld"])
def test_the_dcat_catalogue_says_the_same_of_every_dataset(published: Published, kind: str) -> None:
    graph = Graph().parse(published.store.path(f"released/catalogue.{kind}"))
    (listing,) = graph.subjects(RDF.type, DCAT.Catalog)
    datasets = set(graph.objects(listing, DCAT.dataset))
    assert len(datasets) == len(published.releases)
    for contract, folder in published.releases.values():
        node = URIRef(f"{BASE}/{contract.dataset}/latest.json")
        assert node in datasets
        assert dcat_graph(graph, node) == OF_A_RELEASE["dcat_turtle"](folder)
        version = URIRef(f"{BASE}/{contract.dataset}/{folder.name}/manifest.json")
        assert set(graph.objects(node, DCAT.hasVersion)) == {version}
        assert graph.value(node, DCAT.hasCurrentVersion) == version


def test_a_dataset_keeps_its_name_and_gains_versions(store: Store) -> None:
    """A harvester that comes again finds no other dataset; what was withdrawn is no version any more."""
    folders = [
        publish(store, make_contract(), f"id,name\n1,{name}\n".encode(), f"2026-01-0{day}T02:00:00Z")
        for day, name in ((5, "a"), (6, "b"), (7, "c"))
    ]
    seen = []
    for gone in (None, folders[0].name):
        if gone:
            withdraw(store, "sample", gone, "A name was wrong.", "mary")
        write_catalogue(store)
        graph = Graph().parse(store.path("released/catalogue.ttl"))
        (node,) = graph.objects(None, DCAT.dataset)
        kept = [folder for folder in folders if folder.name != gone]
        assert {str(one).split("/")[-2] for one in graph.objects(node, DCAT.hasVersion)} == {
            one.name for one in kept
        }
        assert str(graph.value(node, DCAT.hasCurrentVersion)).split("/")[-2] == folders[-1].name
        assert str(graph.value(node, DCTERMS.issued)).startswith(f"2026-01-{kept[0].name[6:8]}T02:00:00")
        assert str(graph.value(node, DCTERMS.modified)).replace("+00:00", "Z") == "2026-01-07T02:00:00Z"
        assert objections(store.path("released/catalogue.ttl").read_text("utf-8")) == {}
        seen.append(node)
    assert len(set(seen)) == 1
    for folder in folders[1:]:
        told = Graph().parse(folder / "dcat.ttl")
        assert set(told.objects(None, DCAT.isVersionOf)) == {seen[0]}
        assert schema_org_id(folder) == package_id(folder) == str(seen[0])


def schema_org_id(folder: Path) -> str:
    return str(json.loads((folder / "schema-org.jsonld").read_bytes())["@id"])


def package_id(folder: Path) -> str:
    return str(json.loads((folder / "datapackage.json").read_bytes())["id"])


@pytest.mark.parametrize("dataset", DATASETS)
def test_rights_formats_and_origin_are_named_by_published_vocabularies(
    published: Published, dataset: str
) -> None:
    contract, folder = published.releases[dataset]
    graph = Graph().parse(folder / "dcat.ttl")
    (node,) = graph.subjects(RDF.type, DCAT.Dataset)
    authority = "http://publications.europa.eu/resource/authority"
    assert str(graph.value(node, DCTERMS.accessRights)) == f"{authority}/access-right/PUBLIC"
    assert str(graph.value(node, PROV.wasGeneratedBy)) == f"{BASE}/{dataset}/{folder.name}/provenance.json"
    for file in graph.objects(node, DCAT.distribution):
        form, licence = (str(graph.value(file, name)) for name in (DCTERMS.format, DCTERMS.license))
        media = "https://www.iana.org/assignments/media-types/"
        assert form.startswith((f"{authority}/file-type/", media))
        assert licence == LICENCES[contract.licence]["url"]
        name = str(graph.value(file, DCTERMS.title))
        if name.endswith(".csv") and not name.endswith(".sdmx.csv"):
            assert form == f"{authority}/file-type/CSV"


def test_turtle_and_json_ld_are_the_same_graph(published: Published) -> None:
    pairs = [folder / "dcat" for _, folder in published.releases.values()]
    for stem in [*pairs, published.store.path("released/catalogue")]:
        turtle, json_ld = (Graph().parse(stem.with_suffix(suffix)) for suffix in (".ttl", ".jsonld"))
        assert len(turtle) > 60 and isomorphic(turtle, json_ld), stem


def test_every_address_leads_to_a_file(published: Published) -> None:
    released = published.store.path("released")
    latest = {contract.dataset: folder.name for contract, folder in published.releases.values()}
    for path in [*released.glob("*.json*"), *released.glob("*.ttl"), *released.glob("*/*/*.json*")]:
        for address in path.read_text("utf-8").split(f"{BASE}/")[1:]:
            name = address.partition('"')[0].partition(">")[0].partition("#")[0]
            dataset, slash, file = name.partition("/latest/")
            if slash:
                name = f"{dataset}/{latest[dataset]}/{file}"
            assert (released / name).is_file(), f"{path.name}: {name}"


def test_the_manifest_names_them_all_with_their_role(published: Published) -> None:
    for contract, folder in published.releases.values():
        roles = {
            each["name"]: each["role"]
            for each in json.loads((folder / "manifest.json").read_bytes())["files"]
        }
        beside = {"manifest.json", "provenance.json"}
        assert set(roles) == {path.name for path in folder.iterdir()} - beside
        data = {path.name for path in folder.glob(f"{contract.dataset}*")}
        assert {name for name, role in roles.items() if role == "data"} == data - {
            data_file(folder, f"{contract.dataset}.csv-metadata.json").name
        }
        for name in ("datapackage.json", "dcat.ttl", "dcat.jsonld", "schema-org.jsonld", "ckan-tc.json"):
            assert roles[name] == "metadata"
        for name in ("dictionary-sc.html", "notes-en.html", "notes.json", "schema.json"):
            assert roles[name] == "documentation"


def test_the_made_contracts_are_as_the_tests_think() -> None:
    assert {field.type for field in rich().fields} == {
        "string", "integer", "number", "boolean", "date", "datetime", "time", "year", "yearmonth"
    }  # fmt: skip
    assert counts().synthetic and not rich().synthetic


@pytest.mark.parametrize(
    ("rules", "issued"),
    [
        ({}, "2026-01-05T02:00:00Z"),
        ({"hour": 16}, "2026-01-05T08:00:00Z"),
        ({"embargo_until": "2026-01-06T09:00:00+08:00"}, "2026-01-06T01:00:00Z"),
        ({"embargo_until": "2025-01-06T09:00:00+08:00"}, "2026-01-05T02:00:00Z"),
    ],
)
def test_it_is_issued_when_it_could_first_show(store: Store, rules: dict[str, Any], issued: str) -> None:
    folder = publish(store, make_contract(release=rules), b"id,name\n1,a\n")
    assert {read(folder)["issued"] for read in OF_A_RELEASE.values()} == {issued}


def test_a_release_keeps_the_address_of_its_day_and_the_catalogue_has_todays(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PRAYA_BASE_URL", raising=False)
    first = publish(store, make_contract(), b"id,name\n1,a\n")
    assert data_package(first)["version"] == first.name
    assert "http://127.0.0.1:8000/sample/latest.json" in (first / "dcat.ttl").read_text("utf-8")
    write_catalogue(store)
    monkeypatch.setenv("PRAYA_BASE_URL", "https://data.gov.example/open/")
    assert publish(store, make_contract(), b"id,name\n1,a\n") == first
    assert write_catalogue(store)["changed"] is True
    for name in ("catalogue.ttl", "catalogue.jsonld", "psi-data-hk-dpo.json"):
        text = store.path(f"released/{name}").read_text("utf-8")
        assert "https://data.gov.example/open/sample/" in text and "127.0.0.1" not in text
