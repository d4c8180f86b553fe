"""The pages that people read, and their prose without code, quotes and headings of tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = [*sorted(DOCS.rglob("*.md")), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
LONGEST_CELL = 200  # characters: a table is for short facts, a paragraph goes below it
FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
INDENTED = re.compile(r"^(?: {4,}|\t).*$", re.MULTILINE)
CODE = re.compile(r"`[^`\n]*`")
QUOTED = re.compile(r'"[^"\n]*"|“[^”\n]*”|(?<!\*)\*[^*\n]+\*(?!\*)')  # and words in italics, which are cited
RULE = re.compile(r"^\|[-:| ]+\|$")


def read_phrases() -> dict[re.Pattern[str], str]:
    """The phrases that no page may use, each with what to write instead."""
    loaded = yaml.safe_load((Path(__file__).with_name("phrases.yaml")).read_text("utf-8"))
    return {re.compile(each["phrase"]): each["instead"] for each in loaded}


def prose_of(text: str) -> str:
    """A page's prose: what is code is blank, what is quoted is gone; lines keep their numbers."""
    for blocks in (FENCED, INDENTED):
        text = blocks.sub(lambda found: "\n" * found[0].count("\n"), text)
    return QUOTED.sub("…", CODE.sub("`…`", text))


def phrases_in(text: str) -> Iterator[str]:
    """What a page must not say: the line, the phrase, and what to write instead."""
    phrases = read_phrases()
    for number, line in enumerate(prose_of(text).split("\n"), 1):
        for phrase, instead in phrases.items():
            if found := phrase.search(line):
                yield f"{number}: '{found[0]}'; write: {instead}"


def cells_of(text: str) -> Iterator[tuple[int, str]]:
    """The cells of a page's tables, each with its line."""
    for number, line in enumerate(FENCED.sub(lambda found: "\n" * found[0].count("\n"), text).split("\n"), 1):
        if line.startswith("|") and not RULE.match(line):
            yield from ((number, cell.strip()) for cell in re.split(r"(?<!\\)\|", line)[1:-1])
