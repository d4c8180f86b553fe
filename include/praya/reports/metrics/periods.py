"""Periods of observations: when one ends, which follows it, and in which order they stand."""

from __future__ import annotations

import calendar
import datetime as dt

# The order in which figures of one period follow one another in time: from what was planned to what came of it.
STAGES = ("target", "plan", "commitment", "original", "estimate", "revised", "balance", "actual")
# What is said before the figure is known, and what takes its place.
PROVISIONAL = ("plan", "original", "estimate", "revised")
SETTLED = ("revised", "actual")


def ends(period: str, kind: str) -> dt.date:
    """The last day of a period: `2023` of a calendar year, `2023-24` of a financial year, `2022-06` of a month, or the
    day itself."""
    parts = [int(part) for part in period.split("-")]
    if kind == "financial year":
        return dt.date(parts[0] + 1, 3, 31)
    if len(parts) == 1:
        return dt.date(parts[0], 12, 31)
    if len(parts) == 2:
        return dt.date(parts[0], parts[1], calendar.monthrange(parts[0], parts[1])[1])
    return dt.date(parts[0], parts[1], parts[2])


def following(period: str, kind: str, months: int) -> str:
    """The period of the same kind that comes so many months later (12: the next year)."""
    end = ends(period, kind)
    years, month = divmod(end.month - 1 + months, 12)
    year = end.year + years
    if kind == "financial year":
        return f"{year - 1}-{year % 100:02}"
    if kind == "calendar year":
        return str(year)
    if kind == "month":
        return f"{year}-{month + 1:02}"
    day = min(end.day, calendar.monthrange(year, month + 1)[1])
    if end.day == calendar.monthrange(end.year, end.month)[1]:
        day = calendar.monthrange(year, month + 1)[1]
    return f"{year}-{month + 1:02}-{day:02}"


def order(period: str, kind: str, stage: str) -> tuple[dt.date, str, int]:
    """What observations are sorted by: the end of their period, its kind, then the stage."""
    return ends(period, kind), kind, STAGES.index(stage)
