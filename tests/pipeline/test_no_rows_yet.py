"""A mart without rows makes no release before its first row; once released, its dataset follows it to no rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from made import accept, accept_staged, make_contract, project, rows_of
from praya.assurance.standing import standing_of
from praya.assurance.status import summary
from praya.cli.app import app
from praya.contract import Contract
from praya.history import latest
from praya.lineage import Marts
from praya.pipeline.collect import collect_source
from praya.pipeline.current import has_no_rows_yet, pending_reason
from praya.pipeline.measure import compute_marts
from praya.pipeline.order import publish_release
from praya.pipeline.protect import protect_table
from praya.pipeline.stage import stage_table
from praya.store import Store

PEOPLE = make_contract(dataset="the-people")


def adults(min_rows: int = 0) -> Contract:
    guards = {"rows_fall": "off", "keys": "off", "reason": "Rows come and go in this test."}
    return make_contract(
        dataset="the-adults",
        source={"url": None, "mart": "the_adults", "format": "parquet"},
        quality={"min_rows": min_rows, "guards": guards},
        release={"formats": ["csv", "json", "jsonl", "xml", "xlsx", "parquet"]},
    )


@pytest.fixture
def metrics(tmp_path: Path) -> Path:
    folder = tmp_path / "metrics"
    folder.mkdir()
    (folder / "the_adults.sql").write_text(
        "-- What: a test.\nselect id, name from the_people where name <> 'child';\n"
    )
    return folder


def run(store: Store, metrics: Path, rows: bytes, contract: Contract) -> None:
    """Take the source and the mart, and, unless there is nothing to release, the dataset of the mart."""
    accept(store, PEOPLE, b"id,name\n" + rows)
    marts = Marts(metrics, [PEOPLE, contract])
    compute_marts(store, *marts)
    if has_no_rows_yet(contract, store):
        return
    collect_source(contract, store, {})
    accept_staged(store, contract, stage_table(contract, store))
    publish_release(protect_table(contract, store, marts), contract, store)


def test_a_mart_without_rows_makes_no_release_and_nothing_is_pending(store: Store, metrics: Path) -> None:
    contract = adults()
    run(store, metrics, b"1,child\n", contract)
    assert has_no_rows_yet(contract, store)
    assert latest(store, "the-adults") is None
    assert pending_reason(contract, store, project().suites) is None
    (one,) = summary([contract], store, project().suites)
    assert (one.release, one.reason) == ("none", "")


def test_it_is_released_with_its_first_row_and_follows_the_mart_to_none(store: Store, metrics: Path) -> None:
    contract = adults()
    run(store, metrics, b"1,child\n", contract)
    run(store, metrics, b"1,child\n2,Chan\n", contract)
    first = latest(store, "the-adults")
    assert first is not None and not has_no_rows_yet(contract, store)
    run(store, metrics, b"1,child\n", contract)
    second = latest(store, "the-adults")
    assert second is not None and second["version"] != first["version"]
    folder = store.path(f"released/the-adults/{second['version']}")
    assert rows_of(folder / "the-adults.parquet") == []
    assert (folder / "the-adults.csv").read_text("utf-8-sig").splitlines() == ["id,name"]


def test_a_mart_that_has_to_have_rows_is_pending_without_them(store: Store, metrics: Path) -> None:
    contract = adults(min_rows=1)
    accept(store, PEOPLE, b"id,name\n1,child\n")
    compute_marts(store, metrics, [PEOPLE, contract])
    assert not has_no_rows_yet(contract, store)
    assert pending_reason(contract, store, project().suites) == "nothing has been collected yet"


def test_nobody_is_told_that_it_went_through(store: Store, metrics: Path) -> None:
    contract = adults()
    run(store, metrics, b"1,child\n", contract)
    standing = standing_of(contract, store, project().suites)
    assert (standing.attempt.outcome, standing.colour, standing.out) == ("empty", "before", None)
    run(store, metrics, b"1,child\n2,Chan\n", contract)
    standing = standing_of(contract, store, project().suites)
    assert standing.attempt.outcome != "empty" and standing.out is not None


def test_the_shipped_reconciliation_is_of_this_kind() -> None:
    from praya.contract import load_contracts

    found = [one for one in load_contracts(project()) if one.source.mart and not one.quality.min_rows]
    assert [one.dataset for one in found] == ["1823-reconciliation"]


def test_the_command_says_it(store: Store, metrics: Path, tmp_path: Path, monkeypatch: Any) -> None:
    contract = adults()
    run(store, metrics, b"1,child\n", contract)
    monkeypatch.setattr("praya.cli.groups.status_commands.all_contracts", lambda: [contract])
    monkeypatch.setenv("PRAYA_STORE", str(store.root))
    shown = CliRunner().invoke(app, ["show", "the-adults"])
    assert shown.exit_code == 0 and "the-adults: its mart has no rows yet" in shown.output
