"""The open data plan is one of this catalogue's datasets, and what became of it follows from the ledger."""

from __future__ import annotations

import duckdb

from made.tables import INCLUDE
from praya.contract import Contract


def test_the_plan_has_every_dataset_that_is_released_as_its_contract_says(
    content: duckdb.DuckDBPyConnection, contracts: dict[str, Contract]
) -> None:
    """A new dataset needs a row in include/sources/programmes/open-data-plans.csv; what tells of the plan has none."""
    planned = content.execute(
        "select dataset, provider, title_en, title_tc, title_sc, frequency from open_data_plans"
    ).fetchall()
    assert {row[0]: row[1:] for row in planned} == {
        name: (
            one.provider,
            one.title.en.replace("’", "'"),
            one.title.zh_hant,
            one.title.in_language("zh-Hans"),
            one.frequency,
        )
        for name, one in contracts.items()
        if one.released and name != "open-data-progress"
    }


def test_plan_and_progress_say_that_they_were_made_up(contracts: dict[str, Contract]) -> None:
    for name in ("open-data-plans", "open-data-progress"):
        assert contracts[name].synthetic
        assert "made for this catalogue" in contracts[name].notes[0].text.en


def test_progress_is_on_time_late_due_or_overdue(content: duckdb.DuckDBPyConnection) -> None:
    found = content.execute(
        "select dataset, first_released_month, months_after_target, status from open_data_progress"
        " where first_released_month is not null or dataset in ('itf-figures', '1823-satisfaction') order by dataset"
    ).fetchall()
    assert found == [
        ("1823-contact-volumes", "2026-12", -3, "released on time"),
        ("1823-satisfaction", None, None, "due"),
        ("head-135-provision", "2026-10", -1, "released on time"),
        ("head-135-subheads", "2026-11", 0, "released on time"),
        ("itf-figures", None, None, "overdue"),
        ("programme-lists", "2027-01", 1, "released late"),
        ("public-holidays", "2026-12", 1, "released late"),
    ]
    assert content.execute("select distinct as_at_month from open_data_progress").fetchall() == [("2027-01",)]


def test_downloads_of_all_counted_months_come_together_and_none_is_none(
    content: duckdb.DuckDBPyConnection,
) -> None:
    """A dataset that nobody downloaded has 0; one that is not in the plan is not counted in."""
    found = content.execute(
        "select dataset, downloads from open_data_progress where downloads <> 0 order by dataset"
    ).fetchall()
    assert found == [("head-135-provision", 19), ("public-holidays", 1204)]
    spans = (
        "select distinct downloads_from_month, downloads_to_month, downloads is null from open_data_progress"
    )
    assert content.execute(spans).fetchall() == [("2026-11", "2026-12", False)]


def test_where_nothing_was_counted_no_download_is_told(content: duckdb.DuckDBPyConnection) -> None:
    sql = (
        (INCLUDE / "metrics" / "open_data_progress.sql")
        .read_text("utf-8")
        .replace("catalogue_downloads", "nothing")
    )
    with_nothing = f"with nothing as (from catalogue_downloads where false) select * from ({sql})"
    spans = f"select distinct downloads, downloads_from_month, downloads_to_month from ({with_nothing})"
    assert content.execute(spans).fetchall() == [(None, None, None)]
