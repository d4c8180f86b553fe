"""What the generator makes: the same every time, whole, and near the published figures."""

from __future__ import annotations

import calendar
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from made.expected import stops
from praya.errors import codes
from praya_hk.sources.contact_centre import days, drawn_texts, grid, month, total, truth, write
from praya_hk.sources.contact_centre.api_settings import between
from praya_hk.sources.contact_centre.centre_codes import (
    CASE_TYPES,
    CHANNELS,
    DEPARTMENTS,
    DISTRICTS,
    GROUPS,
    LANGUAGES,
    OUTCOMES,
    STATUSES,
    SUBJECTS,
    TEAMS,
)
from praya_hk.sources.contact_centre.generator import KEYS, TABLES, known_until
from praya_hk.sources.contact_centre.source_store import Archive

ROOT = Path(__file__).resolve().parents[2]
# Easting, northing, latitude, longitude. The first two are published by the Geodetic Survey of Hong Kong: the
# example of its coordinate transformation API, and the example of its transformation tool. The others come from
# PROJ 9.5 (EPSG:2326 to EPSG:4326), at the corners of the territory.
CONTROL = [
    (835411.431, 817266.016, 22.294313001, 114.168562005),
    (832591.320, 820351.389, 22.322172084, 114.141187917),
    (809196.22, 840829.39, 22.50688753, 113.91376438),
    (847590.25, 812988.24, 22.25564499, 114.28671788),
    (806725.43, 802332.33, 22.15920019, 113.89046169),
]


def digest(tables: dict[str, Any], folder: Path) -> dict[str, str]:
    return {
        name: hashlib.sha256(file.read_bytes()).hexdigest() for name, file in write(tables, folder).items()
    }


def test_a_month_is_the_same_bytes_in_any_process_with_any_number_of_threads(tmp_path: Path) -> None:
    script = (
        "import sys, json, hashlib; from pathlib import Path; import pyarrow as pa; pa.set_cpu_count(1)\n"
        "from praya_hk.sources.contact_centre import month, write\n"
        "month('2023-01', scale=0.01)\n"  # an earlier month must not matter
        "files = write(month('2023-03', scale=0.02), Path(sys.argv[1]))\n"
        "print(json.dumps({n: hashlib.sha256(f.read_bytes()).hexdigest() for n, f in files.items()}))"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT / "include"), "OMP_NUM_THREADS": "1", "PYTHONHASHSEED": "7"}
    told = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "other")],
        env=env,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert json.loads(told) == digest(month("2023-03", scale=0.02), tmp_path / "here")


def test_another_seed_is_another_month(small: dict[str, Any], tmp_path: Path) -> None:
    other = digest(month("2023-03", seed=1, scale=0.02), tmp_path / "b")
    assert set(digest(small, tmp_path / "a").values()).isdisjoint(other.values())


def test_the_layout(small: dict[str, Any]) -> None:
    assert tuple(small) == TABLES
    assert small["calls"].column_names == [
        *("call_id", "queued_at", "answered_at", "abandoned_at", "ended_at", "team", "language"),
        "caller_phone",
    ]
    assert small["cases"].column_names == [
        *("case_no", "version_no", "channel", "case_type", "language", "received_at", "call_id"),
        *("subject_group", "subject", "district", "easting", "northing", "latitude", "longitude"),
        *("location_text", "description", "contact_name", "contact_phone", "hkid", "email", "status"),
        *("updated_at", "resolved_at_first_contact"),
    ]
    assert small["assignments"].column_names == [
        *("case_no", "seq", "department", "assigned_at", "interim_reply_at", "substantive_reply_at"),
        *("closed_at", "outcome", "reassigned_from", "updated_at"),
    ]
    assert small["surveys"].column_names == ["survey_id", "case_no", "score", "surveyed_at"]
    for table in small.values():
        assert table.schema.metadata[b"synthetic"] == b"true"
        for field in table.schema:
            assert not pa.types.is_timestamp(field.type) or field.type == pa.timestamp("us", "UTC")


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 2**31), number=st.integers(1, 12), year=st.sampled_from(days.YEARS))
def test_clean_records_hold_together(seed: int, number: int, year: int) -> None:
    name = f"{year}-{number:02d}"
    tables = month(name, seed, scale=0.004)
    calls, cases, assignments, surveys = (tables[table] for table in TABLES)
    for table, key in KEYS.items():
        rows = tables[table].select(list(key))
        assert rows.num_rows == rows.group_by(list(key)).aggregate([]).num_rows > 0, table
        assert rows.equals(rows.sort_by([(column, "ascending") for column in key])), table

    known = set(calls["call_id"].to_pylist())
    by_phone = pc.equal(cases["channel"], "phone").to_pylist()
    assert by_phone == pc.is_valid(cases["call_id"]).to_pylist()
    from_calls = cases["call_id"].drop_null().to_pylist()
    assert known.issuperset(from_calls) and len(set(from_calls)) == len(from_calls)
    numbers = set(cases["case_no"].to_pylist())
    assert numbers.issuperset(assignments["case_no"].to_pylist())
    assert numbers.issuperset(surveys["case_no"].to_pylist())

    answered, abandoned = pc.is_valid(calls["answered_at"]), pc.is_valid(calls["abandoned_at"])
    assert pc.all(pc.xor(answered, abandoned)).as_py()
    answered_ids = set(calls.filter(answered)["call_id"].to_pylist())
    assert answered_ids.issuperset(from_calls)
    in_order(calls, "queued_at", "answered_at", "ended_at")
    in_order(calls, "queued_at", "abandoned_at", "ended_at")
    in_order(assignments, "assigned_at", "interim_reply_at", "substantive_reply_at", "closed_at")
    received = dict(zip(cases["case_no"].to_pylist(), cases["received_at"].to_pylist(), strict=True))
    assert all(
        received[case] <= at
        for case, at in zip(
            assignments["case_no"].to_pylist(), assignments["assigned_at"].to_pylist(), strict=True
        )
    )
    for table, column in (("calls", "queued_at"), ("cases", "received_at")):
        local = pc.strftime(pc.cast(tables[table][column], pa.timestamp("us", "Asia/Hong_Kong")), "%Y-%m")
        assert set(local.to_pylist()) == {name}
    latest = pa.scalar((known_until(name) + 1) * 10**6, pa.timestamp("us", "UTC"))
    for table in ("cases", "assignments"):
        assert pc.all(pc.less(tables[table]["updated_at"], latest)).as_py()


def in_order(table: Any, *columns: str) -> None:
    """Of the moments that are there, none is before the one before it."""
    for row in table.select(list(columns)).to_pylist():
        there = [row[name] for name in columns if row[name] is not None]
        assert there == sorted(there), row


def test_only_codes_of_the_lists_appear(full: tuple[Archive, Any]) -> None:
    import pyarrow.parquet as pq

    lists = {
        ("calls", "team"): TEAMS,
        ("calls", "language"): LANGUAGES,
        ("cases", "channel"): CHANNELS,
        ("cases", "case_type"): CASE_TYPES,
        ("cases", "language"): LANGUAGES,
        ("cases", "subject"): [item.code for item in SUBJECTS],
        ("cases", "subject_group"): list(GROUPS),
        ("cases", "district"): list(DISTRICTS),
        ("assignments", "department"): list(DEPARTMENTS),
        ("assignments", "reassigned_from"): list(DEPARTMENTS),
        ("assignments", "outcome"): OUTCOMES,
        ("cases", "status"): ("open", "closed"),
        ("surveys", "score"): (1, 2, 3, 4, 5),
    }
    assert len(DEPARTMENTS) == 23 and len(DISTRICTS) == 18 and "reopened" in STATUSES
    for (table, column), listed in lists.items():
        values = pq.read_table(full[1].parquet(table), columns=[column])[column]
        assert set(values.drop_null().unique().to_pylist()) == set(listed), (table, column)


@pytest.mark.parametrize(
    ("year", "calls", "written", "within", "abandoned", "satisfaction"),
    [
        (2022, None, None, 0.61, None, 4.5),
        (2023, 2_807_000, 820_000, 0.74, None, 4.6),
        (2025, 2_106_667 * 1.2, 885_665 * 1.2, 0.80, 0.07, 4.63),
    ],
)
def test_a_year_comes_near_what_is_in_print(
    year: int,
    calls: float | None,
    written: float | None,
    within: float,
    abandoned: float | None,
    satisfaction: float,
) -> None:
    scale = 0.05
    told = total(truth(month(name, scale=scale)) for name in between(f"{year}-01", f"{year}-12"))
    taken, cases, assigned = told["calls"], told["cases"], told["assigned"]
    contacts = taken["received"] + told["written"]["received"]
    if calls and written:
        assert taken["received"] == pytest.approx(calls * scale, rel=0.03)
        assert told["written"]["received"] == pytest.approx(written * scale, rel=0.03)
    assert taken["answered_within_12_seconds"] / taken["answered"] == pytest.approx(within, abs=0.015)
    share = taken["abandoned"] / taken["received"]
    assert share == pytest.approx(abandoned, abs=0.006) if abandoned else 0.05 < share < 0.15
    assert taken["handling_seconds"] / taken["answered"] == pytest.approx(451, abs=12)
    first_call = told["first_call"]
    assert first_call["resolved"] / first_call["enquiries_by_phone"] == pytest.approx(0.99, abs=0.004)
    assert told["surveys"]["score_sum"] / told["surveys"]["count"] == pytest.approx(satisfaction, abs=0.04)
    assert assigned["within_3_hours"] / assigned["cases"] == pytest.approx(0.97, abs=0.008)
    assert assigned["several_departments"] / assigned["cases"] == pytest.approx(0.03, abs=0.004)
    if year == 2025:  # the only year whose cases are in print
        kinds = cases["by_type"]
        assert kinds["enquiry"] / contacts == pytest.approx(1_549_276 / 2_992_332, abs=0.012)
        assert kinds["service-request-or-complaint"] / contacts == pytest.approx(
            614_921 / 2_992_332, abs=0.01
        )


def test_the_rhythm_of_hours_weeks_and_holidays() -> None:
    share = days.shares(2023, 1823, written=False)
    assert share.shape == (365, 24) and share.sum() == pytest.approx(1)
    assert share[:, 10].sum() > 10 * share[:, 3].sum()
    quiet = days.holidays(2023)
    assert len(quiet) == 17 and all(len(days.holidays(year)) == 17 for year in days.YEARS)
    sunday, christmas = 364, 358  # 31 December; Monday the 25th
    assert calendar.weekday(2023, 12, 31) == 6 and christmas in quiet
    assert share[christmas].sum() == pytest.approx(share[sunday].sum(), rel=0.01)
    assert share[357 - 5].sum() > 2 * share[christmas].sum()
    storm = days.storms(2023, 1823)
    assert 0 < storm.sum() < 40 and not storm[:150].any() and not storm[310:].any()


def test_holidays_are_those_of_the_calendar_that_1823_publishes() -> None:
    file = ROOT / "include" / "sources" / "common" / "ical" / "en.json"
    events = json.loads(file.read_text(encoding="utf-8-sig"))["vcalendar"][0]["vevent"]
    for year in (2024, 2025, 2026):
        printed = {event["dtstart"][0] for event in events if event["dtstart"][0].startswith(str(year))}
        ours = {np.datetime64(f"{year}-01-01") + day for day in days.holidays(year)}
        assert {str(day).replace("-", "") for day in ours} == printed


def test_storms_bring_fallen_trees() -> None:
    year = next(year for year in days.YEARS if days.storms(year, 1823)[days.span(year, 9)].any())
    cases = month(f"{year}-09", scale=0.2)["cases"]
    storm = days.storms(year, 1823)[days.span(year, 9)]
    local = pc.cast(cases["received_at"], pa.timestamp("us", "Asia/Hong_Kong"))
    stormy = storm[pc.day(local).to_numpy() - 1]
    trees = pc.equal(cases["subject"], "fallen-tree").to_numpy()
    assert trees[stormy].mean() > 5 * trees[~stormy].mean()


@pytest.mark.parametrize(("easting", "northing", "latitude", "longitude"), CONTROL)
def test_the_grid_meets_the_control_points(
    easting: float, northing: float, latitude: float, longitude: float
) -> None:
    got = grid.wgs84(np.array([easting]), np.array([northing]))
    metres = (got[0][0] - latitude) * 110_750, (got[1][0] - longitude) * 103_000
    assert np.hypot(*metres) < 0.01  # 2 m was asked for


def test_places_lie_in_the_box_of_their_district(small: dict[str, Any]) -> None:
    cases = small["cases"]
    points = cases.filter(pc.is_valid(cases["easting"]))
    assert 0 < points.num_rows < cases.num_rows and points["district"].null_count == 0
    for code, east, north, latitude, longitude in zip(
        *(points[name].to_pylist() for name in ("district", "easting", "northing", "latitude", "longitude")),
        strict=True,
    ):
        box = DISTRICTS[code].box
        assert box[0] <= east <= box[2] and box[1] <= north <= box[3]
        assert 22.13 < latitude < 22.58 and 113.82 < longitude < 114.45
    for name in ("northing", "latitude", "longitude"):
        assert pc.is_valid(cases[name]).equals(pc.is_valid(cases["easting"]))


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_identity_card_numbers_have_their_check_digit(seed: int) -> None:
    for number in drawn_texts.hkids(np.random.default_rng(seed), 20).to_pylist():
        digits, check = number[2:8], number[9]
        value = (
            9 * 35
            + 8 * 35
            + sum(int(one) * weight for one, weight in zip(digits, range(7, 1, -1), strict=True))
        )
        assert number[:2] == "ZZ" and number[8] == "(" and number[10] == ")"
        assert (value + (10 if check == "A" else int(check))) % 11 == 0


def test_people_are_nobody_and_yet_look_real(small: dict[str, Any]) -> None:
    cases = small["cases"]
    for column in (small["calls"]["caller_phone"], cases["contact_phone"]):
        assert pc.all(pc.match_substring_regex(column.drop_null(), "^999[0-9]{5}$")).as_py()
    assert pc.all(pc.ends_with(cases["email"].drop_null(), ".example")).as_py()
    said = cases["description"]
    for pattern in (
        r"999\d{5}",
        r"ZZ\d{6}\([0-9A]\)",
        r"聯絡人：\p{Han}{3}，電話999",
        r"[A-Z]+ [A-Z][a-z]+-[a-z]+ rang",
    ):
        share = pc.mean(pc.match_substring_regex(said, pattern)).as_py()
        assert 0 < share < 0.1, pattern
    for name in ("description", "location_text", "contact_name"):
        assert not pc.any(pc.match_substring_regex(cases[name].drop_null(), r"[\r\n]")).as_py()


@pytest.mark.parametrize("name", ["2023-13", "2023-3", "1999-01", "March", "2023-03-01"])
def test_what_is_no_month_is_said_to_be_none(name: str) -> None:
    with stops(codes.simulator.REQUEST_NOT_VALID, name):
        month(name)
