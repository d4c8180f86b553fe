"""Head 135 as a Fiscal Data Package: its columns name fiscal concepts, and its rows may be added up."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from pathlib import Path

import frictionless
import pytest

from metadata.conftest import Published

pytestmark = pytest.mark.slow

# Concepts of the specification's taxonomy, and the type that each asks for.
CONCEPTS = {
    "date:fiscal-year": "integer",
    "phase:id": "string",
    "economic-classification:generic:code": "string",
    "economic-classification:generic:label": "string",
    "value": "integer",
    "value-currency:code": "string",
}


def package(published: Published) -> Path:
    return published.releases["head-135-fiscal"][1] / "fiscal-datapackage.json"


def test_only_what_says_so_has_one(published: Published) -> None:
    found = [
        name
        for name, (_, folder) in published.releases.items()
        if (folder / "fiscal-datapackage.json").exists()
    ]
    assert found == ["head-135-fiscal"]


def test_its_columns_hold_the_types_that_their_concepts_ask_for(published: Published) -> None:
    told = json.loads(package(published).read_bytes())
    assert told["profile"] == "tabular-data-package" and told["countryCode"] == "HK"
    (resource,) = told["resources"]
    schema = resource["schema"]
    fields = [*schema["fields"], *schema["extraFields"]]
    mapped = {each["columnType"]: each["type"] for each in fields if "columnType" in each}
    assert mapped == CONCEPTS
    names = [each["name"] for each in fields]
    assert not {each["name"] for each in schema["extraFields"]} & {each["name"] for each in schema["fields"]}
    assert len(set(names)) == len(names)
    # Years and codes are part of the key, and labels are not.
    keys = {each["name"] for each in fields if each.get("columnType") in ("date:fiscal-year", "phase:id")}
    assert keys < set(schema["primaryKey"])


def test_frictionless_accepts_it_and_finds_a_changed_byte(published: Published, tmp_path: Path) -> None:
    folder = package(published).parent
    assert frictionless.Package(str(package(published))).validate().valid
    for name in ("fiscal-datapackage.json", "head-135-fiscal.csv"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    data = (tmp_path / "head-135-fiscal.csv").read_bytes()
    (tmp_path / "head-135-fiscal.csv").write_bytes(data.replace(b"403546000", b"403547000"))
    report = frictionless.Package(str(tmp_path / "fiscal-datapackage.json")).validate()
    assert [error.type for task in report.tasks for error in task.errors] == ["hash-count"]


def test_the_facts_add_up_to_what_the_estimates_print(published: Published) -> None:
    """In dollars, within a year and a phase, without any total among them."""
    folder = package(published).parent
    sums: Counter[tuple[str, str]] = Counter()
    with (folder / "head-135-fiscal.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            assert re.fullmatch(r"\d{3}", row["subhead_code"])
            sums[row["fiscal_year"], row["phase"]] += int(row["amount_hkd"])
    assert sums == {
        ("2022", "actual"): 637_672_000,
        ("2023", "original"): 608_249_000,
        ("2023", "revised"): 582_835_000,
        ("2024", "estimate"): 660_263_000,
    }
