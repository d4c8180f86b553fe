"""A figure that is out does not change without who, when and why; and what was said before stays."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from made import field, make_contract, publish
from made.expected import refuses, stops
from praya.assurance.verify import list_findings
from praya.contract.revisions import load_revisions, reason_for
from praya.errors import ContractError, codes
from praya.history import latest
from praya.site.portal import write_catalogue
from praya.store import Store

pytestmark = pytest.mark.slow

CONTRACT = make_contract(
    field("metric"), field("period"), field("value", "number"), field("note"),
    schema={"primaryKey": ["metric", "period"]}, release={"figures": ["value"]},
)  # fmt: skip
HEAD = b"metric,period,value,note\n"
BEFORE = HEAD + b"calls,2022,5,\ncalls,2023,74,\n"
DAY = "2026-01-06T02:00:00Z"


@pytest.fixture
def reasons(tmp_path: Path, monkeypatch: Any) -> Path:
    folder = tmp_path / "revisions"
    folder.mkdir()
    monkeypatch.setenv("PRAYA_REVISIONS", str(folder))
    return folder / "2026.yaml"


def entry(now: str, was: str = "74") -> str:
    return f"""revisions:
  - by: Head of 1823
    decided: 2026-01-05
    reason: {{en: Counted twice., zh-Hant: 重複計算。}}
    figures:
      - {{dataset: sample, key: {{metric: calls, period: "2023"}}, field: value, was: {was}, now: {now}}}
"""


def test_a_changed_figure_is_refused_and_the_refusal_says_what_to_write(store: Store, reasons: Path) -> None:
    first = publish(store, CONTRACT, BEFORE)
    after = HEAD + b"calls,2022,5,\ncalls,2023,75.5,\n"
    with stops(codes.release.REVISION_NOT_ON_RECORD, "sample: 1 figure") as caught:
        publish(store, CONTRACT, after, DAY)
    said = str(caught.value)
    assert (pointer := latest(store, "sample")) and pointer["version"] == first.name
    # What it says to write, filled in, is what lets it out.
    written = said[said.index("revisions:\n") :]
    filled = written.replace("YYYY-MM-DD", "2026-01-05").replace("who answers for it", "Head of 1823")
    reasons.write_text(filled)
    second = publish(store, CONTRACT, after, DAY)
    (figure,) = json.loads((second / "manifest.json").read_bytes())["revised"]
    assert figure["key"] == {"metric": "calls", "period": "2023"}
    assert (figure["was"], figure["now"], figure["by"], figure["decided"]) == (
        "74", "75.5", "Head of 1823", "2026-01-05",
    )  # fmt: skip
    assert b"calls,2023,74," in (first / "sample.csv").read_bytes(), "what was said before stays"
    assert list(list_findings(store)) == []


def test_the_changelog_and_the_feeds_say_who_when_and_why(store: Store, reasons: Path) -> None:
    publish(store, CONTRACT, BEFORE)
    reasons.write_text(entry("75"))
    publish(store, CONTRACT, HEAD + b"calls,2022,5,\ncalls,2023,75,\n", DAY)
    write_catalogue(store)
    page = store.path("released/sample/changelog-tc.html").read_text()
    assert "calls，2023：value 74 → 75。重複計算。（Head of 1823，2026-01-05）" in page
    assert "Figures revised: 1: Counted twice." in store.path("released/sample/feed-en.atom").read_text()
    assert list(list_findings(store)) == []


@pytest.mark.parametrize(
    ("after", "why"),
    [
        (HEAD + b"calls,2022,5,\ncalls,2023,74,\ncalls,2024,80,\n", "a figure that is added"),
        (HEAD + b"calls,2022,5,said otherwise\ncalls,2023,74.0,\n", "another note, or the same spelled otherwise"),
    ],
)  # fmt: skip
def test_what_is_no_revision_needs_no_reason(store: Store, reasons: Path, after: bytes, why: str) -> None:
    publish(store, CONTRACT, BEFORE)
    folder = publish(store, CONTRACT, after, DAY)
    assert "revised" not in json.loads((folder / "manifest.json").read_bytes()), why


def test_a_figure_that_goes_needs_a_reason_too(store: Store, reasons: Path) -> None:
    publish(store, CONTRACT, BEFORE)
    gone = HEAD + b"calls,2022,5,\n"
    reasons.write_text(entry("75"))
    with stops(codes.release.REVISION_NOT_ON_RECORD, 'was: "74", now: null'):
        publish(store, CONTRACT, gone, DAY)
    reasons.write_text(entry("null"))
    (figure,) = json.loads((publish(store, CONTRACT, gone, DAY) / "manifest.json").read_bytes())["revised"]
    assert figure["now"] is None


def test_a_reason_for_another_value_is_no_reason(store: Store, reasons: Path) -> None:
    publish(store, CONTRACT, BEFORE)
    reasons.write_text(entry("76"))
    with stops(codes.release.REVISION_NOT_ON_RECORD, 'was: "74", now: "75"'):
        publish(store, CONTRACT, HEAD + b"calls,2022,5,\ncalls,2023,75,\n", DAY)
    reasons.write_text(entry("75", was="73"))
    with stops(codes.release.REVISION_NOT_ON_RECORD, 'was: "74", now: "75"'):
        publish(store, CONTRACT, HEAD + b"calls,2022,5,\ncalls,2023,75,\n", DAY)


def test_a_figure_may_be_revised_back_each_time_with_its_own_reason(store: Store, reasons: Path) -> None:
    publish(store, CONTRACT, BEFORE)
    reasons.write_text(entry("75"))
    publish(store, CONTRACT, HEAD + b"calls,2022,5,\ncalls,2023,75,\n", DAY)
    with stops(codes.release.REVISION_NOT_ON_RECORD, 'was: "75", now: "74"'):
        publish(store, CONTRACT, BEFORE, "2026-01-07T02:00:00Z")
    (reasons.parent / "2027.yaml").write_text(entry("74", was="75"))
    publish(store, CONTRACT, BEFORE, "2026-01-07T02:00:00Z")
    assert list(list_findings(store)) == []


def test_wrong_revisions_are_told_with_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "2026.yaml").write_text(entry("74").replace("decided: 2026-01-05", "decided: soon"))
    with pytest.raises(ContractError) as caught:
        load_revisions(tmp_path)
    problems = caught.value.problems
    assert [problem.code for problem in problems] == [
        codes.contract.VALUE_NOT_VALID,
        codes.contract.RULE_BROKEN,
    ]
    assert "2026.yaml:3: revisions[0].decided: " in problems[0]
    assert "2026.yaml:6: revisions[0].figures[0].now: " in problems[1]


def test_the_last_reason_counts_where_a_change_was_made_twice(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(entry("75"))
    (tmp_path / "b.yaml").write_text(entry("75.0").replace("Head of 1823", "Somebody else"))
    found = reason_for(
        load_revisions(tmp_path), "sample", {"metric": "calls", "period": 2023}, "value", "74", "75"
    )
    assert found is not None and found.by == "Somebody else"


def test_figures_are_numbers_that_go_out_unchanged() -> None:
    with refuses("release.figures.0", "name"):
        make_contract(field("id"), field("name"), release={"figures": ["name"]})
