"""verify: whatever was changed after publication is named, in a sentence, by its file."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from made import make_contract, open_store, publish
from praya.assurance.verify import list_findings
from praya.ledger import Ledger
from praya.site.portal import write_catalogue
from praya.store import Store

VERSION = "20260105T020000Z"
FILES = [
    "ckan-en.json",
    "ckan-sc.json",
    "ckan-tc.json",
    "datapackage.json",
    "dcat.jsonld",
    "dcat.ttl",
    "dictionary-en.csv",
    "dictionary-en.html",
    "dictionary-sc.csv",
    "dictionary-sc.html",
    "dictionary-tc.csv",
    "dictionary-tc.html",
    "dictionary.json",
    "manifest.json",
    "notes-en.html",
    "notes-sc.html",
    "notes-tc.html",
    "notes.json",
    "provenance.json",
    "sample.csv",
    "sample.csv-metadata.json",
    "sample.json",
    "sample.parquet",
    "schema-org.jsonld",
    "schema.json",
]


@pytest.fixture(scope="module")
def _published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    store = open_store(tmp_path_factory.mktemp("store"))
    for dataset in ("sample", "other"):
        publish(store, make_contract(dataset=dataset), b"id,name\n1,a\n")
    write_catalogue(store)
    return store.root


@pytest.fixture
def store(tmp_path: Path, _published: Path) -> Store:
    """A store of two releases, to spoil."""
    return open_store(Path(shutil.copytree(_published, tmp_path / "store")))


def flip(path: Path, at: int = -3) -> Path:
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)
    return path


def only_problem(store: Store) -> str:
    (problem,) = list_findings(store)
    return problem


def test_what_nobody_touched_is_in_order(store: Store) -> None:
    assert list(list_findings(store)) == [] == list(list_findings(store, "sample"))
    assert list(list_findings(open_store(store.root / "empty"))) == []


def test_the_files_of_a_release_are_these(store: Store) -> None:
    assert sorted(path.name for path in store.path(f"released/sample/{VERSION}").iterdir()) == FILES


@pytest.mark.parametrize("name", FILES)
def test_one_changed_byte_of_any_file_is_found(store: Store, name: str) -> None:
    path = flip(store.path(f"released/sample/{VERSION}/{name}"))
    problems = list(list_findings(store))
    assert problems and all(
        problem.startswith((f"{path}: ", f"{store.path('released/sample/latest.json')}: "))
        for problem in problems
    )
    assert any(problem.startswith(f"{path}: ") and "changed" in problem for problem in problems)
    assert list(list_findings(store, "sample")) == problems and list(list_findings(store, "other")) == []


@pytest.mark.parametrize("name", [name for name in FILES if name not in ("manifest.json", "provenance.json")])
def test_a_missing_file_is_found(store: Store, name: str) -> None:
    path = store.path(f"released/sample/{VERSION}/{name}")
    path.unlink()
    assert only_problem(store) == f"{path}: is named in the manifest and missing"


def test_a_missing_release_is_found(store: Store) -> None:
    folder = store.path(f"released/sample/{VERSION}")
    shutil.rmtree(folder)
    problems = list(list_findings(store))
    assert any(
        problem.startswith(f"{folder}: the ledger says that this release was published")
        for problem in problems
    )
    assert any("latest.json: points to" in problem for problem in problems)


@pytest.mark.parametrize("name", ["extra.csv", "folder"])
def test_a_file_that_does_not_belong_to_the_release_is_found(store: Store, name: str) -> None:
    path = store.path(f"released/sample/{VERSION}/{name}")
    path.touch() if "." in name else path.mkdir()
    assert only_problem(store) == f"{path}: is not named in the manifest"


@pytest.mark.parametrize("key", ["secret.csv", "sample/secret.csv", "sample/20250101T000000Z/secret.csv"])
def test_a_file_that_no_release_accounts_for_is_found_in_the_served_area(store: Store, key: str) -> None:
    store.put_bytes(f"released/{key}", b"names,numbers\n")
    problem = only_problem(store)
    assert "is served, and" in problem and problem.split(": ")[0] in str(store.path(f"released/{key}"))


def test_a_release_that_was_put_there_by_hand_is_found(store: Store) -> None:
    copied = shutil.copytree(
        store.path(f"released/sample/{VERSION}"), store.path("released/sample/20270101T000000Z")
    )
    assert only_problem(store).startswith(f"{copied}: is not in the ledger")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            '{"dataset":"sample","version":"20200101T000000Z"}',
            "points to '20200101T000000Z', which is not there",
        ),
        (f'{{"dataset":"sample","version":"{VERSION}","manifest_sha256":"0"}}', "names another manifest"),
        ("{}", "points to None"),
        ("[1]", "is not a pointer"),
        ("{", "is not a pointer"),
    ],
)
def test_a_changed_pointer_is_found(store: Store, content: str, said: str) -> None:
    pointer = store.path("released/sample/latest.json")
    pointer.write_text(content)
    assert only_problem(store).startswith(f"{pointer}: {said}")


def test_a_missing_pointer_is_found(store: Store) -> None:
    pointer = store.path("released/sample/latest.json")
    pointer.unlink()
    assert only_problem(store).startswith(f"{pointer}: is missing, so that no release of sample is current")


def test_a_changed_snapshot_is_found(store: Store) -> None:
    (raw,) = store.path("raw").iterdir()
    flip(raw)
    assert only_problem(store).startswith(f"{raw}: its bytes no longer have the SHA-256 that is its name")


@pytest.mark.parametrize("at", [5, 100, 700])
def test_a_changed_ledger_is_found(store: Store, at: int) -> None:
    ledger = flip(store.path("ledger/ledger.jsonl"), at)
    problems = list(list_findings(store))
    assert problems[0].startswith(f"{ledger}:")
    checkpoint = store.path("released/keys/checkpoint")
    assert all(problem.startswith((f"{ledger}:", f"{checkpoint}: ")) for problem in problems)


def test_files_and_manifest_that_were_changed_together_do_not_pass(store: Store) -> None:
    folder = store.path(f"released/sample/{VERSION}")
    manifest = json.loads((folder / "manifest.json").read_bytes())
    flip(folder / "sample.csv")
    from praya.store import file_sha256

    for file in manifest["files"]:
        file["sha256"] = file_sha256(folder / file["name"])
    (folder / "manifest.json").write_text(json.dumps(manifest))
    pointer = store.get_json("released/sample/latest.json")
    assert pointer is not None
    store.put_json(
        "released/sample/latest.json", pointer | {"manifest_sha256": file_sha256(folder / "manifest.json")}
    )
    first, second = list_findings(store)
    assert (
        first
        == f"{folder / 'manifest.json'}: is not the manifest that the ledger recorded: it was changed after publication"
    )
    assert second.startswith(f"{folder / 'sample.csv'}: was changed: it is not the file that was written by")


def test_a_manifest_that_is_not_one_is_found_even_when_the_ledger_lost_its_line(store: Store) -> None:
    store.path("ledger/ledger.jsonl").unlink()
    manifest = store.path(f"released/sample/{VERSION}/manifest.json")
    manifest.write_text("{")
    problems = list(list_findings(store, "sample"))
    assert any(problem.startswith(f"{manifest}: cannot be read as a manifest") for problem in problems)
    assert any("is not in the ledger" in problem for problem in problems)


def test_a_release_interrupted_before_its_pointer_is_said_to_be(store: Store) -> None:
    assert Ledger(store).find("release", "sample") is not None
    store.path("released/sample/latest.json").unlink()
    assert "run the dataset again" in only_problem(store)
