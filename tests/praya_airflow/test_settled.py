"""One round of runs gives one table of each mart: made when what it reads has come to rest, and nothing is lost."""

from __future__ import annotations

import shutil
from pathlib import Path

import msgspec
import pytest

from made import accept, make_contract, not_of_a_mart, project, publish, rows_of
from made.expected import stops
from praya.contract import Contract
from praya.errors import codes
from praya.pipeline.measure import MartResult, compute_marts, load_marts, read_stale_marts
from praya.store import Store, layout
from praya.store.states import Collected, MartState, Problem
from praya_airflow import settled
from praya_airflow.settled import Awaited, find_releases_to_come, list_awaited, wait_until_settled
from praya_airflow.task_project import read_usable_contracts

pytestmark = pytest.mark.slow

PEOPLE = make_contract(dataset="the-people")
PLACES = make_contract(dataset="the-places")
OF_A = make_contract(dataset="of-a", source={"url": None, "mart": "a", "format": "parquet"})
ALL = [PEOPLE, PLACES, OF_A]
LATER = "2026-01-06T02:00:00Z"


@pytest.fixture
def metrics(tmp_path: Path) -> Path:
    """`a` reads a table, `b` another one and `a`, `c` a table and what is released of `a`, `d` all releases."""
    folder = tmp_path / "metrics"
    folder.mkdir()
    for name, sql in {
        "a": "select id, name from the_people",
        "b": "select * from a union all select id, name from the_places",
        "c": "select id, name from the_places union all select id, name from released_of_a",
        "d": "select dataset, released_month from catalogue_releases",
    }.items():
        (folder / f"{name}.sql").write_text(f"-- What: a test.\n{sql};\n", "utf-8")
    return folder


def quiet(_: Awaited) -> bool:
    return False


def released(store: Store) -> None:
    """Both tables and the release of `a` are there."""
    accept(store, PEOPLE, b"id,name\n1,a\n")
    accept(store, PLACES, b"id,name\n2,b\n")
    publish(store, not_of_a_mart(OF_A), b"id,name\n1,a\n")


def test_what_a_stale_mart_reads_is_awaited_also_by_way_of_others(store: Store, metrics: Path) -> None:
    assert list_awaited(store, metrics, ALL) == []
    accept(store, PEOPLE, b"id,name\n1,a\n")
    assert list_awaited(store, metrics, ALL) == [("the-people", "validate")], "`b` cannot be made yet"
    accept(store, PLACES, b"id,name\n2,b\n")
    compute_marts(store, metrics, ALL)
    assert list_awaited(store, metrics, ALL) == []
    accept(store, PLACES, b"id,name\n3,c\n", LATER)
    assert read_stale_marts(store, metrics, ALL) == ["b"]
    assert list_awaited(store, metrics, ALL) == [("the-people", "validate"), ("the-places", "validate")]
    publish(store, not_of_a_mart(OF_A), b"id,name\n1,a\n")
    assert ("of-a", "release") in list_awaited(store, metrics, ALL)


def test_what_arrives_while_it_waits_is_made_with_the_rest(store: Store, metrics: Path) -> None:
    accept(store, PEOPLE, b"id,name\n1,a\n")
    accept(store, PLACES, b"id,name\n2,b\n")
    compute_marts(store, metrics, ALL)
    accept(store, PEOPLE, b"id,name\n1,z\n", LATER)
    asked: list[Awaited] = []

    def arrives(one: Awaited) -> bool:
        """The second table is on its way when it is asked for, and there at the next time."""
        asked.append(one)
        if one.dataset == "the-places" and asked.count(one) == 1:
            accept(store, PLACES, b"id,name\n3,c\n", LATER)
            return True
        return False

    assert wait_until_settled(store, metrics, ALL, arrives)
    assert asked.count(Awaited("the-places", "validate")) == 2
    made = compute_marts(store, metrics, ALL)["b"]
    assert rows_of(store.path(made.tables[0])) == [(1, "z"), (3, "c")]
    assert len(list(store.path("marts/b").iterdir())) == 2, "no table of one change without the other"


def test_what_never_comes_is_not_waited_for_for_ever(store: Store, metrics: Path) -> None:
    accept(store, PEOPLE, b"id,name\n1,a\n")
    assert not wait_until_settled(store, metrics, ALL, lambda _: True, patience=0)
    assert compute_marts(store, metrics, ALL)["a"].changed


def test_a_mart_of_releases_is_left_for_those_that_come_of_this_run(store: Store, metrics: Path) -> None:
    released(store)
    made = compute_marts(store, metrics, ALL, coming=find_releases_to_come(ALL, store, quiet))
    assert made["a"].changed and made["b"].changed
    assert made["c"] == made["d"] == MartResult(waiting=("the release of of-a",))
    assert sorted(read_stale_marts(store, metrics, ALL)) == ["c", "d"], "the next run makes them"
    took(store, OF_A)
    made = compute_marts(store, metrics, ALL, coming=find_releases_to_come(ALL, store, quiet))
    assert made["c"].changed and made["d"].changed and read_stale_marts(store, metrics, ALL) == []


def test_a_run_that_is_on_its_way_to_a_release_is_left_to_it(store: Store, metrics: Path) -> None:
    released(store)
    compute_marts(store, metrics, ALL)
    took(store, OF_A)
    accept(store, PLACES, b"id,name\n4,d\n", LATER)
    coming = find_releases_to_come(ALL, store, lambda one: one == Awaited("of-a", "release"))
    made = compute_marts(store, metrics, ALL, coming=coming)
    assert made["b"].changed and made["c"] == MartResult(waiting=("the release of of-a",))


def test_releases_of_marts_that_are_left_for_later_are_waited_for(store: Store, metrics: Path) -> None:
    """While months are on their way, what adds them up is left; what reads all releases waits for theirs too."""
    released(store)
    compute_marts(store, metrics, ALL)
    took(store, OF_A)
    assert find_releases_to_come(ALL, store, quiet)("catalogue_releases") == []
    assert find_releases_to_come(ALL, store, quiet, left={"a"})("catalogue_releases") == ["of-a"]
    assert find_releases_to_come(ALL, store, quiet, left={"a"})("released_of_a") == ["of-a"]
    assert find_releases_to_come(ALL, store, quiet, left={"a"})("the_places") == []


def test_what_reads_all_releases_is_made_last_and_waits_for_what_is_made_before_it(
    store: Store, metrics: Path
) -> None:
    """Also where the mart of a release that comes has never been made before this run, and whatever its name."""
    (metrics / "d.sql").rename(metrics / "a_first.sql")
    released(store)
    made = compute_marts(store, metrics, ALL, coming=find_releases_to_come(ALL, store, quiet))
    assert made["a"].changed and made["a_first"] == MartResult(waiting=("the release of of-a",))
    assert [one.name for one in load_marts(metrics, ALL)][-1] == "a_first"


def test_what_stopped_holds_nothing_up(store: Store, metrics: Path) -> None:
    released(store)
    store.set_state("of-a", Problem(step="release", message="Refused.", at=LATER))
    made = compute_marts(store, metrics, ALL, coming=find_releases_to_come(ALL, store, quiet))
    assert made["c"].changed and made["d"].changed


def took(store: Store, contract: Contract) -> None:
    """The dataset of a mart has collected what the mart is now."""
    mart = store.read_record(MartState, layout.mart_state(str(contract.source.mart)))
    collected = store.read_state(Collected, contract.dataset)
    part = msgspec.structs.replace(collected.parts["data"], sha256=mart.sha256)
    store.set_state(contract.dataset, msgspec.structs.replace(collected, parts={"data": part}))


def test_a_mart_without_rows_has_no_release_to_wait_for(store: Store, metrics: Path) -> None:
    """Its dataset is released with its first row; what reads all releases is made without it until then."""
    empty = make_contract(
        dataset="of-a", source={"url": None, "mart": "a", "format": "parquet"}, quality={"min_rows": 0}
    )
    (metrics / "a.sql").write_text(
        "-- What: a test.\nselect id, name from the_people where id < 0;\n", "utf-8"
    )
    contracts = [PEOPLE, PLACES, empty]
    publish(store, PEOPLE, b"id,name\n1,a\n")
    publish(store, PLACES, b"id,name\n2,b\n")
    compute_marts(store, metrics, contracts, coming=find_releases_to_come(contracts, store, quiet))
    assert rows_of(store.path(store.read_record(MartState, layout.mart_state("a")).table)) == []
    assert find_releases_to_come(contracts, store, quiet)("catalogue_releases") == []


@pytest.mark.parametrize(
    ("active", "waiting", "to_switch_in", "found"),
    [
        (1, 0, 1, {PEOPLE.provider}),
        (1, 0, 0, set()),  # its own run, whose month is switched in
        (0, 0, 1, set()),  # left over in runs that have ended
        (2, 1, 1, set()),  # behind what waits for a retry
    ],
)
def test_a_month_is_on_its_way_until_it_is_switched_in(
    active: int, waiting: int, to_switch_in: int, found: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = {settled.WAITING: waiting, settled.MOVING: to_switch_in}
    monkeypatch.setattr(settled, "_count_active_runs", lambda _: active)
    monkeypatch.setattr(settled, "_count_tasks", lambda _dag, _tasks, states: counts[states])
    of_months = PEOPLE.model_copy(update={"partition": "month"})
    assert settled.find_moving_months([of_months, PLACES]) == found


def test_a_refused_contract_stops_its_own_provider_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "contracts"
    shutil.copytree(project().contracts, folder)
    monkeypatch.setenv("PRAYA_CONTRACTS", str(folder))
    everything = {one.dataset for one in read_usable_contracts()}
    path = next(folder.glob("*/public-holidays.yaml"))
    path.write_text(path.read_text("utf-8") + "nonsense: true\n", "utf-8")
    assert {one.dataset for one in read_usable_contracts("synthetic-1823")} == everything - {
        "public-holidays"
    }
    with stops(codes.contract.KEY_UNKNOWN, "public-holidays.yaml:", ": nonsense: "):
        read_usable_contracts(path.parent.name)
