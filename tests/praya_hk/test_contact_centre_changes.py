"""What a department does to a month after it was given out, and what goes wrong on the way, stays in that month."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from made.centre import RECORDS, contract
from made.expected import stops
from praya.errors import codes
from praya.pipeline.collect import collect_source, listed_months
from praya.pipeline.stage import stage_table
from praya.store import Store, file_sha256
from praya.store.states import Staged
from praya_hk.sources.contact_centre import KINDS, Archive
from praya_hk.sources.contact_centre.api import RecordsApi

pytestmark = pytest.mark.slow

MONTHS = ("2023-01", "2023-02", "2023-03")
CHANGED, CASES = "2023-02", 20
# Kind → the tables whose staged bytes it changes.
TOUCHES = {
    "late": {"cases", "assignments"},
    "amended": {"cases"},
    "reopened": {"cases", "assignments"},
    "merged": {"cases", "assignments"},
    "deleted": {"cases", "assignments", "surveys"},
    "duplicates": set[str](),  # those that come again go to quarantine, and the table is what it was
    "unknown-codes": {"cases", "assignments"},
}

Tables = dict[tuple[str, str], str]


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """Three months, one contact in two hundred."""
    return Archive(tmp_path / "archive", scale=0.005, months=MONTHS)


@pytest.fixture
def base(archive: Archive, serve: Callable[[Any], str]) -> dict[str, str]:
    api = Starlette(routes=[Mount("/1823/v1", RecordsApi(archive, "s3cret", {}).app())])
    return {"contact_centre": serve(api).replace("://", "://:s3cret@")}


def staged(store: Store, base: dict[str, str]) -> tuple[Tables, Tables, dict[str, int]]:
    """Collect and stage every month of every table: SHA-256 and modification time of each table, and the rows
    in quarantine by rule."""
    hashes, times, rules = Tables(), Tables(), dict[str, int]()
    for name in RECORDS:
        for month in MONTHS:
            one = contract(f"1823-{name}").at(month)
            collect_source(one, store, base)
            state = stage_table(one, store)
            path = store.path(state.table)
            hashes[name, month] = file_sha256(path)
            times[name, month] = f"{path} {path.stat().st_mtime_ns}"
            for rule, number in state.quarantined_by_rule.items():
                rules[f"{name} {month} {rule}"] = number
    return hashes, times, rules


def test_every_kind_of_change_is_known_here() -> None:
    assert {*TOUCHES} == {*KINDS}


def test_a_change_touches_the_staged_tables_of_its_own_month_and_no_other(
    store: Store, archive: Archive, base: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRAYA_PSEUDONYM_KEY_FILE", str(tmp_path / "key"))
    contracts = [contract(f"1823-{name}") for name in RECORDS]
    before, made, rules = staged(store, base)
    assert rules == {}
    for kind, touched in TOUCHES.items():
        archive.apply(CHANGED, kind, CASES)
        assert listed_months.changed(contracts, store, base, MONTHS) == {
            CHANGED: [f"1823-{name}" for name in RECORDS]
        }
        after, remade, rules = staged(store, base)
        assert {place for place in before if after[place] != before[place]} == {
            (name, CHANGED) for name in touched
        }, kind
        assert {place: remade[place] for place in made if place[1] != CHANGED} == {
            place: made[place] for place in made if place[1] != CHANGED
        }, kind
        assert rules == {
            "duplicates": {f"cases {CHANGED} primaryKey": CASES},
            "unknown-codes": {f"cases {CHANGED} enum": CASES, f"assignments {CHANGED} enum": CASES},
        }.get(kind, {})
        assert listed_months.changed(contracts, store, base, MONTHS) == {}
        archive.reset()
    again, _, rules = staged(store, base)
    assert (again, rules) == (before, {}), "what was taken back is byte for byte what it was"


def test_a_month_under_another_month_s_name_is_stopped_in_a_sentence(
    store: Store, archive: Archive, base: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRAYA_PSEUDONYM_KEY_FILE", str(tmp_path / "key"))
    real = archive.month
    monkeypatch.setattr(archive, "month", lambda month, changed=None: real("2023-01", changed))
    for name, field in (("calls", "queued_at"), ("cases", "received_at")):
        one = contract(f"1823-{name}").at(CHANGED)
        collect_source(one, store, base)
        with stops(
            codes.stage.ROWS_OUTSIDE_LIMITS, f"1823-{name}/{CHANGED}", f"another month by their {field}"
        ):
            stage_table(one, store)
        assert store.read_state(Staged, one.subject).rows_out == 0
