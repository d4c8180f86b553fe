"""The truth, held against DuckDB over the Parquet of a full month and against plain Python over a small one."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import duckdb
import pytest

from praya_hk.sources.contact_centre import Archive, total, truth
from praya_hk.sources.contact_centre.source_store import Month

END = "timestamptz '2023-03-31 16:00:00+00'"  # of March in Hong Kong


@pytest.fixture(scope="module")
def con(full: tuple[Archive, Month]) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    for table in ("calls", "cases", "assignments", "surveys"):
        con.execute(f"create view {table} as select * from read_parquet('{full[1].parquet(table)}')")
    return con


def test_calls(con: duckdb.DuckDBPyConnection, full: tuple[Archive, Month]) -> None:
    figures = """
        count(*), count(answered_at),
        count(*) filter (answered_at - queued_at <= interval 12 second), count(abandoned_at),
        coalesce(sum(epoch(ended_at) - epoch(answered_at)), 0)::bigint
    """
    names = ("received", "answered", "answered_within_12_seconds", "abandoned", "handling_seconds")
    told = full[1].truth()["calls"]
    assert con.execute(f"select {figures} from calls").fetchone() == tuple(told[name] for name in names)
    for by in ("language", "team"):
        counted = con.execute(f"select {by}, {figures} from calls group by 1").fetchall()
        assert {row[0]: dict(zip(names, row[1:], strict=True)) for row in counted} == told[f"by_{by}"]


def test_cases(con: duckdb.DuckDBPyConnection, full: tuple[Archive, Month]) -> None:
    told = full[1].truth()
    columns = {
        "type": "case_type",
        "channel": "channel",
        "language": "language",
        "district": "district",
        "subject_group": "subject_group",
        "subject": "subject",
    }
    for name, column in columns.items():
        counted = con.execute(f"select coalesce({column}, 'none'), count(*) from cases group by 1").fetchall()
        assert dict(counted) == told["cases"][f"by_{name}"], name
    written = dict(
        con.execute("select channel, count(*) from cases where channel <> 'phone' group by 1").fetchall()
    )
    assert told["written"] == {"received": sum(written.values()), "by_channel": written}
    crossed = con.execute("select case_type, channel, count(*) from cases group by 1, 2").fetchall()
    ours = told["cases"]["by_type_and_channel"]
    assert {(kind, channel): n for kind, per in ours.items() for channel, n in per.items()} == {
        (kind, channel): n for kind, channel, n in crossed
    }
    departments = con.execute(
        "select department, count(distinct case_no) from assignments group by 1"
    ).fetchall()
    assert dict(departments) == told["cases"]["by_department"]


def test_service(con: duckdb.DuckDBPyConnection, full: tuple[Archive, Month]) -> None:
    told = full[1].truth()
    assert con.execute(
        "select count(*), count(*) filter (resolved_at_first_contact) from cases "
        "where channel = 'phone' and case_type = 'enquiry'"
    ).fetchone() == (told["first_call"]["enquiries_by_phone"], told["first_call"]["resolved"])
    assert con.execute("select count(*), sum(score)::bigint from surveys").fetchone() == (
        told["surveys"]["count"],
        told["surveys"]["score_sum"],
    )
    assert con.execute(
        """
        with first as (
            select case_no, min(assigned_at) as first_at, count(distinct department) as departments
            from assignments group by 1
        )
        select count(*), count(*) filter (first_at - received_at <= interval 3 hour), count(*) filter (departments > 1)
        from first join cases using (case_no)
        """
    ).fetchone() == tuple(told["assigned"].values())


def test_open_cases(con: duckdb.DuckDBPyConnection, full: tuple[Archive, Month]) -> None:
    waiting = f"""
        select case_no, received_at
        from cases join assignments using (case_no)
        group by all
        having count(*) filter (assigned_at < {END}) = 0
            or bool_or(assigned_at < {END} and (closed_at is null or closed_at >= {END}))
    """
    ages = f"""
        select case when age < 7 then '0-6' when age < 14 then '7-13' else '14-31' end, count(*)
        from (select (epoch({END}) - epoch(received_at)) // 86400 as age from ({waiting})) group by 1
    """
    counted = dict(con.execute(ages).fetchall())
    now = con.execute("select count(distinct case_no) from assignments where closed_at is null").fetchone()
    assert full[1].truth()["open"] == {
        "at_month_end": sum(counted.values()),
        "by_age_days": counted,
        "now": now[0] if now else None,
    }


def test_a_slow_count_in_plain_python_agrees(small: dict[str, Any]) -> None:
    told = truth(small)
    calls, cases, assignments = (small[name].to_pylist() for name in ("calls", "cases", "assignments"))
    prompt = sum(
        1
        for one in calls
        if one["answered_at"] and one["answered_at"] - one["queued_at"] <= timedelta(seconds=12)
    )
    assert told["calls"]["answered_within_12_seconds"] == prompt > 0
    assert told["cases"]["by_district"] == Counter(one["district"] or "none" for one in cases)
    held: dict[str, list[dict[str, Any]]] = {}
    for row in assignments:
        held.setdefault(row["case_no"], []).append(row)
    received = {one["case_no"]: one["received_at"] for one in cases}
    soon = [
        case
        for case, rows in held.items()
        if min(row["assigned_at"] for row in rows) - received[case] <= timedelta(hours=3)
    ]
    assert told["assigned"] == {
        "cases": len(held),
        "within_3_hours": len(soon),
        "several_departments": sum(len({row["department"] for row in rows}) > 1 for rows in held.values()),
    }
    end = datetime(2023, 3, 31, 16, tzinfo=UTC)
    waiting = 0
    for rows in held.values():
        begun = [row for row in rows if row["assigned_at"] < end]
        waiting += not begun or any(row["closed_at"] is None or row["closed_at"] >= end for row in begun)
    assert told["open"]["at_month_end"] == waiting > 0


def test_a_year_is_the_sum_of_its_months_but_for_what_is_open(small: dict[str, Any]) -> None:
    one = truth(small)
    two = total([one, one])
    assert two["calls"]["by_team"]["night"]["received"] == 2 * one["calls"]["by_team"]["night"]["received"]
    assert two["surveys"]["by_score"]["5"] == 2 * one["surveys"]["by_score"]["5"]
    assert two["months"] == ["2023-03", "2023-03"] and two["synthetic"] and "open" not in two
    counted = {key for key, value in one.items() if isinstance(value, dict)}
    assert counted - set(two) == {"open"}


def test_every_definition_is_of_something_that_is_counted(small: dict[str, Any]) -> None:
    told = truth(small)
    assert told["synthetic"] is True and told["provider"] == "synthetic-1823"
    for name in told["definitions"]:
        first, _, second = name.partition(".")
        found = told.get(first, told["calls"].get(first))
        assert found is not None and (not second or second in found), name
