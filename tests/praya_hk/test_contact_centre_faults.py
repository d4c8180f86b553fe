"""Planted faults are found: by an expectation with a name, or because the truth file says otherwise."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from made.centre import MARTS, RECORDS, Tables, differences, failed, load, run_marts, sql
from praya_hk.sources.contact_centre import month, truth

pytestmark = pytest.mark.slow

Copies = Callable[[], duckdb.DuckDBPyConnection]

# The month is made at a small scale, which this warning says.
SMALL = {"volume-as-expected"}
MOMENTS = ("queued_at", "answered_at", "abandoned_at", "ended_at")

# Fault → the dataset, what is done to its table, and the expectations that must fail by it.
FAULTS: dict[str, tuple[str, str, set[str]]] = {
    "an hour dropped every day": (
        "1823-calls",
        """delete from "1823_calls" where hour(timezone('Asia/Hong_Kong', queued_at)) = 14""",
        {"every-hour-of-the-day"},
    ),
    "a day dropped": (
        "1823-calls",
        """delete from "1823_calls" where day(timezone('Asia/Hong_Kong', queued_at)) = 9""",
        {"every-day"},
    ),
    "an hour of cases dropped every day": (
        "1823-cases",
        """delete from "1823_cases" where hour(timezone('Asia/Hong_Kong', received_at)) = 14""",
        {"every-hour-of-the-day"},
    ),
    "transfers counted twice": (
        "1823-assignments",
        """insert into "1823_assignments" by name
        select * replace (seq + 1 as seq) from "1823_assignments"
        where reassigned_from is not null
        qualify row_number() over (partition by case_no order by seq desc) = 1""",
        {"transfer-counted-once"},
    ),
    "a month of calls delivered twice": (
        "1823-calls",
        """insert into "1823_calls" by name select * replace ('X' || call_id as call_id) from "1823_calls" """,
        {"not-delivered-twice"},
    ),
    "a month of cases delivered twice": (
        "1823-cases",
        """insert into "1823_cases" by name select * replace ('X' || case_no as case_no) from "1823_cases" """,
        {"not-delivered-twice"},
    ),
    "a month of surveys delivered twice": (
        "1823-surveys",
        """insert into "1823_surveys" by name select * replace ('X' || survey_id as survey_id) from "1823_surveys" """,
        {"one-survey-a-case"},
    ),
    "a time zone slipped, UTC read as Hong Kong": (
        "1823-calls",
        'update "1823_calls" set ' + ", ".join(f"{name} = {name} - interval 8 hours" for name in MOMENTS),
        {"one-month-only", "quiet-at-night"},
    ),
    "a time zone slipped, Hong Kong read as UTC": (
        "1823-calls",
        'update "1823_calls" set ' + ", ".join(f"{name} = {name} + interval 8 hours" for name in MOMENTS),
        {"one-month-only", "quiet-at-night"},
    ),
    "a time zone slipped, in cases only": (
        "1823-cases",
        """update "1823_cases"
        set received_at = received_at + interval 8 hours, updated_at = updated_at + interval 8 hours""",
        {"one-month-only", "quiet-at-night", "case-of-an-answered-call"},
    ),
    "seconds as minutes": (
        "1823-calls",
        """update "1823_calls" set ended_at = answered_at + 60 * (ended_at - answered_at)
        where answered_at is not null""",
        {"handling-time-in-seconds", "no-endless-call"},
    ),
    "minutes as seconds": (
        "1823-calls",
        """update "1823_calls" set ended_at = answered_at + (ended_at - answered_at) / 60
        where answered_at is not null""",
        {"handling-time-in-seconds"},
    ),
    "the grid in another projection": (
        "1823-cases",
        """update "1823_cases" set northing = northing + 60""",
        {"grid-agrees-with-wgs84"},
    ),
}


@pytest.mark.parametrize("dataset", [f"1823-{name}" for name in RECORDS])
def test_the_records_hold_every_expectation(copies: Copies, tmp_path: Path, dataset: str) -> None:
    assert failed(copies(), dataset, tmp_path) <= SMALL


@pytest.mark.parametrize("mart", MARTS)
def test_the_marts_hold_every_expectation(year: duckdb.DuckDBPyConnection, tmp_path: Path, mart: str) -> None:
    # At one contact in two hundred no count is near the print.
    assert failed(year, mart.replace("_", "-"), tmp_path) <= {"near-the-print"}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_fails_by_name(copies: Copies, tmp_path: Path, fault: str) -> None:
    dataset, change, names = FAULTS[fault]
    con = copies()
    assert con.execute(change).fetchone() != (0,)
    found = failed(con, dataset, tmp_path) - SMALL
    assert names <= found


@pytest.mark.parametrize(
    ("share", "right", "name"),
    [
        ("answered_within_12s_pct", "answered", "within-12-seconds-of-answered"),
        ("first_call_pct", "phone_enquiries", "first-call-of-phone-enquiries"),
        ("assigned_within_3h_pct", "assigned_cases", "within-3-hours-of-assigned"),
    ],
)
def test_a_wrong_denominator_fails_by_name(
    copies: Copies, march: Tables, tmp_path: Path, share: str, right: str, name: str
) -> None:
    con = copies()
    run_marts(con)
    rest = f", 0), 1) as decimal(18, 1)) as {share}"
    wrong = sql("1823_service_levels").replace(f"nullif({right}{rest}", f"nullif(calls{rest}")
    assert wrong != sql("1823_service_levels")
    con.execute(f'create or replace table "1823_service_levels" as {wrong}')
    assert failed(con, "1823-service-levels", tmp_path) == {name}
    assert {found.split()[0] for found in differences(con, truth(march), "2023-03")} == {share}


@pytest.mark.parametrize(
    ("fault", "measures"),
    [
        ("an hour dropped every day", {"calls all", "contacts phone"}),
        ("transfers counted twice", set()),
        ("a month of calls delivered twice", {"calls all", "handling_seconds all"}),
        ("a time zone slipped, UTC read as Hong Kong", {"calls all"}),
        ("seconds as minutes", {"handling_seconds all", "average_handling_seconds all"}),
    ],
)
def test_a_planted_fault_differs_from_the_truth(
    copies: Copies, march: Tables, fault: str, measures: set[str]
) -> None:
    con = copies()
    con.execute(FAULTS[fault][1])
    run_marts(con)
    assert measures <= set(differences(con, truth(march), "2023-03"))


def test_a_single_hour_of_a_day_dropped_is_found_where_many_call(tmp_path: Path) -> None:
    with load([month("2023-02", scale=0.2)]) as con:
        con.execute(
            """delete from "1823_calls"
            where date_trunc('hour', timezone('Asia/Hong_Kong', queued_at)) = '2023-02-14 10:00'"""
        )
        assert failed(con, "1823-calls", tmp_path) == {"no-hour-missing", "volume-as-expected"}
