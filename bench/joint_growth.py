"""The joint check as a family grows: what the 5th, the 50th and the 500th publication cost the gate.

Two linked tables go through the gate in turn. In `corrections` the same rows are published each time with one count
changed; in `months` each round has one month more and one month less.
"""

from __future__ import annotations

import random
import shutil
import statistics
import time
from pathlib import Path
from typing import Any

from bench import child
from bench.child import Figures
from made import field, make_contract, open_store
from praya.contract import Contract

MARKS = (5, 50, 500)
TIMES = 4  # publications that are measured up to each mark, two of each table; the median counts
CASES = ("corrections", "months")
MONTHS, KINDS, PLACES = 6, 8, 5
ALL = "all"
Rows = list[dict[str, Any]]


def growth(root: str, marks: list[int] | None = None, cases: list[str] | None = None) -> Figures:
    """By case and mark: `cpu_seconds` of one publication, and `peak_bytes` of a process that does TIMES of them."""
    found: Figures = {}
    for case in cases or CASES:
        store, done = f"{root}/{case}", 0
        shutil.rmtree(store, ignore_errors=True)
        for mark in marks or MARKS:
            begin = mark - TIMES
            if begin > done:
                child.run("joint_growth", store=store, case=case, first=done, last=begin)
            done = max(done, begin)
            run = child.run("joint_growth", store=store, case=case, first=done, last=mark)
            done = mark
            seconds = statistics.median(run["publications"])
            found.setdefault(case, {})[str(mark)] = {"cpu_seconds": seconds, "peak_bytes": run["peak_bytes"]}
    return found


def publish(store: str, case: str, first: int, last: int) -> Figures:
    """Publish numbers `first` to `last` (not included); returns the processor seconds of each."""
    from disclosure.family import at_the_gate

    to, seconds = open_store(Path(store)), []
    for number in range(first, last):
        rows = table(case, number)
        one, given = (by_kind(), rows) if number % 2 == 0 else (by_month(), totals(rows))
        began = time.process_time()
        at_the_gate(to, one, given)
        seconds.append(time.process_time() - began)
    return {"publications": seconds}


def by_kind() -> Contract:
    """Cases by month, kind and place."""
    dimensions = [{"field": name, "total": ALL} for name in ("kind", "place")]
    return _contract("cases-by-kind", ("period", "kind", "place"), {"dimensions": dimensions})


def by_month() -> Contract:
    """Cases by month, which are the totals of the other table."""
    link = {
        "dataset": "cases-by-kind",
        "counts": {"cases": "cases"},
        "at": [{}],
        "there": {"kind": ALL, "place": ALL},
    }
    return _contract("cases-by-month", ("period",), {"links": [link]})


def _contract(dataset: str, keys: tuple[str, ...], structure: dict[str, Any]) -> Contract:
    return make_contract(
        *map(field, keys),
        field("cases", "integer"),
        dataset=dataset,
        schema={"primaryKey": [*keys]},
        source={"url": None, "mart": dataset.replace("-", "_"), "format": "parquet"},
        disclosure={
            "class": "aggregated counts",
            "reason": "Counts of cases, made for a measurement",
            "counts": ["cases"],
            "structure": {**structure, "periods": {"field": "period"}},
        },
    )


def table(case: str, number: int) -> Rows:
    """The rows of one publication: of MONTHS months, with all totals."""
    turn = number // 2
    begin = turn if case == "months" else 0
    found = {}
    for month in range(begin, begin + MONTHS):
        period = f"{1980 + month // 12}-{month % 12 + 1:02d}"
        drawn = random.Random(month)
        for kind in range(KINDS):
            for place in range(PLACES):
                count = drawn.choice((0, 2, 7, 14, 30, 80, 200))
                if case == "corrections" and (month, kind, place) == (0, turn % KINDS, 0):
                    count += turn // KINDS + 1
                for key in {(k, p) for k in (f"k{kind}", ALL) for p in (f"p{place}", ALL)}:
                    found[period, *key] = found.get((period, *key), 0) + count
    return [
        {"period": period, "kind": kind, "place": place, "cases": count}
        for (period, kind, place), count in sorted(found.items())
    ]


def totals(rows: Rows) -> Rows:
    """The rows of the other table."""
    return [
        {"period": row["period"], "cases": row["cases"]}
        for row in rows
        if row["kind"] == ALL and row["place"] == ALL
    ]


if __name__ == "__main__":
    child.main(publish, ("duckdb", "pyarrow", "scipy.optimize", "praya.pipeline.protect"))
