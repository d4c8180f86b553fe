"""The data dictionary agrees with the file that it describes, in three languages and three formats."""

from __future__ import annotations

import csv
import json
from html.parser import HTMLParser
from pathlib import Path

import pytest

from made import field, make_contract, project, publish, text
from made.releases import DATASETS
from metadata.conftest import Published
from metadata.held import misfits
from praya.contract.load import load_code_list
from praya.store import Store

pytestmark = pytest.mark.slow

LANGUAGES = {"en": "en", "zh-Hant": "tc", "zh-Hans": "sc"}
VOID = {"meta", "link", "br"}


@pytest.mark.parametrize("dataset", DATASETS)
def test_the_released_file_is_what_its_dictionary_says(published: Published, dataset: str) -> None:
    assert misfits(published.releases[dataset][1]) == []


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("route,trip", "trip,route", "columns"),
        ("TST,1,", "TSX,1,", "route: TSX"),
        ("TST,1,", ",1,", "route: missing"),
        ("TST,1,", "WC,1,", "primary key: twice"),
        ("TST,1,", "TST,0,", "trip: 0"),
        ("3.4", "3.45", "fare: 3.45"),
        ("2024-02-29,", "2023-02-29,", "day: 2023-02-29"),
        ("2024-06-30T10:00:00.500000Z", "2024-06-30T10:00:00", "at: 2024-06-30T10:00:00"),
        (",1898,", ",18x8,", "opened: 18x8"),
        ("A1", "a1", "pier: a1"),
    ],
)
def test_a_file_that_differs_from_its_dictionary_is_found(
    published: Published, tmp_path: Path, old: str, new: str, found: str
) -> None:
    _, folder = published.releases["ferry-fares"]
    for name in ("dictionary.json", "ferry-fares.csv"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    data = (tmp_path / "ferry-fares.csv").read_bytes().decode()
    assert old in data
    (tmp_path / "ferry-fares.csv").write_bytes(data.replace(old, new, 1).encode())
    assert found in " ".join(misfits(tmp_path))


# --- the three formats agree -----------------------------------------------------------------------------


class Page(HTMLParser):
    """What stands in a page: its tags with their attributes, its language, and the cells of its table."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.rows: list[list[str]] = []
        self.text = ""
        self.feed(path.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data
        if {"td", "th"} & set(self.open):
            self.rows[-1][-1] += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("dataset", DATASETS)
def test_page_and_csv_say_what_the_json_says(published: Published, dataset: str, language: str) -> None:
    _, folder = published.releases[dataset]
    described = json.loads((folder / "dictionary.json").read_bytes())
    short = LANGUAGES[language]
    page = Page(folder / f"dictionary-{short}.html")
    with (folder / f"dictionary-{short}.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    names = list(rows[0])
    units = {one.code: one.label for one in load_code_list(project().code_lists / "units.yaml").codes}
    assert len(page.rows) - 1 == len(rows) == len(described["fields"])
    for each, row, cells in zip(described["fields"], rows, page.rows[1:], strict=True):
        told = [row[name] for name in names]
        codes = [str(code) for code in each.get("constraints", {}).get("enum", [])]
        unit = each.get("unit", "")
        called = unit if language == "en" or unit not in units else units[unit].in_language(language)
        assert told[:4] == [each["name"], each["title"][language], each["type"], called]
        assert cells[2] == (called or "–")
        assert told[4] == each.get("description", {}).get(language, "")
        assert told[6] == " | ".join(codes)
        assert bool(told[5]) == each.get("constraints", {}).get("required", False)
        assert bool(told[7]) == (each["name"] in described["primary_key"])
        assert cells[0] == each["name"] + each["title"][language]
        assert all(code in cells[4] for code in codes)
        assert told[10] == cells[5].strip() and told[10]
        for note in each.get("notes", []):
            assert note["text"][language] in told[11] and note["text"][language] in cells[3]
    for note in described["notes"]:
        assert note["text"][language] in page.text


def test_what_the_contract_says_beyond_the_type_is_there(published: Published) -> None:
    _, folder = published.releases["ferry-fares"]
    described = json.loads((folder / "dictionary.json").read_bytes())
    fields = {each["name"]: each for each in described["fields"]}
    assert fields["pier"]["since"] == "20250101T000000Z" and "since" not in fields["route"]
    assert [note["kind"] for note in fields["route"]["notes"]] == ["proxy"]
    assert fields["route"]["notes"][0]["code"] == "TST"
    assert [(note["kind"], note["period"]) for note in described["notes"]] == [("break", "2024-07")]
    with (folder / "dictionary-en.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {row["field"]: row for row in csv.DictReader(file)}
    assert rows["trip"]["constraints"] == "at least 1; at most 40"
    assert rows["pier"]["constraints"] == "2 characters or fewer; of the form [A-Z][0-9]"
    assert rows["fare"]["constraints"] == "decimals: 1"
    assert rows["pier"]["since"] == "20250101T000000Z" and rows["route"]["since"] == "first release"
    assert rows["route"]["notes"] == "Proxy (TST): Star Ferry only"


# --- pages that anyone can read --------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["dictionary", "notes"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_have_language_headings_and_no_scripts(published: Published, kind: str, language: str) -> None:
    for _, folder in published.releases.values():
        page = Page(folder / f"{kind}-{LANGUAGES[language]}.html")
        assert page.open == []
        assert page.all("html") == [{"lang": language}]
        assert len(page.all("title")) == len(page.all("h1")) == len(page.all("main")) == 1
        assert not page.all("script") and not page.all("img") and not page.all("iframe")
        assert all(each.get("scope") in ("col", "row") for each in page.all("th"))
        assert len(page.all("caption")) == len(page.all("table"))
        ids = [str(each["id"]) for _, each in page.tags if "id" in each]
        assert len(ids) == len(set(ids))
        labels = {str(each["aria-labelledby"]) for _, each in page.tags if "aria-labelledby" in each}
        assert labels <= set(ids)
        for each in [*page.all("a"), *page.all("link")]:
            address = str(each["href"])
            assert address.startswith(("mailto:", "https://")) or (folder / address).is_file(), address
        assert sum("hreflang" in each for each in page.all("a")) == 2


def test_generated_data_says_so_on_every_page(published: Published) -> None:
    _, folder = published.releases["cases-by-month"]
    for kind in ("dictionary", "notes"):
        for short, words in (("en", "Synthetic data"), ("tc", "模擬數據"), ("sc", "模拟数据")):
            assert words in Page(folder / f"{kind}-{short}.html").text
    _, other = published.releases["ferry-fares"]
    assert "Synthetic" not in Page(other / "notes-en.html").text


def test_what_a_contract_says_is_text_and_not_markup(store: Store) -> None:
    nasty = '<script>alert("1")</script> & <b>'
    contract = make_contract(
        field("id", "integer", title=text(nasty), description=text(nasty), unit="<i>"),
        field("name", constraints={"enum": ["a", "<u>"]}),
        title=text(nasty),
        notes=[{"text": text(nasty)}, {"text": text(nasty), "field": "id"}],
    )
    folder = publish(store, contract, b"id,name\n1,a\n")
    for path in folder.glob("*-en.html"):
        page = Page(path)
        assert not {"script", "b", "i", "u"} & {tag for tag, _ in page.tags}
        assert nasty in page.text
