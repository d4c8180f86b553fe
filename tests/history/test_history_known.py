"""What was the latest on a day: by the ledger's clock, in Hong Kong, through rollback and withdrawal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from made import make_contract, publish
from made.expected import stops
from praya.errors import codes
from praya.history import known
from praya.pipeline.release.withdrawal import rollback, withdraw
from praya.store import Store

OLD, NEW = "20260105T020000Z", "20260106T020000Z"


def version(store: Store, day: int | None) -> str | None:
    found = known(store, "sample", dt.date(2026, 2, day) if day else None)
    return found.version if found else None


def test_the_latest_of_a_day_is_what_the_ledger_had_by_its_end_in_hong_kong(
    store: Store, clock: Callable[[str], None]
) -> None:
    assert known(store, "sample") is None
    clock("2026-02-01T15:59:59Z")  # 23:59:59 in Hong Kong
    publish(store, make_contract(), b"id,name\n1,a\n")
    clock("2026-02-01T16:00:00Z")  # the next day there
    folder = publish(store, make_contract(), b"id,name\n2,b\n", "2026-01-06T02:00:00Z")
    found = known(store, "sample", dt.date(2026, 2, 2))
    assert [version(store, day) for day in (1, 2, None)] == [OLD, NEW, NEW]
    assert known(store, "sample", dt.date(2026, 1, 31)) is None
    assert found and (found.folder, found.number, found.published_at) == (
        folder,
        "1.0.1",
        "2026-02-01T16:00:00.000Z",
    )


def test_a_rollback_counts_from_its_own_day(store: Store, clock: Callable[[str], None]) -> None:
    clock("2026-02-01T02:00:00Z")
    publish(store, make_contract(), b"id,name\n1,a\n")
    clock("2026-02-02T02:00:00Z")
    publish(store, make_contract(), b"id,name\n2,b\n", "2026-01-06T02:00:00Z")
    clock("2026-02-03T02:00:00Z")
    rollback(store, "sample", None, "Looked at again.", "mary")
    clock("2026-02-04T02:00:00Z")
    rollback(store, "sample", NEW, "It was right.", "mary")
    assert [version(store, day) for day in (1, 2, 3, 4)] == [OLD, NEW, OLD, NEW]


def test_what_was_withdrawn_since_is_refused_in_a_sentence(
    store: Store, clock: Callable[[str], None]
) -> None:
    clock("2026-02-01T02:00:00Z")
    publish(store, make_contract(), b"id,name\n1,a\n")
    clock("2026-02-02T02:00:00Z")
    publish(store, make_contract(), b"id,name\n2,b\n", "2026-01-06T02:00:00Z")
    clock("2026-02-03T02:00:00Z")
    withdraw(store, "sample", NEW, "Names another fund.", "mary")
    assert [version(store, day) for day in (1, 3, None)] == [OLD, OLD, OLD]
    with stops(
        codes.history.WITHDRAWN_SINCE,
        f"sample: {NEW}",
        "3 February 2026, 10:00 (Hong Kong time)",
        "Names another fund",
    ):
        known(store, "sample", dt.date(2026, 2, 2))
    clock("2026-02-04T02:00:00Z")
    withdraw(store, "sample", OLD, "So does this.", "mary")
    assert version(store, None) is None


def test_what_was_changed_since_is_refused(store: Store) -> None:
    folder = publish(store, make_contract(), b"id,name\n1,a\n")
    store.put_json(store.key(folder / "manifest.json"), {})
    with stops(codes.verify.FILE_CHANGED, "manifest.json"):
        known(store, "sample")
