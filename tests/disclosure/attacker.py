"""Somebody who has the published tables, their dictionary and arithmetic: what can be known of every cell.

A `Puzzle` is what is known at first: whole numbers between bounds, and sums that hold between them. `ranges` says
what follows from all of it together: for each number the least and the greatest value that it can still have. An
answer is never a guess: it is proved by the solver, or by solutions that differ.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from disclosure.pieces import TINY, Contradiction, Piece

__all__ = ["NO_LIMIT", "Contradiction", "Name", "Puzzle", "Range"]

Name = Hashable
Range = tuple[int, int]
NO_LIMIT = 10**9


class Puzzle:
    """Whole numbers, none below zero unless it is said, and what is known of them."""

    def __init__(self) -> None:
        self.index: dict[Name, int] = {}
        self.low: list[float] = []
        self.high: list[float] = []
        self.differs: dict[Name, tuple[Name, int]] = {}
        self.sums: dict[tuple[tuple[int, float], ...], tuple[float, float]] = {}

    def number(self, name: Name, low: float = 0, high: float = NO_LIMIT) -> int:
        """There is such a number, between these bounds; said twice, both hold."""
        base, by = self.differs.get(name, (name, 0))
        at = self.index.setdefault(base, len(self.low))
        if at == len(self.low):
            self.low.append(min(low, 0) if base == name else 0)
            self.high.append(NO_LIMIT)
        self.low[at] = max(self.low[at], low - by)
        self.high[at] = min(self.high[at], high - by)
        return at

    def known_difference(self, name: Name, base: Name, by: int) -> None:
        """`name` is `base` and `by` more, and the reader knows that: they are one number from now on."""
        root, more = self.differs.get(base, (base, 0))
        if name in self.index or root == name:
            raise ValueError(f"{name} is a number already: say how it differs before anything else of it")
        self.differs[name] = (root, by + more)

    def holds(self, terms: Mapping[Name, float], low: float = 0, high: float = 0) -> None:
        """low <= sum of factor * number <= high."""
        found: dict[int, float] = defaultdict(float)
        shift = 0.0
        for name, factor in terms.items():
            base, by = self.differs.get(name, (name, 0))
            found[self.index[base] if base in self.index else self.number(base)] += factor
            shift += factor * by
        key = tuple(sorted(cell for cell in found.items() if cell[1]))
        if not key and not low <= shift <= high:
            raise Contradiction(f"{' and '.join(map(str, terms))} differ by what they cannot")
        if not key:
            return
        was_low, was_high = self.sums.get(key, (-np.inf, np.inf))
        self.sums[key] = (max(was_low, low - shift), min(was_high, high - shift))

    def total(self, whole: Name, parts: Iterable[Name]) -> None:
        terms = defaultdict(float, {whole: -1.0})
        for part in parts:
            terms[part] += 1
        self.holds(terms)

    def same(self, one: Name, other: Name) -> None:
        if one != other:
            self.holds({one: 1, other: -1})

    def bounds(self, name: Name) -> Range:
        """What is said of the number itself, before anything is concluded."""
        base, by = self.differs.get(name, (name, 0))
        at = self.index[base]
        return int(self.low[at]) + by, int(self.high[at]) + by

    def at_most(self, part: Name, whole: Name) -> None:
        self.holds({part: 1, whole: -1}, -NO_LIMIT, 0)

    def share(self, part: Name, whole: Name, low: float, high: float) -> None:
        """low <= part / whole <= high."""
        self.holds({part: 1, whole: -low}, 0, NO_LIMIT)
        self.holds({part: 1, whole: -high}, -NO_LIMIT, 0)

    def ranges(
        self,
        wanted: Iterable[Name] | None = None,
        enough: int = NO_LIMIT,
        example: Mapping[Name, int] | None = None,
    ) -> dict[Name, Range]:
        """What each of the `wanted` numbers can be at least and at most.

        A range of `enough` or more values may be given too wide; smaller ones are exact. `example` is some numbers
        that fit: it spares the search for a first solution in large puzzles, and nothing is concluded from it but
        that they fit (which is checked).
        """
        names = list(self.index if wanted is None else wanted)
        of = {name: self.differs.get(name, (name, 0)) for name in names}
        low, high = np.array(self.low, dtype=float), np.array(self.high, dtype=float)
        if not low.size:
            return {}
        matrix, row_low, row_high = self._matrix()
        low, high = propagate(matrix, row_low, row_high, low, high)
        fits = self._example(example, matrix, row_low, row_high, low, high) if example else None
        targets = {self.index[base] for base, _ in of.values()}
        for piece in _pieces(matrix, row_low, row_high, low, high):
            piece.settle(targets, enough, low, high, fits)
        return {
            name: (int(low[self.index[base]]) + by, int(high[self.index[base]]) + by)
            for name, (base, by) in of.items()
        }

    def several(
        self, wanted: Iterable[Name], enough: int, example: Mapping[Name, int] | None = None
    ) -> dict[Name, set[int]]:
        """Of each number `enough` values that it can have, or all of them: there may be gaps in its range."""
        of = {name: self.differs.get(name, (name, 0)) for name in wanted}
        low, high = np.array(self.low, dtype=float), np.array(self.high, dtype=float)
        if not of or not low.size:
            return {}
        matrix, row_low, row_high = self._matrix()
        low, high = propagate(matrix, row_low, row_high, low, high)
        fits = self._example(example, matrix, row_low, row_high, low, high) if example else None
        targets = {self.index[base] for base, _ in of.values()}
        found: dict[int, set[int]] = {}
        for piece in _pieces(matrix, row_low, row_high, low, high):
            found |= piece.several(targets, enough, low, high, fits)
        alone = {at: {*range(int(low[at]), int(min(high[at], low[at] + enough)) + 1)} for at in targets}
        return {
            name: {value + by for value in found.get(self.index[base], alone[self.index[base]])}
            for name, (base, by) in of.items()
        }

    def _matrix(self) -> tuple[csr_matrix, np.ndarray, np.ndarray]:
        columns = [number for cells in self.sums for number, _ in cells]
        factors = [factor for cells in self.sums for _, factor in cells]
        rows = np.repeat(np.arange(len(self.sums)), [len(cells) for cells in self.sums])
        matrix = csr_matrix((factors, (rows, columns)), shape=(len(self.sums), len(self.low)), dtype=float)
        bounds = np.array(list(self.sums.values()), dtype=float).reshape(-1, 2)
        return matrix, bounds[:, 0], bounds[:, 1]

    def _example(
        self,
        example: Mapping[Name, int],
        matrix: csr_matrix,
        row_low: np.ndarray,
        row_high: np.ndarray,
        low: np.ndarray,
        high: np.ndarray,
    ) -> np.ndarray:
        """The example as a whole solution: numbers that it does not give are filled in."""
        low, high = low.copy(), high.copy()
        for name, true in example.items():
            base, by = self.differs.get(name, (name, 0))
            if base in self.index:
                at, value = self.index[base], true - by
                if not low[at] <= value <= high[at]:
                    raise Contradiction(
                        f"{name} is {value} in the example and between {low[at]} and {high[at]} here"
                    )
                low[at] = high[at] = value
        low, high = propagate(matrix, row_low, row_high, low, high)
        for piece in _pieces(matrix, row_low, row_high, low, high):
            low[piece.columns] = piece.any_solution(low, high)
        return low


def propagate(
    matrix: csr_matrix, row_low: np.ndarray, row_high: np.ndarray, low: np.ndarray, high: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Each number between what its sums leave over, again and again until nothing moves."""
    cells = matrix.tocoo()
    rows, columns, factor = cells.row, cells.col, cells.data
    low, high = low.copy(), high.copy()
    for _ in range(100):
        least = np.where(factor > 0, factor * low[columns], factor * high[columns])
        most = np.where(factor > 0, factor * high[columns], factor * low[columns])
        least_of = np.bincount(rows, least, len(row_low))
        most_of = np.bincount(rows, most, len(row_low))
        above = (row_high[rows] - least_of[rows] + least) / factor
        below = (row_low[rows] - most_of[rows] + most) / factor
        before = (low.copy(), high.copy())
        np.minimum.at(high, columns, np.floor(np.where(factor > 0, above, below) + TINY))
        np.maximum.at(low, columns, np.ceil(np.where(factor > 0, below, above) - TINY))
        if (low > high).any():
            raise Contradiction("no numbers fit: what is said contradicts itself")
        if (low == before[0]).all() and (high == before[1]).all():
            break
    return low, high


def _pieces(
    matrix: csr_matrix, row_low: np.ndarray, row_high: np.ndarray, low: np.ndarray, high: np.ndarray
) -> list[Piece]:
    """The puzzle in pieces that have nothing to do with one another; a sum that binds nobody joins nobody."""
    free = low < high
    up, down = matrix.maximum(0), matrix.minimum(0)
    least, most = up @ low + down @ high, up @ high + down @ low
    binds = (least < row_low - TINY) | (most > row_high + TINY)
    kept = matrix[binds][:, free]
    rest = matrix[binds][:, ~free] @ low[~free]
    rows_low, rows_high = row_low[binds] - rest, row_high[binds] - rest
    height, size = kept.shape
    cells = kept.tocoo()
    graph = csr_matrix(
        (np.ones(cells.nnz), (cells.row + size, cells.col)), shape=(size + height, size + height)
    )
    count, label = connected_components(graph, directed=False)
    columns_of, rows_of = _groups(label[:size], count), _groups(label[size:], count)
    numbers = np.flatnonzero(free)
    return [
        Piece(kept[rows][:, columns], rows_low[rows], rows_high[rows], numbers[columns])
        for columns, rows in zip(columns_of, rows_of, strict=True)
        if columns.size and rows.size
    ]


def _groups(label: np.ndarray, count: int) -> list[np.ndarray]:
    order = np.argsort(label, kind="stable")
    return np.split(order, np.searchsorted(label[order], np.arange(1, count)))
