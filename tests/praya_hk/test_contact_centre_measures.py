"""Every measure of the synthetic 1823 is what its truth file says, and what a slow count in plain Python says."""

from __future__ import annotations

import duckdb
import pytest

from made.centre import Tables, differences, from_marts, load, rows, run_marts
from made.slow import measures
from praya_hk.sources.contact_centre import Change, month, total, truth
from praya_hk.sources.contact_centre.amendments import apply
from praya_hk.sources.contact_centre.printed_figures import RATES

pytestmark = pytest.mark.slow

KINDS = ["late", "amended", "reopened", "merged", "deleted"]


def test_every_measure_of_every_month_is_the_truth(
    year: duckdb.DuckDBPyConnection, months: list[Tables]
) -> None:
    for tables in months:
        of_month = truth(tables)
        assert differences(year, of_month, of_month["month"]) == {}


def test_every_measure_of_the_year_is_the_truth(
    year: duckdb.DuckDBPyConnection, months: list[Tables]
) -> None:
    assert differences(year, total(truth(tables) for tables in months), "2023") == {}


def test_a_year_that_lacks_a_month_is_not_there(months: list[Tables]) -> None:
    with load(months[:11]) as con:
        run_marts(con)
        for mart in (
            "contact_volumes",
            "service_levels",
            "cases_by_department",
            "cases_by_subject",
            "satisfaction",
        ):
            kinds = rows(con, f'select distinct period_kind as kind from "1823_{mart}"')
            assert kinds == [{"kind": "month"}]
        assert rows(con, 'from "1823_reconciliation"') == [], "no figure in print without the computed one"


@pytest.mark.parametrize("seed", range(3))
def test_measures_agree_with_a_slow_count(seed: int) -> None:
    tables = month("2024-02", seed=seed, scale=0.003)
    changed, _, _ = apply(tables, [Change(kind) for kind in KINDS], "2024-02", seed)
    for records in (tables, changed):
        with load([records]) as con:
            run_marts(con)
            found = from_marts(con, "2024-02")
        slow = measures(records, "2024-02")
        assert {name: found[name] for name in slow} == slow


def test_changes_move_the_measures_by_exactly_what_they_are(march: Tables) -> None:
    _, right, _ = apply(march, [Change(kind) for kind in KINDS], "2023-03", 1823)
    kept = {name: right[name].replace_schema_metadata(march[name].schema.metadata) for name in right}
    with load([kept]) as con:
        run_marts(con)
        assert differences(con, truth(kept), "2023-03") == {}
        assert differences(con, truth(march), "2023-03") != {}


# One call and one case, at the very bounds: of March in Hong Kong, 12 seconds, 3 hours, open when the month ended.
BOUNDS = """
delete from "1823_calls" where call_id <> (select min(call_id) from "1823_calls" where answered_at is not null);
update "1823_calls" set
    queued_at = '2023-03-31 23:59:59+08', answered_at = '2023-04-01 00:00:11+08', ended_at = '2023-04-01 00:01:11+08';
delete from "1823_cases" where case_no <> (select min(case_no) from "1823_assignments");
update "1823_cases" set received_at = '2023-03-01 00:00:00+08';
delete from "1823_assignments" where seq > 1 or case_no <> (select case_no from "1823_cases");
update "1823_assignments" set assigned_at = '2023-03-01 03:00:00+08', closed_at = '2023-04-01 00:00:00+08';
"""
BEYOND = """
update "1823_calls" set answered_at = answered_at + interval 1 second;
update "1823_assignments" set
    assigned_at = assigned_at + interval 1 second, closed_at = closed_at - interval 1 second;
"""


@pytest.mark.parametrize(("change", "counted"), [(BOUNDS, 1), (BOUNDS + BEYOND, 0)])
def test_the_moments_that_bounds_are_drawn_at(march: Tables, change: str, counted: int) -> None:
    with load([march]) as con:
        con.execute(change)
        run_marts(con)
        (level,) = rows(con, "from \"1823_service_levels\" where language = 'all'")
        assert (level["period"], level["calls"], level["assigned_cases"]) == ("2023-03", 1, 1)
        assert (level["answered_within_12s"], level["assigned_within_3h"]) == (counted, counted)
        assert level["average_handling_seconds"] == 59 + counted
        (case,) = rows(
            con, "from \"1823_cases_by_department\" where case_type = 'all' and department = 'any'"
        )
        assert (case["open_at_month_end"], case["open_14_days_or_more"]) == (counted, counted)


def test_the_reconciliation_sets_the_truth_beside_the_print(
    year: duckdb.DuckDBPyConnection, months: list[Tables]
) -> None:
    of_year = total(truth(tables) for tables in months)
    calls = of_year["calls"]
    found = {row["measure"]: row for row in rows(year, "from \"1823_reconciliation\" where period = '2023'")}
    assert {name: (row["verdict"], row["target_met"]) for name, row in found.items()} == {
        "voice-contacts": ("informative", None),
        "written-contacts": ("informative", None),
        "answered-within-12-seconds": ("informative", "no"),
        "first-call-resolution": ("informative", "yes"),
        "satisfaction": ("informative", "yes"),
    }
    assert float(found["voice-contacts"]["computed_value"]) == 5 * round(calls["received"] / 5)
    share = 100 * calls["answered_within_12_seconds"] / calls["answered"]
    assert float(found["answered-within-12-seconds"]["computed_value"]) == round(share, 1)
    assert [float(found[name]["tolerance"]) for name in ("voice-contacts", "written-contacts")] == [504, 5004]
    assert {row["period"] for row in rows(year, 'from "1823_reconciliation"')} == {"2023"}
    assert float(found["voice-contacts"]["given_value"]) == RATES[2023].calls


def test_the_seventh_month_of_ten_is_missed(months: list[Tables]) -> None:
    ten = [month(f"2025-{number:02d}", scale=0.05) for number in range(1, 11)]
    for chosen, many in ((ten, 11), ([*ten[:6], *ten[7:]], 0)):
        with load(chosen) as con:
            run_marts(con)
            found = rows(con, "from \"1823_reconciliation\" where period like '2025%'")
            assert len(found) == many
            for row in found:
                assert None not in (row["computed_value"], row["given_value"], row["difference"])
                assert row["verdict"] == "informative"
