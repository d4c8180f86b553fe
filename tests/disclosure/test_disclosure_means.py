"""Means over counts: what one more record adds to sum and count is known to who made it, and moves the mean.

By how far it moves says over how many it is. The sum itself need not be in any table, and in no contract.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import pytest

from disclosure.family import at_the_gate
from disclosure.reading import READS, Table
from disclosure.versions import Versions
from made import field, make_contract
from praya.contract import Contract
from praya.store import Store

LANGUAGES = ("eng", "put", "yue")
KEYS, NAME, SECONDS = ("period", "language"), "sample", "seconds"
PERIOD = "2023-01"


class Calls(NamedTuple):
    """How many calls, and how long they took together."""

    calls: int
    seconds: int


Month = Mapping[str, Calls]


def contract(method: str) -> Contract:
    """Calls by language with their average length, as 1823 has them: nothing says what the average is made of."""
    return make_contract(
        *map(field, KEYS),
        field("calls", "integer"),
        field("average_seconds", "number", decimals=1),
        schema={"primaryKey": [*KEYS]},
        source={"url": None, "mart": "sample", "format": "parquet"},
        disclosure={
            "class": "aggregated counts",
            "reason": "Counts of calls, made for a test",
            "counts": ["calls"],
            "means": [{"field": "average_seconds", "count": "calls"}],
            "method": method,
            "structure": {
                "dimensions": [{"field": "language", "total": "all"}],
                "periods": {"field": "period"},
            },
        },
    )


def table(month: Month) -> dict[str, Calls]:
    whole = Calls(sum(one.calls for one in month.values()), sum(one.seconds for one in month.values()))
    return {**month, "all": whole}


def rows(month: Month) -> list[dict[str, Any]]:
    return [
        {
            "period": PERIOD,
            "language": language,
            "calls": one.calls,
            "average_seconds": round(one.seconds / one.calls, 1) if one.calls else None,
        }
        for language, one in sorted(table(month).items())
    ]


def months() -> list[Month]:
    """Two large languages and a small one; then a long call more in each of the large ones."""
    first = {"eng": Calls(21, 9463), "put": Calls(5, 2210), "yue": Calls(33, 14902)}
    more = {**first, "yue": Calls(34, 14902 + 1100)}
    return [first, more, {**more, "eng": Calls(22, 9463 + 1100)}]


class Reader:
    """Reads each release; a later mean that is not what the counts make of it now is carried on, and says nothing."""

    def __init__(self, method: str) -> None:
        self.versions = Versions(period_of=lambda cell: cell[2])
        self.read = replace(READS[method], least=0)

    def take(self, number: int, month: Month, printed: list[dict[str, Any]]) -> None:
        versions = self.versions
        truth: dict[Any, int] = {}
        for language, one in table(month).items():
            truth[NAME, "calls", PERIOD, language] = one.calls
            truth[NAME, SECONDS, PERIOD, language] = one.seconds
        versions.release(number, truth)
        own = {("calls", PERIOD, language) for language, one in table(month).items() if one.calls < 10}
        why, carried = versions.why(NAME, number, own), versions.carried(NAME)
        found = Table(versions.puzzle, NAME, KEYS, ("calls",), self.read, number, why, carried).take(printed)
        found.adds(("calls",), "language", "all", LANGUAGES)
        versions.puzzle.total(
            found.cell(SECONDS, (PERIOD, "all")),
            [found.cell(SECONDS, (PERIOD, language)) for language in LANGUAGES],
        )
        made_anew = {(PERIOD, row["language"]): row["average_seconds"] for row in rows(month)}
        found.carried = lambda _, key: found.seen[key]["average_seconds"] != made_anew[key]
        found.mean("average_seconds", "calls", SECONDS)
        for row in printed:
            versions.figure((NAME, "calls", PERIOD, row["language"]), row["calls"])

    def known(self) -> dict[str, tuple[int, int]]:
        return {each.cell[3]: each.known for each in self.versions.narrow(5) if each.cell[1] != SECONDS}


def test_means_that_are_made_anew_tell_a_small_count() -> None:
    """As they were published: counts rounded, the small one withheld, each mean of what there is now."""
    reader, known = Reader("10-5 rule"), []
    for number, month in enumerate(months()):
        printed = [
            {
                **row,
                "calls": None if row["calls"] < 10 else (row["calls"] + 2) // 5 * 5,
                "calls_conf_status": "C" if row["calls"] < 10 else "F",
                "average_seconds": None if row["calls"] < 10 else row["average_seconds"],
            }
            for row in rows(month)
        ]
        reader.take(number, month, printed)
        known.append(reader.known())
    assert known == [{}, {}, {"put": (5, 5)}]


@pytest.mark.parametrize("method", ["10-5 rule", "suppression"])
def test_means_in_later_releases_tell_no_small_count(method: str, store: Store) -> None:
    reader = Reader(method)
    for number, month in enumerate(months()):
        reader.take(number, month, at_the_gate(store, contract(method), rows(month)))
    assert reader.known() == {}
