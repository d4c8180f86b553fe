"""Waivers: a critical failure only warns until a day, everywhere it shows; after it, it blocks again."""

from __future__ import annotations

import datetime as dt
import html
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from made.expected import refuses, stops
from pipeline.validate.staged import contract, field, stage
from praya.contract import Contract
from praya.contract.waiver import Waiver
from praya.errors import codes
from praya.pipeline.current import pending_reason
from praya.pipeline.validate import validate_table, verdict_key
from praya.pipeline.validate.suite import expectations_of
from praya.store import Store
from praya.store.states import Accepted, Collected, Staged, Validated

RULE = "contract:calls:minimum"
WAIVER = {
    "expectation": RULE,
    "until": "2026-12-31",
    "reason": "The department corrects January with the next file.",
    "by": "mary",
}
LAST, AFTER = dt.date(2026, 12, 31), dt.date(2027, 1, 1)
BAD = "select '2026-0' || (range + 1) as month, range::bigint - 1 as calls from range(5)"
COUNTS = {"class": "aggregated counts", "reason": "nothing but invented rows", "counts": ["calls"]}


def calls(*waivers: dict[str, Any], **rest: Any) -> Contract:
    fields = [field("month", "string"), field("calls", "integer", constraints={"minimum": 0})]
    return contract("calls", fields, ["month"], waivers=list(waivers), **rest)


def read(store: Store) -> dict[str, Any]:
    return store.read_json(store.read_state(Validated, "calls").path)


def test_until_its_day_a_waived_failure_warns_and_after_it_blocks(store: Store, suites: Path) -> None:
    stage(store, "calls", BAD)
    with stops(codes.validate.EXPECTATION_FAILED, "calls"):
        validate_table(calls(), store, suites, LAST)
    state = validate_table(calls(WAIVER), store, suites, LAST)
    assert (state.verdict, state.counts["waived"], state.counts["failed_critical"]) == (
        "warned",
        1,
        0,
    )
    assert store.read_state(Accepted, "calls").verdict == "warned"
    with stops(codes.validate.EXPECTATION_FAILED, RULE, "2026-12-31"):
        validate_table(calls(WAIVER), store, suites, AFTER)
    verdict = read(store)
    assert verdict["verdict"] == "failed"
    assert verdict["waivers"] == [WAIVER | {"in_force": False, "used": False}]


def test_a_waiver_is_in_the_verdict_key_and_its_end_too(store: Store, suites: Path) -> None:
    stage(store, "calls", BAD)
    staged = store.read_state(Staged, "calls")
    other = WAIVER | {"reason": "Another reason for the same thing."}
    keys = {
        verdict_key(one, staged, store, suites, day)
        for one in (calls(), calls(WAIVER), calls(other))
        for day in (LAST, AFTER)
    }
    assert len(keys) == 5  # without a waiver the day is nothing to it
    early = verdict_key(calls(WAIVER), staged, store, suites, dt.date(2026, 1, 1))
    assert early == verdict_key(calls(WAIVER), staged, store, suites, LAST)


def test_the_day_after_the_dataset_is_behind(
    store: Store, suites: Path, clock: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """So the next run validates again, also where the source has not changed."""
    one = calls(WAIVER)
    stage(store, "calls", BAD)
    collected = Collected(
        dataset="calls", key="c", parts={}, received_at="2026-11-02T01:30:00Z", synthetic=False
    )
    store.set_state("calls", collected)
    monkeypatch.setattr("praya.pipeline.current.stage_key", lambda *_: "k1")
    validate_table(one, store, suites, LAST)
    validated_anew = "the table has not been validated by today's rules"
    clock(f"{LAST}T15:59:59Z")
    assert pending_reason(one, store, suites) != validated_anew
    clock(f"{LAST}T16:00:00Z")  # midnight in Hong Kong
    assert pending_reason(one, store, suites) == validated_anew


def test_verdict_and_page_show_it_in_three_languages(store: Store, suites: Path) -> None:
    stage(store, "calls", BAD)
    state = validate_table(calls(WAIVER), store, suites, LAST)
    (failed,) = [each for each in read(store)["expectations"] if each["status"] == "failed"]
    assert failed["waived"] == WAIVER and failed["severity"] == "critical"
    folder = store.path(state.report).parent
    for name, words in {
        "report.html": ("Waived until 31 December 2026 by mary", "in force, and needed"),
        "report-tc.html": ("由mary豁免至2026年12月31日", "生效並已引用"),
        "report-sc.html": ("由mary豁免至2026年12月31日", "生效并已引用"),
    }.items():
        page = html.unescape((folder / name).read_text("utf-8"))
        assert all(each in page for each in (*words, WAIVER["reason"])), name


def test_of_counts_the_rows_behind_a_waived_failure_are_not_shown(store: Store, suites: Path) -> None:
    """The table goes on, and its reader would know which of the small counts is which."""
    stage(store, "calls", BAD)
    with stops(codes.validate.EXPECTATION_FAILED, "calls"):
        validate_table(calls(disclosure=COUNTS), store, suites, LAST)
    rule = {
        "type": "unexpected_rows_expectation",
        "kwargs": {"unexpected_rows_query": "select * from {batch} where calls < 0"},
        "meta": {"name": "none-below"},
    }
    (suites / "calls.json").write_text(json.dumps({"name": "calls", "expectations": [rule]}))
    both = (WAIVER, WAIVER | {"expectation": "suite:none-below"})
    with stops(codes.validate.EXPECTATION_FAILED, "calls"):
        validate_table(calls(WAIVER, disclosure=COUNTS), store, suites, LAST)
    shown = {each["id"]: each["samples"] for each in read(store)["expectations"]}
    assert shown["suite:none-below"] == [{"month": "2026-01"}] and shown[RULE] == []
    validate_table(calls(*both, disclosure=COUNTS), store, suites, LAST)
    assert all(each["samples"] == [] for each in read(store)["expectations"])


def test_what_is_waived_must_be_a_critical_expectation(suites: Path) -> None:
    rule = {
        "type": "expect_column_max_to_be_between",
        "kwargs": {"column": "calls", "max_value": 9},
        "severity": "warning",
    }
    (suites / "calls.json").write_text(json.dumps({"name": "calls", "expectations": [rule]}))
    for name in ("contract:calls:nonsense", "suite:calls:column_max_to_be_between"):
        with stops(codes.validate.WAIVER_UNKNOWN, name):
            expectations_of(calls(WAIVER | {"expectation": name}), suites)


def test_an_engine_error_cannot_be_waived(store: Store, suites: Path) -> None:

    rule = {
        "type": "unexpected_rows_expectation",
        "kwargs": {"unexpected_rows_query": "select nonsense from {batch}"},
        "meta": {"name": "odd"},
    }
    (suites / "calls.json").write_text(json.dumps({"name": "calls", "expectations": [rule]}))
    stage(store, "calls", BAD)
    with stops(codes.validate.EXPECTATION_NOT_CHECKED, "suite:odd"):
        validate_table(calls(WAIVER, WAIVER | {"expectation": "suite:odd"}), store, suites, LAST)


def test_a_waiver_says_who_why_and_until_when_and_once() -> None:
    for name in WAIVER:
        with refuses(f"waivers.0.{name}"):
            calls({key: value for key, value in WAIVER.items() if key != name})
    with refuses("waivers.1.expectation", RULE):
        calls(WAIVER, WAIVER)


@given(until=st.dates(), day=st.dates())
def test_it_is_in_force_up_to_and_including_its_day(until: dt.date, day: dt.date) -> None:
    waiver = Waiver.model_validate(WAIVER | {"until": until.isoformat()})
    assert waiver.in_force(day) == (day.isoformat() <= until.isoformat())
