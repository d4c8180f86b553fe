"""Drift: columns against the table accepted before; it warns, blocks nothing, and tells no more than may be known."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from made.expected import stops
from pipeline.validate.staged import contract, field, stage
from praya.contract import Contract
from praya.errors import codes
from praya.pipeline.validate import validate_table
from praya.pipeline.validate.drift import figures
from praya.store import Store
from praya.store.duck import instance
from praya.store.states import Accepted, Validated

FIELDS = [field("id", "string"), field("calls", "integer"), field("note", "string")]
ONE = contract("calls", FIELDS, ["id"])
STEADY = "select range::varchar as id, range::bigint as calls, 'n' || range % 3 as note from range(100)"
RETENTION = {"raw_days": 30, "ground": "for as long as this test takes"}
REASON = "nothing but invented rows"
COUNTS = contract(
    "calls", FIELDS, ["id"], disclosure={"class": "aggregated counts", "reason": REASON, "counts": ["calls"]}
)
RECORDS = contract(
    "calls", FIELDS, ["id"], disclosure={"class": "personal records", "reason": REASON}, retention=RETENTION
)


def drift(store: Store) -> dict[str, Any] | None:
    verdict = store.read_json(store.read_state(Validated, "calls").path)
    return verdict["drift"]


def moved(store: Store) -> set[tuple[str, str]]:
    return {(each["column"], each["figure"]) for each in (drift(store) or {})["figures"] if each["moved"]}


def again(store: Store, suites: Path, sql: str, one: Contract = ONE) -> Validated:
    """Accept the steady table, then judge this one."""
    stage(store, "calls", STEADY)
    validate_table(one, store, suites)
    stage(store, "calls", sql, key="k2")
    return validate_table(one, store, suites)


def test_the_first_table_has_nothing_before_it(store: Store, suites: Path) -> None:
    stage(store, "calls", STEADY)
    assert validate_table(ONE, store, suites).verdict == "passed"
    assert drift(store) is None


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        (STEADY, set()),
        (f"select * replace (if(calls < 10, null, note) as note) from ({STEADY})", {("note", "empty")}),
        (f"select * replace ('m' || calls as note) from ({STEADY})", {("note", "different values")}),
        (
            f"select * replace (calls + 100 as calls) from ({STEADY})",
            {("calls", each) for each in ("mean", "10th percentile", "median", "90th percentile")},
        ),
        (f"select * replace (if(calls = 99, 100000, calls) as calls) from ({STEADY})", {("calls", "mean")}),
    ],
)
def test_what_has_moved_warns_and_is_named(
    store: Store, suites: Path, sql: str, found: set[tuple[str, str]]
) -> None:
    state = again(store, suites, sql)
    assert moved(store) == found
    assert state.verdict == ("warned" if found else "passed")
    assert store.read_state(Accepted, "calls").key == "k2"


@pytest.mark.parametrize("before", ["text", "number"])
def test_a_column_that_changed_its_type_is_compared_by_what_both_have(
    store: Store, suites: Path, before: str
) -> None:
    as_text = f"select * replace (if(calls = 1, 'N.A.', calls::varchar) as calls) from ({STEADY})"
    text = contract("calls", [FIELDS[0], field("calls", "string"), FIELDS[2]], ["id"])
    (sql, then), (other, now) = [(as_text, text), (STEADY, ONE)][:: 1 if before == "text" else -1]
    stage(store, "calls", sql)
    validate_table(then, store, suites)
    stage(store, "calls", other, key="k2")
    validate_table(now, store, suites)
    figures_of = {each["figure"] for each in (drift(store) or {})["figures"] if each["column"] == "calls"}
    assert figures_of == {"empty", "different values"}


def test_what_is_compared_with_is_the_same_before_and_after_it_is_accepted(
    store: Store, suites: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = again(store, suites, f"select * replace (calls + 100 as calls) from ({STEADY})")
    monkeypatch.setattr("praya.pipeline.validate.engine.evaluate", None)
    assert validate_table(ONE, store, suites) == first
    assert (drift(store) or {})["before"]["key"] == "k1"
    previous = store.read_state(Accepted, "calls").previous
    assert previous is not None and previous.key == "k1"


def test_a_table_that_was_not_accepted_is_not_compared_with(store: Store, suites: Path) -> None:
    again(store, suites, STEADY)
    stage(store, "calls", f"{STEADY} union all {STEADY}", key="k3")
    with stops(codes.validate.EXPECTATION_FAILED, "calls"):
        validate_table(ONE, store, suites)
    stage(store, "calls", STEADY, key="k4")
    validate_table(ONE, store, suites)
    assert (drift(store) or {})["before"]["key"] == "k2"


def test_of_counts_only_the_key_is_compared(store: Store, suites: Path) -> None:
    again(store, suites, f"select * replace (calls + 100 as calls) from ({STEADY})", COUNTS)
    assert {each["column"] for each in (drift(store) or {})["figures"]} == {"id"}


def test_of_records_numbers_are_in_fives_and_no_value_is_told(store: Store, suites: Path) -> None:
    again(store, suites, f"select * replace (if(calls < 18, null, note) as note) from ({STEADY})", RECORDS)
    told = {(each["column"], each["figure"]): each for each in (drift(store) or {})["figures"]}
    assert {figure for _, figure in told} == {"empty", "different values"}
    assert told["note", "empty"] == {
        "column": "note",
        "figure": "empty",
        "before": 0.0,
        "now": 0.2,  # 18 of 100, as 20 of 100
        "moved": True,
    }
    assert ("note", "different values") not in told  # fewer than ten
    assert all(each["now"] % 5 == 0 for key, each in told.items() if key[1] == "different values")


@settings(max_examples=25, deadline=None)
@given(
    values=st.lists(st.floats(-1e9, 1e9, allow_nan=False) | st.none(), min_size=1, max_size=60),
    threads=st.sampled_from([1, 2, 8]),
)
def test_it_is_the_same_in_any_order_and_on_any_number_of_threads(
    tmp_path_factory: pytest.TempPathFactory, values: list[float | None], threads: int
) -> None:
    work = tmp_path_factory.mktemp("drift")
    one = contract("calls", [field("id", "integer"), field("amount", "number")], ["id"])
    paths = [work / "forwards.parquet", work / "backwards.parquet"]
    with instance(work) as con:
        con.execute("create table t as select unnest($1::double[]) as amount", [values])
        con.execute("create table numbered as select row_number() over () as id, amount from t")
        con.execute(f"set threads = {threads}")
        for path, order in zip(paths, ("asc", "desc"), strict=True):
            con.execute(f"copy (from numbered order by id {order}) to '{path}' (format parquet)")
    found = [figures(one, path, paths[0], work) for path in paths]
    assert found[0] == found[1]
    assert not any(each["moved"] for each in found[0])
