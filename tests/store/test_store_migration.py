"""A store of 0.3.0 is brought to today's layout, also where that is stopped on the way."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from made.expected import stops
from praya.errors import codes
from praya.store import Store, layout
from praya.store.migration import NEWEST, migrate_store, read_layout_number
from praya.store.states import Accepted, Collected, LayoutNumber, MartState, MonthState, Problem, Staged

# As 0.3.0 wrote them: keys with their defaults, and some that nobody reads any more.
STATES: dict[str, Any] = {
    "state/a/collected.json": {
        "dataset": "a",
        "key": "k",
        "parts": {"data": {"url": "http://x/", "sha256": "s", "bytes": 1, "received_at": "2026-01-01T00:00:00Z",
                           "validators": {}, "synthetic": False}},
        "received_at": "2026-01-01T00:00:00Z",
        "synthetic": False,
    },
    "state/a/staged.json": {
        "key": "k", "table": "t", "quarantine": "q", "received_at": "2026-01-01T00:00:00Z", "synthetic": False,
        "stopped": None, "rows_in": 2, "rows_out": 2, "rows_quarantined": 0, "quarantined_by_rule": {},
        "lines_hidden": 0, "beside": {"$.title": "A title"}, "snapshots": {"data": "s"},
    },
    "state/a/2026-01/accepted.json": {
        "key": "k", "table": "t", "rows": 2, "received_at": "2026-01-01T00:00:00Z", "synthetic": True,
        "verdict": "passed", "verdict_key": "v", "rules": "r", "report": "p",
        "previous": {"key": "j", "table": "s", "received_at": "2025-12-01T00:00:00Z"},
    },
    "state/a/problem.json": {},
    "state/mart/m.json": {"key": "k", "table": "t", "sha256": "s", "rows": 1, "inputs": {"a": "k"},
                          "received_at": "2026-01-01T00:00:00Z", "synthetic": False},
    "state/month/p/2026-01.json": {
        "key": "k", "received_at": "2026-01-01T00:00:00Z", "synthetic": True,
        "tables": {"a": {"key": "k", "table": "t", "rows": 2, "received_at": "2026-01-01T00:00:00Z",
                         "synthetic": True, "verdict": "passed", "verdict_key": "v"}},
    },
}  # fmt: skip


@pytest.fixture
def old(store: Store) -> Store:
    for key, value in STATES.items():
        store.put_json(key, value)
    return store


def files(store: Store) -> dict[str, bytes]:
    root = store.path("state")
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*.json"))}


def test_states_of_before_are_read_before_and_after_they_are_migrated(old: Store) -> None:
    def read() -> list[Any]:
        return [
            old.state(Collected, "a"),
            old.state(Staged, "a"),
            old.state(Accepted, "a/2026-01"),
            old.state(Problem, "a"),
            old.get_record(MartState, layout.mart_state("m")),
            old.get_record(MonthState, layout.month_state("p", "2026-01")),
        ]

    before = read()
    assert [migration.number for migration, _ in migrate_store(old)] == [*range(1, NEWEST + 1)]
    assert read() == before
    assert before[1].outside_records == {"$.title": "A title"}
    assert before[2].previous.key == "j"
    assert read_layout_number(old) == NEWEST


def test_a_second_run_writes_nothing(old: Store) -> None:
    list(migrate_store(old))
    after = files(old)
    assert list(migrate_store(old)) == []
    assert files(old) == after


@pytest.mark.parametrize("writes", range(3))
def test_a_run_that_is_stopped_is_completed_by_the_next(
    writes: int, old: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = writes
    put = Store.put_record

    def stop_after(store: Store, key: str, record: Any) -> None:
        nonlocal left
        if left == 0:
            raise KeyboardInterrupt
        left -= 1
        put(store, key, record)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Store, "put_record", stop_after)
        list(migrate_store(old))
    assert read_layout_number(old) == 0
    list(migrate_store(old))
    assert read_layout_number(old) == NEWEST
    assert json.loads(files(old)["a/staged.json"])["snapshots"] == {"data": "s"}


def test_a_damaged_state_is_named(old: Store) -> None:
    old.put_json("state/a/staged.json", {"key": "k"})
    with stops(codes.store.FILE_DAMAGED, "staged.json"):
        list(migrate_store(old))
    assert read_layout_number(old) == 0


@pytest.mark.parametrize("key", [layout.LAYOUT_NUMBER, "state/a/accepted.json"])
def test_a_store_of_a_newer_version_is_refused(key: str, store: Store) -> None:
    if key == layout.LAYOUT_NUMBER:
        store.put_record(key, LayoutNumber(number=NEWEST + 1))
    else:
        store.put_json(key, STATES["state/a/2026-01/accepted.json"] | {"format": Accepted.FORMAT + 1})
    with stops(codes.store.RECORD_TOO_NEW):
        list(migrate_store(store))


def test_the_layout_of_a_release_is_what_consumers_know() -> None:
    assert layout.manifest("a", "v") == "released/a/v/manifest.json"
    assert layout.pointer("a") == "released/a/latest.json"
    assert Path(layout.tombstone("a", "v")).name == "withdrawn.json"
