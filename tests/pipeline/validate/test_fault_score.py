"""The fault score of datasets that ship, of all with FULL=1, and how faults are put in and counted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from full import part_of
from made import field, make_contract, open_store
from made.expected import stops
from made.shipped import SHIPPED, accept_all
from praya.contract import Contract
from praya.errors import codes
from praya.pipeline.validate.fault_score import measure, score_faults
from praya.pipeline.validate.rule_specs import LeftOut
from praya.pipeline.validate.shape import GOOD, Shape
from praya.pipeline.validate.standard_faults import FAULTS
from praya.store import Store
from praya.store.states import FaultScore

pytestmark = pytest.mark.slow

EXPECTATIONS = Path(__file__).parents[3] / "expectations"
LEAST = 0.9

FIGURES = make_contract(
    field("month", constraints={"required": True}),
    field("area", constraints={"required": True, "enum": ["east", "west", "all"]}),
    field("day", "date"),
    field("amount", "number", unit="HKD"),
    field("share_pct", "number", unit="%"),
    field("name"),
    schema={"primaryKey": ["month", "area"]},
)
TABLE = """
    select * replace (amount::double as amount, share_pct::double as share_pct) from (values
        ('2026-01', 'east', date '2026-01-05', 10.5, 12.5, '東區'),
        ('2026-01', 'west', date '2026-01-06', 20.0, 87.5, null),
        ('2026-01', 'all', date '2026-01-07', 30.5, 100.0, '全部'),
        ('2026-02', 'east', date '2026-02-05', 11.5, 50.0, '東區'),
        ('2026-02', 'west', date '2026-02-06', 12.5, 50.0, '西區'),
        ('2026-02', 'all', date '2026-02-07', 24.0, 100.0, '全部')
    ) as t(month, area, day, amount, share_pct, name)
"""


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> tuple[Store, dict[str, Contract]]:
    work = tmp_path_factory.mktemp("shipped")
    store = open_store(work / "store")
    return store, accept_all(store, work)


@pytest.mark.parametrize("dataset", part_of(SHIPPED, 1))
def test_contract_and_suite_notice_nine_in_ten(
    shipped: tuple[Store, dict[str, Contract]], dataset: str
) -> None:
    store, contracts = shipped
    found = score_faults(contracts[dataset], store, EXPECTATIONS)
    missed = [each["fault"] for each in found["faults"] if each["outcome"] == "missed"]
    assert found["applied"] >= 12
    assert found["score"] >= LEAST, missed


def test_every_dataset_that_is_released_has_been_scored(shipped: tuple[Store, dict[str, Contract]]) -> None:
    _, contracts = shipped
    assert {name for name, one in contracts.items() if one.released} == set(SHIPPED)


@pytest.fixture
def shape() -> Iterator[tuple[Shape, duckdb.DuckDBPyConnection]]:
    with duckdb.connect() as connection:
        connection.execute(f"create table {GOOD} as select *, row_number() over () as _row from ({TABLE})")
        yield Shape(connection, FIGURES), connection


def wrong(shape: tuple[Shape, duckdb.DuckDBPyConnection], name: str) -> list[tuple[Any, ...]]:
    """The rows of the table with the fault, each by its columns."""
    (fault,) = [each for each in FAULTS if each.name == name]
    return shape[1].execute(fault.inject(shape[0])).fetchall()


def column(rows: list[tuple[Any, ...]], name: str) -> list[Any]:
    names = ["month", "area", "day", "amount", "share_pct", "name"]
    return [row[names.index(name)] for row in rows]


def test_there_are_twenty_and_their_names_differ() -> None:
    assert len({fault.name for fault in FAULTS}) == len(FAULTS) == 20


def test_a_shape_knows_what_columns_are(shape: tuple[Shape, duckdb.DuckDBPyConnection]) -> None:
    one = shape[0]
    assert (one.figure, one.times, one.category) == ("amount", ["month", "day"], "area")
    assert one.periods == ["2026-01", "2026-02"] and one.texts == ["area", "name"]


@pytest.mark.parametrize(
    ("fault", "name", "values"),
    [
        ("unit-off", "amount", [10500, 20000, 30500, 11500, 12500, 24000]),
        ("sign-flipped", "amount", [-10.5, -20, -30.5, -11.5, -12.5, -24]),
        ("decimals-lost", "amount", [10, 20, 30, 11, 12, 24]),
        ("rows-shuffled", "amount", [20, 30.5, 11.5, 12.5, 24, 10.5]),
        ("columns-swapped", "amount", [12.5, 87.5, 100, 50, 50, 100]),
        ("total-off", "amount", [10.5, 20, 30.5, 11.5, 12.5, 13.5]),
        ("outlier", "amount", [10.5, 20, 3050, 11.5, 12.5, 24]),
        ("percent-as-fraction", "share_pct", [0.125, 0.875, 1.0, 0.5, 0.5, 1.0]),
        ("times-shifted", "month", ["2027-01"] * 3 + ["2027-02"] * 3),
        ("whitespace", "area", ["east ", "west", "all ", "east", "west ", "all"]),
        ("category-renamed", "area", ["east", "west", "all (new)", "east", "west", "all (new)"]),
        ("nulls-as-text", "name", ["東區", "N/A", "全部", "東區", "西區", "全部"]),
        ("period-missing", "month", ["2026-02"] * 3),
        ("stale-file", "month", ["2026-01"] * 3),
        ("file-truncated", "amount", [10.5, 20, 30.5, 11.5]),
        ("column-empty", "amount", [None] * 6),
    ],
)
def test_a_fault_is_what_it_says(
    shape: tuple[Shape, duckdb.DuckDBPyConnection], fault: str, name: str, values: list[Any]
) -> None:
    found = [
        float(value) if isinstance(values[0], (int, float)) else value
        for value in column(wrong(shape, fault), name)
    ]
    assert found == values


def test_mojibake_is_what_latin_1_makes_of_utf_8(shape: tuple[Shape, duckdb.DuckDBPyConnection]) -> None:
    assert column(wrong(shape, "mojibake"), "name")[0] == "東區".encode().decode("latin-1")


def test_a_day_in_another_time_zone_is_the_day_before(shape: tuple[Shape, duckdb.DuckDBPyConnection]) -> None:
    assert str(column(wrong(shape, "time-zone"), "day")[0]) == "2026-01-04"


def test_what_cannot_happen_is_left_out_and_says_why() -> None:
    with duckdb.connect() as connection:
        connection.execute(f"create table {GOOD} as select 'a' as id, 'b' as name, 1 as _row")
        bare = Shape(connection, make_contract(field("id"), field("name")))
        for name in ("unit-off", "times-shifted", "mojibake", "total-off", "percent-as-fraction"):
            (fault,) = [each for each in FAULTS if each.name == name]
            with pytest.raises(LeftOut) as left:
                fault.inject(bare)
            assert left.value.why.en and left.value.why.zh_hant


def test_a_suite_that_says_nothing_misses_what_no_contract_can_know(tmp_path: Path) -> None:
    """The score can be low: it is not the faults that make it high."""
    from praya.pipeline.validate.suite import expectations_of

    table = tmp_path / "table.parquet"
    with duckdb.connect() as connection:
        connection.execute(f"copy ({TABLE}) to '{table}'")
    found = measure(FIGURES, table, expectations_of(FIGURES, tmp_path), {})
    outcomes = {each["fault"]: each["outcome"] for each in found["faults"]}
    assert outcomes["unit-off"] == outcomes["rows-shuffled"] == outcomes["times-shifted"] == "missed"
    assert outcomes["key-duplicated"] == outcomes["whitespace"] == "blocked"
    assert found["score"] == round(found["caught"] / found["applied"], 4) < LEAST


def test_the_same_inputs_are_measured_once(
    shipped: tuple[Store, dict[str, Contract]], monkeypatch: pytest.MonkeyPatch
) -> None:
    store, contracts = shipped
    one = contracts["head-135-commitments"]
    first = score_faults(one, store, EXPECTATIONS)
    monkeypatch.setattr("praya.pipeline.validate.fault_score.measure", None)
    assert score_faults(one, store, EXPECTATIONS) == first
    state = store.read_state(FaultScore, "head-135-commitments")
    assert state.path == f"verdicts/head-135-commitments/faults-{first['key']}/faults.json"
    assert json.loads(store.path(state.path).read_text("utf-8")) == first


def test_nothing_is_scored_before_a_table_is_accepted(tmp_path: Path) -> None:
    with stops(codes.validate.NO_TABLE_ACCEPTED, FIGURES.subject):
        score_faults(FIGURES, open_store(tmp_path / "store"), tmp_path)


def test_no_figure_of_a_table_of_counts_is_in_its_score(shipped: tuple[Store, dict[str, Contract]]) -> None:
    """Only names: of faults, and of the expectations that notice them."""
    store, contracts = shipped
    found = score_faults(contracts["1823-cases-by-district"], store, EXPECTATIONS)
    assert set(found) == {"dataset", "faults", "applied", "caught", "blocked", "score", "key", "synthetic"}
    for each in found["faults"]:
        assert set(each) == {"fault", "title", "outcome", "why", "caught_by"}
    assert found["synthetic"] is True
