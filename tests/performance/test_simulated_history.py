"""A simulated history is one that Praya could have made: verification finds nothing, and real releases follow on it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.simulated import SimulatedStore
from bench.simulated_chain import LedgerChain, fill_ledger
from bench.template_release import House, name_of
from bench.templates import Templates
from full import by_level
from praya.assurance.links import follow_links
from praya.assurance.verify import verify_store
from praya.contract import load_contract
from praya.history import index, latest
from praya.ledger import Ledger
from praya.site.portal import write_catalogue
from praya.store import layout

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Templates:
    return Templates(tmp_path_factory.mktemp("template"))


def list_problems(house: House) -> list[str]:
    verified = verify_store(house.open_store())
    return [*verified.findings, *verified.warnings]


@settings(max_examples=by_level(4, 4, 25), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    datasets=st.integers(1, 3),
    days=st.lists(st.integers(1, 6), min_size=1, max_size=3),
    released=st.booleans(),
)
def test_verify_finds_nothing_wrong_and_a_real_release_follows(
    templates: Templates,
    tmp_path_factory: pytest.TempPathFactory,
    datasets: int,
    days: list[int],
    released: bool,
) -> None:
    simulated = SimulatedStore(tmp_path_factory.mktemp("house"), templates)
    house, start = simulated.house, 0
    for number in days:
        simulated.extend(range(datasets), range(start, start + number))
        start += number
        if released:
            write_catalogue(house.open_store())
    store = house.open_store()
    for number in range(datasets):
        name = name_of(number)
        pointer = latest(store, name)
        assert pointer is not None and pointer["sequence"] == start
        assert store.read_json(layout.versions(name)) == json.loads(
            json.dumps(index(store, name, pointer["version"]))
        )
    write_catalogue(store)
    assert list_problems(house) == []
    contract = load_contract(house.contracts / f"{name_of(0)}.yaml", house.project)
    house.deliver(contract.dataset, start)
    made = house.pipeline().run(contract)
    assert made is not None and made.changed and made.pointer["sequence"] == start + 1
    assert store.read_json(layout.manifest(contract.dataset, made.version))["number"] == f"1.0.{start}"
    write_catalogue(store)
    assert list_problems(house) == []
    assert follow_links(store).problems == []


def test_a_changed_file_of_a_simulated_release_is_found(templates: Templates, tmp_path: Path) -> None:
    simulated = SimulatedStore(tmp_path, templates)
    simulated.extend(range(2), range(3))
    write_catalogue(simulated.house.open_store())
    file = simulated.store_folder / layout.version(name_of(1), "20210102T020000Z") / f"{name_of(1)}.csv"
    file.write_bytes(file.read_bytes().replace(b"name 3", b"name 4"))
    assert any(str(file) in problem for problem in list_problems(simulated.house))


def test_a_slim_history_lacks_data_and_documentation_of_old_versions_alone(
    templates: Templates, tmp_path: Path
) -> None:
    simulated = SimulatedStore(tmp_path, templates)
    simulated.extend(range(1), range(5), whole=2)
    folder = simulated.store_folder / layout.dataset(name_of(0))
    files = {path.name: sorted(file.name for file in path.iterdir()) for path in folder.glob("2*")}
    old, new = "20210102T020000Z", "20210104T020000Z"
    assert files[old] == ["manifest.json"] and len(files[new]) > 20
    # A real release and a catalogue need nothing else.
    house = simulated.house
    house.deliver(name_of(0), 5)
    made = house.pipeline().run(load_contract(house.contracts / f"{name_of(0)}.yaml", house.project))
    assert made is not None and made.pointer["sequence"] == 6
    assert write_catalogue(house.open_store())["changed"]


def test_lines_that_fill_a_ledger_hold(templates: Templates, tmp_path: Path) -> None:
    simulated = SimulatedStore(tmp_path, templates)
    simulated.extend(range(1), range(2))
    with LedgerChain(simulated.store_folder / layout.LEDGER) as ledger:
        fill_ledger(ledger, 60)
    ledger = Ledger(simulated.house.open_store())
    ledger.record("verdict", "after", {"n": 1})
    lines = list(ledger)
    assert ledger.problems() == [] and [line.number for line in lines] == list(range(1, 62))
    assert {line.kind for line in lines if line.subject.startswith("other-")} == {"snapshot", "verdict"}
