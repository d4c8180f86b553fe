"""reproduce goes behind a mart: tables staged again, SQL and validation run again; what is recorded only is said."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from pathlib import Path

import duckdb
import pytest

from made import field, make_contract, open_store
from made import provenance_way as way
from praya.assurance.reproduce import reproduce_release
from praya.assurance.verify import list_findings
from praya.assurance.verify.kept import behind
from praya.contract import Contract
from praya.lineage import Marts
from praya.pipeline.measure import compute_marts
from praya.pipeline.retention import purge_snapshots

pytestmark = pytest.mark.slow

STAGED = "table the-calls/2023-01: staged again from its snapshots, the same byte for byte"
MADE = "made again by its SQL, the same byte for byte"
JUDGED = "validation: run again, the same verdict and report byte for byte"


def write(contract: Contract, folder: Path) -> None:
    path = folder / contract.provider / f"{contract.dataset}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(contract.as_dict()))


@pytest.fixture
def contracts(counts: way.Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the contracts of the records lie."""
    folder = tmp_path / "contracts"
    for one in counts.records:
        write(one, folder)
    monkeypatch.setenv("PRAYA_CONTRACTS", str(folder))
    return folder


def again(made: way.Made) -> tuple[bool, list[str]]:
    """Whether all is the same, and what is said between the first sentence and the last."""
    done = reproduce_release(open_store(made.root), made.contract.dataset, made.version)
    return done.same, done.messages[1:-1]


def test_the_tables_the_sql_and_the_verdict_are_made_again(counts: way.Made, contracts: Path) -> None:
    same, said = again(counts)
    assert same and said[-3:] == [STAGED, f"mart calls_by_kind: {MADE}", JUDGED]


def test_after_the_purge_the_sql_runs_on_the_table_as_recorded(counts: way.Made, contracts: Path) -> None:
    assert purge_snapshots(open_store(counts.root), counts.records, dt.datetime(2999, 1, 1, tzinfo=dt.UTC))
    same, said = again(counts)
    assert same and said[-2:] == [f"mart calls_by_kind: {MADE}", JUDGED]
    assert said[-3].startswith("table the-calls/2023-01: taken as recorded: its snapshots were purged on 20")


def test_without_the_contract_of_the_table_the_sql_is_not_run(counts: way.Made) -> None:
    same, said = again(counts)
    assert same and said[-2] == (
        "mart calls_by_kind: taken as recorded, its SQL was not run again: the contract of the-calls is not at hand"
    )


def test_a_contract_that_stages_otherwise_is_not_taken_for_that_of_then(
    counts: way.Made, contracts: Path
) -> None:
    (one,) = counts.records
    write(one.model_copy(update={"quality": one.quality.model_copy(update={"min_rows": 1})}), contracts)
    same, said = again(counts)
    assert same and "its contract or the code stages otherwise now" in said[-3] and MADE in said[-2]


def test_a_table_that_was_changed_is_found_by_staging_it_again(counts: way.Made, contracts: Path) -> None:
    (table,) = counts.root.glob("staged/the-calls/2023-01/*/table.parquet")
    way.flip(table)
    same, said = again(counts)
    assert not same
    assert "table the-calls/2023-01: was staged again from its snapshots, and is not the same" in said


def test_a_table_of_which_only_another_is_left_gives_another_mart(counts: way.Made, contracts: Path) -> None:
    assert purge_snapshots(open_store(counts.root), counts.records, dt.datetime(2999, 1, 1, tzinfo=dt.UTC))
    (table,) = counts.root.glob("staged/the-calls/2023-01/*/table.parquet")
    with duckdb.connect() as con:
        con.execute(f"copy (select 1::bigint as id, 'a' as name) to '{table}' (format parquet)")
    same, said = again(counts)
    assert not same and "mart calls_by_kind: was made again by its SQL, and is not the same" in said


def test_without_snapshots_and_table_it_is_said(counts: way.Made, contracts: Path) -> None:
    assert purge_snapshots(open_store(counts.root), counts.records, dt.datetime(2999, 1, 1, tzinfo=dt.UTC))
    (table,) = counts.root.glob("staged/the-calls/2023-01/*/table.parquet")
    table.unlink()
    same, said = again(counts)
    assert same and said[-2].endswith("the table of the-calls/2023-01 is not there any more")


def test_what_it_read_as_released_is_taken_as_published_and_its_contract_is_kept(
    counts: way.Made,
    contracts: Path,
    _metrics: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    witnesses: Path,
) -> None:
    """The contracts of then stand in the statement, so that nothing has to lie where contracts lie now."""
    metrics = tmp_path / "beside" / "metrics"
    shutil.copytree(_metrics, metrics)
    monkeypatch.setenv("PRAYA_METRICS", str(metrics))
    (metrics / "beside.sql").write_text("select kind, calls from released_calls_by_kind")
    write(counts.contract, contracts)
    store = open_store(counts.root)
    source = {"url": None, "mart": "beside", "format": "parquet"}
    one = make_contract(field("kind"), field("calls", "integer"), dataset="beside", source=source)
    marts = Marts(metrics, [*counts.records, counts.contract, one])
    compute_marts(store, *marts)
    made = way.Made(counts.root, one, way.take(store, one, tmp_path, marts=marts))
    assert "contract calls-by-kind" in {each["name"] for each in behind(made.folder)}
    assert list(list_findings(store)) == []
    assert way.check(way.unpacked(made, tmp_path / "evidence", witnesses))[0] == 0
    shutil.rmtree(contracts)
    same, said = again(made)
    assert same and said[-3:] == [
        f"release {counts.version} of calls-by-kind: taken as it was published",
        f"mart beside: {MADE}",
        JUDGED,
    ]


def test_the_verdict_rests_on_the_table_before_and_on_those_that_it_refers_to(tmp_path: Path) -> None:
    (tmp_path / "areas.csv").write_text("id,name\n1,east\n2,west\n")
    areas = make_contract(dataset="areas", source={"url": (tmp_path / "areas.csv").as_uri()})
    store = open_store(tmp_path / "store")
    way.take(store, areas, tmp_path)
    source = tmp_path / "fares.csv"
    keys = [{"fields": ["area"], "reference": {"resource": "areas", "fields": ["id"]}}]
    fares = make_contract(
        field("id", "integer"),
        field("area", "integer"),
        dataset="fares",
        source={"url": source.as_uri()},
        schema={"foreignKeys": keys},
    )
    source.write_text("id,area\n1,1\n2,2\n")
    way.take(store, fares, tmp_path)
    source.write_text("id,area\n1,1\n2,2\n3,1\n")
    version = way.publish_anew(store, fares, source)
    made = way.Made(store.root, fares, version)
    (tmp_path / "areas.csv").write_text("id,name\n1,east\n2,west\n3,north\n")
    way.take(store, areas, tmp_path)
    same, said = again(made)
    assert same and said[-1] == JUDGED, "that the other table has moved on does not matter"
    first = min(store.path("staged/areas").iterdir(), key=lambda path: path.stat().st_mtime)
    shutil.rmtree(first)
    same, said = again(made)
    assert same and said[-1] == (
        "validation: taken as on record, it was not run again: the table of areas, to which it refers, is not there "
        "any more"
    )
