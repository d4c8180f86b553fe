"""A year of 1823 at the gate, and somebody who has every released table, its dictionary and a solver."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pytest

from contact_centre.centre import load, rows, run_marts
from disclosure.attacker import Name, Puzzle
from disclosure.centre_reading import View, read_centre
from disclosure.family import DATASETS, at_the_gate, by_method
from disclosure.reading import Table, exact, perturbed, ten_five
from praya.sources.contact_centre import month
from praya.store import Store

SMALL = 10
Tables = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def true() -> Tables:
    """Two months of a third of the volume; with FULL=1 the whole of 2023 at full volume, and its roll-up."""
    full = bool(os.environ.get("FULL"))
    numbers, scale = (range(1, 13), 1.0) if full else (range(1, 3), 0.3)
    with load([month(f"2023-{number:02d}", scale=scale) for number in numbers]) as con:
        run_marts(con)
        return {name: read(con, name) for name in DATASETS}


def read(con: duckdb.DuckDBPyConnection, name: str) -> list[dict[str, Any]]:
    return rows(con, f'select * from "1823_{name.replace("-", "_")}"')


def counted(tables: Mapping[str, Table], true: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[Name, int]:
    """The true value of every count in these tables, and of what a rate leaves over."""
    values: dict[Name, int] = {}
    for name, table in tables.items():
        for row in true[name]:
            key = tuple(row[part] for part in table.keys)
            values |= {
                table.cell(column, key): row[column] for column in table.counts if row[column] is not None
            }
        values |= {
            rest: values.get(whole, 0) - values.get(part, 0) for rest, (part, whole) in table.rests.items()
        }
    return values


VIEWS = {
    "10-5 rule": View(ten_five, true_rates=True),
    "suppression": View(exact, true_rates=True),
    "cell-key perturbation": View(perturbed, true_rates=False),
}


def release(true: Tables, method: str, folder: Path) -> tuple[Tables, dict[str, View]]:
    """All tables through the gate by this method, or by the default where they have no cell keys for it."""
    store, released, views = Store(folder), {}, {}
    for name in DATASETS:
        one = by_method(name, method)
        if method == "cell-key perturbation" and not one.disclosure.cell_keys:
            one = by_method(name)
        released[name] = at_the_gate(store, one, true[name])
        views[name.replace("-", "_")] = VIEWS[one.disclosure.method]
    return released, views


def narrow(released: Tables, true: Tables, views: Mapping[str, View], values: int) -> list[Any]:
    """The small counts of which an attacker knows more than that they are one of so many values."""
    by_name = {name.replace("-", "_"): found for name, found in released.items()}
    puzzle = Puzzle()
    tables = read_centre(puzzle, by_name, views)
    truth = counted(tables, {name.replace("-", "_"): found for name, found in true.items()})
    small = [name for name, value in truth.items() if 0 < value < SMALL and name in puzzle.index]
    assert len(small) > 400
    known = puzzle.ranges(small, values, truth)
    assert all(low <= truth[name] <= high for name, (low, high) in known.items())
    return [
        (name, truth[name], known[name]) for name in small if known[name][1] - known[name][0] + 1 < values
    ]


@pytest.mark.parametrize(
    ("method", "values"), [("10-5 rule", 2), ("suppression", 5), ("cell-key perturbation", 2)]
)
def test_no_small_count_of_the_year_can_be_worked_out(
    method: str, values: int, true: Tables, tmp_path: Path
) -> None:
    released, views = release(true, method, tmp_path)
    assert narrow(released, true, views, values) == []


def test_the_attacker_finds_what_suppression_alone_gives_away(
    true: Tables, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the joint check taken out, margins give small counts back: neither test nor attacker is blind."""
    from praya import protect
    from praya.protect.joint import More

    monkeypatch.setattr(protect, "withhold_more", lambda *_: More())
    released, views = release(true, "suppression", tmp_path)
    views = {name: view._replace(true_rates=False) for name, view in views.items()}
    assert len(narrow(released, true, views, 2)) > 50
