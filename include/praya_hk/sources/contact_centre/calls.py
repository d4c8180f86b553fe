"""Calls: when they came, how long they waited, whether they were answered or given up, and by which team."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa

from praya_hk.sources.contact_centre import days, drawn_texts
from praya_hk.sources.contact_centre.centre_codes import LANGUAGE_SHARES, LANGUAGES, TEAMS
from praya_hk.sources.contact_centre.draw import (
    DAY,
    HONG_KONG,
    HOUR,
    NEVER,
    Bools,
    Ints,
    choose,
    codes,
    moments,
    month_bounds,
    seconds,
    stream,
)
from praya_hk.sources.contact_centre.printed_figures import RATES


class Calls(NamedTuple):
    """The table, and what the cases need of it: seconds since 1970 UTC, and positions in LANGUAGES."""

    table: pa.Table
    queued: Ints
    answered: Ints
    ended: Ints
    language: Ints


def make(seed: int, year: int, month: int, scale: float) -> Calls:
    """The month's calls, in the order in which they queued. A call belongs to the month it queued in."""
    rates, rng = RATES[year], stream(seed, year, month, "calls")
    volume = rates.calls * scale * rng.lognormal(0, 0.02)
    queued, hour = arrivals(rng, seed, year, month, volume, written=False)
    size = queued.size
    busy = days.load(year, seed).ravel()[hour]

    abandoned = rng.random(size) < rates.abandoned * rng.normal(1, 0.04) * np.maximum(1 + 0.25 * busy, 0.1)
    prompt = rng.random(size) < rates.within_12_seconds + rng.normal(0, 0.008) - 0.06 * busy
    # Twelve seconds is the bound that is measured: those below it wait up to 12, the others at least 13.
    wait = np.where(
        prompt, np.minimum(seconds(rng, 5, 0.5, size, 12), 12), 12 + seconds(rng, 95, 0.9, size, 1800)
    )
    patience = 3 + seconds(rng, 75, 1.0, size, 1800)
    handling = seconds(rng, rates.handling_seconds * rng.normal(1, 0.008), 0.65, size, 2 * HOUR)

    answered = np.where(abandoned, NEVER, queued + wait)
    abandoned_at = np.where(abandoned, queued + patience, NEVER)
    ended = np.where(abandoned, queued + patience, queued + wait + handling)
    language = choose(rng, LANGUAGE_SHARES, size)
    table = pa.table(
        {
            "call_id": drawn_texts.fixed(b"C%04d%02d-" % (year, month), (np.arange(1, size + 1), 7)),
            "queued_at": moments(queued),
            "answered_at": moments(answered),
            "abandoned_at": moments(abandoned_at),
            "ended_at": moments(ended),
            "team": codes(TEAMS, _teams(rng, hour % 24, language)),
            "language": codes(LANGUAGES, language),
            "caller_phone": drawn_texts.where(rng.random(size) < 0.85, drawn_texts.phones(rng, size)),
        }
    )
    return Calls(table, queued, answered, ended, language)


def arrivals(
    rng: np.random.Generator, seed: int, year: int, month: int, volume: float, *, written: bool
) -> tuple[Ints, Ints]:
    """When the month's contacts came (seconds since 1970 UTC, ascending) and in which hour of the year.

    `volume` is the year's expected number; each hour's number is drawn from its share of it.
    """
    of_month = days.span(year, month)
    expected = volume * days.shares(year, seed, written=written)[of_month].ravel()
    hours = np.repeat(np.arange(expected.size), rng.poisson(expected))
    begin, _ = month_bounds(f"{year:04d}-{month:02d}")
    when = np.sort(begin + hours * HOUR + rng.integers(0, HOUR, hours.size))
    return when, hours + of_month.start * 24


def hour_of_year(when: Ints, year: int) -> Ints:
    """Which hour of the Hong Kong year a moment (seconds since 1970 UTC) lies in, the first being 0."""
    return (when - month_bounds(f"{year:04d}-01")[0]) // HOUR


def day_of_year(when: Ints, year: int) -> Ints:
    """Which day of the Hong Kong year a moment lies in, the first being 0."""
    return (when + HONG_KONG) // DAY - (month_bounds(f"{year:04d}-01")[0] + HONG_KONG) // DAY


def _teams(rng: np.random.Generator, hour: Ints, language: Ints) -> Ints:
    night: Bools = (hour < 8) | (hour >= 22)
    team = rng.integers(0, 3, hour.size)
    team = np.where(language == LANGUAGES.index("cmn"), TEAMS.index("putonghua"), team)
    team = np.where(language == LANGUAGES.index("en"), TEAMS.index("english"), team)
    return np.where(night, TEAMS.index("night"), team)
