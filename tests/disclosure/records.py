"""Invented records, the table that a mart would make of them, and what happens to records from release to release."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from made import field, make_contract
from praya.contract import Contract

KINDS, PLACES, MONTHS = ("a1", "a2", "b"), ("x", "y"), ("2023-10", "2023-11", "2023-12")
GROUPS = {"a1": "a", "a2": "a"}  # a kind that is in none is part of the total itself
YEAR, ALL = "2023", "all"
KEYS = ("period", "kind", "place")
COUNTS = ("cases", "quick")
METHODS = ("10-5 rule", "suppression", "cell-key perturbation")


@dataclass(frozen=True)
class Record:
    """A case; `key` is its record key."""

    month: str
    kind: str
    place: str
    quick: bool
    key: int


Step = tuple[str, tuple[Record, ...], tuple[str, ...]]
"""What happened, the records after it, and the months that are out."""


def contract(method: str) -> Contract:
    """Cases by month, kind and place, with those dealt with quickly and their share."""
    keyed = method == "cell-key perturbation"
    return make_contract(
        *map(field, KEYS),
        field("cases", "integer"),
        field("quick", "integer"),
        field("quick_pct", "number", decimals=1, unit="%"),
        *(field(f"{count}_key", "integer") for count in COUNTS if keyed),
        schema={"primaryKey": [*KEYS]},
        source={"url": None, "mart": "sample", "format": "parquet"},
        disclosure={
            "class": "aggregated counts",
            "reason": "Counts of cases, made for a test",
            "counts": [*COUNTS],
            "rates": [{"field": "quick_pct", "numerator": "quick", "denominator": "cases"}],
            "method": method,
            "cell_keys": {count: f"{count}_key" for count in COUNTS if keyed},
            "structure": {
                "dimensions": [
                    {"field": "kind", "total": ALL, "parents": GROUPS},
                    {"field": "place", "total": ALL},
                ],
                "periods": {"field": "period"},
                "inside": [{"part": "quick", "whole": "cases", "rest": "slow", "guarded": True}],
            },
        },
    )


def table(records: Iterable[Record], months: Sequence[str]) -> list[dict[str, Any]]:
    """Every row that there can be of these months, of nobody too; and of the year, once its last month is out."""
    periods = [*months, *([YEAR] if MONTHS[-1] in months else [])]
    found = {
        (period, kind, place): dict.fromkeys((*COUNTS, "cases_key", "quick_key"), 0)
        for period in periods
        for kind in (*KINDS, *sorted({*GROUPS.values()}), ALL)
        for place in (*PLACES, ALL)
    }
    for record in records:
        for period in {record.month, YEAR} & {*periods}:
            for kind in {record.kind, GROUPS.get(record.kind, ALL), ALL}:
                for place in (record.place, ALL):
                    row = found[period, kind, place]
                    row["cases"] += 1
                    row["cases_key"] += record.key
                    row["quick"] += record.quick
                    row["quick_key"] += record.key * record.quick
    return [
        {**dict(zip(KEYS, key, strict=True)), **row, "quick_pct": _share(row["quick"], row["cases"])}
        for key, row in sorted(found.items())
    ]


def _share(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 1) if whole else None


def drawn(rng: random.Random) -> tuple[Record, ...]:
    """Records of all months, by cell few or many."""
    sizes = rng.choice(((0, 1, 3, 8, 12, 40), (1, 2, 5, 9, 10, 11, 14), (0, 0, 2, 20, 55), (9, 10, 11, 12)))
    return tuple(
        _record(rng, month, kind, place)
        for month in MONTHS
        for kind in KINDS
        for place in PLACES
        for _ in range(rng.choice(sizes))
    )


def _record(rng: random.Random, month: str, kind: str, place: str) -> Record:
    return Record(month, kind, place, rng.random() < 0.6, rng.randrange(256))


def history(rng: random.Random) -> Iterator[Step]:
    """Two months; a late record; a deletion; a correction; a move between cells; a new month and with it the year;
    and one more record of the first month, that changes the year too."""
    records, out = drawn(rng), MONTHS[:2]
    now = [record for record in records if record.month in out]
    yield "original", tuple(now), out
    now.append(_record(rng, rng.choice(out), rng.choice(KINDS), rng.choice(PLACES)))
    yield "late record", tuple(now), out
    if now:
        now.pop(rng.randrange(len(now)))
        yield "deletion", tuple(now), out
    if now:
        at = rng.randrange(len(now))
        now[at] = replace(now[at], quick=not now[at].quick)
        yield "correction", tuple(now), out
        at = rng.randrange(len(now))
        now[at] = replace(now[at], place=rng.choice([place for place in PLACES if place != now[at].place]))
        yield "move", tuple(now), out
    now += [record for record in records if record.month == MONTHS[2]]
    yield "new month and year", tuple(now), MONTHS
    now.append(_record(rng, MONTHS[0], rng.choice(KINDS), rng.choice(PLACES)))
    yield "late record in the year", tuple(now), MONTHS
