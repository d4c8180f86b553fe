"""Every metadata standard that there is: what its spec says holds in a release, and its name leads to one file."""

from __future__ import annotations

import importlib
import json
import pkgutil
import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

import praya.metadata
from made import field, make_contract, open_store, publish
from made.expected import stops
from praya.contract import standard_spec
from praya.contract.standard_spec import names_of_standard_files, standard_of_file, standard_specs
from praya.errors import Code, codes
from praya.extensions import METADATA_STANDARDS, discovery
from praya.metadata.release_files_page import write_page
from praya.store import Store

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release that has what every standard needs, of generated data."""
    columns = [
        field("period", "year", constraints={"required": True}, columnType="date:fiscal-year"),
        field("value", "integer"),
    ]
    contract = make_contract(*columns, release={"formats": ["csv", "sdmx-csv", "parquet"]}, synthetic=True)
    return publish(open_store(tmp_path_factory.mktemp("store")), contract, b"period,value\n2024,1\n")


def test_each_has_its_file_with_the_media_type_and_role_of_the_spec(folder: Path) -> None:
    listed = json.loads((folder / "manifest.json").read_bytes())["files"]
    found = {spec.name: (file, spec) for file in listed if (spec := standard_of_file(file["name"]))}
    assert set(found) == set(standard_specs())
    for name, (file, spec) in found.items():
        assert (file["media_type"], file["role"]) == (spec.media_type, spec.role), name
    assert found["csvw"][0]["name"] == "sample-synthetic.csv-metadata.json"
    assert standard_of_file("sample-synthetic.csv") is None


def test_a_release_without_what_they_need_has_no_file_of_them(store: Store) -> None:
    names = {path.name for path in publish(store, make_contract(), b"id,name\n1,a\n").iterdir()}
    assert not names & {"fiscal-datapackage.json", "sdmx-structure.json"}
    only_parquet = make_contract(dataset="other", release={"formats": ["parquet"]})
    names = {path.name for path in publish(store, only_parquet, b"id,name\n1,a\n").iterdir()}
    assert not any(name.endswith("-metadata.json") for name in names) and "schema.json" in names


def test_no_dataset_may_be_called_as_one_of_their_files() -> None:
    assert {"dcat", "datapackage", "schema", "ckan", "ckan-tc", "sdmx-structure"} <= names_of_standard_files()
    assert "metadata" not in names_of_standard_files()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ('name="other"', codes.package.EXTENSION_NAME_TAKEN),
        ('name="other", file="other.json", data_format="tsv"', codes.package.EXTENSION_NOT_IMPORTED),
    ],
)
def test_a_standard_without_a_file_of_its_own_or_without_its_format_is_refused(
    changes: str, code: Code, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "second_standard.py").write_text(
        "from dataclasses import replace\n"
        "from praya.metadata.standards.schema_org_standard import SCHEMA_ORG as FIRST\n"
        f"SECOND = replace(FIRST, {changes})\ndel FIRST\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "second_standard", raising=False)
    points = [
        EntryPoint("praya", "praya.metadata.standards", METADATA_STANDARDS),
        EntryPoint("two", "second_standard", METADATA_STANDARDS),
    ]
    monkeypatch.setattr(discovery, "entry_points", lambda **_: points)
    monkeypatch.setattr(standard_spec, "discover_specs", discovery.discover_specs.__wrapped__)
    with stops(code, "other"):
        standard_spec._with_own_files.__wrapped__()


def test_the_page_of_formats_and_standards_is_that_of_the_specs() -> None:
    page = ROOT / "docs" / "reference" / "formats-and-standards.md"
    assert page.read_text("utf-8") == write_page(), "python -m praya.metadata.release_files_page writes it"


@pytest.mark.parametrize("package", ["praya.metadata", "praya.metadata.standards", "praya.pipeline.release"])
def test_what_is_imported_by_the_name_of_a_module_is_the_module(package: str) -> None:
    whole = importlib.import_module(package)
    for one in pkgutil.iter_modules(whole.__path__):
        module = importlib.import_module(f"{package}.{one.name}")
        assert getattr(whole, one.name) is module


@pytest.mark.parametrize("one", pkgutil.walk_packages(praya.metadata.__path__, "praya.metadata."))
def test_no_function_is_called_as_its_module(one: pkgutil.ModuleInfo) -> None:
    assert not hasattr(importlib.import_module(one.name), one.name.rpartition(".")[2])
