"""A month of records is switched in with all its tables or not at all, and marts follow month by month."""

from __future__ import annotations

from pathlib import Path

import pytest

from made import make_contract, put_snapshot, rows_of
from made.expected import stops
from praya.assurance.status import pending
from praya.contract import Contract
from praya.errors import codes
from praya.ledger import Ledger
from praya.pipeline.measure import MartResult, compute_marts, compute_month, load_marts, read_stale_marts
from praya.pipeline.month_switch import switch_in, waiting
from praya.pipeline.stage import stage_table
from praya.pipeline.validate import validate_table
from praya.store import Store

PROVIDER = "hk-demo"
COUNTS = """select
    getvariable('month') as month, count(*) as calls,
    date_diff('day', getvariable('month_start'), getvariable('month_end')) as days
from the_calls"""
TOTAL = "select sum(calls) as calls, count(*) as months from monthly_calls"


def records(dataset: str) -> Contract:
    return make_contract(
        dataset=dataset,
        provider=PROVIDER,
        partition="month",
        quality={"max_quarantined_rows": 0},
        retention={"raw_days": 30, "ground": "DPP 2(2): no longer than the purpose needs"},
        disclosure={"class": "personal records", "reason": "a row is a person's case"},
    )


@pytest.fixture
def tables() -> list[Contract]:
    return [records("the-calls"), records("the-cases")]


@pytest.fixture
def metrics(tmp_path: Path) -> Path:
    folder = tmp_path / "metrics"
    (folder / "monthly").mkdir(parents=True)
    (folder / "monthly" / "monthly_calls.sql").write_text(COUNTS)
    (folder / "total.sql").write_text(TOTAL)
    return folder


def take(
    store: Store, contract: Contract, month: str, rows: int, received_at: str = "2026-01-01T00:00:00Z"
) -> None:
    """Stage and validate `rows` rows of the month, as a task would."""
    data = "id,name\n" + "".join(f"{number},x\n" for number in range(rows))
    put_snapshot(store, contract.at(month), data.encode(), received_at)
    stage_table(contract.at(month), store)
    validate_table(contract.at(month), store, store.root)


def enter(store: Store, tables: list[Contract], month: str) -> bool:
    return switch_in(tables, store, store.root, PROVIDER, month).changed


def total(store: Store, metrics: Path, tables: list[Contract]) -> tuple[int, int]:
    (row,) = rows_of(store.path(compute_marts(store, metrics, tables)["total"].tables[0]))
    return row


def test_a_month_counts_once_all_its_tables_are_switched_in(
    store: Store, metrics: Path, tables: list[Contract]
) -> None:
    calls, cases = tables
    for number, month in enumerate(("2023-01", "2023-02", "2023-03"), 1):
        take(store, calls, month, number)
    with stops(codes.month.TABLES_NOT_ACCEPTED, "hk-demo/2023-01", "the-cases"):
        enter(store, tables, "2023-01")
    assert compute_marts(store, metrics, tables)["total"] == MartResult(waiting=("monthly_calls",))
    for month in ("2023-01", "2023-03"):
        take(store, cases, month, 1)
        assert waiting(tables, store) == {
            f"{PROVIDER}/{month}": "its tables have been accepted, and are not switched in yet"
        }
        assert f"{PROVIDER}/{month}" in pending(tables, store, store.root, metrics)
        assert enter(store, tables, month) and not enter(store, tables, month)
        assert waiting(tables, store) == {}
    assert total(store, metrics, tables) == (4, 2)
    lines = [line for line in Ledger(store) if line.kind == "month"]
    assert [line.subject for line in lines] == [f"{PROVIDER}/2023-01", f"{PROVIDER}/2023-03"]
    assert set(lines[0].body["tables"]) == {"the-calls", "the-cases"}
    assert b"the_calls" not in store.path("warehouse.duckdb").read_bytes(), (
        "records are no part of the warehouse"
    )


def test_what_was_switched_in_counts_until_the_whole_month_is_good_again(
    store: Store, metrics: Path, tables: list[Contract]
) -> None:
    calls, cases = tables
    for contract in tables:
        take(store, contract, "2023-01", 3)
    enter(store, tables, "2023-01")
    assert total(store, metrics, tables) == (3, 1)
    take(store, calls, "2023-01", 5, "2026-02-01T00:00:00Z")
    assert total(store, metrics, tables) == (3, 1), "the new calls lie aside"
    put_snapshot(store, cases.at("2023-01"), b"id,name\n1,x\n1,x\n", "2026-02-01T00:00:00Z")
    with stops(codes.stage.ROWS_OUTSIDE_LIMITS, "the-cases/2023-01"):
        stage_table(cases.at("2023-01"), store)
    with stops(codes.month.TABLES_NOT_ACCEPTED, "hk-demo/2023-01", "the-cases/2023-01: fewer than 10"):
        enter(store, tables, "2023-01")
    assert total(store, metrics, tables) == (3, 1)
    take(store, cases, "2023-01", 1, "2026-02-02T00:00:00Z")
    assert enter(store, tables, "2023-01")
    assert total(store, metrics, tables) == (5, 1)


def test_a_month_again_computes_its_own_mart_and_the_total_only(
    store: Store, metrics: Path, tables: list[Contract]
) -> None:
    for month in ("2023-01", "2023-02"):
        for contract in tables:
            take(store, contract, month, 2)
        enter(store, tables, month)
        assert [one.changed for one in compute_month(store, metrics, tables, PROVIDER, month).values()] == [
            True
        ]
    assert read_stale_marts(store, metrics, tables) == ["total"]
    assert total(store, metrics, tables) == (4, 2)
    assert read_stale_marts(store, metrics, tables) == []
    before = {
        path: path.stat().st_mtime_ns for path in store.path("marts/monthly_calls").glob("*/mart.parquet")
    }
    take(store, tables[0], "2023-02", 7, "2026-02-01T00:00:00Z")
    enter(store, tables, "2023-02")
    assert read_stale_marts(store, metrics, tables) == ["monthly_calls", "total"]
    assert total(store, metrics, tables) == (9, 2)
    after = {
        path: path.stat().st_mtime_ns for path in store.path("marts/monthly_calls").glob("*/mart.parquet")
    }
    assert len(after) == 3 and before.items() <= after.items(), "January was computed again"


def test_a_month_knows_its_bounds_in_hong_kong(store: Store, metrics: Path, tables: list[Contract]) -> None:
    for month, days in (("2023-02", 28), ("2023-12", 31)):
        for contract in tables:
            take(store, contract, month, 1)
        enter(store, tables, month)
        state = compute_month(store, metrics, tables, PROVIDER, month)["monthly_calls"]
        ((name, calls, length),) = rows_of(store.path(state.tables[0]))
        assert (name, calls, length) == (month, 1, days)


def test_a_month_that_is_not_there_has_no_marts(store: Store, metrics: Path, tables: list[Contract]) -> None:
    with stops(codes.measure.MONTH_NOT_SWITCHED_IN, "hk-demo/2023-01"):
        compute_month(store, metrics, tables, PROVIDER, "2023-01")


@pytest.mark.parametrize("reads", ["the_prices", "total", "the_calls join other_calls using (id)"])
def test_a_monthly_mart_reads_months_of_one_provider(
    metrics: Path, tables: list[Contract], reads: str
) -> None:
    (metrics / "monthly" / "wrong.sql").write_text(f"select * from {reads}")
    other = records("other-calls").model_copy(update={"provider": "hk-other"})
    with stops(codes.measure.MARTS_FAILED, "monthly/wrong.sql", "of one provider"):
        load_marts(metrics, [*tables, other, make_contract(dataset="the-prices")])
