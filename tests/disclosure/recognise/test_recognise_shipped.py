"""What ships raises no alarm: its tables, and adjacent columns of names of files and stages."""

from __future__ import annotations

import pyarrow as pa
import pytest

from disclosure.recognise.looked import searched
from made import open_store, project
from made.shipped import SHIPPED, accept_all
from praya.contract import Contract, load_policy
from praya.disclosure.protect.personal_search import personal_data
from praya.store import Store
from praya.store.duck import connect
from praya.store.states import Accepted

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> tuple[Store, dict[str, Contract]]:
    work = tmp_path_factory.mktemp("shipped")
    store = open_store(work / "store")
    return store, accept_all(store, work)


def test_no_table_that_ships_is_stopped(shipped: tuple[Store, dict[str, Contract]]) -> None:
    store, contracts = shipped
    for dataset in SHIPPED:
        accepted = store.state(Accepted, contracts[dataset].subject)
        assert accepted is not None
        with connect() as con:
            found = personal_data(
                con, contracts[dataset], load_policy(project().policy_file), store.path(accepted.table)
            )
        assert found["found"] == [], dataset


def test_stages_beside_names_of_files_are_no_mail() -> None:
    files = [f"00{at % 3}_3754639b99c2db9d.txt" for at in range(8)]
    assert searched(pa.table({"target_stage": ["target", "plan"] * 4, "target_document": files})) == []
    kinds = {"stage": [f"stage-{at}" for at in range(8)], "document": [f"report-{at}.pdf" for at in range(8)]}
    assert searched(pa.table(kinds)) == []
    sites = {"team": ["data", "web"] * 4, "site": ["data.example.org", "www2.example.org"] * 4}
    assert searched(pa.table(sites)) == []


def test_a_hotel_and_its_rooms_are_no_telephone() -> None:
    assert searched(pa.table({"a": ["Hotel 2828", "paid 91"], "b": ["3131 rooms", "234567"]})) == []


def test_one_pair_of_cells_is_mail_where_the_host_is_one_of_everybody() -> None:
    (found,) = searched(pa.table({"a": ["wongky", "quiet"], "b": ["gmail.com", "quiet"]}))
    assert (found.kind, found.hits, found.parts) == ("e-mail", 1, ("a", "b"))
