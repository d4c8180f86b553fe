"""A small month all the way, from the records API to protected tables, and nothing personal in what comes out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from made.centre import (
    COUNTED,
    EXPECTATIONS,
    INCLUDE,
    MARTS,
    MONTHLY,
    RECONCILIATION,
    RECORDS,
    contract,
    differences,
)
from made.expected import stops
from metadata.held import complaints
from praya.errors import codes
from praya.pipeline.collect import collect_source
from praya.pipeline.measure import MartResult, compute_marts, read_stale_marts
from praya.pipeline.month_switch import switch_in
from praya.pipeline.order import publish_release
from praya.pipeline.protect import protect_table
from praya.pipeline.stage import stage_table
from praya.pipeline.validate import validate_table
from praya.site.portal import write_catalogue
from praya.store import Store
from praya_hk.sources.contact_centre import Archive
from praya_hk.sources.contact_centre.api import RecordsApi

pytestmark = pytest.mark.slow

# Of every invented e-mail address, identity card number and address in words.
MARKS = ("@mail.example", "ZZ", "Lamp post")


def test_a_month_from_the_api_to_protected_tables(
    store: Store, serve: Callable[[Any], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRAYA_PSEUDONYM_KEY_FILE", str(tmp_path / "key"))
    archive = Archive(tmp_path / "archive", scale=0.01, months=["2023-03"])
    api = Starlette(routes=[Mount("/1823/v1", RecordsApi(archive, "s3cret", {}).app())])
    base = {"contact_centre": serve(api).replace("://", "://:s3cret@")}
    contracts = [contract(f"1823-{name}") for name in RECORDS]
    for one in contracts:
        month = one.at("2023-03")
        collect_source(month, store, base)
        assert stage_table(month, store).rows_quarantined == 0
        # At this scale the volume lies below its band, which is a warning.
        assert validate_table(month, store, EXPECTATIONS).verdict in ("passed", "warned")
        with stops(codes.disclosure.PERSONAL_RECORDS, one.dataset):
            protect_table(one, store)

    contracts += [contract(name.replace("_", "-")) for name in MARTS]
    folder = tmp_path / "metrics"
    (folder / "monthly").mkdir(parents=True)
    for path in (INCLUDE / "metrics").rglob("1823_*.sql"):
        (folder / path.relative_to(INCLUDE / "metrics")).symlink_to(path)
    waiting = MartResult(waiting=("1823_monthly_contact_volumes",))
    assert compute_marts(store, folder, contracts)["1823_periods"] == waiting
    assert switch_in(contracts, store, EXPECTATIONS, "synthetic-1823", "2023-03").changed
    made = compute_marts(store, folder, contracts)
    assert {name for name, mart in made.items() if mart.is_made} == {*MONTHLY, "1823_periods", *COUNTED}
    assert made[RECONCILIATION] == MartResult(
        waiting=tuple(
            f"released_1823_{name}" for name in ("contact_volumes", "satisfaction", "service_levels")
        )
    )
    with duckdb.connect() as con:
        for name in COUNTED:
            con.execute(f"create view \"{name}\" as from '{store.path(made[name].tables[0])}'")
        assert differences(con, archive.month("2023-03").truth(), "2023-03") == {}

    for one in contracts[len(RECORDS) :]:
        if one.source.mart == RECONCILIATION:
            assert compute_marts(store, folder, contracts)[RECONCILIATION].is_made
        collect_source(one, store, {})
        stage_table(one, store)
        assert validate_table(one, store, EXPECTATIONS).verdict == "passed"
        protected = protect_table(one, store)
        assert protected.synthetic
        assert publish_release(protected, one, store).changed
    write_catalogue(store)
    assert not [*store.path("released").glob("psi-data-*")], "synthetic data is never harvested"
    releases = [path.parent for path in store.path("released").glob("*/*/manifest.json")]
    assert len(releases) == len(MARTS)
    assert {path.name: each for path in releases if (each := complaints(path))} == {}
    assert read_stale_marts(store, folder, contracts) == []
    raw = b"".join(path.read_bytes() for path in store.path("raw").rglob("*") if path.is_file())
    assert all(mark.encode() in raw for mark in MARKS)  # so that they could be found
    with duckdb.connect() as con:
        tables = [
            path for area in ("staged", "marts", "protected") for path in store.path(area).rglob("*.parquet")
        ]
        assert len(tables) > 20
        for path in tables:
            text = str(con.execute(f"select string_agg(cast(t as varchar)) from '{path}' as t").fetchone())
            assert not [mark for mark in MARKS if mark in text], path
    for path in (*store.path("verdicts").rglob("*.*"), *store.path("state").rglob("*.json")):
        assert not [mark for mark in MARKS if mark in path.read_text("utf-8")], path
