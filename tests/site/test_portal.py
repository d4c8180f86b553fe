"""The catalogue lists what is released, and nothing else; its page leads to every file."""

from __future__ import annotations

import hashlib
import json
from html.parser import HTMLParser
from pathlib import Path

import pytest

from made import make_contract, open_store, publish, text
from made.expected import stops
from praya.errors import codes
from praya.site.portal import write_catalogue
from praya.store import Store

pytestmark = pytest.mark.slow

DATA = b"id,name\n1,a\n"


class Links(HTMLParser):
    """The addresses of a page, and all tags that it opens."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.hrefs: list[str] = []
        self.tags: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.hrefs += [value for name, value in attrs if name == "href" and value]


def page_of(store: Store) -> str:
    return store.path("released/index.html").read_text("utf-8")


def test_an_empty_store_has_an_empty_catalogue(store: Store) -> None:
    assert write_catalogue(store) == {"datasets": [], "changed": True}
    assert "0 datasets" in page_of(store)


def test_the_current_release_of_every_dataset_is_listed_with_its_files(store: Store) -> None:
    publish(store, make_contract(dataset="b-data"), DATA)
    publish(store, make_contract(dataset="a-data"), DATA)
    latest = publish(store, make_contract(dataset="b-data"), DATA + b"2,b\n", "2026-01-06T02:00:00Z")
    write_catalogue(store)
    listed = store.get_json("released/catalogue.json")
    assert listed is not None
    assert [(one["dataset"], one["version"]) for one in listed["datasets"]] == [
        ("a-data", "20260105T020000Z"),
        ("b-data", latest.name),
    ]
    for dataset in listed["datasets"]:
        for file in [*dataset["files"], dataset["manifest"]]:
            assert (
                hashlib.sha256(store.path(f"released/{file['path']}").read_bytes()).hexdigest()
                == file["sha256"]
            )
    assert listed["datasets"][1]["rows"] == 2


def test_a_release_without_a_pointer_is_not_listed(store: Store) -> None:
    publish(store, make_contract(), DATA)
    store.path("released/sample/latest.json").unlink()
    assert write_catalogue(store)["datasets"] == []


def test_every_link_of_the_page_leads_to_a_file(store: Store) -> None:
    publish(store, make_contract(), DATA)
    write_catalogue(store)
    released = store.path("released")
    hrefs = Links(page_of(store)).hrefs
    assert {
        "catalogue.json",
        "sample/20260105T020000Z/sample.csv",
        "sample/20260105T020000Z/manifest.json",
    } <= set(hrefs)
    assert [href for href in hrefs if not (released / href).is_file()] == []


def test_every_file_of_a_release_has_its_link(store: Store) -> None:
    folder = publish(store, make_contract(), DATA)
    write_catalogue(store)
    hrefs = Links(page_of(store)).hrefs
    assert [href for href in hrefs if href.startswith("sample/")] != []
    linked = {href.rpartition("/")[2] for href in hrefs if href.startswith("sample/")}
    assert linked - {"changelog-en.html"} == {path.name for path in folder.iterdir()}


def test_a_release_from_before_there_was_metadata_is_listed(store: Store) -> None:
    folder = publish(store, make_contract(), DATA)
    manifest = json.loads((folder / "manifest.json").read_bytes())
    for name in ("keywords", "coverage", "issued"):
        del manifest[name]
    del manifest["contact"]["phone"]
    manifest["files"] = [
        {name: value for name, value in file.items() if name != "role"}
        for file in manifest["files"]
        if file["name"].startswith(("sample.", "dictionary")) and file["name"].endswith((".csv", ".json"))
    ]
    store.put_json(store.key(folder / "manifest.json"), manifest)
    sha256 = hashlib.sha256((folder / "manifest.json").read_bytes()).hexdigest()
    pointer = store.get_json("released/sample/latest.json") or {}
    store.put_json("released/sample/latest.json", pointer | {"manifest_sha256": sha256})
    write_catalogue(store)
    (listed,) = store.read_json("released/catalogue.json")["datasets"]
    assert {file["role"] for file in listed["files"]} == {"data"}
    (entry,) = store.get_json("released/psi-data-hk-dpo.json") or []
    assert {each["format"] for each in entry["resources"]} == {"CSV", "JSON"}
    assert "dataDictionary" not in entry and "temporal" not in entry["resources"][0]


def test_what_a_contract_says_is_text_and_not_markup(store: Store) -> None:
    nasty = '<script>alert("1")</script> & <b>'
    publish(store, make_contract(title=text(nasty), description=text(nasty)), DATA)
    write_catalogue(store)
    page = page_of(store)
    assert "&lt;script&gt;" in page and not {"script", "b"} & set(Links(page).tags)


def test_the_same_releases_give_the_same_bytes_and_are_not_written_again(
    store: Store, tmp_path: Path
) -> None:
    other = open_store(tmp_path / "other")
    for one, names in ((store, ["a-data", "b-data"]), (other, ["b-data", "a-data"])):
        for name in names:
            publish(one, make_contract(dataset=name), DATA)
        assert write_catalogue(one)["changed"] is True
    for name in ("catalogue.json", "index.html"):
        assert (store.path("released") / name).read_bytes() == (other.path("released") / name).read_bytes()
    before = store.path("released/catalogue.json").stat().st_mtime_ns
    assert write_catalogue(store)["changed"] is False
    assert store.path("released/catalogue.json").stat().st_mtime_ns == before


def test_a_page_that_was_changed_by_hand_is_made_right_again(store: Store) -> None:
    publish(store, make_contract(), DATA)
    write_catalogue(store)
    right = page_of(store)
    store.put_bytes("released/index.html", b"hello")
    assert write_catalogue(store)["changed"] is True and page_of(store) == right


def test_a_manifest_that_was_changed_is_not_listed(store: Store) -> None:
    folder = publish(store, make_contract(), DATA)
    write_catalogue(store)
    before = store.path("released/catalogue.json").read_bytes()
    manifest = json.loads((folder / "manifest.json").read_bytes())
    store.put_json(store.key(folder / "manifest.json"), manifest | {"rows": 7})
    with stops(codes.verify.FILE_CHANGED, "manifest.json", "latest.json"):
        write_catalogue(store)
    assert store.path("released/catalogue.json").read_bytes() == before
