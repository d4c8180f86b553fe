"""The ptable: what is added to a count whose cell has some key.

`python -m praya.disclosure.protect.ptable` writes it as CSV.

The noise of a count v is that of 2·min(v, 4) tosses of a coin, heads less half of them. So it is at most 4 either way
and never more than the count, is zero on average, leaves zero as it is, and falls on 256 keys without a remainder.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator
from functools import cache
from math import comb
from pathlib import Path

from praya.contract.record_key import KEYS

# Another file draws the noise of everything anew: it goes with another PROTECT_VERSION.
FILE = Path(__file__).with_name("ptable.csv")
NOISE = 4
# The last REPEATED rows serve all larger counts in turn, as in the ONS's ptables: with one row for all of them, two
# cells with the same key would always have the same noise. What divides 250 can be read by the ONS's package too.
LAST, REPEATED = 29, 25


def ptable_rows() -> Iterator[tuple[int, int, int]]:
    """Count (pcv), cell key, what is added: a row of every key for each count from 1 to LAST."""
    for count in range(1, LAST + 1):
        yield from ((count, *pair) for pair in enumerate(_noise(count)))


def row_of(count: str) -> str:
    """SQL of the row that serves `count`."""
    first = LAST - REPEATED + 1
    return f"case when {count} <= {LAST} then {count} else {first} + ({count} - {first}) % {REPEATED} end"


def noise_of(count: int, key: int) -> int:
    """What is added to `count` whose record keys sum up to `key`."""
    if count < 1:
        return 0
    first = LAST - REPEATED + 1
    row = count if count <= LAST else first + (count - first) % REPEATED
    return _noises(row)[key % KEYS]


@cache
def _noises(count: int) -> list[int]:
    return _noise(count)


def _noise(count: int) -> list[int]:
    """What is added to `count`, by cell key, in an order that looks like none: a hash's, the same everywhere."""
    most = min(count, NOISE)
    share = KEYS // 4**most
    keys = sorted(range(KEYS), key=lambda key: hashlib.sha256(f"{count} {key}".encode()).digest())
    values = [heads - most for heads in range(2 * most + 1) for _ in range(share * comb(2 * most, heads))]
    return [value for _, value in sorted(zip(keys, values, strict=True))]


if __name__ == "__main__":
    with FILE.open("w", newline="", encoding="ascii") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["pcv", "ckey", "pvalue"])
        writer.writerows(ptable_rows())
