"""Other numbers that fit as well as those at hand: one is changed, and each sum that breaks is mended by another.

Where such a chain of changes ends with every sum whole again, the number that began it is not known for certain.
Where none is found, nothing is proved.
"""

from __future__ import annotations

import itertools
import math
import random
from collections import deque

import numpy as np
from scipy.sparse import csr_matrix

TINY = 1e-6
STEPS = 80  # a longer chain hardly ever ends
TRIES = 6


class Moves:
    """Chains of changes that begin at `base`, a solution of low <= matrix @ numbers <= high."""

    def __init__(
        self,
        matrix: csr_matrix,
        low: np.ndarray,
        high: np.ndarray,
        least: np.ndarray,
        most: np.ndarray,
        base: np.ndarray,
    ) -> None:
        self.of_sum, self.of_number = _lists(matrix.tocsr()), _lists(matrix.tocsc())
        self.low, self.high = (low - TINY).tolist(), (high + TINY).tolist()
        self.least, self.most = least.tolist(), most.tolist()
        self.base, self.value = base.tolist(), (matrix @ base).tolist()
        self.random = random.Random(len(self.base))

    def move(self, at: int, by: int) -> dict[int, float] | None:
        """New values for number `at`, changed by `by`, and for all that have to change with it."""
        return next((found for _ in range(TRIES) if (found := self._chain(at, by)) is not None), None)

    def keep(self, changed: dict[int, float]) -> None:
        """Go on from the changed numbers."""
        for number, new in changed.items():
            for row, factor in self.of_number[number]:
                self.value[row] += factor * (new - self.base[number])
            self.base[number] = new

    def wander(self, times: int) -> None:
        """Change numbers at random, so that what could not move before perhaps can."""
        for at in self.random.choices(range(len(self.base)), k=times):
            if found := self._chain(at, self.random.choice((-2, -1, 1, 2))):
                self.keep(found)

    def _chain(self, at: int, by: float) -> dict[int, float] | None:
        if not self.least[at] <= self.base[at] + by <= self.most[at]:
            return None
        changed: dict[int, float] = {}
        value: dict[int, float] = {}
        broken: deque[int] = deque()

        def change(number: int, step: float) -> None:
            changed[number] = self.base[number] + step
            for row, factor in self.of_number[number]:
                value[row] = value.get(row, self.value[row]) + factor * step
                broken.append(row)

        change(at, by)
        steps = 0
        while broken:
            row = broken.popleft()
            lacks = self._lacks(row, value[row])
            if not lacks:
                continue
            steps += 1
            best = self._mend(row, lacks, changed, value) if steps <= STEPS else None
            if best is None:
                return None
            change(*best)
        return changed

    def _lacks(self, row: int, value: float) -> float:
        return min(self.high[row] - value, 0) or max(self.low[row] - value, 0)

    def _mend(
        self, row: int, lacks: float, changed: dict[int, float], value: dict[int, float]
    ) -> tuple[int, float] | None:
        """The number of this sum, and the step, that mends it and breaks the fewest others."""
        best, fewest = None, math.inf
        for number, factor in self.of_sum[row]:
            if number in changed:
                continue
            exact = lacks / factor
            step = math.copysign(max(1, math.ceil(abs(exact) - 1e-4)), exact)
            if not self.least[number] <= self.base[number] + step <= self.most[number]:
                continue
            breaks = self.random.random()
            for other, weight in self.of_number[number]:
                if other != row:
                    now = value.get(other, self.value[other])
                    was, then = abs(self._lacks(other, now)), abs(self._lacks(other, now + weight * step))
                    breaks += (then > was) - (then < was)
            if breaks < fewest:
                best, fewest = (number, step), breaks
        return best


def _lists(matrix: csr_matrix) -> list[list[tuple[int, float]]]:
    ends = matrix.indptr.tolist()
    pairs = list(zip(matrix.indices.tolist(), matrix.data.tolist(), strict=True))
    return [pairs[begin:end] for begin, end in itertools.pairwise(ends)]
