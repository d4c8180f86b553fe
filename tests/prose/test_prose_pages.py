"""The pages are plain: no phrase that is ruled out, short cells, the same sections in every decision."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from prose.pages import DOCS, LONGEST_CELL, PAGES, ROOT, cells_of, phrases_in, prose_of

DECISIONS = sorted((DOCS / "decisions").glob("0*.md"))
# The page of error codes is generated: its sentences are those of include/praya/errors/codes.
WRITTEN = [page for page in PAGES if page.name != "errors.md"]
SECTIONS = ("## Context", "## Decision", "## Alternatives", "## Consequences")


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("page", WRITTEN, ids=name_of)
def test_a_page_uses_no_phrase_that_is_ruled_out(page: Path) -> None:
    assert list(phrases_in(page.read_text("utf-8"))) == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_no_cell_of_a_table_holds_a_paragraph(page: Path) -> None:
    cells = cells_of(page.read_text("utf-8"))
    assert [f"{number}: {cell[:60]}" for number, cell in cells if len(cell) > LONGEST_CELL] == []


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("A reader learns it.", 0),
        ("Nothing here. Who has a table could try.", 1),
        ("People are told of it.", 1),
        ("`what is told` and “people are told”", 0),
        ("    Who has a table could try.\n```\nis told\n```\n", 0),
    ],
)
def test_a_phrase_is_found_in_prose_and_not_in_code(text: str, number: int) -> None:
    assert len(list(phrases_in(text))) == number


def test_lines_keep_their_numbers_without_code() -> None:
    text = "a\n```\nb\n```\n    c\nd is told\n"
    assert prose_of(text).count("\n") == text.count("\n")
    assert [found.partition(":")[0] for found in phrases_in(text)] == ["6"]


@pytest.mark.parametrize("page", DECISIONS, ids=name_of)
def test_a_decision_has_status_date_and_the_same_sections(page: Path) -> None:
    text = page.read_text("utf-8")
    number = page.name[:4]
    assert re.match(
        rf"# {number}\. \S.*\n\n- Status: (accepted|replaced|rejected)\b.*\n- Date: \d{{4}}-\d\d-\d\d\b", text
    )
    found = [line for line in text.split("\n") if line in SECTIONS]
    assert found == list(SECTIONS)


def test_decisions_are_numbered_by_date_and_all_in_the_index() -> None:
    dates = [re.search(r"^- Date: (\S+)", page.read_text("utf-8"), re.MULTILINE) for page in DECISIONS]
    days = [found[1] for found in dates if found]
    assert days == sorted(days)
    assert [int(page.name[:4]) for page in DECISIONS] == list(range(1, len(DECISIONS) + 1))
    listed = re.findall(
        r"^\| \[\d{4}\]\((\S+)\)", (DOCS / "decisions" / "index.md").read_text("utf-8"), re.MULTILINE
    )
    assert listed == [page.name for page in DECISIONS]


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_links_of_the_root_pages_lead_somewhere(name: str) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#\s]+)(?:#([^)\s]+))?\)", (ROOT / name).read_text("utf-8"))
    assert links
    assert [path for path, _ in links if not (ROOT / path).is_file()] == []
    assert [f"{path}#{place}" for path, place in links if place and place not in places_of(ROOT / path)] == []


def places_of(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub and mkdocs make them."""
    headings = re.findall(r"^#+ (.*)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def test_pages_that_the_code_names_are_there() -> None:
    endings = (".py", ".sql", ".yaml", ".toml", ".in", ".txt", ".jinja")
    files = [path for folder in ("include", "tests", "dags") for path in (ROOT / folder).rglob("*")]
    texts = [
        path.read_text("utf-8")
        for path in files
        if path.suffix in endings and "node_modules" not in path.parts
    ]
    named = {name for text in texts for name in re.findall(r"\bdocs/[\w/-]+\.md\b", text)}
    assert len(named) > 5
    assert [name for name in sorted(named) if not (ROOT / name).is_file()] == []


def test_every_page_is_in_the_navigation() -> None:
    navigation = (ROOT / "mkdocs.yml").read_text("utf-8")
    assert [
        page
        for page in PAGES
        if page.is_relative_to(DOCS) and f"- {page.relative_to(DOCS)}\n" not in navigation
    ] == []


def test_the_glossary_is_in_alphabetical_order() -> None:
    rows = re.findall(
        r"^\| (.+?) \| .+ \|$", (DOCS / "reference" / "glossary.md").read_text("utf-8"), re.MULTILINE
    )
    terms = [row.casefold() for row in rows if row != "term" and not row.startswith("-")]
    assert len(terms) > 60
    assert terms == sorted(terms)
