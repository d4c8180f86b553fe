"""Seeded random streams and the draws that every table uses, over whole columns at a time."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]

HOUR = 3600
DAY = 86_400
HONG_KONG = 8 * HOUR  # ahead of UTC; no summer time since 1979
NEVER = np.iinfo(np.int64).max  # a moment that does not come: null in the table
MOMENT = pa.timestamp("us", tz="UTC")


def stream(seed: int, year: int, month: int, name: str) -> np.random.Generator:
    """A stream of its own for each purpose, so that a new draw in one place moves nothing elsewhere."""
    return np.random.Generator(np.random.PCG64([seed, year, month, zlib.crc32(name.encode())]))


def choose(rng: np.random.Generator, shares: Sequence[float] | Floats, size: int) -> Ints:
    """`size` positions in `shares`, each drawn in proportion to it."""
    edges = np.cumsum(np.asarray(shares, dtype=float))
    places = np.searchsorted(edges, rng.random(size) * edges[-1], side="right")
    return np.asarray(np.minimum(places, edges.size - 1), np.int64)


def seconds(rng: np.random.Generator, mean: float, sigma: float, size: int, most: int) -> Ints:
    """Whole seconds, at least 1 and at most `most`, spread log-normally around `mean`."""
    drawn = rng.lognormal(np.log(mean) - sigma**2 / 2, sigma, size)
    return np.clip(np.rint(drawn), 1, most).astype(np.int64)


def moments(when: Ints) -> pa.Array:
    """Seconds since 1970 UTC as a timestamp column; NEVER becomes null."""
    never = when == NEVER
    return pa.array(np.where(never, 0, when) * 1_000_000, mask=never).cast(pa.timestamp("us")).cast(MOMENT)


def epoch(column: pa.ChunkedArray | pa.Array) -> Ints:
    """The opposite of `moments`: whole seconds since 1970 UTC, NEVER for null."""
    values = column.cast(pa.int64()).fill_null(NEVER).to_numpy(zero_copy_only=False)
    return np.where(values == NEVER, NEVER, values // 1_000_000)


def codes(options: Sequence[str], positions: Ints, valid: Bools | None = None) -> pa.Array:
    """The option at each position as a string column; null where `valid` is false."""
    return pa.array(options, pa.string()).take(pa.array(positions, mask=None if valid is None else ~valid))


def month_bounds(year_month: str) -> tuple[int, int]:
    """First second of a month and of the one after it, Hong Kong time, as seconds since 1970 UTC."""
    first = np.datetime64(year_month, "M")
    begin, end = (int(value.astype("datetime64[s]").astype(np.int64)) for value in (first, first + 1))
    return begin - HONG_KONG, end - HONG_KONG
