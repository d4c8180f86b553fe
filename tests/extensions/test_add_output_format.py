"""An output format that another package adds, the one of docs/extending.md: no other file changes."""

from __future__ import annotations

from typing import Any

import pytest

from installed_package import example_below, install, run_with
from praya.errors import codes

pytestmark = pytest.mark.slow

TRY = """
import json, sys
from pathlib import Path
from made import contract_dict, field, make_contract, open_store, project, publish
from praya.contract.export import contract_schema
from praya.errors import ContractError, FormatError
from praya.contract.load import load_contract
from praya.metadata.release_files_page import write_page
from praya.site.portal import write_catalogue
from praya.site.serve.respond import media_type

work = Path(sys.argv[1])
CODED = [field("id", "integer"), field("name", constraints={"enum": ["a", "b", "N/A"]})]


def contract(**release):
    return make_contract(release={"formats": ["csv", "tsv"]} | release)


def refused(*fields, **release):
    path = work / "hk-dpo" / "sample.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(contract_dict(*fields, release=release)))
    try:
        load_contract(path, project())
    except ContractError as error:
        return [[one.code.name, one.split(": ")[1]] for one in error.problems]


def failed(data):
    try:
        publish(open_store(work / "failing"), contract(), data)
    except FormatError as error:
        return error.code.name


store = open_store(work / "store")
folder = publish(store, contract(options={"tsv": {"missing": "N/A"}}), b"id,name\\n1,a\\n2,\\n")
DATA = b"id,name\\n1,a\\n2,\\n"
again = [publish(store, contract(options={"tsv": {"missing": word}}), DATA).name for word in ("N/A", "-")]
manifest = json.loads((folder / "manifest.json").read_bytes())
write_catalogue(store)
alone = [publish(open_store(work / "alone"), make_contract(release={"formats": ["tsv"]}), data, at)
         for data, at in ((b"id,name\\n1,a\\n", "2026-01-05T02:00:00Z"), (b"id,name\\n1,b\\n", "2026-01-06T02:00:00Z"))]
write_catalogue(open_store(work / "alone"))
(changes,) = open_store(work / "alone").path("released").glob("sample/changes/*/changes.json")
section = json.loads(contract_schema())["$defs"]["Release"]["properties"]
print(json.dumps({
    "text": (folder / "sample.tsv").read_text("utf-8"),
    "file": {file["name"]: file for file in manifest["files"]}["sample.tsv"],
    "ckan": [one["format"] for one in json.loads((folder / "ckan-en.json").read_bytes())["resources"]],
    "psi": [one["format"] for one in store.get_json("released/psi-data-hk-dpo.json")[0]["resources"]],
    "dcat": (folder / "dcat.ttl").read_text("utf-8"),
    "page": store.path("released/index.html").read_text("utf-8"),
    "served": media_type("unlisted.tsv"),
    "enum": section["formats"]["items"]["enum"],
    "options": [*section["options"]["properties"]["tsv"]["properties"]],
    "docs": write_page(),
    "changes": json.loads(changes.read_bytes())["counts"],
    "wrong": refused(formats=["csv", "tsv"], options={"tsv": {"other": 1}}),
    "absent": refused(formats=["csv"], options={"tsv": {}}),
    "checked": refused(*CODED, formats=["tsv"], options={"tsv": {"missing": "N/A"}}),
    "again": again,
    "failed": failed(b'id,name\\n1,"a\\tb"\\n'),
}))
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("added")
    install(folder, "praya.output_formats", "tsv_output", example_below("Add an output format"))
    return dict(run_with(folder, TRY, str(tmp_path_factory.mktemp("work"))))


def test_a_release_has_its_file_by_the_options_of_the_contract(found: dict[str, Any]) -> None:
    assert found["text"] == "id\tname\n1\ta\n2\tN/A\n"
    told = found["file"]
    assert (told["format"], told["rows"], told["role"]) == ("tsv", 2, "data")
    assert told["media_type"] == "text/tab-separated-values; charset=utf-8"


def test_other_options_are_another_release(found: dict[str, Any]) -> None:
    assert found["again"] == ["20260105T020000Z", "20260105T020000Z-2"]


def test_metadata_server_and_pages_have_its_words(found: dict[str, Any]) -> None:
    assert sorted(found["ckan"]) == sorted(found["psi"]) == ["CSV", "TSV"]
    assert "/file-type/TSV>" in found["dcat"]
    assert "media-types/text/tab-separated-values>" in found["dcat"]
    assert "Tab-separated values 定位符分隔值" in found["page"]
    assert found["served"] == "text/tab-separated-values; charset=utf-8"
    assert "| `tsv` | `<dataset>.tsv` | Tab-separated values, 定位符分隔值 |" in found["docs"]


def test_contract_and_json_schema_know_it(found: dict[str, Any]) -> None:
    assert "tsv" in found["enum"] and found["enum"] == sorted(found["enum"])
    assert found["options"] == ["missing"]
    assert found["wrong"] == [[codes.contract.KEY_UNKNOWN.name, "release.options.tsv.other"]]
    assert found["absent"] == [[codes.contract.RULE_BROKEN.name, "release.options.tsv"]]
    assert found["checked"] == [[codes.contract.RULE_BROKEN.name, "release.options.tsv.missing"]]


def test_its_rows_are_compared_and_its_errors_stop_a_release(found: dict[str, Any]) -> None:
    assert found["changes"] == {"before": 1, "after": 1, "added": 0, "removed": 0, "changed": 1}
    assert found["failed"] == "MINE-FORMAT-001"
