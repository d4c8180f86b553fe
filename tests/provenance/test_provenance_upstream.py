"""A table made from what another dataset released: its statement names that release, and so goes back to raw."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest

from made import agree, field, make_contract, open_store
from made import provenance_way as way
from praya.assurance.verify import list_findings, list_states
from praya.assurance.verify.kept import behind, raw_of
from praya.assurance.verify.ledger_facts import Known
from praya.contract import Contract
from praya.lineage import Marts
from praya.pipeline.measure import compute_marts
from praya.pipeline.retention import purge_snapshots

SQL = "select kind, calls from released_calls_by_kind"


@pytest.fixture
def metrics(_metrics: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The SQL of the marts, to add to."""
    folder = tmp_path / "beside" / "metrics"
    shutil.copytree(_metrics, folder)
    monkeypatch.setenv("PRAYA_METRICS", str(folder))
    return folder


def facts(dataset: str, mart: str) -> Contract:
    return make_contract(
        field("kind"),
        field("calls", "integer"),
        dataset=dataset,
        source={"url": None, "mart": mart, "format": "parquet"},
    )


def counts_of(dataset: str, mart: str) -> Contract:
    return make_contract(
        field("kind", constraints={"enum": ["a", "b"]}),
        field("calls", "integer"),
        dataset=dataset,
        source={"url": None, "mart": mart, "format": "parquet"},
        disclosure={"class": "aggregated counts", "reason": "counts of calls", "counts": ["calls"]},
    )


def released(made: way.Made, metrics: Path, sql: str) -> way.Made:
    """A dataset made from what `made` has released, or from its records: of public facts, or of counts."""
    (metrics / "beside.sql").write_text(sql)
    store, one = (
        open_store(made.root),
        facts("beside", "beside") if sql == SQL else counts_of("beside", "beside"),
    )
    marts = Marts(metrics, [*made.records, made.contract, one])
    compute_marts(store, *marts)
    agree(one, store, marts)
    version = way.take(store, one, metrics.parent, marts=marts)
    return way.Made(made.root, one, version, made.records)


def test_the_statement_names_the_release_and_the_ledgers_line(counts: way.Made, metrics: Path) -> None:
    made = released(counts, metrics, SQL)
    named = [one for one in behind(made.folder) if one["name"].startswith("release ")]
    assert [one["name"] for one in named] == [f"release calls-by-kind {counts.version}"]
    store = open_store(made.root)
    line = Known.of(store, [made.folder]).line_of(named[0])
    assert line is not None and line.body["version"] == counts.version
    assert list(list_findings(store)) == []


def test_it_goes_back_to_the_records_behind_that_release_until_they_are_purged(
    counts: way.Made, metrics: Path
) -> None:
    made = released(counts, metrics, SQL)
    store = open_store(made.root)
    known = Known.of(store, [made.folder])
    assert raw_of(store, made.folder, known) > raw_of(store, counts.folder, known)
    (before,) = list_states(store, "beside")
    assert before.state == "reproducible from raw"
    assert purge_snapshots(store, list(made.records), dt.datetime(2100, 1, 1, tzinfo=dt.UTC))
    (after,) = list_states(store, "beside")
    assert after.state == "reproducible from the protected mart" and "purged on" in after.why


@pytest.mark.parametrize(
    "sql", [SQL, "select kind, sum(calls)::bigint as calls from monthly_calls group by all"]
)
def test_its_evidence_holds_and_has_no_record_of_a_person(
    counts: way.Made, metrics: Path, tmp_path: Path, witnesses: Path, sql: str
) -> None:
    made = released(counts, metrics, sql)
    store = open_store(made.root)
    known = Known.of(store, [made.folder])
    records = raw_of(store, counts.folder, known) & raw_of(store, made.folder, known)
    assert records
    folder = way.unpacked(made, tmp_path / "evidence", witnesses)
    status, said = way.check(folder)
    assert status == 0, said
    # Of counts even the snapshot of the mart stays behind: it holds the true ones.
    kept = {path.name for path in folder.glob("raw/*")}
    assert len(kept) == (sql == SQL) and not kept & records
