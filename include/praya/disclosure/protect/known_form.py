"""The form in which facts and past of one year are kept: MessagePack, deflated, behind its own SHA-256.

The hash finds damage; what somebody changed is found by the hash that the ledger leads to.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import zlib
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any, TypeVar

import msgspec

from praya.disclosure.protect.facts import Count, Facts, Order, Sum
from praya.disclosure.protect.past import Anchor, Past, RateAnchor
from praya.disclosure.protect.publication import Key

KNOWN_FORMAT = 1
DIGEST_BYTES = 32
FAST = 1  # of the levels of deflate

Place = tuple[int, int]
Named = tuple[str, int]  # a field, and the number of a row
Kept = TypeVar("Kept", bound=msgspec.Struct)


class KeptCount(msgspec.Struct, array_like=True):
    """`Count`, with the number of its row."""

    column: str
    row: int
    period: str | None
    order: Place
    value: int
    least: float
    threshold: int
    above: int
    low: list[float]
    high: list[float]
    read: str | None


class KeptSum(msgspec.Struct, array_like=True):
    """`Sum`, with its terms: numbers of counts, and their factors."""

    order: Place
    low: float
    high: float
    counts: list[int]
    factors: list[float]


class KeptYear(msgspec.Struct):
    """Everything that is kept of one year of a dataset. `rows` are the keys that anything else names by number; the
    first `present` of them are those that a version had (`Facts.keys`), with the place where it was first there."""

    rows: list[list[Any]]
    present: list[Place]
    counts: list[KeptCount]
    sums: list[KeptSum]
    read_rates: list[Named]
    anchors: list[tuple[str, int, int, float, float, int]]
    rates: list[tuple[str, int, Any, int | None, int, int, float]]
    held: list[Named]


def kept_years(
    facts: Facts, past: Past, years: Iterable[str], year_of: Callable[[Key], str]
) -> dict[str, KeptYear]:
    """What is to be kept of each of these years. Raises TypeError where a key has no form or a sum crosses years."""
    parts = {year: _Year() for year in years}
    for key, order in facts.keys.items():
        if year := parts.get(year_of(key)):
            year.kept.present.append(order)
            year.row(key)
    at: list[tuple[_Year | None, int]] = []
    for count in facts.counts:
        year = parts.get(year_of(count.key))
        at.append((year, len(year.kept.counts) if year else 0))
        if year:
            year.kept.counts.append(_keep_count(count, year.row(count.key)))
    for terms, held in facts.sums.items():
        ((year, _), *_) = places = [at[number] for number, _ in terms]
        if any(other is not year for other, _ in places):
            raise TypeError("a sum that goes over several years cannot be kept by year")
        if year:
            numbers = [number for _, number in places]
            factors = [factor for _, factor in terms]
            year.kept.sums.append(KeptSum(held.order, held.low, held.high, numbers, factors))
    for name, key in sorted(facts.read_rates, key=str):
        if year := parts.get(year_of(key)):
            year.kept.read_rates.append((name, year.row(key)))
    for (name, key), anchor in past.anchors.items():
        if year := parts.get(year_of(key)):
            year.kept.anchors.append((name, year.row(key), *anchor))
    for (name, key), rate in past.rates.items():
        if year := parts.get(year_of(key)):
            year.kept.rates.append((name, year.row(key), pack(rate.figure), *rate[1:]))
    for name, key in sorted(past.held, key=str):
        if year := parts.get(year_of(key)):
            year.kept.held.append((name, year.row(key)))
    return {name: year.kept for name, year in parts.items()}


def restore(years: Iterable[KeptYear], facts: Facts, past: Past) -> None:
    """Put what was kept of these years into empty facts and an empty past, in the order in which it was first there."""
    rows: list[tuple[Order, Key]] = []
    counts: list[tuple[Order, int, int, KeptCount]] = []
    tables: list[list[Key]] = []
    every = [*years]
    for number, year in enumerate(every):
        keys = [tuple(map(unpack, row)) for row in year.rows]
        tables.append(keys)
        rows += zip(year.present, keys, strict=False)
        counts += [(count.order, number, at, count) for at, count in enumerate(year.counts)]
        facts.read_rates |= {(name, keys[row]) for name, row in year.read_rates}
        past.anchors |= {
            (name, keys[row]): Anchor(figure, low, high, value)
            for name, row, figure, low, high, value in year.anchors
        }
        past.rates |= {
            (name, keys[row]): RateAnchor(unpack(figure), part, whole, in_print, rest)
            for name, row, figure, part, whole, in_print, rest in year.rates
        }
        past.held |= {(name, keys[row]) for name, row in year.held}
    facts.keys |= {key: order for order, key in sorted(rows, key=lambda each: each[0])}
    numbers: dict[tuple[int, int], int] = {}
    for _, number, at, count in sorted(counts, key=lambda each: each[:3]):
        key = tables[number][count.row]
        numbers[number, at] = facts.index[count.column, key] = len(facts.counts)
        facts.counts.append(_count(count, key))
    for number, year in enumerate(every):
        for held in year.sums:
            cells = zip((numbers[number, at] for at in held.counts), held.factors, strict=True)
            facts.sums[frozenset(cells)] = Sum(held.order, held.low, held.high)


class _Year:
    """One year on its way into its form."""

    def __init__(self) -> None:
        self.kept = KeptYear([], [], [], [], [], [], [], [])
        self.numbers: dict[Key, int] = {}

    def row(self, key: Key) -> int:
        """The number of a row."""
        number = self.numbers.setdefault(key, len(self.kept.rows))
        if number == len(self.kept.rows):
            self.kept.rows.append([pack(each) for each in key])
        return number


def _keep_count(count: Count, row: int) -> KeptCount:
    return KeptCount(
        count.column,
        row,
        count.period,
        count.order,
        count.value,
        count.least,
        count.threshold,
        count.above,
        count.low,
        count.high,
        count.read,
    )


def _count(kept: KeptCount, key: Key) -> Count:
    return Count(
        kept.column,
        key,
        kept.period,
        kept.order,
        kept.value,
        kept.least,
        kept.threshold,
        kept.above,
        kept.low,
        kept.high,
        kept.read,
    )


def pack(value: Any) -> Any:
    """A value of a cell in a form that MessagePack keeps with its type. Raises TypeError where there is none."""
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    if isinstance(value, Decimal):
        return ["decimal", str(value)]
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return ["date", value.isoformat()]
    raise TypeError(f"a value of type {type(value).__name__} cannot be kept")


def unpack(value: Any) -> Any:
    """The value that `pack` made this of."""
    if not isinstance(value, list):
        return value
    kind, text = value
    return Decimal(text) if kind == "decimal" else dt.date.fromisoformat(text)


def encode(kept: msgspec.Struct) -> bytes:
    """The bytes of a kept value, behind their hash."""
    content = zlib.compress(msgspec.msgpack.encode(kept), FAST)
    return hashlib.sha256(content).digest() + content


def decode(data: bytes | None, kind: type[Kept]) -> Kept | None:
    """The value that `encode` made these bytes of; None where they are missing, damaged, or of another form."""
    if data is None or hashlib.sha256(data[DIGEST_BYTES:]).digest() != data[:DIGEST_BYTES]:
        return None
    try:
        return msgspec.msgpack.decode(zlib.decompress(data[DIGEST_BYTES:]), type=kind)
    except (msgspec.MsgspecError, zlib.error):
        return None
