"""Doubt: what is published must fit other tables as well, in which a confidential count is another one.

`Doubt.keep` looks for such tables, one for each confidential cell. Where none fits, it withholds the cells of the least
cost that let one fit. The true table fits always; a table found fits for good, for withholding more only widens what
fits. All numbers are whole, as counts are.
"""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import Bounds, LinearConstraint, milp  # type: ignore[import-untyped]
from scipy.sparse import csr_matrix, hstack  # type: ignore[import-untyped]

from praya.protect.structure import Floats, System

Bools = npt.NDArray[np.bool_]
Table = dict[
    int, float
]  # the cells in which another table differs from the true one, with their values there

NEAR = (500, 4000)  # cells around one that the solver is given, until there is an answer
STEPS = 60
TRIES = 3
TRIFLE = 1e-3  # what a change costs that withholds nothing: short proofs are wanted
ENDLESS = float(10**7)  # further than this no cell has to move


@dataclass
class View:
    """What publication tells somebody of each cell: between which values it lies if shown, and if withheld."""

    shown_low: Floats
    shown_high: Floats
    withheld_low: Floats
    withheld_high: Floats


class Doubt:
    """One view of a system, and the proofs found so far that its cells may be others.

    `withheld` is shared: what one view makes withhold, all see.
    """

    def __init__(self, system: System, view: View, withheld: Bools, cost: Floats) -> None:
        self.system, self.view, self.withheld, self.cost = system, view, withheld, cost
        self.base = system.value.tolist()
        self.by_cell = system.matrix.tocsc()
        self.of_sum, self.of_cell = _pairs(system.matrix), _pairs(self.by_cell)
        self.now = system.matrix @ system.value
        self.total = self.now.tolist()
        self.sum_low, self.sum_high = system.low.tolist(), system.high.tolist()
        self.trouble: list[float] = (1 + np.log2(1 + cost) / 4).tolist()
        self.proofs: dict[int, list[Table]] = {}
        self.random = random.Random(len(self.base))  # noqa: S311
        self.refresh()

    def refresh(self) -> None:
        """Take up what has been withheld or shown since."""
        view = self.view
        self.lowest = np.where(self.withheld, view.withheld_low, view.shown_low)
        self.highest = np.where(self.withheld, view.withheld_high, view.shown_high)
        self.low: list[float] = self.lowest.tolist()
        self.high: list[float] = self.highest.tolist()
        may = self.system.printed & ~self.withheld
        self.far_low: list[float] = np.where(
            may, np.minimum(view.withheld_low, self.lowest), self.lowest
        ).tolist()
        self.far_high: list[float] = np.where(
            may, np.maximum(view.withheld_high, self.highest), self.highest
        ).tolist()

    def refresh_cell(self, cell: int) -> None:
        view, withheld = self.view, self.withheld[cell]
        self.low[cell] = self.lowest[cell] = (view.withheld_low if withheld else view.shown_low)[cell]
        self.high[cell] = self.highest[cell] = (view.withheld_high if withheld else view.shown_high)[cell]

    def keep(self, cells: Iterable[int], values: int) -> list[int]:
        """See to it that each of these cells may have so many values at least, as far as anybody can tell.

        Gives those for which not even withholding everything else would do.
        """
        lost = []
        for cell in cells:
            if cell in self.proofs:
                continue
            proof = self.prove(cell, values) or self._withhold_for(cell, values)
            if proof is None:
                lost.append(cell)
            else:
                self.proofs[cell] = proof
        return lost

    def prove(self, cell: int, values: int) -> list[Table] | None:
        """Tables that fit and in which the cell spans so many values, the true one included; None if none is found."""
        for up in sorted({values - 1, 0, values // 2}, reverse=True):
            found = []
            for step in (up, up - values + 1):
                if step and (table := self._other(cell, step)) is not None:
                    found.append(table)
                elif step:
                    break
            else:
                return found
        return None

    def _other(self, cell: int, step: int, at_a_price: bool = False) -> Table | None:
        """A table that fits, with the cell changed by `step`, one at a time."""
        table: Table = {}
        moved: dict[int, float] = {}
        for _ in range(abs(step)):
            for _ in range(TRIES):
                further = self._mended(cell, math.copysign(1, step), table, moved, at_a_price)
                if further is not None:
                    table, moved = further
                    break
            else:
                return None
        return {at: value for at, value in table.items() if value != self.base[at]}

    def _mended(
        self, cell: int, step: float, table: Table, moved: dict[int, float], at_a_price: bool
    ) -> tuple[Table, dict[int, float]] | None:
        """The next table from this one: the cell changed, and each sum that this breaks mended by another cell."""
        value = table.get(cell, self.base[cell]) + step
        if not self.low[cell] <= value <= self.high[cell]:
            return None
        table, moved = dict(table), dict(moved)
        broken: list[int] = []
        used: set[int] = set()

        def change(at: int, by: float) -> None:
            used.add(at)
            table[at] = table.get(at, self.base[at]) + by
            for row, sign in self.of_cell[at]:
                moved[row] = moved.get(row, 0.0) + sign * by
                broken.append(row)

        change(cell, step)
        for _ in range(STEPS):
            while broken and not self._gap(broken[-1], moved[broken[-1]]):
                broken.pop()
            if not broken:
                return table, moved
            row = broken[-1]
            best = self._best(row, self._gap(row, moved[row]), table, moved, used, at_a_price)
            if best is None:
                return None
            change(*best)
        return None

    def _gap(self, row: int, moved: float) -> float:
        """What the sum lacks to be in its bounds again."""
        value = self.total[row] + moved
        if value > self.sum_high[row]:
            return float(self.sum_high[row] - value)
        return float(max(0.0, self.sum_low[row] - value))

    def _best(
        self, row: int, gap: float, table: Table, moved: dict[int, float], used: set[int], at_a_price: bool
    ) -> tuple[int, float] | None:
        """The cell that mends this sum and makes the least new trouble, and by how much it changes."""
        best, least = None, math.inf
        for at, sign in self.of_sum[row]:
            if at in used:
                continue
            by = gap / sign
            value = table.get(at, self.base[at]) + by
            trouble = self.random.random()
            if not self.low[at] <= value <= self.high[at]:
                if not at_a_price or not self.far_low[at] <= value <= self.far_high[at]:
                    continue
                if self.low[at] <= table.get(at, self.base[at]) <= self.high[at]:
                    trouble += self.trouble[at]
            for other, weight in self.of_cell[at]:
                if other != row:
                    before = moved.get(other, 0.0)
                    trouble += bool(self._gap(other, before + weight * by)) - bool(self._gap(other, before))
            if trouble < least:
                best, least = (at, by), trouble
        return best

    def _withhold_for(self, cell: int, values: int) -> list[Table] | None:
        """The cheapest cells to withhold for the sake of this one are withheld; a proof that it is safe then."""
        for inside in self._grounds(cell, values):
            offers = [
                offer for step in (values - 1, 1 - values) if (offer := self._cheapest(inside, cell, step))
            ]
            if offers:
                _, table, more = min(offers, key=lambda offer: offer[0])
                self.withheld[more] = True
                self.refresh()
                return [table]
        return None

    def _grounds(self, cell: int, values: int) -> Iterator[npt.NDArray[np.int64]]:
        """Sets of cells among which the solver may look for the cheapest, better and better ones."""
        found = {
            at
            for step in (values - 1, 1 - values)
            for _ in range(TRIES)
            for at in self._other(cell, step, at_a_price=True) or ()
        }
        if found:
            yield np.array(sorted(found), dtype=np.int64)
        for size in NEAR:
            inside = self._around(cell, size)
            yield inside
            if inside.size == len(self.base):
                return

    def _cheapest(
        self, inside: npt.NDArray[np.int64], cell: int, step: int
    ) -> tuple[float, Table, list[int]] | None:
        """(cost, table, cells to withhold) with the cell changed by `step` and nothing outside changed at all."""
        system, view = self.system, self.view
        true = system.value[inside]
        rows = np.unique(self.by_cell[:, inside].indices)
        part = system.matrix[rows][:, inside]
        shown_low, shown_high = self.lowest[inside], self.highest[inside]
        may = system.printed[inside] & ~self.withheld[inside]
        lowest = np.where(may, np.minimum(view.withheld_low[inside], shown_low), shown_low)
        highest = np.where(may, np.maximum(view.withheld_high[inside], shown_high), shown_high)
        at = int(np.searchsorted(inside, cell))
        if not shown_low[at] <= true[at] + step <= shown_high[at]:
            return None
        # Each cell may go up and down for next to nothing within what is shown, and at its cost beyond.
        room = np.concatenate([shown_high - true, true - shown_low, highest - shown_high, shown_low - lowest])
        room = np.nan_to_num(np.minimum(room, ENDLESS), nan=0.0)
        room[[at, inside.size + at]] = (max(step, 0), max(-step, 0))
        use = np.flatnonzero(room > 0)
        price = np.concatenate([np.full(2 * inside.size, TRIFLE), np.tile(self.cost[inside], 2)])
        columns = hstack([part, -part, part, -part], format="csc")[:, use]
        now = self.now[rows]
        least = np.where(np.isin(use, (at, inside.size + at)), room[use], 0.0)
        for whole in (0, 1):
            answer = milp(
                price[use],
                integrality=np.full(use.size, whole),
                bounds=Bounds(least, room[use]),
                constraints=LinearConstraint(columns, system.low[rows] - now, system.high[rows] - now),
                options={"mip_rel_gap": 0.02, "time_limit": 20},
            )
            if answer.x is None:
                return None
            if np.abs(answer.x - np.round(answer.x)).max() < 1e-6:
                break
        moved = np.zeros(room.size)
        moved[use] = np.round(answer.x)
        up, down, further_up, further_down = np.split(moved, 4)
        change = up - down + further_up - further_down
        table = {int(inside[each]): float((true + change)[each]) for each in np.flatnonzero(change)}
        return float(answer.fun), table, inside[(further_up + further_down) > 0].tolist()

    def _around(self, cell: int, size: int) -> npt.NDArray[np.int64]:
        """So many cells around one, the nearest by the sums that join them."""
        inside, edge = {cell}, [cell]
        while edge and len(inside) < size:
            rows = {row for at in edge for row, _ in self.of_cell[at]}
            around = {
                at for row in rows for at, _ in self.of_sum[row] if self.far_low[at] < self.far_high[at]
            }
            edge = sorted(around - inside, key=self._price)[: size - len(inside)]
            inside.update(edge)
        return np.array(sorted(inside), dtype=np.int64)

    def _price(self, cell: int) -> float:
        return 0.0 if self.low[cell] < self.high[cell] else self.trouble[cell]


def _pairs(matrix: csr_matrix) -> list[list[tuple[int, float]]]:
    ends = matrix.indptr.tolist()
    cells = list(zip(matrix.indices.tolist(), matrix.data.tolist(), strict=True))
    return [cells[begin:end] for begin, end in itertools.pairwise(ends)]
