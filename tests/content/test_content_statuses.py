"""The lists of what pages show name tests that there are, and leave out no status that the program has words for."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from praya.pipeline.validate.messages import TEMPLATES
from praya.reports.metric_words import STATUSES
from praya.site.portal.portal_words import WORDS

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs" / "reference"
PAGES = {path.name: path.read_text("utf-8") for path in sorted(REFERENCE.glob("statuses*.md"))}
LISTS = PAGES | {name: (REFERENCE / name).read_text("utf-8") for name in ("attacks.md", "trials.md")}
NAMED = re.compile(r"\b(test_\w+)(\.py)?")
OF_MESSAGES = ("attempt_", "out_", "back_", "headline_", "outcome_", "verdict_", "waiver_", "severity_")
# Words of the portal that are a status and no label of a column or list.
OF_PORTAL = (
    *("first", "major", "minor", "patch", "withdrawn", "rolled back", "correction", "corrects", "revised", "breaking"),
    *("expected", "late", "confirmed", "scheduled", "not announced", "not released", "moved", "synthetic"),
)  # fmt: skip


def plain(text: str) -> str:
    """A text without its places and quotes, in lower case: as a list may name it."""
    return re.sub(r"\s+", " ", re.sub(r"\{\w+\}|[`*“”\"]", "", text)).strip(" :,.;").lower()


def first_words(text: str) -> str:
    """What is before the first place of a message."""
    return plain(text.split("{")[0])


@pytest.mark.parametrize("page", LISTS)
def test_every_test_that_is_named_is_there(page: str) -> None:
    modules = {path.name: path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py")}
    functions = {name for text in modules.values() for name in re.findall(r"def (test_\w+)", text)}
    wrong = {
        name + ending
        for name, ending in NAMED.findall(LISTS[page])
        if not (name + ending in modules if ending else any(each.startswith(name) for each in functions))
    }
    assert not wrong


def test_no_status_of_the_validation_pages_is_left_out() -> None:
    messages = yaml.safe_load((TEMPLATES / "messages.yaml").read_text("utf-8"))
    listed = plain(PAGES["statuses-airflow.md"])
    statuses = {name: text["en"] for name, text in messages.items() if name.startswith(OF_MESSAGES)}
    assert len(statuses) > 20
    assert [name for name, text in statuses.items() if first_words(text) not in listed] == []


def test_no_status_of_a_metric_is_left_out() -> None:
    listed = plain(PAGES["statuses.md"])
    assert [name for name, status in STATUSES.items() if plain(status.word.en) not in listed] == []


def test_no_status_of_the_portal_is_left_out() -> None:
    listed = plain(PAGES["statuses-portal.md"])
    assert [name for name in OF_PORTAL if first_words(WORDS[name][0]) not in listed] == []
