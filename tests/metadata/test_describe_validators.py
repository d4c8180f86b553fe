"""Validators from outside accept what is released; each is shown something broken, and must refuse it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rdflib import Graph
from rdflib.compare import isomorphic

from made.releases import BASE, DATASETS
from metadata.conftest import Published
from metadata.held import csvw_accepts, faults, objections

pytestmark = pytest.mark.slow


@pytest.fixture
def copied(published: Published, tmp_path: Path) -> Path:
    """A copy of the rich release, to break."""
    _, folder = published.releases["ferry-fares"]
    return Path(shutil.copytree(folder, tmp_path / "release"))


def change(path: Path, old: str, new: str) -> None:
    text = path.read_bytes().decode()
    assert old in text, f"{old} is not in {path.name}"
    path.write_bytes(text.replace(old, new, 1).encode())


# --- Frictionless ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("dataset", DATASETS)
def test_frictionless_accepts_the_package(published: Published, dataset: str) -> None:
    assert faults(published.releases[dataset][1]) == []


@pytest.mark.parametrize("name", ["ferry-fares.csv", "ferry-fares.json", "ferry-fares.parquet"])
def test_frictionless_refuses_a_changed_byte_of_any_file(copied: Path, name: str) -> None:
    data = bytearray((copied / name).read_bytes())
    data[-3] ^= 1
    (copied / name).write_bytes(data)
    assert [name, "hash-count"] in faults(copied)


@pytest.mark.parametrize("name", ["ferry-fares.csv", "ferry-fares.json", "ferry-fares.parquet"])
def test_frictionless_refuses_a_file_that_was_added_to(copied: Path, name: str) -> None:
    with (copied / name).open("ab") as file:
        file.write(b" ")
    assert [name, "byte-count"] in faults(copied)


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        ("WC,1,", "XX,1,", "constraint-error"),
        ("route,trip", "trip,route", "incorrect-label"),
        (",1898,", ",18x8,", "type-error"),
    ],
)
def test_frictionless_refuses_what_does_not_keep_the_schema(
    copied: Path, old: str, new: str, error: str
) -> None:
    change(copied / "ferry-fares.csv", old, new)
    assert ["ferry-fares.csv", error] in faults(copied)


# --- CSV on the Web --------------------------------------------------------------------------------------


@pytest.mark.parametrize("dataset", DATASETS)
def test_csvwvalidate_accepts_the_metadata_and_every_cell(published: Published, dataset: str) -> None:
    assert csvw_accepts(published.releases[dataset][1])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("2024-02-29", "2023-02-29"),
        ("TST,1,", "TSX,1,"),
        ("TST,1,", "TST,41,"),
        ("TST,1,", "TST,one,"),
        ("TST,1,", "WC,1,"),
        (",true,", ",maybe,"),
    ],
)
def test_csvwvalidate_refuses_what_the_metadata_does_not_allow(copied: Path, old: str, new: str) -> None:
    change(copied / "ferry-fares.csv", old, new)
    assert not csvw_accepts(copied)


# --- DCAT-AP ---------------------------------------------------------------------------------------------


def test_all_shapes_accept_the_catalogue_and_a_release(published: Published) -> None:
    catalogue = published.store.path("released/catalogue.ttl").read_text("utf-8")
    assert objections(catalogue) == {}
    release = (published.releases["ferry-fares"][1] / "dcat.ttl").read_text("utf-8")
    assert objections(release) == {}


OURS, THEIRS = {"shapes"}, {"dcat-ap-3.0.1-SHACL"}
BOTH = OURS | THEIRS
BROKEN: dict[str, tuple[str, str, str, set[str]]] = {
    # what is wrong: old text, new text, what is said of it, and which shapes see it
    "two titles of one language": ('"@zh-Hant, "渡轮票价"@zh-Hans', '"@zh-Hant, "渡轮票价"@en', "same Language", OURS),
    "a missing translation": (', "渡轮票价"@zh-Hans', "", "3", OURS),
    "no licence": ("dct:license <https://creativecommons.org/licenses/by/4.0/> ;\n", "", "license", OURS),
    "a date that is no date": ('"2024-02-29"^^xsd:date', '"2024-02-30"^^xsd:date', "startDate", OURS),
    "a moment that is none": ('"2026-01-05T02:00:00Z"^^xsd:dateTime', '"soon"^^xsd:dateTime', "issued", OURS),
    "an end before the start": ('"2025-01-31"^^xsd:date', '"2024-01-31"^^xsd:date', "endDate", OURS),
    "no hash": ("spdx:checksumValue", "spdx:other", "checksum", BOTH),
    "a size in words": ('"254"^^xsd:nonNegativeInteger', '"254 bytes"', "byteSize", BOTH),
    "a contact of no kind": ("vcard:Organization, vcard:Kind", "vcard:Organization", "contactPoint", THEIRS),
    "no address of the file": ("dcat:accessURL", "dcat:otherURL", "accessURL", THEIRS),
    "a title that is no text": ('dct:title "Ferry & <fares>"@en', f"dct:title <{BASE}>", "title", BOTH),
}  # fmt: skip


@pytest.mark.parametrize("wrong", BROKEN)
def test_shapes_refuse_what_is_broken(published: Published, wrong: str) -> None:
    old, new, said, seen_by = BROKEN[wrong]
    release = (published.releases["ferry-fares"][1] / "dcat.ttl").read_text("utf-8")
    assert old in release
    found = objections(release.replace(old, new, 1))
    assert set(found) == seen_by
    assert said in " ".join(found.values())


def test_shapes_read_json_ld_too(published: Published) -> None:
    """What is held above of Turtle holds of JSON-LD, for it is the same graph; a changed one is not."""
    _, folder = published.releases["ferry-fares"]
    turtle = Graph().parse(folder / "dcat.ttl")
    text = (folder / "dcat.jsonld").read_text("utf-8")
    assert isomorphic(turtle, Graph().parse(data=text, format="json-ld"))
    assert not isomorphic(turtle, Graph().parse(data=text.replace("ANNUAL_2", "ANNUAL"), format="json-ld"))


# --- schema.org and CKAN have no validator at hand: their shape is held here ------------------------------


def test_schema_org_uses_terms_that_are_its_own(published: Published) -> None:
    known = {
        "Dataset": {
            "identifier", "name", "description", "url", "version", "datePublished", "dateModified", "keywords", "about",
            "license", "isAccessibleForFree", "publisher", "spatialCoverage", "temporalCoverage",
            "variableMeasured", "distribution",
        },
        "DefinedTerm": {"termCode", "name"},
        "GovernmentOrganization": {"name", "contactPoint"},
        "ContactPoint": {"email"},
        "Place": {"name"},
        "PropertyValue": {"name", "alternateName", "unitText", "valueReference"},
        "DataDownload": {"name", "contentUrl", "encodingFormat", "contentSize", "sha256"},
    }  # fmt: skip

    def hold(node: Any) -> None:
        if isinstance(node, list):
            for each in node:
                hold(each)
        elif isinstance(node, dict) and "@value" not in node:
            assert set(node) - {"@type", "@id", "@context"} <= known[node["@type"]], node
            for value in node.values():
                hold(value)

    for _, folder in published.releases.values():
        hold(json.loads((folder / "schema-org.jsonld").read_bytes()))


CKAN_TESTS: dict[str, Callable[[dict[str, Any]], bool]] = {
    "a name of 2 to 100 characters": lambda one: (
        one["name"] == one["name"].lower() and 2 <= len(one["name"]) <= 100
    ),
    "extras are text, each key once": lambda one: (
        all(isinstance(each["value"], str) for each in one["extras"])
        and len({each["key"] for each in one["extras"]}) == len(one["extras"])
    ),
    "tags of 2 to 100 characters": lambda one: all(2 <= len(each["name"]) <= 100 for each in one["tags"]),
    "sizes are numbers": lambda one: all(isinstance(each["size"], int) for each in one["resources"]),
}


@pytest.mark.parametrize("rule", CKAN_TESTS)
def test_ckan_packages_keep_ckans_rules(published: Published, rule: str) -> None:
    for _, folder in published.releases.values():
        for path in folder.glob("ckan-*.json"):
            assert CKAN_TESTS[rule](json.loads(path.read_bytes())), path
