"""When a release may go out: the embargo, and the standing weekday and hour in Hong Kong."""

from __future__ import annotations

import datetime as dt

from praya.contract import Contract
from praya.contract.codes import WEEKDAYS
from praya.contract.zone import HONG_KONG


def due_at(contract: Contract, received_at: str) -> dt.datetime | None:
    """The earliest moment (UTC) at which content received at `received_at` (ISO 8601) may show, or None."""
    times = []
    if contract.release.embargo_until is not None:
        times.append(contract.release.embargo_until.astimezone(dt.UTC))
    if contract.release.hour is not None:
        received = dt.datetime.fromisoformat(received_at).astimezone(HONG_KONG)
        times.append(_next(received, contract.release.weekday, contract.release.hour).astimezone(dt.UTC))
    return max(times) if times else None


def _next(after: dt.datetime, weekday: str | None, hour: int) -> dt.datetime:
    slot = after.replace(hour=hour, minute=0, second=0, microsecond=0)
    while slot < after or (weekday is not None and slot.weekday() != WEEKDAYS.index(weekday)):
        slot += dt.timedelta(days=1)
    return slot
