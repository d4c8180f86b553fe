"""Random records under cell-key perturbation: the same cell is the same in every table, and nothing is far off.

15 families of tables; with FULL=1 60, with FULL=every a thousand.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from full import by_level
from made import field, make_contract
from praya.contract import Contract
from praya.disclosure.protect.methods.cell_key_method import select_protected

GROUPS = {"a1": "a", "a2": "a", "a3": "a", "b1": "b", "b2": "b", "b3": "b"}
PLACES = ("x", "y", "z")
Record = tuple[str, str, str, int]  # kind, place, month and record key
Key = tuple[str, ...]


def contract(*keys: str) -> Contract:
    return make_contract(
        *map(field, keys),
        field("cases", "integer"),
        field("cases_key", "integer"),
        schema={"primaryKey": list(keys)},
        disclosure={
            "class": "aggregated counts",
            "reason": "Counts of cases, made for a test",
            "counts": ["cases"],
            "method": "cell-key perturbation",
            "cell_keys": {"cases": "cases_key"},
        },
    )


# Tables of the same records in more and less detail; each gives the cells that a record counts in.
TABLES: dict[tuple[str, ...], Callable[[str, str, str], Iterator[Key]]] = {
    ("kind", "place"): lambda kind, place, month: (
        (which, where) for which in (kind, GROUPS[kind], "all") for where in (place, "all")
    ),
    ("kind",): lambda kind, place, month: ((which,) for which in (kind, GROUPS[kind], "all")),
    ("place", "month"): lambda kind, place, month: (
        (where, when) for where in (place, "all") for when in (month, "2023")
    ),
}
# The cells that are in two tables: the same records.
SAME: list[tuple[Key, Key, Callable[[Key], Key | None]]] = [
    (("kind",), ("kind", "place"), lambda key: (key[0], "all")),
    (("place", "month"), ("kind", "place"), lambda key: ("all", key[0]) if key[1] == "2023" else None),
]


def drawn(seed: int) -> list[Record]:
    rng = random.Random(seed)
    most = rng.choice((3, 12, 40))
    return [
        (kind, place, rng.choice(("2023-01", "2023-02")), rng.randrange(256))
        for kind in GROUPS
        for place in PLACES
        for _ in range(rng.randint(0, most))
    ]


def printed(con: duckdb.DuckDBPyConnection, keys: Key, records: list[Record]) -> dict[Key, Any]:
    """The table of these records as it is published, and the true count of each cell."""
    counts: Counter[Key] = Counter()
    sums: Counter[Key] = Counter()
    for kind, place, month, record_key in records:
        for cell in TABLES[keys](kind, place, month):
            counts[cell] += 1
            sums[cell] += record_key
    given = [
        dict(zip(keys, cell, strict=True)) | {"cases": cases, "cases_key": sums[cell]}
        for cell, cases in counts.items()
    ]
    con.register("given", pa.Table.from_pylist(given))
    rows = con.sql(select_protected(contract(*keys), "given")).to_arrow_table().to_pylist()
    assert {*rows[0]} == {*keys, "cases", "cases_conf_status"}
    return {
        cell: (row["cases"], row["cases_conf_status"], counts[cell])
        for row in rows
        for cell in [tuple(row[name] for name in keys)]
    }


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as con:
        yield con


@settings(max_examples=by_level(15, 60, 1000), deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_the_same_cell_is_the_same_in_every_table_and_release(
    con: duckdb.DuckDBPyConnection, seed: int
) -> None:
    records = drawn(seed)
    if not records:
        return
    tables = {keys: printed(con, keys, records) for keys in TABLES}
    for cells in tables.values():
        for shown, status, true in cells.values():
            assert (shown is None) == (status == "C")
            assert shown is None or (abs(shown - true) <= 4 and shown >= 10)
            assert shown is not None or true < 14
    compared = 0
    for one, other, same in SAME:
        for key, figure in tables[one].items():
            if (there := same(key)) is not None:
                assert tables[other][there] == figure
                compared += 1
    assert compared
    # Later records of one kind: whatever has none of them is as it was.
    late = [*records, ("a1", "x", "2023-02", seed % 256)]
    for keys, before in tables.items():
        touched = {*TABLES[keys]("a1", "x", "2023-02")}
        after = printed(con, keys, late)
        assert {cell: figure for cell, figure in after.items() if cell not in touched} == {
            cell: figure for cell, figure in before.items() if cell not in touched
        }
