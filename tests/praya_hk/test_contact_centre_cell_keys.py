"""Marts of cases under cell-key perturbation: keys add up as counts do, and a cell is the same in every table."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest

from made.centre import contract, rows
from praya.contract import Contract
from praya.disclosure.protect.methods.cell_key_method import interval, select_protected, withheld

BY = ("department", "subject", "district")
COUNTS = ("cases", "enquiries", "service_requests_or_complaints", "suggestions", "compliments")


def perturbed(by: str) -> Contract:
    """The contract as it stands, with one word changed."""
    one = contract(f"1823-cases-by-{by}")
    return one.model_copy(
        update={"disclosure": one.disclosure.model_copy(update={"method": "cell-key perturbation"})}
    )


def published(con: duckdb.DuckDBPyConnection, by: str) -> list[dict[str, Any]]:
    return rows(con, select_protected(perturbed(by), f'"1823_cases_by_{by}"'))


@pytest.mark.parametrize("by", BY)
def test_one_word_changes_the_method(by: str) -> None:
    assert Contract.model_validate(
        perturbed(by).model_dump(mode="json", by_alias=True, exclude_defaults=True)
    )


def test_keys_are_the_sums_of_the_records_keys(year: duckdb.DuckDBPyConnection) -> None:
    (slow,) = rows(
        year,
        """select sum(record_key) as all, sum(record_key) filter (where district = 'K') as k,
            sum(record_key) filter (where case_type = 'enquiry') as enquiries from "1823_cases" """,
    )
    (found,) = rows(
        year,
        """select (select cases_key from "1823_cases_by_district" where period = '2023' and district = 'all') as all,
            (select cases_key from "1823_cases_by_district" where period = '2023' and district = 'K') as k,
            (select enquiries_key from "1823_cases_by_subject" where period = '2023' and subject_group = 'all')
                as enquiries""",
    )
    assert found == slow
    (departments,) = rows(
        year,
        """select sum(cases_key) as all from "1823_cases_by_department"
            where period = '2023' and case_type = 'all' and department in ('any', 'none')""",
    )
    assert departments["all"] == slow["all"]


def test_a_cell_is_the_same_in_every_table(year: duckdb.DuckDBPyConnection) -> None:
    subjects = {one["period"]: one for one in published(year, "subject") if one["subject_group"] == "all"}
    districts = {one["period"]: one for one in published(year, "district") if one["district"] == "all"}
    assert len(subjects) == 13
    for period, one in subjects.items():
        for name in COUNTS:
            assert one[name] == districts[period][name], (period, name)


@pytest.mark.parametrize("by", BY)
def test_every_published_count_is_near_the_true_one(year: duckdb.DuckDBPyConnection, by: str) -> None:
    one = perturbed(by)
    key = one.primary_key
    true = {tuple(row[name] for name in key): row for row in rows(year, f'from "1823_cases_by_{by}"')}
    found = published(year, by)
    assert len(found) == len(true)
    for row in found:
        of = true[tuple(row[name] for name in key)]
        for name in one.disclosure.counts:
            if of[name] is None:
                assert (row[name], row[f"{name}_conf_status"]) == (None, None)
                continue
            threshold, key_sum = one.disclosure.threshold, of[one.disclosure.cell_keys[name]]
            hidden = withheld(of[name], threshold, key_sum, False)
            low, high = hidden if row[name] is None else interval(row[name], threshold)
            assert low <= of[name] <= high
            assert row[f"{name}_conf_status"] == ("C" if row[name] is None else "F")
