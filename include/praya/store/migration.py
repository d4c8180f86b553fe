"""Bringing a store of an earlier version to the layout of this one.

Each migration is safe to kill and to run again: what it changes is written one by one, each atomically, and the number
of the layout only when all of it is done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from praya.errors import IntegrityError, codes
from praya.store import layout
from praya.store.interface import Store
from praya.store.record import Record
from praya.store.states import (
    Accepted,
    Collected,
    FaultScore,
    IndexedVersions,
    LayoutNumber,
    MartState,
    MonthState,
    Problem,
    Protected,
    PublishedAddresses,
    Staged,
    Utility,
    Validated,
    VerifiedNights,
    Warehouse,
)

STEP_STATES = (
    Accepted,
    Collected,
    FaultScore,
    IndexedVersions,
    PublishedAddresses,
    Problem,
    Protected,
    Staged,
    Utility,
    Validated,
    VerifiedNights,
    Warehouse,
)
KINDS: dict[str, type[Record]] = {kind.STEP: kind for kind in STEP_STATES}


@dataclass(frozen=True)
class Migration:
    """From the layout before `number` to that one; `run` gives the keys that it wrote."""

    number: int
    title: str
    run: Callable[[Store], Iterator[str]]


def migrate_store(store: Store) -> Iterator[tuple[Migration, list[str]]]:
    """Run what the store needs, in order; gives each migration with the keys that it wrote.

    Raises IntegrityError where the store was written by a newer version, and where a file of it is damaged: nothing
    behind that file is changed then, and running it again goes on from there.
    """
    number = read_layout_number(store)
    if number > NEWEST:
        raise IntegrityError(
            codes.store.RECORD_TOO_NEW,
            f"{store.describe('')}: has layout {number}, and this Praya knows {NEWEST}: run the version that wrote "
            "it, or a newer one",
        )
    for migration in MIGRATIONS:
        if migration.number > number:
            yield migration, list(migration.run(store))
            store.put_record(layout.LAYOUT_NUMBER, LayoutNumber(number=migration.number))


def read_layout_number(store: Store) -> int:
    """The layout of a store; 0 before there were numbers."""
    record = store.get_record(LayoutNumber, layout.LAYOUT_NUMBER)
    return record.number if record else 0


def _write_states_as_records(store: Store) -> Iterator[str]:
    for key, kind in _states(store):
        record = store.read_record(kind, key)
        if store.read_bytes(key) != record.to_bytes():
            store.put_record(key, record)
            yield key


def _states(store: Store) -> Iterator[tuple[str, type[Record]]]:
    """Every state of a step, a mart or a month, with its kind."""
    for key in store.keys("state", "**/*.json"):
        step = PurePosixPath(key).stem
        if key.startswith(f"{layout.MART_STATES}/"):
            yield key, MartState
        elif key.startswith(f"{layout.MONTH_STATES}/"):
            yield key, MonthState
        elif step in KINDS:
            yield key, KINDS[step]


MIGRATIONS = (
    Migration(1, "Write the states of steps, marts and months as records", _write_states_as_records),
)
NEWEST = MIGRATIONS[-1].number
