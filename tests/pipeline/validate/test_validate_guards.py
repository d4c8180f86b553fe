"""Guards: a delivery that is far from the one accepted before stops and asks, without a line in its contract."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from made import open_store
from made.expected import stops
from pipeline.validate.staged import contract, field, stage
from praya.contract import Contract
from praya.errors import codes
from praya.pipeline.collect import collect_source
from praya.pipeline.stage import stage_table as stage_step
from praya.pipeline.validate import validate_table
from praya.pipeline.validate.evidence import view
from praya.pipeline.validate.guard_checks import SMALL, compare
from praya.pipeline.validate.guard_figures import SLACK
from praya.pipeline.validate.guard_rules import guards_of
from praya.pipeline.validate.messages import LANGUAGES, speaker
from praya.pipeline.validate.report_page import render
from praya.pipeline.validate.result import Result
from praya.pipeline.validate.rule_kinds.rows_guard import GUARD
from praya.pipeline.validate.suite import expectations_of
from praya.pipeline.validate.verdict import build
from praya.store import Store
from praya.store.duck import instance, literal
from praya.store.states import Accepted, Staged, Validated

pytestmark = pytest.mark.slow

GUIDE = Path(__file__).parents[3] / "docs" / "how-to" / "data-engineer.md"
Rows = list[tuple[Any, ...]]
GOOD: Rows = [(f"R{n:03}", 1 + n % 37 / 2) for n in range(100)]
BAD: dict[str, tuple[str, Rows]] = {
    "guard-rows": ("100 before (-30%)", GOOD[:70]),
    "guard-values-fare": ("about 1,000 times", [(route, fare * 1000) for route, fare in GOOD]),
    "guard-missing-fare": ("100% empty, 0% before", [(route, None) for route, _ in GOOD]),
    "guard-keys": ("100 of 100 keys vanished", [(f"X{route}", fare) for route, fare in GOOD]),
}


class House:
    """The contract of the guide, its source as a file in a folder, and the way from there to `accepted`."""

    def __init__(self, work: Path) -> None:
        self.store, self.suites, self.file = open_store(work / "store"), work / "suites", work / "fares.csv"
        self.suites.mkdir()

    def contract(self, **changes: Any) -> Contract:
        """What the guide has to copy, word by word, but for the address."""
        (block,) = re.findall(r"```yaml\n(# yaml-language-server.*?)```", GUIDE.read_text("utf-8"), re.S)
        loaded = yaml.safe_load(block)
        loaded["source"] |= {"url": self.file.as_uri()}
        return Contract.model_validate(loaded | changes)

    def deliver(self, rows: Rows, **changes: Any) -> Validated:
        one = self.contract(**changes)
        lines = [f"{route},{'' if fare is None else fare}\n" for route, fare in rows]
        self.file.write_text("Route No.,fare\n" + "".join(lines))
        collect_source(one, self.store, {})
        stage_step(one, self.store)
        return validate_table(one, self.store, self.suites)

    @property
    def accepted(self) -> Accepted | None:
        return self.store.state(Accepted, "ferry-fares")

    @property
    def verdict(self) -> dict[str, Any]:
        return self.store.read_json(self.store.read_state(Validated, "ferry-fares").path)


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    monkeypatch.setenv("PRAYA_SOURCE_FOLDERS", str(tmp_path))
    return House(tmp_path)


def waiver(expectation: str) -> dict[str, str]:
    reason = "The department wrote that this is meant."
    return {"expectation": expectation, "until": "2199-12-31", "reason": reason, "by": "Chan Tai-man"}


@pytest.mark.parametrize("guard", BAD)
def test_a_bad_delivery_stops_and_asks_by_the_contract_of_the_guide(house: House, guard: str) -> None:
    house.deliver(GOOD)
    before = house.accepted
    with stops(codes.validate.EXPECTATION_FAILED, "ferry-fares", BAD[guard][0]) as caught:
        house.deliver(BAD[guard][1])
    assert house.accepted == before
    failed = [each for each in house.verdict["expectations"] if each["status"] == "failed"]
    assert guard in {each["id"] for each in failed} <= {*BAD}
    assert all(each["severity"] == "critical" for each in failed)
    assert f"{{expectation: {failed[0]['id']}, until: YYYY-MM-DD, reason: " in str(caught.value)
    house.deliver(GOOD)


@pytest.mark.parametrize("guard", BAD)
def test_a_waiver_lets_it_through_and_the_next_delivery_is_held_against_it(house: House, guard: str) -> None:
    house.deliver(GOOD)
    with stops(codes.validate.EXPECTATION_FAILED, "ferry-fares"):
        house.deliver(BAD[guard][1])
    failed = [each["id"] for each in house.verdict["expectations"] if each["status"] == "failed"]
    state = house.deliver(BAD[guard][1], waivers=[waiver(id_) for id_ in failed])
    assert (state.verdict, state.counts["waived"]) == ("warned", len(failed))
    assert house.accepted is not None and house.accepted.key == state.staged
    other = [*BAD[guard][1], ("R999", None)]
    assert house.deliver(other).verdict in ("passed", "warned")  # without the waiver


def test_a_waiver_of_a_guard_holds_for_what_was_received_by_its_day(store: Store, suites: Path) -> None:
    one = numbers(waivers=[waiver(id_) | {"until": "2026-11-02"} for id_ in ("guard-rows", "guard-keys")])
    stage(store, "calls", f"{TABLE} from range(100)")
    validate_table(one, store, suites)
    stage(store, "calls", f"{TABLE} from range(50)", key="k2")  # received on 2 November
    for day in (dt.date(2026, 11, 2), dt.date(2031, 1, 1)):
        assert validate_table(one, store, suites, day).counts["waived"] == 2
    stage(store, "calls", f"{TABLE} from range(20)", key="k3", received_at="2026-11-02T16:00:00Z")
    with stops(codes.validate.EXPECTATION_FAILED, "guard-rows", "2026-11-02"):
        validate_table(one, store, suites, dt.date(2026, 11, 2))


# --- any table --------------------------------------------------------------------------------------------

TABLE = "select range::varchar as id, 3 + range % 50 as calls, 'n' || range % 3 as note"


def numbers(**rest: Any) -> Contract:
    fields = [field("id", "string"), field("calls", "integer"), field("note", "string")]
    return contract("calls", fields, ["id"], **rest)


Row = tuple[str, int | None, str | None]
TABLES = st.lists(
    st.tuples(st.integers(-9, 999) | st.none(), st.sampled_from(["a", "b", None])),
    min_size=SMALL,
    max_size=80,
).map(lambda values: [(f"k{n}", *value) for n, value in enumerate(values)])


def stopping(before: list[Row], now: list[Row], one: Contract, work: Path) -> set[str]:
    """The guards that stop `now` after `before`."""
    paths = [work / "before.parquet", work / "now.parquet"]
    with instance(work) as con:
        con.execute("create or replace table t (id varchar, calls bigint, note varchar)")
        for path, rows in zip(paths, (before, now), strict=True):
            con.execute("delete from t")
            con.executemany("insert into t values (?, ?, ?)", rows or [("", None, None)])
            where = "" if rows else "where false"
            con.execute(f"copy (from t {where}) to {literal(str(path))} (format parquet)")
    return {each.id for each in compare(one, paths[1], paths[0], work) if each.status == "failed"}


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("guards")


@settings(max_examples=20, deadline=None)
@given(before=TABLES, data=st.data())
def test_what_changes_nothing_or_adds_a_few_rows_never_stops(
    work: Path, before: list[Row], data: st.DataObject
) -> None:
    assert stopping(before, data.draw(st.permutations(before)), numbers(), work) == set()
    few = [(f"new{n}", *before[n][1:]) for n in range(data.draw(st.integers(0, SLACK - 1)))]
    assert not stopping(before, before + few, numbers(), work)
    assert stopping(before, before[: len(before) - SLACK + 1], numbers(), work) == set()


@settings(max_examples=20, deadline=None)
@given(before=TABLES, data=st.data())
def test_the_four_kinds_always_stop(work: Path, before: list[Row], data: st.DataObject) -> None:
    before = [(key, calls or 7, note or "a") for key, calls, note in before]
    factor = data.draw(st.sampled_from([10, 1000, 10**6]))
    left = data.draw(st.integers(0, int(len(before) * 0.7)))
    known = data.draw(st.integers(0, int(len(before) * 0.7)))
    one = numbers()
    assert "guard-rows" in stopping(before, before[:left], one, work)
    assert "guard-rows" in stopping(
        before, before + [(f"{key}x{n}", *rest) for key, *rest in before for n in range(2)], one, work
    )
    larger = [(key, calls * factor, note) for key, calls, note in before]
    assert (
        stopping(before, larger, one, work) == {"guard-values-calls"} == stopping(larger, before, one, work)
    )
    emptied = [(key, calls, None) for key, calls, _ in before]
    assert stopping(before, emptied, one, work) == {"guard-missing-note"}
    others = [(key if n < known else f"other{n}", *rest) for n, (key, *rest) in enumerate(before)]
    assert stopping(before, others, one, work) == {"guard-keys"}


def test_small_tables_and_small_differences_stop_nothing(work: Path) -> None:
    rows: list[Row] = [(f"k{n}", n + 1, "a") for n in range(SMALL)]
    assert stopping(rows[1:], [], numbers(), work) == set()
    assert "guard-rows" in stopping(rows, [], numbers(), work)
    assert stopping(rows, rows[: SMALL - SLACK + 1], numbers(), work) == set()
    assert stopping(rows, rows[: SMALL - SLACK], numbers(), work) == {"guard-rows", "guard-keys"}
    mostly = [(key, calls, None if n < SLACK - 1 else note) for n, (key, calls, note) in enumerate(rows)]
    assert stopping(rows, mostly, numbers(), work) == set()


def test_a_column_that_was_nearly_empty_and_is_emptied_stops(work: Path) -> None:
    before: list[Row] = [(f"k{n}", 1, "a" if n < SLACK else None) for n in range(100)]
    assert stopping(before, [(key, calls, None) for key, calls, _ in before], numbers(), work) == {
        "guard-missing-note"
    }


# --- what guards a dataset has ----------------------------------------------------------------------------


def ids(one: Contract) -> set[str]:
    return {each["id"] for each in guards_of(one)}


@pytest.mark.parametrize(
    "column", ["date", "yearmonth", "year", "time", "datetime", "string report_month", "string period"]
)
def test_times_are_no_keys_that_stay(column: str) -> None:
    kind, _, name = column.partition(" ")
    keys = [field(name or "x", kind), field("route", "string")]
    (guard,) = [
        each
        for each in guards_of(contract("calls", keys, [name or "x", "route"]))
        if each["id"] == "guard-keys"
    ]
    assert guard["kwargs"]["column_list"] == ["route"]
    assert "guard-keys" not in ids(contract("calls", keys, [name or "x"]))


def test_marts_and_months_may_grow() -> None:
    mart = {"mart": "calls", "format": "parquet"}
    for one in (numbers(source=mart), numbers(partition="month").at("2026-01")):
        (rows,) = [each for each in guards_of(one) if each["id"] == "guard-rows"]
        assert set(rows["kwargs"]) == {"fall"}


def test_a_contract_sets_limits_or_turns_guards_off_with_a_reason() -> None:
    why = "Every January the file begins anew."
    off = {"rows_fall": False, "rows_growth": "off", "missing": "off", "values": "off", "keys": "off"}
    assert ids(numbers(quality={"guards": off | {"reason": why}})) == set()
    some = {"values": 1000, "columns": {"note": {"missing": 0.5}}, "reason": why}
    limits = {each["id"]: each["kwargs"] for each in guards_of(numbers(quality={"guards": some}))}
    assert limits["guard-values-calls"]["limit"] == 1000
    assert (limits["guard-missing-note"]["limit"], limits["guard-missing-calls"]["limit"]) == (0.5, 0.2)


@pytest.mark.parametrize(
    "guards",
    [
        {"rows_fall": 0.5},
        {"reason": "A reason for nothing at all."},
        *(
            {"reason": "Why this is right, in a sentence."} | wrong
            for wrong in (
                {"rows_fall": 0}, {"rows_fall": 1}, {"rows_fall": -0.1}, {"rows_fall": True}, {"rows_fall": "a lot"},
                {"rows_growth": 0}, {"rows_growth": float("inf")}, {"rows_growth": float("nan")}, {"rows_growth": True},
                {"missing": 20}, {"values": 1}, {"values": 0.1}, {"keys": 2}, {"rows": 0.2}, {"rows_fall": "0.2"},
                {"columns": {"absent": {"missing": "off"}}}, {"columns": {"id": {"missing": "off"}}},
                {"columns": {"note": {"values": 100}}}, {"columns": {"note": {}}},
            )
        ),
    ],
)  # fmt: skip
def test_nonsense_is_refused(guards: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        numbers(quality={"guards": guards})


def test_a_waiver_names_a_guard_that_there_is(suites: Path) -> None:
    expectations_of(numbers(waivers=[waiver("guard-missing-note")]), suites)
    with stops(codes.validate.WAIVER_UNKNOWN, "guard-values-note"):
        expectations_of(numbers(waivers=[waiver("guard-values-note")]), suites)


# --- what may be told -------------------------------------------------------------------------------------

REASON = "nothing but invented rows"
COUNTS = {"class": "aggregated counts", "reason": REASON, "counts": ["calls"]}
RECORDS = {"class": "personal records", "reason": REASON}
RETENTION = {"raw_days": 30, "ground": "for as long as this test takes"}


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (
            numbers(disclosure=COUNTS),
            {
                "guard-rows": "71 rows, 103 before (-31.1%)",
                "guard-missing-note": "not shown",
                "guard-values-calls": "not shown",
                "guard-keys": "32 of 103 keys vanished",
            },
        ),
        (
            numbers(disclosure=RECORDS, retention=RETENTION),
            {
                "guard-rows": "about 70 rows, about 105 before (-33.3%)",
                "guard-missing-note": "100% empty, 0% before",
                "guard-values-calls": "not shown",
                "guard-keys": "about 30 of about 105 keys vanished",
            },
        ),
    ],
)
def test_of_guarded_figures_no_more_is_told_than_may_be(
    store: Store, suites: Path, one: Contract, said: dict[str, str]
) -> None:
    stage(store, "calls", f"{TABLE} from range(103)")
    validate_table(one, store, suites)
    bad = f"select * replace (calls * 1717 as calls, null::varchar as note) from ({TABLE} from range(71))"
    stage(store, "calls", bad, key="k2")
    with stops(codes.validate.EXPECTATION_FAILED, "calls") as caught:
        validate_table(one, store, suites)
    verdict = store.read_json(store.read_state(Validated, "calls").path)
    failed = {
        each["id"]: each["observed_words"] for each in verdict["expectations"] if each["status"] == "failed"
    }
    assert failed == said
    folder = store.path(store.read_state(Validated, "calls").path).parent
    pages = "".join(path.read_text("utf-8") for path in folder.iterdir()) + str(caught.value)
    assert not re.search(r"1,?717|1,?700", pages)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_says_what_to_write_and_where(store: Store, suites: Path, language: str) -> None:
    stage(store, "calls", f"{TABLE} from range(100)")
    validate_table(numbers(), store, suites)
    stage(store, "calls", f"{TABLE} from range(60)", key="k2")
    with stops(codes.validate.EXPECTATION_FAILED, "calls"):
        validate_table(numbers(), store, suites)
    page = view(store, "calls", language) or ""
    assert "{expectation: guard-rows, until: …, reason: …, by: …}" in page
    assert html.escape(speaker(language)(GUARD.words)) in page


# --- the banner -------------------------------------------------------------------------------------------

KINDS = st.sampled_from(["passed", "critical", "warning", "waived", "error"])


@settings(max_examples=60, deadline=None)
@given(kinds=st.lists(KINDS, max_size=8), moved=st.lists(st.booleans(), max_size=5) | st.none())
def test_the_numbers_of_the_banner_are_the_rows_of_the_page(
    kinds: list[str], moved: list[bool] | None
) -> None:
    results = [made_result(n, kind) for n, kind in enumerate(kinds)]
    drift = moved is not None and {
        "before": {"key": "k1", "received_at": "2026-11-02T01:30:00Z"},
        "figures": [
            {"column": f"c{n}", "figure": "mean", "before": 1.0, "now": 2.0, "moved": each}
            for n, each in enumerate(moved)
        ],
    }
    verdict = {**build(numbers(), STAGED, results, [], {}, drift or None, DAY), "key": "v"}
    drifted = sum(moved or [])
    for language in LANGUAGES:
        page = re.sub(r"(?s)<details>.*?</details>", "", render(verdict, language))
        (banner,) = re.findall(r'(?s)<div class="verdict.*?<p>(.*?)</p>', page)
        say = speaker(language)
        marks = Counter(
            re.findall(r'(?s)<tr class="(\w+)[^>]*>(?:(?!<tr).)*?<span class="mark">(.*?)</span>', page)
        )
        rows = {
            "critical": marks["failed", say("outcome_failed")],
            "failed_warning": marks["warned", say("outcome_failed")],
            "waived": marks["warned", say("outcome_waived")],
            "drifted": marks["warned", say("moved")],
            "error": marks["error", say("outcome_error")],
            "passed": marks["passed", say("outcome_passed")],
        }
        warnings = rows["failed_warning"] + rows["waived"] + rows["drifted"]
        expectations = sum(rows.values()) - rows["drifted"]
        assert banner == say("counted", **rows, warnings=warnings, expectations=expectations)
        assert (expectations, rows["drifted"]) == (len(kinds), drifted)
        assert (verdict["verdict"] == "warned") == bool(
            warnings and not rows["critical"] and not rows["error"]
        )


DAY = dt.date(2026, 11, 2)
STAGED = Staged(
    key="k",
    table="staged/calls/k/table.parquet",
    quarantine="staged/calls/k/quarantine.parquet",
    received_at="2026-11-02T01:30:00Z",
    synthetic=False,
    stopped=None,
    rows_in=1,
    rows_out=1,
    rows_quarantined=0,
    quarantined_by_rule={},
)


def made_result(number: int, kind: str) -> Result:
    status = {"passed": "passed", "error": "error"}.get(kind, "failed")
    return Result(
        id=f"contract:c{number}:rule",
        type="expect_column_values_to_be_between",
        description=f"c{number} is right",
        severity="warning" if kind == "warning" else "critical",
        status=status,  # type: ignore[arg-type]
        columns=[f"c{number}"],
        kwargs={"column": f"c{number}", "min_value": 0},
        checked=None if kind == "error" else 10,
        unexpected=None if kind == "error" else int(status == "failed"),
        error="why" if kind == "error" else None,
        engine="scan",
        waived=waiver(f"contract:c{number}:rule") if kind == "waived" else None,
    )
