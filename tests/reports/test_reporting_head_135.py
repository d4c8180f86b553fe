"""The Controlling Officer's Report: its tables are those of the document, cell by cell, on page and in sheets."""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from made import RECEIVED, open_store, project, publish
from made.expected import stops
from made.released_register import release_register
from pages.checkers import CHECKERS, Complaints, complaints
from praya.contract import load_contract
from praya.errors import codes
from praya.reports.edition import Edition, make
from praya.reports.metrics.observations import REGISTER
from praya.store import Store
from praya_hk.reports.kinds.controlling_officer_report import INITIATIVES, REPORT
from reports.report_reading import Rows, sheets, tables

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
ESTIMATES = ROOT.parent / "shared" / "seeds" / "003_3754639b99c2db9d.txt"
NOTES = {"en": "Note (English)", "tc": "Note (Traditional Chinese)", "sc": "Note (Simplified Chinese)"}
GOLDEN = Path(__file__).parent / "golden_head_135.txt"


def release(store: Store, dataset: str, change: tuple[bytes, bytes] | None = None) -> None:
    """Release a dataset from its source file, with one text in it changed."""
    if dataset == REGISTER:
        release_register(store)
        return
    (path,) = project().contracts.glob(f"*/{dataset}.yaml")
    contract = load_contract(path, project())
    data = (project().sources / str(contract.source.path).lstrip("/")).read_bytes()
    if change:
        assert data.count(change[0]) == 1
        data = data.replace(*change)
        # What is released wrong here has no reason on record.
        unasked = contract.release.model_copy(update={"figures": []})
        contract = contract.model_copy(update={"release": unasked})
    publish(store, contract, data, "2026-01-06T02:00:00Z" if change else RECEIVED)


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A store in which everything that the report reads is released."""
    store = open_store(tmp_path_factory.mktemp("head") / "store")
    for dataset in REPORT.datasets:
        release(store, dataset)
    return store


@pytest.fixture(scope="module")
def report(released: Store) -> Edition:
    return make(REPORT, released)


@pytest.fixture(scope="module")
def page(report: Edition) -> list[tuple[str, Rows]]:
    return tables(report.files["controlling-officer-head-135-en.html"])


def by_caption(page: list[tuple[str, Rows]], caption: str) -> list[Rows]:
    return [rows for title, rows in page if title == caption]


def plain(cell: str) -> str:
    """A cell without mark-up, leaders and LaTeX's signs."""
    cell = re.sub(r"</?\w+>|\*|\\|\.{3,}", "", cell).replace("^", "")
    return re.sub(r"\s+", " ", cell.replace("\u00a0", " ")).strip()


def figures(rows: list[list[str]]) -> list[list[str]]:
    """Of each row the cells from the second on that are figures, where it has any."""
    found = [[plain(cell).replace(" Ψ", "Ψ") for cell in row[1:]] for row in rows]
    found = [[cell for cell in row if re.match(r"[\d(]", cell)] for row in found]
    return [row for row in found if row]


@pytest.fixture(scope="module")
def document() -> list[list[list[str]]]:
    """The tables of the document: the lines with tabs that follow each other, cell by cell."""
    if not ESTIMATES.exists():
        pytest.skip(f"the source document is not here: {ESTIMATES}")
    groups: list[list[list[str]]] = [[]]
    for line in ESTIMATES.read_text("utf-8").splitlines():
        if "\t" in line:
            groups[-1].append(line.split("\t"))
        elif line.strip() and groups[-1] and not line.lstrip().startswith(("(", "Programme")):
            groups.append([])
    return [group for group in groups if group]


def of_document(document: list[list[list[str]]], start: str) -> list[list[list[str]]]:
    """The tables of the document that have a row starting so."""
    return [group for group in document if any(plain(row[0]).startswith(start) for row in group)]


def test_financial_provision_of_every_programme_is_that_of_the_document(
    page: list[tuple[str, Rows]], document: list[list[list[str]]]
) -> None:
    printed = of_document(document, "Financial provision")
    ours = by_caption(page, "Financial provision")
    assert len(printed) == len(ours) == 3
    for there, here in zip(printed, ours, strict=True):
        assert figures(here) == figures(there)
        assert [plain(cell) for cell in here[0][1:]] == [plain(cell) for cell in there[0][1:]]
    assert figures(ours[1])[1:] == [
        ["179.3Ψ", "221.0", "195.2 (–11.7%)", "251.1 (+28.6%)"],
        ["(or +13.6% on 2023–24 Original)"],
    ]


def test_targets_of_1823_are_those_of_the_document(
    page: list[tuple[str, Rows]], document: list[list[list[str]]]
) -> None:
    (there,) = of_document(document, "calls that can be answered")
    (here,) = by_caption(page, "Targets")
    assert [[plain(cell) for cell in row[1:]] for row in here] == [
        [plain(cell) for cell in row[1:]] for row in there
    ]


def test_the_analysis_of_financial_provision_is_that_of_the_document(
    page: list[tuple[str, Rows]], document: list[list[list[str]]]
) -> None:
    (there,) = of_document(document, "(1) Director")
    (here,) = by_caption(page, "Analysis of financial provision")
    assert figures(here[1:]) == figures(there[1:])
    assert figures(here)[-2:] == [
        ["637.7‡", "608.2", "582.8 (–4.2%)", "660.3 (+13.3%)"],
        ["(or +8.6% on 2023–24 Original)"],
    ]


@pytest.mark.parametrize(
    ("start", "caption"),
    [
        ("Operating Account", "Expenditure by subhead"),
        ("Personal Emoluments", "Subhead 000 Operational expenses"),
    ],
)
def test_tables_in_thousands_are_those_of_the_document(
    page: list[tuple[str, Rows]], document: list[list[list[str]]], start: str, caption: str
) -> None:
    there = [row for row in of_document(document, start)[0] if len(row) >= 4]
    (here,) = by_caption(page, caption)

    def lines(rows: list[list[str]]) -> list[list[str]]:
        """The four amounts of a row with what it is called before them."""
        found = [[plain(cell).lstrip("- ") for cell in row] for row in rows]
        return [
            [next((cell for cell in reversed(row[:-4]) if cell), ""), *row[-4:]]
            for row in found
            if len(row) > 4 and re.match(r"\d", row[-1]) and "–" not in row[-1]
        ]

    assert lines(here) == lines(there) and len(lines(here)) >= 7


def test_commitments_and_summary_are_those_of_the_document(
    page: list[tuple[str, Rows]], document: list[list[list[str]]]
) -> None:
    there = [row for group in document for row in group if "500,000" in "".join(row)]
    (here,) = by_caption(page, "Commitments")
    assert [[plain(cell) for cell in row[-4:]] for row in here[1:]] == [
        [plain(cell) for cell in row[-4:]] for row in there
    ]
    text = ESTIMATES.read_text("utf-8").replace("\\$", "$")
    summary = next(rows for _, rows in page)
    for _, figure in summary:
        assert re.search(rf"(?<![\d.]){re.escape(figure)}(?!\d)", text), figure


def test_the_numbers_of_the_page_are_as_they_were_last_looked_at(page: list[tuple[str, Rows]]) -> None:
    shown = "".join(
        f"# {caption}\n" + "".join("\t".join(map(plain, row)) + "\n" for row in rows)
        for caption, rows in page[:-1]
    )
    assert shown == GOLDEN.read_text("utf-8")


@pytest.mark.parametrize("short", ["en", "tc", "sc"])
def test_the_sheets_show_what_the_page_shows(report: Edition, short: str) -> None:
    stem = f"controlling-officer-head-135-{short}"
    shown = tables(report.files[f"{stem}.html"])[:-1]
    in_sheets = sheets(report.files[f"{stem}.xlsx"])
    assert len(in_sheets) == len(shown)
    for (caption, rows), (name, cells) in zip(shown, in_sheets.items(), strict=True):
        has_head = any(cells[0])
        page_rows = rows if has_head else [[], *rows]
        for place, row in enumerate(page_rows):
            padded = row + [""] * (len(cells[place]) - len(row))
            assert [plain(cell) for cell in cells[place]] == [plain(cell) for cell in padded], (caption, name)


def test_all_three_languages_show_the_same_figures(report: Edition) -> None:
    by_language = [
        [
            re.findall(r"\d[\d,. ]*\d|\d", re.sub(r"\d{4}(–\d\d)?|年.*|\bHead.*", "", cell))
            for _, rows in tables(report.files[f"controlling-officer-head-135-{short}.html"])[:-1]
            for row in rows[1:]
            for cell in row[2:]
        ]
        for short in ("en", "tc", "sc")
    ]
    assert by_language[0] == by_language[1] == by_language[2]


@pytest.mark.parametrize("short", ["en", "tc", "sc"])
def test_marks_are_explained_by_the_released_notes_in_the_language_of_the_report(
    report: Edition, short: str
) -> None:
    page = report.files[f"controlling-officer-head-135-{short}.html"].decode()
    with (project().sources / "head-135" / "provision.csv").open(encoding="utf-8", newline="") as file:
        notes = [row for row in csv.DictReader(file) if row["Mark"] in ("Ψ", "‡")]
    assert len(notes) == 2
    for row in notes:
        shown = {
            one for one, language in NOTES.items() if f"<sup>{row['Mark']}</sup> {row[language]}</li>" in page
        }
        assert shown == {short}


def test_initiatives_stand_under_their_programme_once_they_are_released(
    released: Store, tmp_path: Path
) -> None:
    shutil.copytree(released.root, tmp_path / "store")
    store = open_store(tmp_path / "store")
    release(store, INITIATIVES)
    files = make(REPORT, store).files
    for short, title in (("en", "Memorandum on data flow"), ("tc", "數據跨境流動"), ("sc", "数据跨境流动")):
        assert title in files[f"controlling-officer-head-135-{short}.html"].decode()


@pytest.mark.parametrize(
    ("dataset", "change", "values"),
    [
        (
            "head-135-provision",
            (b"20.4,2.0", b"20.4,2.1"),
            ["printed_change_pct of 2023-24 revised", "2.0", "2.1"],
        ),
        (
            "head-135-provision",
            (b"386.5,5.3,5.3", b"386.6,5.3,5.3"),
            ["sum of the programmes, 2024-25 estimate"],
        ),
        (
            "head-135-changes",
            (b"50285000,HKD,11.7", b"50285000,HKD,11.8"),
            ["subhead-000 from 2023-24 revised"],
        ),
        ("head-135-commitments", (b"803", b"804"), []),
    ],
)
def test_a_figure_that_disagrees_is_an_error_and_no_report(
    released: Store, tmp_path: Path, dataset: str, change: tuple[bytes, bytes], values: list[str]
) -> None:
    shutil.copytree(released.root, tmp_path / "store")
    store = open_store(tmp_path / "store")
    release(store, dataset, change)
    if values:
        with stops(codes.report.FIGURES_DISAGREE, *values):
            make(REPORT, store)
    else:
        assert b"804" in make(REPORT, store).files["controlling-officer-head-135-en.html"]


@pytest.mark.parametrize("check", CHECKERS)
def test_validators_accept_its_pages(
    report: Edition, tmp_path: Path, check: Callable[..., Complaints]
) -> None:
    assert complaints(check, tmp_path, report.files) == {}
