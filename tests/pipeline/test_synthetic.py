"""Generated data says so, wherever it goes."""

from __future__ import annotations

import json
from pathlib import Path

from made import accept, accept_staged, make_contract, open_store, publish
from made.expected import stops
from praya.contract import Contract
from praya.errors import codes
from praya.ledger import Ledger
from praya.lineage import Marts
from praya.pipeline.collect import collect_source
from praya.pipeline.measure import compute_marts
from praya.pipeline.order import publish_release
from praya.pipeline.protect import protect_table
from praya.pipeline.stage import stage_table
from praya.site.portal import write_catalogue
from praya.store import Store
from praya.store.states import Collected

DATA = b"id,name\n1,a\n"
PEOPLE = make_contract(dataset="the-people", synthetic=True)


def mart_contract(*, synthetic: bool) -> Contract:
    return make_contract(
        dataset="of-people",
        synthetic=synthetic,
        source={"url": None, "mart": "of_people", "format": "parquet"},
    )


def says_so(store: Store, folder: Path) -> list[bool]:
    """Whether manifest, dictionary, ledger, catalogue and page say that the data is synthetic."""
    write_catalogue(store)
    (entry,) = [
        one
        for one in json.loads(store.path("released/catalogue.json").read_bytes())["datasets"]
        if one["version"] == folder.name
    ]
    line = Ledger(store).find("release", folder.parent.name)
    assert line is not None
    return [
        json.loads((folder / "manifest.json").read_bytes())["synthetic"],
        json.loads((folder / "dictionary.json").read_bytes())["synthetic"],
        line.body["synthetic"],
        entry["synthetic"],
        '<span class="mark">synthetic' in store.path("released/index.html").read_text("utf-8"),
    ]


def test_a_synthetic_contract_is_said_everywhere_and_an_honest_one_nowhere(
    store: Store, tmp_path: Path
) -> None:
    assert says_so(store, publish(store, PEOPLE, DATA)) == [True] * 5
    other = open_store(tmp_path / "other")
    assert says_so(other, publish(other, make_contract(), DATA)) == [False] * 5


def test_what_is_made_from_synthetic_tables_is_synthetic_to_the_last_page(
    store: Store, tmp_path: Path
) -> None:
    (tmp_path / "of_people.sql").write_text("select id, name from the_people")
    accept(store, PEOPLE, DATA)
    compute_marts(store, tmp_path, [PEOPLE])
    contract = mart_contract(synthetic=True)
    collect_source(contract, store, {})
    accept_staged(store, contract, stage_table(contract, store))
    marts = Marts(tmp_path, [PEOPLE, contract])
    version = publish_release(protect_table(contract, store, marts), contract, store).version
    assert says_so(store, store.path(f"released/of-people/{version}")) == [True] * 5


def test_a_contract_that_hides_its_synthetic_mart_is_refused(store: Store, tmp_path: Path) -> None:
    (tmp_path / "of_people.sql").write_text("select id, name from the_people")
    accept(store, PEOPLE, DATA)
    compute_marts(store, tmp_path, [PEOPLE])
    with stops(codes.source.SYNTHETIC_NOT_DECLARED, "of-people", "`synthetic: true`"):
        collect_source(mart_contract(synthetic=False), store, {})
    assert store.state(Collected, "of-people") is None


def test_data_that_becomes_synthetic_is_another_release(store: Store) -> None:
    honest = publish(store, make_contract(), DATA)
    synthetic = publish(store, make_contract(synthetic=True), DATA)
    assert synthetic != honest
    assert says_so(store, synthetic) == [True] * 5
