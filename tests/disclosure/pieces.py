"""One piece of the attacker's puzzle, solved: the least and the greatest value of each number, by HiGHS."""

from __future__ import annotations

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_matrix

from disclosure.moves import Moves

TINY = 1e-6
SMALL = 1500  # so many numbers are given to the solver at once; of larger pieces it gets a neighbourhood
NEAR = (150, 600, 2000)
# Neighbourhoods in which one value is asked for while all else stays: of the 20,000 numbers of a year few need more.
WIDE = (600, 1200, 2500, 5000, 8000, 12000)
NODES = 2000  # of the solver's tree, for one value in one neighbourhood
ENDLESS = 10**8
ROUNDS, MOST_ROUNDS = 6, 40
CLOSING = 0.97  # a round of moves that leaves more than this share open is among the last
FEW = 40
FAR = 12  # ranges up to so many values are looked for by single moves first


class Contradiction(Exception):
    """No numbers at all fit what is said: the attacker has misread the tables."""


class Piece:
    """low <= matrix @ numbers <= high, all of them whole; `columns` says which numbers of the puzzle they are."""

    def __init__(self, matrix: csr_matrix, low: np.ndarray, high: np.ndarray, columns: np.ndarray) -> None:
        self.matrix, self.low, self.high, self.columns = matrix, low, high, columns
        self.by_column = matrix.tocsc()

    def settle(
        self, targets: set[int], enough: int, low: np.ndarray, high: np.ndarray, example: np.ndarray | None
    ) -> None:
        """Write into `low` and `high` (of the whole puzzle) what the targets among its numbers can be."""
        wanted = np.array([at for at, number in enumerate(self.columns.tolist()) if number in targets], int)
        if not wanted.size:
            return
        self.least, self.most = low[self.columns], high[self.columns]
        # The least and greatest value of each number in any solution seen.
        self.seen_low = np.full(self.least.shape, np.inf)
        self.seen_high = np.full(self.least.shape, -np.inf)
        if example is not None:
            self._saw(example[self.columns])
        if example is not None and enough < FAR:
            self._by_moves(wanted, enough, example[self.columns])
            self._by_values(wanted, enough, example[self.columns])
            for size in NEAR if self.columns.size > SMALL else ():
                for at in self._open(wanted, enough).tolist():
                    self._bound(self._near(at, size), at, enough)
        elif example is not None and self.columns.size > SMALL:
            self._by_neighbourhoods(wanted, enough, example[self.columns], NEAR)
        everything = np.arange(self.columns.size)
        self._push(everything, wanted, enough, None)
        for at in wanted:
            self._bound(everything, at, enough)
        few = wanted[self.most[wanted] - self.least[wanted] + 1 < enough]
        for at in few.tolist():
            self._confirm(at, enough, low[self.columns], high[self.columns])
        low[self.columns], high[self.columns] = self.least, self.most

    def several(
        self, targets: set[int], enough: int, low: np.ndarray, high: np.ndarray, example: np.ndarray | None
    ) -> dict[int, set[int]]:
        """`enough` values of each target among its numbers, or all that it can have."""
        wanted = [at for at, number in enumerate(self.columns.tolist()) if number in targets]
        seen: dict[int, set[int]] = {at: set() for at in wanted}
        if not wanted:
            return {}
        if example is not None:
            self._add(seen, example[self.columns])
        low, high = low.copy(), high.copy()
        for at in wanted:
            number = self.columns[at]
            least, most = int(low[number]), int(min(high[number], low[number] + 10 * enough))
            for value in range(least, most + 1):
                if len(seen[at]) >= enough or value in seen[at]:
                    continue
                low_there, high_there = low.copy(), high.copy()
                low_there[number] = high_there[number] = value
                try:
                    self._add(seen, self.any_solution(low_there, high_there))
                except Contradiction:
                    continue
        return {int(self.columns[at]): values for at, values in seen.items()}

    def _add(self, seen: dict[int, set[int]], solution: np.ndarray) -> None:
        for at, values in seen.items():
            values.add(int(solution[at]))

    def any_solution(self, low: np.ndarray, high: np.ndarray) -> np.ndarray:
        self.least, self.most = low[self.columns], high[self.columns]
        return self._solve(np.arange(self.columns.size), np.zeros(self.columns.size), None)[0]

    def _saw(self, solution: np.ndarray) -> None:
        np.minimum(self.seen_low, solution, out=self.seen_low)
        np.maximum(self.seen_high, solution, out=self.seen_high)

    def _by_moves(self, wanted: np.ndarray, enough: int, base: np.ndarray) -> None:
        """Numbers that single moves can change, from the example and from where wandering off leads."""
        moves = Moves(self.matrix, self.low, self.high, self.least, self.most, base)
        for turn in range(MOST_ROUNDS):
            before = self._open(wanted, enough)
            for at in before.tolist():
                for by in range(enough - 1, 0, -1):
                    for step in (by, -by):
                        if self._open(np.array([at]), enough).size:
                            for number, value in (moves.move(at, step) or {}).items():
                                self.seen_low[number] = min(self.seen_low[number], value)
                                self.seen_high[number] = max(self.seen_high[number], value)
            if turn == 0:
                for size in NEAR[:2]:
                    for at in self._open(wanted, enough)[:FEW].tolist():
                        self._bound(self._near(at, size), at, enough)
            left = self._open(wanted, enough).size
            if not left or (turn >= ROUNDS and left > CLOSING * before.size):
                return
            moves.wander(len(moves.base) // 4)
            self._saw(np.array(moves.base))

    def _by_values(self, wanted: np.ndarray, enough: int, base: np.ndarray) -> None:
        """Values that were not seen, the nearest first: can the number have it while all that is far from it stays?"""
        for size in WIDE:
            for at in self._open(wanted, enough).tolist():
                inside = self._near(at, size)
                for value in self._unseen(at, enough):
                    if self._open(np.array([at]), enough).size:
                        self._give(inside, at, value, base)
            if size > self.columns.size:
                return

    def _unseen(self, at: int, enough: int) -> list[int]:
        seen = range(int(self.seen_low[at]), int(self.seen_high[at]) + 1)
        first = max(int(self.least[at]), seen.start - enough)
        last = int(min(self.most[at], seen.stop + enough))
        unseen = [value for value in range(first, last + 1) if value not in seen]
        return sorted(unseen, key=lambda value: max(seen.start - value, value - seen.stop))

    def _give(self, inside: np.ndarray, at: int, value: int, base: np.ndarray) -> None:
        """Look for a solution in which the number has this value, and keep what is seen in it."""
        least, most = self.least[at], self.most[at]
        self.least[at] = self.most[at] = value
        try:
            found, _ = self._solve(inside, np.zeros(inside.size), base, nodes=NODES)
        except Contradiction:
            return
        finally:
            self.least[at], self.most[at] = least, most
        solution = base.copy()
        solution[inside] = found
        self._saw(solution)

    def _open(self, wanted: np.ndarray, enough: int) -> np.ndarray:
        """Those of which neither `enough` values were seen nor all that there can be."""
        seen = self.seen_high[wanted] - self.seen_low[wanted] + 1
        possible = self.most[wanted] - self.least[wanted] + 1
        return wanted[~(seen >= np.minimum(enough, possible))]

    def _solve(
        self,
        inside: np.ndarray,
        objective: np.ndarray,
        base: np.ndarray | None,
        whole: bool = True,
        nodes: int | None = None,
    ) -> tuple[np.ndarray, bool]:
        """Minimise over the numbers `inside`. Others stay as in `base`, or roam between their bounds.

        Gives the solution, and whether it is proved to be the least.
        """
        if inside.size == self.columns.size:
            matrix, row_low, row_high = self.matrix, self.low, self.high
        else:
            rows = np.unique(self.by_column[:, inside].indices)
            touched = self.matrix[rows]
            matrix = touched[:, inside]
            if base is not None:
                fixed = touched @ base - matrix @ base[inside]
                row_low, row_high = self.low[rows] - fixed, self.high[rows] - fixed
            else:
                low, high = self.least.copy(), self.most.copy()
                low[inside] = high[inside] = 0
                up, down = touched.maximum(0), touched.minimum(0)
                row_low = self.low[rows] - up @ high - down @ low
                row_high = self.high[rows] - up @ low - down @ high
        row_low = np.where(row_low < -ENDLESS, -np.inf, row_low - TINY)
        row_high = np.where(row_high > ENDLESS, np.inf, row_high + TINY)
        answer = milp(
            objective,
            integrality=np.full(inside.size, int(whole)),
            bounds=Bounds(self.least[inside], self.most[inside]),
            constraints=LinearConstraint(matrix, row_low, row_high),
            options={} if nodes is None else {"node_limit": nodes},
        )
        if answer.x is None:
            raise Contradiction(f"no numbers fit: {answer.message}")
        return (np.round(answer.x) if whole else answer.x), answer.status == 0

    def _push(self, inside: np.ndarray, wanted: np.ndarray, enough: int, base: np.ndarray | None) -> None:
        """Solutions that are as different as can be, for as long as they show something new."""
        place = {number: at for at, number in enumerate(inside.tolist())}
        random = np.random.default_rng(inside.size)
        left = self._open(wanted, enough)
        while left.size > 2:
            objective = np.zeros(inside.size)
            objective[[place[number] for number in left.tolist()]] = random.choice([-1.0, 1.0], left.size)
            for sign in (1, -1):
                found, _ = self._solve(inside, sign * objective, base)
                solution = np.array(self.seen_low if base is None else base)
                solution[inside] = found
                self._saw(solution)
            still = self._open(wanted, enough)
            if still.size > 0.7 * left.size:
                break
            left = still

    def _bound(self, inside: np.ndarray, at: int, enough: int) -> None:
        """The least and the greatest value of one number, as far as is still to be known."""
        for sign in (1, -1):
            if not self._open(np.array([at]), enough).size:
                return
            objective = np.zeros(inside.size)
            place = int(np.searchsorted(inside, at))
            objective[place] = sign
            found, proved = self._solve(inside, objective, None)
            if not proved:
                continue
            if sign > 0:
                self.least[at] = max(self.least[at], found[place])
            else:
                self.most[at] = min(self.most[at], found[place])
            if inside.size == self.columns.size:
                self._saw(found)

    def _confirm(self, at: int, enough: int, least: np.ndarray, most: np.ndarray) -> None:
        """Ask for each value that was excluded by itself, among numbers with the bounds that they began with.

        HiGHS now and then calls a least value proved although a smaller one fits, where factors are far apart.
        """
        first = max(int(least[at]), int(self.most[at]) - enough)
        for value in range(first, int(min(most[at], self.least[at] + enough)) + 1):
            if self.least[at] <= value <= self.most[at]:
                continue
            low, high = least.copy(), most.copy()
            low[at] = high[at] = value
            if self._fits(low, high):
                self.least[at], self.most[at] = min(self.least[at], value), max(self.most[at], value)
            if self.most[at] - self.least[at] + 1 >= enough:
                return

    def _fits(self, low: np.ndarray, high: np.ndarray) -> bool:
        """Whether whole numbers between these are found that fit, checked exactly; with presolve and without."""
        for presolve in (True, False):
            answer = milp(
                np.zeros(low.size),
                integrality=np.ones(low.size, dtype=int),
                bounds=Bounds(low, high),
                constraints=LinearConstraint(
                    self.matrix,
                    np.where(self.low < -ENDLESS, -np.inf, self.low - TINY),
                    np.where(self.high > ENDLESS, np.inf, self.high + TINY),
                ),
                options={"presolve": presolve},
            )
            if answer.x is not None:
                sums = self.matrix @ np.round(answer.x)
                if ((sums >= self.low - TINY) & (sums <= self.high + TINY)).all():
                    return True
        return False

    def _by_neighbourhoods(
        self, wanted: np.ndarray, enough: int, base: np.ndarray, sizes: tuple[int, ...]
    ) -> None:
        """First near each number: what can move while all others stay, and what follows from the near sums alone."""
        for size in sizes:
            tried: set[int] = set()
            for at in self._open(wanted, enough).tolist():
                if at in tried or not self._open(np.array([at]), enough).size:
                    continue
                inside = self._near(at, size)
                left = self._open(np.intersect1d(wanted, inside), enough)
                self._push(inside, left, enough, base)
                for one in self._open(left, enough).tolist():
                    for sign in (1, -1):
                        if self._open(np.array([one]), enough).size:
                            objective = np.zeros(inside.size)
                            objective[int(np.searchsorted(inside, one))] = sign
                            solution = base.copy()
                            solution[inside], _ = self._solve(inside, objective, base)
                            self._saw(solution)
                tried |= set(left.tolist())
                self._bound(inside, at, enough)

    def _near(self, at: int, size: int) -> np.ndarray:
        """Up to about `size` numbers around one, sum by sum."""
        by_column = self.by_column
        inside, edge = {at}, [at]
        while edge and len(inside) < size:
            around: set[int] = set()
            for number in edge:
                for row in by_column.indices[by_column.indptr[number] : by_column.indptr[number + 1]]:
                    around.update(
                        self.matrix.indices[self.matrix.indptr[row] : self.matrix.indptr[row + 1]].tolist()
                    )
                    if len(inside) + len(around) > size:
                        break
            edge = sorted(around - inside)
            inside.update(edge)
        return np.array(sorted(inside))
