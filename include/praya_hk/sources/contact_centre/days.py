"""The rhythm of a year: public holidays, synthetic typhoons, and the share of the year's contacts in each hour."""

from __future__ import annotations

import calendar

import numpy as np
from numpy.typing import NDArray

from praya_hk.sources.contact_centre.draw import stream

Floats = NDArray[np.float64]

# General holidays besides Sundays (MMDD), as gazetted. 2024 to 2026 are those of 1823's own calendar.
_HOLIDAYS = {
    2022: "0101 0201 0202 0203 0405 0415 0416 0418 0502 0509 0603 0701 0912 1001 1004 1226 1227",
    2023: "0102 0123 0124 0125 0405 0407 0408 0410 0501 0526 0622 0701 0930 1002 1023 1225 1226",
    2024: "0101 0210 0212 0213 0329 0330 0401 0404 0501 0515 0610 0701 0918 1001 1011 1225 1226",
    2025: "0101 0129 0130 0131 0404 0418 0419 0421 0501 0505 0531 0701 1001 1007 1029 1225 1226",
    2026: "0101 0217 0218 0219 0403 0404 0406 0407 0501 0525 0619 0701 0926 1001 1019 1225 1226",
}
YEARS = tuple(_HOLIDAYS)

# Monday to Sunday; a holiday is as a Sunday. Then the hours of the day, 0 to 23, of calls and of the written.
_WEEK = np.array([1.17, 1.12, 1.08, 1.07, 1.05, 0.66, 0.45])
_CALL_HOURS = [9, 6, 4, 3, 3, 5, 12, 30, 62, 104, 112, 104, 82, 78, 96, 98, 92, 76, 50, 38, 32, 27, 21, 14]
_WRITTEN_HOURS = [18, 11, 7, 5, 4, 6, 14, 30, 50, 70, 76, 72, 62, 64, 70, 70, 66, 60, 54, 52, 54, 52, 46, 32]
_TYPHOON_MONTHS = {6: 0.4, 7: 0.9, 8: 0.9, 9: 1.0, 10: 0.5}
STORM = 1.35


def holidays(year: int) -> frozenset[int]:
    """The year's public holidays as days of the year, the first being 0."""
    return frozenset(_day(year, int(day[:2]), int(day[2:])) for day in _HOLIDAYS[year].split())


def storms(year: int, seed: int) -> NDArray[np.bool_]:
    """Which days of the year, the first being 0, have a typhoon or its wake. Invented; the same for a seed."""
    rng = stream(seed, year, 0, "storms")
    result = np.zeros(366 if calendar.isleap(year) else 365, dtype=bool)
    for month, expected in _TYPHOON_MONTHS.items():
        for first in rng.integers(1, 26, size=rng.poisson(expected)):
            start = _day(year, month, int(first))
            result[start : start + int(rng.integers(2, 4))] = True
    return result


def shares(year: int, seed: int, *, written: bool) -> Floats:
    """The expected share of the year's contacts in each day and hour, shape (days, 24), sum 1."""
    storm = storms(year, seed)
    weekday = (np.arange(storm.size) + calendar.weekday(year, 1, 1)) % 7
    weekday[list(holidays(year))] = 6
    season = 1 + 0.06 * np.sin(2 * np.pi * (np.arange(storm.size) - 100) / storm.size)
    week = 0.5 * _WEEK + 0.5 if written else _WEEK
    days = week[weekday] * season * np.where(storm, STORM, 1.0)
    hours = np.array(_WRITTEN_HOURS if written else _CALL_HOURS, dtype=float)
    grid = days[:, None] * hours[None, :]
    return np.asarray(grid / grid.sum())


def load(year: int, seed: int) -> Floats:
    """How much busier the lines are than usual in each day and hour: mean 0, deviation 1, weighted by calls."""
    share = shares(year, seed, written=False)
    busy = np.sqrt(share)
    centred = busy - (busy * share).sum()
    return np.asarray(centred / np.sqrt((centred**2 * share).sum()))


def span(year: int, month: int) -> slice:
    """The days of the year, the first being 0, that a month takes."""
    first = _day(year, month, 1)
    return slice(first, first + calendar.monthrange(year, month)[1])


def _day(year: int, month: int, day: int) -> int:
    return sum(calendar.monthrange(year, earlier)[1] for earlier in range(1, month)) + day - 1
