"""measure computes the marts in the order that they need each other, once for the same inputs."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from made import RECEIVED, accept, field, make_contract, open_store, project, publish, rows_of
from made.expected import stops
from praya.assurance.status import pending
from praya.contract import Contract, load_contracts
from praya.errors import MeasureError, codes
from praya.ledger import Ledger
from praya.pipeline.measure import (
    MartResult,
    compute_marts,
    compute_month,
    inputs_behind,
    load_marts,
    read_marts,
    read_stale_marts,
)
from praya.pipeline.measure.catalogue_tables import catalogue_releases
from praya.store import Store, layout
from praya.store.states import Accepted, MartState, MonthState, MonthTable

pytestmark = pytest.mark.slow

PEOPLE = make_contract(dataset="the-people")
PLACES = make_contract(dataset="the-places")
BOTH = [PEOPLE, PLACES]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "metrics").mkdir()
    return tmp_path / "metrics"


def marts(folder: Path, **sql: str) -> Path:
    for name, text in sql.items():
        (folder / f"{name}.sql").write_text(f"-- What: a test.\n{text};\n", "utf-8")
    return folder


def names(folder: Path, contracts: list[Contract] = BOTH) -> list[str]:
    return [mart.name for mart in load_marts(folder, contracts)]


def test_marts_come_in_the_order_that_they_need_each_other(folder: Path) -> None:
    marts(
        folder,
        a="select * from b join the_people using (id)",
        b="select * from c",
        c="select * from the_people",
        d="select 1 from a, c",
    )
    assert names(folder) == ["c", "b", "a", "d"]
    assert load_marts(folder, BOTH)[2].inputs == ["b", "the_people"]


def test_names_of_its_own_withs_are_no_inputs(folder: Path) -> None:
    marts(
        folder,
        a="with b as (select * from the_people), c as (select * from b) "
        "select * from c where id in (select id from the_places)",
        d="with recursive r as (select 1 as n union all select n + 1 from r where n < 3) select * from r, the_people",
        e="with the_people as (select * from the_people) select * from the_people",
    )
    assert {mart.name: mart.inputs for mart in load_marts(folder, BOTH)} == {
        "a": ["the_people", "the_places"],
        "d": ["the_people"],
        "e": ["the_people"],
    }


@pytest.mark.parametrize(
    ("sql", "values"),
    [
        ({"a": "select * from b", "b": "select * from a"}, ["a → b → a"]),
        ({"a": "select * from a"}, ["a → a"]),
        ({"a": "select * from the_peple"}, ["a.sql", "the_peple"]),
        ({"a": "select * from read_parquet('x')"}, ["a.sql", "read_parquet"]),
        ({"a": "select * from 'x.parquet'"}, ["a.sql", "x.parquet"]),
        ({"a": "select from where"}, ["a.sql", "one SQL select"]),
        ({"a": "select * from the_people; select 2"}, ["a.sql", "one SQL select"]),
        ({"a": "drop table the_people"}, ["a.sql", "one SQL select"]),
        ({"the_people": "select 1"}, ["the_people.sql", "dataset"]),
    ],
)
def test_sql_that_cannot_be_ordered_is_refused_with_its_file(
    folder: Path, sql: dict[str, str], values: list[str]
) -> None:
    with stops(codes.measure.MARTS_FAILED, *values):
        load_marts(marts(folder, **sql), BOTH)


WRONG = (
    "select * from the_peple",
    "select from where",
    "select 1 as one",
    "select * from wrong",
    "select * from read_parquet('x')",
    "select * from good union all select * from wrong",
)


@given(st.sampled_from(WRONG), st.lists(st.sampled_from(["good", "wrong", "the_people"]), max_size=6))
def test_a_file_that_is_wrong_holds_up_only_what_needs_it(sql: str, reads: list[str]) -> None:
    """Chains of marts beside a wrong one: those that need it are wrong too, by name, and all others are there."""
    with TemporaryDirectory() as place:
        chain = {f"m{number}": f"select * from {name}" for number, name in enumerate(reads)}
        chain |= {f"n{number}": f"select * from m{number}" for number in range(len(reads))}
        found, problems = read_marts(
            marts(Path(place), wrong=sql, good="select * from the_people", **chain), BOTH
        )
        with pytest.raises(MeasureError):
            inputs_behind("wrong", Path(place), BOTH)
    needs = {f"{kind}{number}" for number, name in enumerate(reads) if name == "wrong" for kind in "mn"}
    assert set(problems) == {"wrong", *needs}
    assert {mart.name for mart in found} == {"good", *chain} - needs
    assert all(place in problem for problem in problems.values())


def test_what_a_wrong_file_is_does_not_stop_the_others_and_stays_pending(store: Store, folder: Path) -> None:
    accept(store, PEOPLE, b"id,name\n1,a\n")
    marts(folder, a="select * from the_people", b="select * from a")
    compute_marts(store, folder, BOTH)
    marts(folder, a="select * from the_people where", c="select * from the_people")
    results = compute_marts(store, folder, BOTH)
    for name in ("a", "b"):
        failed = results[name].failed
        assert failed is not None and failed.code is codes.sql.NOT_ONE_SELECT and "a.sql" in failed
    assert results["c"].changed
    with duckdb.connect(str(store.path("warehouse.duckdb")), read_only=True) as con:
        assert con.sql("from b").fetchall() == [(1, "a")], "what was there stays"
    found = pending(BOTH, store, project().suites, folder)
    assert {"mart a", "mart b"} <= set(found) and "mart c" not in found


def test_a_mart_of_a_refused_contract_is_wrong_and_its_neighbours_are_not(folder: Path) -> None:
    marts(folder, a="select * from the_people", b="select * from the_places")
    found, problems = read_marts(folder, [PEOPLE])
    assert [mart.name for mart in found] == ["a"] and "the_places" in problems["b"]


def test_the_marts_of_the_project_can_be_ordered() -> None:
    found = [mart.name for mart in load_marts(project().metrics, load_contracts(project()))]
    assert set(found) >= {"head_135_by_year", "programme_observations"}


def test_a_mart_waits_for_all_of_its_inputs(store: Store, folder: Path) -> None:
    marts(folder, a="select p.id from the_people p join the_places using (id)", b="select id from the_people")
    accept(store, PEOPLE, b"id,name\n1,a\n")
    results = compute_marts(store, folder, BOTH)
    assert results["a"] == MartResult(waiting=("the_places",))
    assert (results["b"].rows, results["b"].changed) == (1, True)
    assert read_stale_marts(store, folder, BOTH) == []
    accept(store, PLACES, b"id,name\n1,x\n")
    assert read_stale_marts(store, folder, BOTH) == ["a"]
    assert compute_marts(store, folder, BOTH)["a"].rows == 1


def test_the_same_inputs_are_not_computed_again(
    store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    marts(folder, a="select id from the_people")
    accept(store, PEOPLE, b"id,name\n1,a\n")
    first = compute_marts(store, folder, BOTH)["a"]
    monkeypatch.setattr(
        "praya.pipeline.measure.mart_step.MartStep.make", lambda *_: pytest.fail("it was computed again")
    )
    monkeypatch.setattr("praya.store.Store.adopt", lambda *_: pytest.fail("the warehouse was built again"))
    assert compute_marts(store, folder, BOTH)["a"] == dataclasses.replace(first, changed=False)


def test_new_inputs_and_new_sql_are_computed_and_move_what_is_made_from_them(
    store: Store, folder: Path
) -> None:
    marts(folder, a="select id from the_people", b="select count(*) as n from a")
    accept(store, PEOPLE, b"id,name\n1,a\n")
    compute_marts(store, folder, BOTH)
    accept(store, PEOPLE, b"id,name\n1,a\n2,b\n", "2026-01-06T02:00:00Z")
    assert read_stale_marts(store, folder, BOTH) == ["a", "b"]
    results = compute_marts(store, folder, BOTH)
    assert results["b"].changed and results["b"].states[""].received_at == "2026-01-06T02:00:00Z"
    assert rows_of(store.path(results["b"].tables[0])) == [(2,)]
    marts(folder, b="select count(*) + 1 as n from a")
    assert read_stale_marts(store, folder, BOTH) == ["b"]
    results = compute_marts(store, folder, BOTH)
    assert (results["a"].changed, results["b"].changed) == (False, True)


def test_a_mart_is_as_old_as_its_latest_input(store: Store, folder: Path) -> None:
    marts(folder, a="select p.id from the_people p join the_places using (id)")
    accept(store, PEOPLE, b"id,name\n1,a\n", "2026-01-07T02:00:00Z")
    accept(store, PLACES, b"id,name\n1,x\n", RECEIVED)
    assert compute_marts(store, folder, BOTH)["a"].states[""].received_at == "2026-01-07T02:00:00Z"


def test_a_mart_of_one_synthetic_input_is_synthetic_and_so_is_what_is_made_from_it(
    store: Store, folder: Path
) -> None:
    marts(
        folder,
        a="select p.id from the_people p join the_places using (id)",
        b="select * from a",
        c="select * from the_people",
    )
    accept(store, PEOPLE, b"id,name\n1,a\n")
    accept(store, make_contract(dataset="the-places", synthetic=True), b"id,name\n1,x\n")
    results = compute_marts(store, folder, BOTH)
    assert {name: state.synthetic for name, state in results.items()} == {"a": True, "b": True, "c": False}


def test_the_warehouse_holds_tables_and_marts_and_is_replaced_whole(store: Store, folder: Path) -> None:
    marts(folder, a="select id, name from the_people")
    accept(store, PEOPLE, b"id,name\n1,a\n")
    compute_marts(store, folder, BOTH)
    with duckdb.connect(str(store.path("warehouse.duckdb")), read_only=True) as reader:
        assert {name for (name,) in reader.execute("show tables").fetchall()} == {"a", "the_people"}
        accept(store, PEOPLE, b"id,name\n1,a\n2,b\n")
        compute_marts(store, folder, BOTH)
        assert reader.execute("select count(*) from a").fetchone() == (1,)
    with duckdb.connect(str(store.path("warehouse.duckdb")), read_only=True) as reader:
        assert reader.execute("select id, name from a order by id").fetchall() == [(1, "a"), (2, "b")]
    assert list(store.root.glob("warehouse.duckdb*")) == [store.path("warehouse.duckdb")]


def test_the_warehouse_answers_what_the_tables_hold_and_holds_no_row(store: Store, folder: Path) -> None:
    marts(folder, a="select id, name || '!' as name from the_people")
    many = b"id,name\n" + b"".join(b"%d,a name that is long\n" % number for number in range(5_000))
    accept(store, PEOPLE, many)
    compute_marts(store, folder, BOTH)
    path = store.path("warehouse.duckdb")
    with duckdb.connect(str(path), read_only=True) as con:
        for name, key in (
            ("the_people", store.read_state(Accepted, "the-people").table),
            ("a", store.read_record(MartState, "state/mart/a.json").table),
        ):
            table = str(store.path(key))
            assert con.sql(f"from {name}").fetchall() == con.sql(f"from '{table}'").fetchall()
            assert con.sql(f"from {name}").description == con.sql(f"from '{table}'").description
    before = path.stat().st_size
    accept(store, PEOPLE, many + b"5000,b\n")
    compute_marts(store, folder, BOTH)
    assert path.stat().st_size == before, "it grows with the tables, and not with their rows"


def test_the_warehouse_of_a_store_that_was_moved_is_built_again(
    store: Store, folder: Path, tmp_path: Path
) -> None:
    marts(folder, a="select id from the_people")
    accept(store, PEOPLE, b"id,name\n1,a\n")
    compute_marts(store, folder, BOTH)
    moved = open_store(store.root.rename(tmp_path / "moved"))
    assert not compute_marts(moved, folder, BOTH)["a"].changed
    with duckdb.connect(str(moved.path("warehouse.duckdb")), read_only=True) as con:
        assert con.sql("from a").fetchall() == [(1,)]


def test_a_kill_while_the_warehouse_is_replaced_leaves_one_that_answers(
    store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    marts(folder, a="select id from the_people")
    accept(store, PEOPLE, b"id,name\n1,a\n")
    compute_marts(store, folder, BOTH)
    accept(store, PEOPLE, b"id,name\n2,b\n")

    class Killed(BaseException):
        pass

    def killed(*_: object) -> None:
        raise Killed

    for name, answer in (("adopt", [(1,)]), ("set_state", [(2,)])):
        with monkeypatch.context() as patch:
            patch.setattr(Store, name, killed)
            with pytest.raises(Killed):
                compute_marts(store, folder, BOTH)
        with duckdb.connect(str(store.path("warehouse.duckdb")), read_only=True) as con:
            assert con.sql("from a").fetchall() == answer
    compute_marts(store, folder, BOTH)
    with duckdb.connect(str(store.path("warehouse.duckdb")), read_only=True) as con:
        assert con.sql("from a").fetchall() == [(2,)]


def test_sql_that_the_tables_do_not_fit_is_said_and_holds_up_only_what_needs_it(
    store: Store, folder: Path
) -> None:
    marts(folder, a="select id from the_people", b="select * from a", c="select id from the_people")
    accept(store, PEOPLE, b"id,name\n1,a\n")
    compute_marts(store, folder, BOTH)
    before = store.get_record(MartState, layout.mart_state("a"))
    marts(folder, a="select age from the_people", c="select id + 1 as id from the_people")
    results = compute_marts(store, folder, BOTH)
    failed = results["a"].failed
    assert failed is not None and failed.code is codes.measure.SQL_FAILED
    assert "a.sql" in failed and "age" in failed
    assert results["b"] == MartResult(waiting=("a",))
    assert results["c"].changed and rows_of(store.path(results["c"].tables[0])) == [(2,)]
    assert store.get_record(MartState, layout.mart_state("a")) == before


def test_a_mart_of_nothing_is_refused(folder: Path) -> None:
    with stops(codes.measure.MARTS_FAILED, "a.sql"):
        load_marts(marts(folder, a="select 1 as one"), BOTH)


def test_the_rows_of_a_mart_have_one_order(store: Store, folder: Path) -> None:
    marts(folder, a="select name, id from the_people order by reverse(name), id desc")
    accept(store, PEOPLE, b"id,name\n3,a\n1,b\n2,a\n")
    assert rows_of(store.path(compute_marts(store, folder, BOTH)["a"].tables[0])) == [
        ("a", 2),
        ("a", 3),
        ("b", 1),
    ]


def test_a_mart_keeps_decimals(store: Store, folder: Path) -> None:
    contract = make_contract(field("id", "integer"), field("v", "number", decimals=1), dataset="the-people")
    marts(folder, a="select id, sum(v) as v from the_people group by id")
    accept(store, contract, b"id,v\n1,0.1\n2,0.2\n")
    assert [
        str(value)
        for _, value in rows_of(store.path(compute_marts(store, folder, [contract])["a"].tables[0]))
    ] == ["0.1", "0.2"]


def test_a_mart_of_a_release_reads_what_is_published_and_follows_it(store: Store, folder: Path) -> None:
    marts(folder, a="select id, cases, cases_conf_status from released_the_counts")
    counts = make_contract(
        field("id", "integer"),
        field("cases", "integer"),
        dataset="the-counts",
        disclosure={
            "class": "aggregated counts",
            "reason": "Counts for a test.",
            "counts": ["cases"],
        },
    )
    accept(store, counts, b"id,cases\n1,1233\n2,3\n")
    assert compute_marts(store, folder, [counts])["a"] == MartResult(waiting=("released_the_counts",))
    assert read_stale_marts(store, folder, [counts]) == []
    publish(store, counts, b"id,cases\n1,1233\n2,3\n")
    assert read_stale_marts(store, folder, [counts]) == ["a"]
    made = compute_marts(store, folder, [counts])["a"]
    assert rows_of(store.path(made.tables[0])) == [(1, 1235, "F"), (2, None, "C")]
    assert made.states[""].received_at == RECEIVED and not made.synthetic
    accept(store, counts, b"id,cases\n1,44\n", "2026-01-06T02:00:00Z")
    assert read_stale_marts(store, folder, [counts]) == [], "accepted is not released"
    publish(store, counts, b"id,cases\n1,44\n", "2026-01-06T02:00:00Z")
    made = compute_marts(store, folder, [counts])["a"]
    # Of a row that is gone stays that it is withheld.
    assert rows_of(store.path(made.tables[0])) == [(1, 45, "F"), (2, None, "C")]


def hong_kong_month(at: str) -> str:
    return f"{dt.datetime.fromisoformat(at).astimezone(ZoneInfo('Asia/Hong_Kong')):%Y-%m}"


def test_a_mart_of_what_the_catalogue_released_moves_with_the_months(store: Store, folder: Path) -> None:
    marts(folder, a="select dataset, released_month from catalogue_releases")
    assert compute_marts(store, folder, BOTH)["a"] == MartResult(waiting=("catalogue_releases",))
    publish(store, PEOPLE, b"id,name\n1,a\n")
    publish(store, PEOPLE, b"id,name\n1,b\n", "2026-01-06T02:00:00Z")
    first, *others = [line for line in Ledger(store) if line.kind == "release"]
    months = sorted({hong_kong_month(line.at) for line in (first, *others)})
    made = compute_marts(store, folder, BOTH)["a"]
    assert rows_of(store.path(made.tables[0])) == [("the-people", month) for month in months]
    assert made.states[""].received_at == (first if len(months) == 1 else others[0]).at and not made.synthetic
    publish(store, PLACES, b"id,name\n1,a\n")
    assert read_stale_marts(store, folder, BOTH) == ["a"]
    assert {row[0] for row in rows_of(store.path(compute_marts(store, folder, BOTH)["a"].tables[0]))} == {
        "the-people",
        "the-places",
    }


def test_what_adds_months_up_is_left_while_more_are_on_their_way(store: Store, folder: Path) -> None:
    """What was made of them before stays, in the warehouse too; all else is computed."""
    calls = make_contract(
        dataset="the-calls",
        provider="hk-demo",
        partition="month",
        retention={"raw_days": 30, "ground": "kept no longer than the purpose needs"},
        disclosure={"class": "personal records", "reason": "a row is a person's call"},
    )
    (folder / "monthly").mkdir()
    (folder / "monthly" / "by_month.sql").write_text("select count(*) as calls from the_calls")
    marts(
        folder,
        a="select sum(calls) as calls from by_month",
        b="select * from a",
        c="select * from the_people",
    )
    contracts = [calls, PEOPLE]
    publish(store, PEOPLE, b"id,name\n1,a\n")
    switched(store, calls, folder, b"id,name\n1,a\n")
    assert compute_marts(store, folder, contracts)["b"].changed
    switched(store, calls, folder, b"id,name\n1,a\n2,b\n")
    publish(store, PEOPLE, b"id,name\n1,b\n", "2026-01-06T02:00:00Z")
    made = compute_marts(store, folder, contracts, {"hk-demo", "hk-other"})
    assert made["a"] == made["b"] == MartResult(waiting=("the months of hk-demo",))
    assert made["by_month"].rows == 1 and made["c"].changed
    with duckdb.connect(str(store.path("warehouse.duckdb")), read_only=True) as con:
        assert con.execute("select calls from a").fetchall() == [(1,)]
    assert rows_of(store.path(compute_marts(store, folder, contracts)["b"].tables[0])) == [(2,)]


def switched(store: Store, contract: Contract, folder: Path, data: bytes) -> None:
    """A month of records, switched in."""
    january = contract.at("2026-01")
    accept(store, january, data)
    accepted = store.read_state(Accepted, january.subject)
    table = MonthTable(
        key=accepted.key,
        table=accepted.table,
        received_at=accepted.received_at,
        synthetic=accepted.synthetic,
    )
    month = MonthState(
        key=table.key,
        tables={contract.dataset: table},
        received_at=table.received_at,
        synthetic=table.synthetic,
    )
    store.put_record(layout.month_state("hk-demo", "2026-01"), month)
    compute_month(store, folder, [contract, PEOPLE], "hk-demo", "2026-01")


def test_what_is_withdrawn_was_not_released(store: Store) -> None:
    at = Ledger(store).record("release", "the-people", {"version": "v1", "manifest_sha256": "0"}).at
    Ledger(store).record("release", "the-places", {"version": "v1", "manifest_sha256": "1"})
    Ledger(store).record("withdrawal", "the-places", {"version": "v1", "reason": "A test."})
    found = catalogue_releases(store)
    assert found is not None and found.received_at == at
    assert "the-people" in found.select and "the-places" not in found.select


def test_no_mart_may_have_the_name_of_the_catalogue(folder: Path) -> None:
    marts(folder, catalogue_releases="select * from the_people")
    with stops(codes.measure.MARTS_FAILED, "catalogue_releases"):
        load_marts(folder, BOTH)


def test_a_mart_of_its_own_release_is_a_circle(folder: Path) -> None:
    marts(folder, a="select * from released_of_a")
    of_a = make_contract(dataset="of-a", source={"url": None, "mart": "a", "format": "parquet"})
    with stops(codes.measure.MARTS_FAILED, "a → a"):
        load_marts(folder, [of_a])
    marts(folder, a="select * from released_the_counts")
    in_years = [field("year", "year", constraints={"required": True})]
    for without in (
        make_contract(dataset="the-counts", release={"formats": ["csv"]}),
        make_contract(*in_years, dataset="the-counts", release={"files": "by year", "year_field": "year"}),
    ):
        with stops(codes.measure.MARTS_FAILED, "released_the_counts"):
            load_marts(folder, [without])
