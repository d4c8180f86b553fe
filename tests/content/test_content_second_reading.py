"""The second reading: every number of the documents is explained, and every observation stands in a document."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from content import second_reading
from content.numbers_in import Number, numbers_in
from content.second_reading import (
    DOCUMENTS,
    Reading,
    document,
    observations,
    places,
    problem,
    readings,
    unread,
)

# Computed here from text facts, so that no document prints them; and a dash, which is no number.
COUNTED = ("management-services-officers-", "efficiency-office-", "-initiatives-")
DASH = ("head-135-provision-programme-3-change-pct-on-original", "2023-24", "revised")


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_number_of_a_document_is_in_its_table_and_no_other(name: str) -> None:
    path = document(name)
    if path is None:
        pytest.skip(f"the source document is not here: {name}")
    assert unread(name, path) == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_number_went_where_its_table_says(name: str) -> None:
    found = readings(name)
    assert len({one.number[:2] for one in found}) == len(found) > 0
    assert [(one.number, wrong) for one in found if (wrong := problem(one))] == []


def test_every_observation_that_is_not_counted_here_is_printed_in_a_document() -> None:
    named = {
        tuple(place.split()[1:])
        for name in DOCUMENTS
        for one in readings(name)
        for place in places(one)
        if place.startswith("figure ")
    }
    missing = set(observations()) - named - {DASH}
    assert [key for key in sorted(missing) if not any(part in key[0] for part in COUNTED)] == []


def test_every_reason_is_used() -> None:
    used = {one.where for name in DOCUMENTS for one in readings(name)}
    assert {f"left out {reason}" for reason in second_reading.REASONS} <= used


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("about 29 973 projects of $28.5 billion (30%)", ["29 973", "28.5", "30"]),
        ("2022, 1 763 projects", ["2022", "1 763"]),
        ("403,546\t433,490", ["403,546", "433,490"]),
        ("in 2023–24, 23 departments", ["2023", "24", "23"]),
        ("Expenditure to 31.3.2023 ($'000)", ["31.3.2023", "000"]),
        ("the 14th Five-Year Plan, 5G and 2.0", ["14", "Five", "5", "2.0"]),
        ("a one-stop shop for someone; doubled", ["one", "doubled"]),
        ("two \nhundred", ["two", "hundred"]),
    ],
)
def test_numbers_are_found_as_a_reader_would(text: str, found: list[str]) -> None:
    assert [one.text for one in numbers_in(text)] == found


@pytest.mark.parametrize(
    ("number", "where", "wrong"),
    [
        ("29 974", "figure itf-projects-approved 2022-03-31 actual", "is 29973"),
        ("29 973", "figure itf-projects-approved 2022-03-30 actual", "there is no observation"),
        ("1763000", "figure itf-rd-centre-projects-approved 2022-03-31 actual", "is 1763"),
        ("2021", "period itf-projects-approved 2022-03-31 actual", "does not have it"),
        ("2016", "row programme-milestones bureau-established", "tells nothing of 2016"),
        ("2015", "row programme-milestones bureau-established-twice", "has no row"),
        ("seven", "row programme-lists policy-address-2017-areas", "has 8 entries"),
        ("18", "cell head-135-provision policy_area_no", "no row"),
        ("18", "left out boring", "none of the reasons"),
        ("18", "somewhere", "says nothing that is known"),
    ],
)
def test_a_wrong_place_is_told(number: str, where: str, wrong: str) -> None:
    told = problem(Reading("002", Number(1, 1, number), where))
    assert told is not None
    assert wrong in told


def test_money_may_be_printed_in_another_unit() -> None:
    reading = Reading(
        "003", Number(1, 1, "660,263,000"), "figure head-135-total-expenditure 2024-25 estimate"
    )
    assert reading.number.value == Decimal(660_263_000)
    assert problem(reading) is None


def test_a_number_without_a_row_and_a_row_without_a_number_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "numbers").mkdir()
    (tmp_path / "numbers" / "001.csv").write_text("line,nth,number,where\n1,1,20,left out name\n", "utf-8")
    (tmp_path / "001.txt").write_text("over 23 departments", "utf-8")
    monkeypatch.setattr(second_reading, "HERE", tmp_path)
    assert unread("001", tmp_path / "001.txt") == [
        "001:1: '23' is not in numbers/001.csv",
        "001:1: '20' is in numbers/001.csv and not in the document",
    ]


def test_the_list_names_every_number(capsys: pytest.CaptureFixture[str]) -> None:
    here = all(document(name) for name in DOCUMENTS)
    assert second_reading.main([]) == (0 if here else 1)
    out = capsys.readouterr().out
    for name in DOCUMENTS:
        assert out.count(f"\n{name}:") + out.startswith(f"{name}:") >= len(readings(name))
