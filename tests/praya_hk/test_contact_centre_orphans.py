"""Assignments and surveys whose case lies in quarantine are shown, do not hold up a month, and are counted nowhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from made import put_snapshot
from made.centre import COUNTED, EXPECTATIONS, INCLUDE, MARTS, RECORDS, contract, from_marts
from made.expected import stops
from made.slow import measures
from praya.contract.telling import disclose_number
from praya.errors import codes
from praya.pipeline.collect import collect_source
from praya.pipeline.measure import compute_marts
from praya.pipeline.month_switch import switch_in
from praya.pipeline.stage import stage_table
from praya.pipeline.validate import validate_table
from praya.store import Store
from praya.store.states import Accepted
from praya_hk.sources.contact_centre import Archive
from praya_hk.sources.contact_centre.api import RecordsApi

pytestmark = pytest.mark.slow

MONTH = "2023-03"
KNOWN = "contract:case_no:foreignKey:1823-cases"


@pytest.fixture(autouse=True)
def _key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRAYA_PSEUDONYM_KEY_FILE", str(tmp_path / "key"))


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "archive", scale=0.01, months=[MONTH])


def take(store: Store, archive: Archive, serve: Callable[[Any], str], *names: str) -> dict[str, Any]:
    """Collect, stage and validate these tables of the month; their verdicts' expectations by id."""
    api = Starlette(routes=[Mount("/1823/v1", RecordsApi(archive, "s3cret", {}).app())])
    base = {"contact_centre": serve(api).replace("://", "://:s3cret@")}
    found = {}
    for name in names:
        one = contract(f"1823-{name}").at(MONTH)
        collect_source(one, store, base)
        stage_table(one, store)
        state = validate_table(one, store, EXPECTATIONS)
        found[name] = {each["id"]: each for each in store.read_json(state.path)["expectations"]}
        found[name]["report"] = store.path(state.report).read_text("utf-8")
    return found


def test_a_month_with_cases_in_quarantine_is_accepted_and_shows_what_refers_to_them(
    store: Store, archive: Archive, serve: Callable[[Any], str], tmp_path: Path
) -> None:
    archive.apply(MONTH, "unknown-codes", 150)
    verdicts = take(store, archive, serve, *RECORDS)
    tables = {
        name: pq.ParquetFile(store.path(str(store.read_state(Accepted, f"1823-{name}/{MONTH}").table))).read()
        for name in RECORDS
    }
    cases = set(tables["cases"]["case_no"].to_pylist())
    for name in ("assignments", "surveys"):
        orphans = [number for number in tables[name]["case_no"].to_pylist() if number not in cases]
        every = verdicts[name][f"{KNOWN}:every"]
        assert len(orphans) > 0
        assert (every["status"], every["severity"], every["unexpected"]) == (
            "failed",
            "warning",
            disclose_number(contract("1823-cases").disclosure, len(orphans)),
        )
        assert verdicts[name][KNOWN]["status"] == "passed"
        assert str(every["samples"][0]["case_no"]) in orphans
        assert "case_no is known in 1823-cases (case_no), for every row" in verdicts[name]["report"]

    listed = [contract(f"1823-{name}") for name in RECORDS]
    listed += [contract(name.replace("_", "-")) for name in MARTS]
    switch_in(listed, store, EXPECTATIONS, "synthetic-1823", MONTH)
    folder = tmp_path / "metrics"
    (folder / "monthly").mkdir(parents=True)
    for path in (INCLUDE / "metrics").rglob("1823_*.sql"):
        (folder / path.relative_to(INCLUDE / "metrics")).symlink_to(path)
    made = compute_marts(store, folder, listed)
    with duckdb.connect() as con:
        for name in COUNTED:
            con.execute(f"create view \"{name}\" as from '{store.path(made[name].tables[0])}'")
        found = from_marts(con, MONTH)
    slow = measures(tables, MONTH)
    assert {name: found.get(name, 0) for name in slow} == slow


@pytest.mark.parametrize(("orphans", "accepted"), [(200, True), (201, False), (5000, False)])
def test_more_orphans_than_may_be_quarantined_block_the_month_by_name(
    store: Store, archive: Archive, serve: Callable[[Any], str], orphans: int, accepted: bool
) -> None:
    take(store, archive, serve, "calls", "cases")
    one = contract("1823-assignments").at(MONTH)
    header = ",".join(field.name for field in one.fields)
    row = "X{},1,TD,2023-03-05T10:00:00+08:00,,,,,,2023-03-05T10:00:00+08:00\n"
    put_snapshot(store, one, {"0001": (header + "\n" + "".join(map(row.format, range(orphans)))).encode()})
    stage_table(one, store)
    if accepted:
        assert validate_table(one, store, EXPECTATIONS).verdict == "warned"
        return
    with stops(codes.validate.EXPECTATION_FAILED, "case_no", "1823-cases (case_no)", "200 rows"):
        validate_table(one, store, EXPECTATIONS)
    assert store.state(Accepted, one.subject) is None
