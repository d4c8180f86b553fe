"""What adds up in the marts of 1823 is what their contracts say: the joint check guards nothing else.

Six months of a tenth of the volume: every two cells that are always equal, and every one that is always the sum of two
others, must follow from the contracts; found by trying all.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from scipy.sparse.linalg import lsqr

from disclosure.centre_history import Centre, Tables
from disclosure.family import DATASETS, by_method
from praya.contract import Contract

MONTHS = [f"2023-{number:02d}" for number in range(1, 7)]
MUCH = 200  # in all months together; the less a cell counts, the likelier it is equal by chance
Cell = tuple[Any, ...]
Terms = dict[Cell, float]


@pytest.fixture(scope="module")
def tables() -> Tables:
    with Centre(MONTHS, 0.1) as centre:
        return centre.tables()


def counts(tables: Tables) -> dict[Cell, list[int]]:
    """Every count (and what one leaves over of another): dataset, field and keys but for the period, by month."""
    found: dict[Cell, list[int]] = defaultdict(lambda: [0] * len(MONTHS))
    for name in DATASETS:
        one = by_method(name)
        keys = [key for key in one.primary_key if not key.startswith("period")]
        for row in tables[name]:
            at, rest = MONTHS.index(row["period"]), [row[key] for key in keys]
            for field in one.disclosure.counts:
                if row[field] is not None:
                    found[(name, field, *rest)][at] = row[field]
            for each in one.disclosure.structure.inside:
                if row[each.part] is not None and row[each.whole] is not None:
                    found[(name, each.rest, *rest)][at] = row[each.whole] - row[each.part]
    return dict(found)


def stated(one: Contract, cells: Mapping[Cell, Any]) -> Iterator[Terms]:
    """The equations of one month that a contract states, as a reader of it would write them down."""
    name, structure = one.dataset.removeprefix("1823-"), one.disclosure.structure
    keys = [key for key in one.primary_key if not key.startswith("period")]
    mine = [cell for cell in cells if cell[0] == name]
    for dimension in structure.dimensions:
        at = 2 + keys.index(dimension.field)
        families: dict[Cell, Terms] = defaultdict(dict)
        for cell in mine:
            if cell[at] == dimension.total or cell[at] in dimension.leave_out:
                continue
            if cell[1] in (dimension.of or (*one.disclosure.counts, *_rests(one))):
                parent = dimension.parents.get(cell[at], dimension.total)
                families[(*cell[:at], parent, *cell[at + 1 :])][cell] = 1.0
        for whole, parts in families.items():
            if whole in cells and whole not in parts:
                yield {whole: -1.0, **parts}
    for _, *rest in {(cell[0], *cell[2:]) for cell in mine}:
        for total in structure.columns:
            yield {
                (name, total.total, *rest): -1.0,
                **{(name, part, *rest): 1.0 for part in total.parts},
            }
        for each in structure.inside:
            yield {
                (name, each.whole, *rest): -1.0,
                (name, each.part, *rest): 1.0,
                (name, each.rest, *rest): 1.0,
            }
    for link in structure.links:
        for here, there in link.counts.items():
            other = link.dataset.removeprefix("1823-")
            there_keys = [key for key in by_method(other).primary_key if not key.startswith("period")]
            yield {
                (other, there, *(link.there[key] for key in there_keys)): -1.0,
                # Of rows that there cannot be (no department has a suggestion) nobody is counted.
                **{
                    cell: 1.0
                    for at in link.at
                    if (cell := (name, here, *(at[part] for part in keys))) in cells
                },
            }


def _rests(one: Contract) -> list[str]:
    return [each.rest for each in one.disclosure.structure.inside]


def unstated(cells: Mapping[Cell, list[int]]) -> Iterator[tuple[Cell, ...]]:
    """The whole and its parts of every equation that holds in all months and follows from no contract."""
    index = {cell: at for at, cell in enumerate(cells)}
    rows = [
        {index[cell]: factor for cell, factor in terms.items()}
        for name in DATASETS
        for terms in stated(by_method(name), cells)
        if terms.keys() <= index.keys()
    ]
    # Where nobody ever is, as no department has a suggestion, is no equation: what it leaves equal is.
    rows += [{index[cell]: 1.0} for cell, values in cells.items() if not any(values)]
    matrix = csr_matrix(
        (
            [factor for row in rows for factor in row.values()],
            (np.repeat(np.arange(len(rows)), [len(row) for row in rows]), [at for row in rows for at in row]),
        ),
        shape=(len(rows), len(index)),
    )
    # Numbers at random that fit all that is stated: what else holds in the tables does not hold in these.
    random = np.random.default_rng(1823)
    start = random.normal(size=len(index)) * 1000
    free = start - lsqr(matrix, matrix @ start, atol=1e-14, btol=1e-14, iter_lim=20_000)[0]
    much = [cell for cell, values in cells.items() if sum(values) >= MUCH]
    by_values: dict[tuple[int, ...], list[Cell]] = defaultdict(list)
    for cell in much:
        by_values[tuple(cells[cell])].append(cell)
    for same in by_values.values():
        for one, other in itertools.combinations(same, 2):
            if abs(free[index[one]] - free[index[other]]) > 0.01:
                yield one, other
    values = np.array([cells[cell] for cell in much])
    for at, cell in enumerate(much):
        for other, whole in enumerate(map(tuple, (values[at + 1 :] + values[at]).tolist()), at + 1):
            for each in by_values.get(whole, ()):
                if abs(free[index[each]] - free[index[cell]] - free[index[much[other]]]) > 0.01:
                    yield each, cell, much[other]


def test_whatever_adds_up_is_stated(tables: Tables) -> None:
    assert list(unstated(counts(tables))) == []
