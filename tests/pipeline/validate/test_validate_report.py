"""The page in three languages: every text there, in its language, accessible; the kept page, and that with evidence."""

from __future__ import annotations

import html
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from made import open_store
from made.expected import stops
from pipeline.validate.staged import contract, field, stage
from praya.contract.text import to_simplified
from praya.errors import codes
from praya.ledger import Ledger
from praya.pipeline.validate import validate_table
from praya.pipeline.validate.evidence import RUNS, gather_evidence, view
from praya.pipeline.validate.messages import LANGUAGES, TEMPLATES, catalogue, speaker
from praya.pipeline.validate.report_page import FILES
from praya.pipeline.validate.suite import expectations_of, load_suite
from praya.store import Store
from praya.store.states import Validated

SUITES = Path(__file__).parents[3] / "expectations"
CALLS = contract(
    "calls", [field("month", "string"), field("calls", "integer", constraints={"minimum": 0})], ["month"]
)
GOOD = "select '2026-0' || (range + 1) as month, range::bigint as calls from range(5)"
VOID = {"meta", "link", "br", "rect", "img", "input", "hr"}
LEAST_CONTRAST = 4.5  # WCAG 2.2, success criterion 1.4.3, level AA


class Page(HTMLParser):
    """What a reader of the page meets: headings, tables, the language of each piece of text, and unclosed elements."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[tuple[str, str | None]] = []
        self.headings: list[int] = []
        self.problems: list[str] = []
        self.texts: list[tuple[str | None, str]] = []
        self.links: list[dict[str, str | None]] = []
        self.feed(text)
        self.problems += [f"<{tag}> is never closed" for tag, _ in self.open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "th" and given.get("scope") not in ("col", "row"):
            self.problems.append("a <th> without a scope")
        if tag == "svg" and not (given.get("role") == "img" and given.get("aria-label")):
            self.problems.append("an image without a text")
        if tag == "a":
            self.links.append(given)
        if tag not in VOID:
            self.open.append((tag, given.get("lang") or (self.open[-1][1] if self.open else None)))

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self.open or self.open.pop()[0] != tag:
            self.problems.append(f"</{tag}> closes something else")

    def handle_data(self, data: str) -> None:
        if data.strip() and self.open and self.open[-1][0] != "style":
            self.texts.append((self.open[-1][1], data.strip()))


@pytest.fixture
def judged(store: Store, suites: Path) -> tuple[Store, Path]:
    """A dataset with a good run, then one with a failure, quarantined rows and a rule that is in English only."""
    stage(store, "calls", GOOD)
    validate_table(CALLS, store, suites)
    rule = {
        "type": "unexpected_rows_expectation",
        "kwargs": {"unexpected_rows_query": "select * from {batch} where calls > 2"},
        "description": "No month has more than 2 calls",
        "meta": {"name": "few"},
    }
    (suites / "calls.json").write_text(json.dumps({"name": "calls", "expectations": [rule]}))
    quarantine = (
        "select 1::bigint as row, 2::bigint as line, 'calls' as column_name, 'x' as value, 'type' as rule, "
        "'is not an integer' as reason, '2026-01,x' as raw"
    )
    stage(
        store,
        "calls",
        GOOD,
        key="k2",
        quarantine=quarantine,
        rows_in=6,
        rows_quarantined=1,
        quarantined_by_rule={"type": 1},
    )
    with stops(codes.validate.EXPECTATION_FAILED, "calls"):
        validate_table(CALLS, store, suites)
    return store, suites


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_the_page_is_sound_and_accessible(judged: tuple[Store, Path], language: str) -> None:
    text = view(judged[0], "calls", language) or ""
    page = Page(text)
    assert page.problems == []
    assert text.startswith("<!doctype html>") and f'<html lang="{language}">' in text
    assert page.headings[0] == 1 and set(page.headings[1:]) == {2}
    assert {link["hreflang"] for link in page.links} == {*LANGUAGES} - {language}
    assert {link["href"] for link in page.links} <= {*FILES.values()}


def test_every_text_is_in_its_language(judged: tuple[Store, Path], language: str) -> None:
    """In a Chinese page, what is English says so, but for identifiers and values."""
    page = Page(view(judged[0], "calls", language) or "")
    own = [text for spoken, text in page.texts if spoken == language]
    chinese = [text for text in own if re.search(r"[\u4e00-\u9fff]", text)]
    if language == "en":
        assert [text for text in chinese if text not in ("（中文）",)] == []
        return
    told = [text for text in own if re.fullmatch(r"[A-Za-z][a-z]+( [a-z]+){2,}.*", text)]
    assert told == []
    assert ("en", "No month has more than 2 calls") in page.texts
    if language == "zh-Hans":
        assert [text for text in chinese if to_simplified(text) != text] == []


def test_the_kept_pages_rest_on_the_verdict_alone(judged: tuple[Store, Path], language: str) -> None:
    """Whatever comes after: the ledger holds the hash of what was kept."""
    store, suites = judged
    (store.path("verdicts/calls") / "x").mkdir()
    state = store.read_state(Validated, "calls")
    kept = (store.path(state.report).parent / FILES[language]).read_text("utf-8")
    other = open_store(store.root.parent / "other")
    (suites / "calls.json").write_text((suites / "calls.json").read_text())
    shown = view(store, "calls", language) or ""
    assert speaker(language)("trend") in shown and speaker(language)("trend") not in kept
    assert other.state(Validated, "calls") is None and view(other, "calls", language) is None


def test_evidence_tells_of_runs_lines_and_decisions(judged: tuple[Store, Path]) -> None:
    store, _ = judged
    verdict = store.read_json(store.read_state(Validated, "calls").path)
    approval = {
        "weaker": ["fewer are hidden"],
        "proposed_by": "mary",
        "approved_by": "officer",
        "reason": "Offices only.",
    }
    line = Ledger(store).record("approval", "calls", approval)
    Ledger(store).record("approval", "other", approval)
    found = gather_evidence(store, "calls", verdict)
    assert [run["verdict"] for run in found["runs"]] == ["passed", "failed"]
    assert [run["this"] for run in found["runs"]] == [False, True]
    assert [(each["number"], each["reason"]) for each in found["approvals"]] == [
        (line.number, "Offices only.")
    ]
    assert {each["kind"] for each in found["lines"]} == {"verdict", "approval"}
    assert found["release"] is None and found["faults"] is None and found["disclosure"] is None
    page = html.unescape(view(store, "calls") or "")
    for words in ("fewer are hidden", "officer", "Nothing has been released.", "Not measured yet"):
        assert words in page


def test_the_trend_shows_twelve_runs_at_most(store: Store, suites: Path) -> None:
    for number in range(RUNS + 2):
        stage(store, "calls", GOOD, key=f"k{number}")
        validate_table(CALLS, store, suites)
    verdict = store.read_json(store.read_state(Validated, "calls").path)
    runs = gather_evidence(store, "calls", verdict)["runs"]
    assert len(runs) == RUNS and runs[-1]["this"] and not any(run["this"] for run in runs[:-1])
    assert (view(store, "calls") or "").count('class="whole"') == RUNS


def test_every_message_is_in_both_languages_with_the_same_places() -> None:
    for key, texts in catalogue().items():
        places = {name: sorted(set(re.findall(r"{(\w+)}", text))) for name, text in texts.items()}
        # A word that only one language needs may be missing from the other.
        assert set(texts) == {"en", "zh-Hant"} and set(places["zh-Hant"]) <= set(places["en"]), key
        assert texts["zh-Hant"] == texts["en"] or not re.search(r"[\u4e00-\u9fff]", texts["en"]), key


def test_no_message_is_left_over() -> None:
    code = "".join(
        path.read_text("utf-8")
        for path in Path(TEMPLATES).parents[3].rglob("*")
        if path.suffix in (".py", ".html")
    )
    made = (
        "headline_",
        "severity_",
        "outcome_",
        "verdict_",
        "figure_",
        "kind_",
        "fault_",
    )
    made += ("attempt_", "step_", "back_")
    left = [
        key for key in catalogue() if not key.startswith(made) and not re.search(rf"""["']{key}["']""", code)
    ]
    assert left == []


@pytest.mark.parametrize("path", sorted(SUITES.glob("*.json")), ids=lambda path: path.stem)
def test_every_rule_that_ships_is_told_in_chinese_too(path: Path) -> None:
    for each in load_suite(path):
        assert re.search(r"[\u4e00-\u9fff]", each["meta"].get("description_zh_hant", "")), each["description"]


def test_every_rule_of_a_contract_is_told_in_chinese_too(suites: Path) -> None:
    fields = [
        field(
            "month", "string", constraints={"required": True, "pattern": "a+", "minLength": 1, "maxLength": 9}
        ),
        field("kind", "string", constraints={"enum": ["a", "b"], "unique": True}),
        field("calls", "number", decimals=1, constraints={"minimum": 0, "maximum": 9}),
    ]
    keys = [{"fields": ["kind"], "reference": {"resource": "all-kinds", "fields": ["code"]}}]
    quality = {"max_quarantined_rows": 3, "min_rows": 7}
    one = contract("calls", fields, ["month", "kind"], foreign_keys=keys, quality=quality)
    for each in expectations_of(one, suites):
        assert re.search(r"[\u4e00-\u9fff]", each["meta"]["description_zh_hant"]), each


def _luminance(colour: str) -> float:
    colour = colour if len(colour) == 7 else "#" + "".join(2 * each for each in colour[1:])
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_text_stands_out_from_its_ground() -> None:
    css = (TEMPLATES / "report.html").read_text("utf-8")
    colours: dict[str, Any] = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6})", css))
    grounds = ["#fff", colours["ground"]]
    pairs = [(colours[name], ground) for name in ("ink", "quiet", "navy") for ground in grounds]
    pairs += [(colours[name], colours[f"{name}-g"]) for name in ("passed", "warned", "failed", "error")]
    pairs += [
        ("#c9d8e8", colours["navy"]),
        ("#e3ebf3", colours["navy"]),
        ("#4a3600", "#ffe9a8"),
        ("#34475a", "#eaeff4"),
    ]
    assert all(colour in css for pair in pairs for colour in pair)
    assert {pair: _contrast(*pair) for pair in pairs if _contrast(*pair) < LEAST_CONTRAST} == {}
