"""How much is tried: with `FULL=1` everything, else a part of it that is another one each day."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Sequence
from typing import TypeVar

FULL = bool(os.environ.get("FULL"))
Case = TypeVar("Case")


def part_of(cases: Sequence[Case], one_in: int) -> list[Case]:
    """Every case with FULL=1; else the first, the last, and one in so many between them, from a start that moves on
    with the days: what is left out today comes within that many days. `START` repeats a day."""
    if FULL:
        return list(cases)
    start = int(os.environ.get("START") or dt.date.today().toordinal())
    last = len(cases) - 1
    return [case for place, case in enumerate(cases) if place in (0, last) or (place + start) % one_in == 0]
