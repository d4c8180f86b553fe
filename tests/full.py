"""How much is tried: `make test` takes some cases, others each day, `FULL=1` more, `FULL=every` all of them (hours)."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Sequence
from typing import TypeVar

FULL = bool(os.environ.get("FULL"))
EVERY = os.environ.get("FULL") == "every"
# From which case on a part is tried: the day says, so that what is left out today comes within days.
_START = int(os.environ.get("START") or dt.date.today().toordinal())
# By how much `make test` tries less than FULL=1.
LESS = 4

T = TypeVar("T")


def by_level(some: T, full: T, every: T) -> T:
    """What is tried by `make test`, with `FULL=1` and with `FULL=every`."""
    return every if EVERY else full if FULL else some


def examples(most: int) -> int:
    """How many examples Hypothesis draws: `most` with FULL=1, else a quarter."""
    return most if FULL else -(-most // LESS)


def one_of(cases: Sequence[T]) -> list[T]:
    """One case, another each day; with FULL=1 every case. For a few cases that each take long."""
    return list(cases) if FULL else [cases[_START % len(cases)]]


def part_of(cases: Sequence[T], one_in: int) -> list[T]:
    """Every case with FULL=every; with FULL=1 the first, the last, and one in so many between them, else a quarter of
    those. They start where the day says: what is left out today comes within that many days. `START` repeats a day."""
    one_in = by_level(LESS * one_in, one_in, 1)
    last = len(cases) - 1
    return [case for place, case in enumerate(cases) if place in (0, last) or (place + _START) % one_in == 0]
