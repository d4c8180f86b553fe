"""A metadata standard that another package adds, the one of docs/extending.md: no other file changes."""

from __future__ import annotations

from typing import Any

import pytest

from installed_package import example_below, install, run_with
from praya.errors import codes

pytestmark = pytest.mark.slow

TRY = """
import json, sys
from pathlib import Path
from made import contract_dict, make_contract, open_store, project, publish
from praya.assurance.verify import list_findings
from praya.contract.load import load_contract
from praya.errors import ContractError
from praya.metadata.release_files_page import write_page
from praya.site.portal import write_catalogue

work = Path(sys.argv[1])


def taken(name):
    path = work / "hk-dpo" / f"{name}.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(contract_dict(dataset=name)))
    try:
        load_contract(path, project())
    except ContractError as error:
        return [[one.code.name, one.split(": ")[1]] for one in error.problems]


store = open_store(work / "store")
folder = publish(store, make_contract(release={"formats": ["csv"]}), b"id,name\\n1,a\\n")
generated = publish(open_store(work / "generated"), make_contract(synthetic=True), b"id,name\\n1,a\\n")
manifest = json.loads((folder / "manifest.json").read_bytes())
write_catalogue(store)
print(json.dumps({
    "crate": json.loads((folder / "ro-crate-metadata.json").read_bytes()),
    "file": {file["name"]: file for file in manifest["files"]}["ro-crate-metadata.json"],
    "generated": sorted(path.name for path in generated.iterdir()),
    "problems": [*map(str, list_findings(store))],
    "page": store.path("released/index.html").read_text("utf-8"),
    "docs": write_page(),
    "taken": taken("ro-crate-metadata"),
    "free": taken("ro-crate"),
}))
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("added")
    install(folder, "praya.metadata_standards", "ro_crate_standard", example_below("Add a metadata standard"))
    return dict(run_with(folder, TRY, str(tmp_path_factory.mktemp("work"))))


def test_a_release_has_its_file_and_lists_it(found: dict[str, Any]) -> None:
    crate, root, *files = found["crate"]["@graph"]
    assert (crate["about"], root["@id"]) == ({"@id": "./"}, "./")
    assert [file["@id"] for file in files] == ["sample.csv"]
    told = found["file"]
    assert (told["media_type"], told["format"], told["role"]) == ("application/ld+json", "json", "metadata")
    assert found["problems"] == []


def test_a_release_without_what_it_needs_has_no_file(found: dict[str, Any]) -> None:
    assert "ro-crate-metadata.json" not in found["generated"] and "dcat.ttl" in found["generated"]


def test_pages_and_docs_have_its_words(found: dict[str, Any]) -> None:
    assert 'title="RO-Crate · SHA-256' in found["page"]
    assert "| `ro-crate-metadata.json` | RO-Crate | RO-Crate 1.1, for research data |" in found["docs"]


def test_no_dataset_may_be_called_as_its_file(found: dict[str, Any]) -> None:
    assert found["taken"] == [[codes.contract.RULE_BROKEN.name, "dataset"]]
    assert found["free"] is None
