"""weaker: strengthening never asks, any weakening does, and no chain of small steps gets round it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from praya.disclosure.protect.weakenings import CLASSES, Rules, find_weakenings

RATE = {"field": "pct", "numerator": "part", "denominator": "cases"}
MEAN = {"field": "average", "count": "cases"}
DIMENSION = {"field": "district", "total": "all", "parents": {"central": "island"}}
INSIDE = {"part": "part", "whole": "cases", "rest": "others", "guarded": False}


def rules(**disclosure: Any) -> dict[str, Any]:
    """Counts by the default method, with all that can be guarded, and floors."""
    return {
        "disclosure": {
            "class": "aggregated counts",
            "reason": "Counts of people by place.",
            "counts": ["cases", "part"],
            "rates": [RATE],
            "means": [MEAN],
            "method": "suppression",
            "threshold": 10,
            "allowed_rate": 0.0005,
            "structure": {"dimensions": [DIMENSION], "inside": [INSIDE]},
            **disclosure,
        },
        "floors": {
            "threshold": 10, "values": 5, "allowed_rate": 0.001, "decimals": 3, "metres": 100,
            "approvers": {"class": ["officer"]},
        },
    }  # fmt: skip


def facts(kind: str = "public facts", **more: Any) -> dict[str, Any]:
    floors = rules()["floors"] | {"threshold": None, "values": None}
    return {
        "disclosure": {"class": kind, "reason": "Facts for anyone.", "allowed_rate": 0.0005, **more},
        "floors": floors,
    }


def compared(before: dict[str, Any], now: dict[str, Any]) -> set[str]:
    return {each.aspect for each in find_weakenings(Rules.model_validate(before), Rules.model_validate(now))}


def with_floors(**floors: Any) -> dict[str, Any]:
    body = rules()
    return body | {"floors": body["floors"] | floors}


def with_structure(**structure: Any) -> dict[str, Any]:
    return rules(structure=rules()["disclosure"]["structure"] | structure)


STRUCTURE = rules()["disclosure"]["structure"]
WEAKER = [
    ("class", rules(), facts()),
    ("class", facts(), facts("public register")),
    ("threshold", rules(), rules(threshold=9)),
    ("method", rules(), rules(method="10-5 rule")),
    ("guarded", rules(), rules(counts=["cases"], rates=[])),
    ("guarded", rules(), rules(rates=[])),
    ("guarded", rules(), rules(means=[])),
    ("guarded", rules(), rules(means=[MEAN | {"count": "part"}])),
    ("guarded", rules(), rules(rates=[], means=[MEAN, {"field": "pct", "count": "cases"}])),
    ("guarded", rules(), with_structure(dimensions=[])),
    ("guarded", rules(), with_structure(dimensions=[DIMENSION | {"parents": {}}])),
    ("guarded", rules(), with_structure(dimensions=[DIMENSION | {"leave_out": ["others"]}])),
    ("guarded", with_structure(inside=[INSIDE | {"guarded": True}]), rules()),
    (
        "guarded",
        rules(method="cell-key perturbation", cell_keys={"cases": "k"}),
        rules(method="cell-key perturbation", cell_keys={"cases": "j"}),
    ),
    (
        "public_contact",
        facts("public register"),
        facts("public register", publicContact={"phone": "An office's own line."}),
    ),
    ("allowed_rate", rules(), rules(allowed_rate=0.001)),
    ("threshold", rules(), with_floors(threshold=9)),
    ("values", rules(), with_floors(values=4)),
    ("allowed_rate", rules(), with_floors(allowed_rate=0.01)),
    ("precision", rules(), with_floors(decimals=4)),
    ("precision", rules(), with_floors(metres=10)),
    ("approvers", rules(), with_floors(approvers={"class": ["officer", "friend"]})),
    ("approvers", rules(), with_floors(approvers={"class": ["officer"], "threshold": ["officer"]})),
]


@pytest.mark.parametrize(("aspect", "before", "now"), WEAKER)
def test_whatever_protects_less_is_named_and_the_way_back_asks_nothing_more(
    aspect: str, before: dict[str, Any], now: dict[str, Any]
) -> None:
    assert aspect in compared(before, now)
    # Another method, another way of guarding or another cell key is not to be compared: it asks both ways.
    if aspect != "method" and not _incomparable(before, now):
        assert compared(now, before) == set()


def _incomparable(before: dict[str, Any], now: dict[str, Any]) -> bool:
    keys = ("means", "cell_keys")
    changed = any(before["disclosure"].get(key) and now["disclosure"].get(key) and
                  before["disclosure"][key] != now["disclosure"][key] for key in keys)  # fmt: skip
    left_out = "leave_out" in str(now["disclosure"].get("structure"))
    return changed or left_out


def test_what_concerns_nobody_asks_nothing() -> None:
    assert compared(facts(), facts(threshold=1)) == set()
    assert compared(facts(), facts(method="suppression")) == set()
    assert compared(rules(), rules(reason="Another reason, just as long.")) == set()
    assert compared(rules(counts=["part", "cases"]), rules()) == set()
    assert compared(with_structure(dimensions=[DIMENSION, DIMENSION | {"field": "age"}]),
                    with_structure(dimensions=[DIMENSION | {"field": "age"}, DIMENSION])) == set()  # fmt: skip


# --- properties ----------------------------------------------------------------------------------------------

CLASS = st.sampled_from(CLASSES)
LEVEL = st.integers(0, 2)


@st.composite
def drawn(draw: st.DrawFn) -> dict[str, Any]:
    """Rules of any class, each dial at one of few settings, so that two of them are often comparable."""
    kind = draw(CLASS)
    counted = kind == "aggregated counts"
    counts = draw(st.sampled_from([["a"], ["a", "b"]]))
    section: dict[str, Any] = {
        "class": kind,
        "reason": "Long enough a reason.",
        "allowed_rate": draw(LEVEL) / 1000,
        "threshold": 10 + draw(LEVEL),
        "method": draw(st.sampled_from(["10-5 rule", "10-5 rule", "suppression"])),
    }
    if counted:
        means = [{"field": "m", "count": "a"}]
        section |= {"counts": counts, "means": draw(st.sampled_from([[], means]))}
        parents = draw(st.sampled_from([{}, {"x": "y"}]))
        dimension = {"field": "d", "total": "t", "parents": parents}
        section["structure"] = {"dimensions": draw(st.sampled_from([[], [dimension]]))}
    if kind == "public register":
        reason = "An office's own line."
        section["publicContact"] = draw(st.sampled_from([{}, {"p": reason}, {"p": reason, "q": reason}]))
    floors = {
        "threshold": 10 - draw(LEVEL) if counted else None,
        "values": 2 + draw(LEVEL) if counted else None,
        "allowed_rate": draw(LEVEL) / 100,
        "decimals": draw(LEVEL),
        "metres": 10 + draw(LEVEL),
        "approvers": {"class": draw(st.sampled_from([["a"], ["a", "b"]]))},
    }
    return {"disclosure": section, "floors": floors}


def _down(rule: dict[str, Any], part: str, key: str, by: float) -> dict[str, Any]:
    return rule | {part: rule[part] | {key: rule[part][key] + by}}


# The dials that there are whatever the class, and the direction in which each lets more out.
DIALS: list[tuple[str, Callable[[dict[str, Any], float], dict[str, Any]]]] = [
    ("allowed_rate", lambda rule, way: _down(rule, "disclosure", "allowed_rate", way * 0.0001)),
    ("allowed_rate", lambda rule, way: _down(rule, "floors", "allowed_rate", way * 0.0001)),
    ("precision", lambda rule, way: _down(rule, "floors", "decimals", int(way))),
    ("precision", lambda rule, way: _down(rule, "floors", "metres", -int(way))),
]


@given(drawn())
def test_the_same_rules_are_not_weaker(one: dict[str, Any]) -> None:
    assert compared(one, one) == set()


@given(drawn(), st.sampled_from(DIALS), st.lists(st.sampled_from(DIALS), max_size=3))
def test_one_weakening_asks_whatever_else_became_stronger(
    before: dict[str, Any], dial: Any, others: list[Any]
) -> None:
    aspect, turn = dial
    now = turn(before, 1)
    for other, back in others:
        if other != aspect:
            now = back(now, -1) if _valid(back(now, -1)) else now
    assert aspect in compared(before, now)


@given(drawn(), st.lists(st.sampled_from(DIALS), min_size=1, max_size=4), st.integers(0, 3))
def test_strengthening_never_asks(before: dict[str, Any], dials: list[Any], higher: int) -> None:
    now = before | {
        "disclosure": before["disclosure"] | {"threshold": before["disclosure"]["threshold"] + higher}
    }
    for _, turn in dials:
        now = turn(now, -1) if _valid(turn(now, -1)) else now
    assert compared(before, now) == set()


@settings(suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(drawn(), drawn(), drawn())
def test_no_chain_of_steps_that_ask_nothing_leads_where_one_step_would_ask(
    first: dict[str, Any], second: dict[str, Any], third: dict[str, Any]
) -> None:
    assume(not compared(first, second) and not compared(second, third))
    assert compared(first, third) == set()


def _valid(rule: dict[str, Any]) -> bool:
    return all(
        rule[part][key] >= 0
        for part, key in (("disclosure", "allowed_rate"), ("floors", "allowed_rate"), ("floors", "decimals"))
    )


def test_a_decision_that_says_which_count_was_never_zero_is_still_read() -> None:
    """`structure.present` is no more: that it is gone is no weakening, and what is on record stays readable."""
    former = with_structure(present="cases")
    assert find_weakenings(Rules.model_validate(former), Rules.model_validate(rules())) == []
