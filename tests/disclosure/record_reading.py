"""The attack on the tables of `records`, release after release."""

from __future__ import annotations

import functools
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from disclosure.family import at_the_gate
from disclosure.reading import READS, Read, Table
from disclosure.records import ALL, COUNTS, GROUPS, KEYS, KINDS, MONTHS, PLACES, YEAR, Record, contract, table
from disclosure.versions import Cell, Narrow, Versions
from made import open_store
from praya.contract import Contract
from praya.contract.disclosure_method import disclosure_methods

Rows = Sequence[Mapping[str, Any]]
NAME = "sample"


def own_size(one: Contract, true: Rows, by_rule: bool = False) -> set[tuple[Any, ...]]:
    """Field and keys of what is withheld for its own size: more than a reader is told.

    Where figures are of true counts that is what is below the threshold, or (`by_rule`) all that the method withholds
    by itself; of counts with noise it is always the latter.
    """
    names = [each.name for each in one.fields]
    given = pa.Table.from_pylist([{name: row.get(name) for name in names} for row in true])
    with duckdb.connect() as con:
        con.register("given", given)
        shown = con.sql(
            disclosure_methods()[one.disclosure.method].select_protected(one, "given")
        ).to_arrow_table()
    alone = {
        (name, *(row[key] for key in one.primary_key))
        for row in shown.to_pylist()
        for name in one.disclosure.guarded
        if row[f"{name}_conf_status"] == "C"
    }
    if by_rule or one.disclosure.method == "cell-key perturbation":
        return alone
    small = {
        (name, *(row[key] for key in one.primary_key))
        for row in true
        for name in one.disclosure.counts
        if row[name] is not None and row[name] < one.disclosure.threshold
    }
    return small | {cell for cell in alone if cell[0] not in one.disclosure.counts}


@functools.cache
def read_of(method: str, by_rule: bool = False) -> Read:
    """How the method is read. Up to which count it withholds, and whether it does zero, is seen by trying it."""
    with tempfile.TemporaryDirectory() as folder:
        printed = at_the_gate(open_store(Path(folder)), contract(method), table((), MONTHS[:1]))
    hidden = any(row["cases_conf_status"] == "C" for row in printed)
    read = replace(READS[method], least=0 if hidden else 1)
    if not by_rule or method == "cell-key perturbation":
        return read
    first = next(count for count in range(1, 30) if ("cases", *TRIED) not in _alone(method, count))
    return replace(read, small=first - 1, large=first)


TRIED = (MONTHS[0], KINDS[0], PLACES[0])


def _alone(method: str, count: int) -> set[tuple[Any, ...]]:
    """What the method withholds by itself of a table with one cell of so many."""
    records = [Record(*TRIED, quick=True, key=0)] * count
    return own_size(contract(method), table(records, MONTHS[:1]), by_rule=True)


@dataclass
class Attack:
    """All releases of the table so far, as one puzzle.

    `by_rule`: the reader is not given which counts are below the threshold, but which ones the method withholds by
    itself, which may be more; of rates he is given nothing, for they go with their counts.
    """

    method: str
    by_rule: bool = False
    versions: Versions = field(default_factory=lambda: Versions(period_of=lambda cell: cell[2]))

    def take(self, release: int, true: Rows, printed: Rows) -> None:
        read, one = read_of(self.method, self.by_rule), contract(self.method)
        versions, truth = self.versions, self.truth(true)
        versions.release(release, truth)
        why = versions.why(NAME, release, own_size(one, true, self.by_rule), COUNTS if self.by_rule else None)
        carried = versions.carried(NAME)
        found = Table(versions.puzzle, NAME, KEYS, COUNTS, read, release, why, carried).take(printed)
        for row in printed:
            key = tuple(row[name] for name in KEYS)
            for count in COUNTS:
                cell = (NAME, count, *key)
                versions.printed(release, cell, truth[cell], row[count], row[f"{count}_conf_status"], read)
        for group in {*GROUPS.values()}:
            found.adds(COUNTS, "kind", group, [kind for kind in KINDS if GROUPS.get(kind) == group])
        found.adds(COUNTS, "kind", ALL, {GROUPS.get(kind, kind) for kind in KINDS})
        found.adds(COUNTS, "place", ALL, PLACES)
        if any(key[0] == YEAR for key in found.seen):
            found.adds(COUNTS, "period", YEAR, MONTHS)
        found.inside("quick", "cases")
        found.share_of_nobody("quick_pct", "quick", "cases")
        if self.method != "cell-key perturbation":
            found.rate("quick_pct", "quick", "cases")
        for row in printed:
            for name in (*COUNTS, "quick_pct"):
                versions.figure((NAME, name, *(row[key] for key in KEYS)), row[name])

    def truth(self, true: Rows) -> dict[Cell, int]:
        """Every count of the table, and where its rates are of true counts what they leave over."""
        values: dict[Cell, int] = {}
        for row in true:
            key = tuple(row[name] for name in KEYS)
            values |= {(NAME, count, *key): row[count] for count in COUNTS}
            if self.method != "cell-key perturbation":
                values[NAME, "cases less quick", *key] = row["cases"] - row["quick"]
        return values

    def narrow(self, values: int) -> list[Narrow]:
        """What is given away, but for what a figure of the count itself and the reader's own record say."""
        found = self.versions.narrow(values, read_of(self.method).least, gaps=True)
        return [each for each in found if not self.versions.told_by_the_difference(each, values)]
