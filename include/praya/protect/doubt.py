"""Doubt: what is in print must fit other numbers too, in which a small count is another one.

For each small count other whole numbers are looked for that fit everything in print. Where there are none, the
cheapest counts are withheld that let some fit. A solution found is a proof, and holds for good: withholding more only
widens what fits. The solver (HiGHS) gets a month at a time, with its year, and moves many counts in one answer.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from scipy.optimize import Bounds, LinearConstraint, milp  # type: ignore[import-untyped]
from scipy.sparse import csr_matrix, hstack  # type: ignore[import-untyped]

from praya.protect.system import NOBODY, System

Numbers = npt.NDArray[np.int64]

FAR = 60.0  # no count has to move further than this
FREE, PAID = 3, 6  # rounds of a month; after them each count that is still open is looked at by itself
NODES = (
    200  # of the solver's search in a round; no time, which would make what is withheld depend on the machine
)
USUAL = 0.7  # a count moves to the side where it has been seen less far; now and then to the other
REWARD, RATE = 30.0, 3.0  # what it may cost to move a count by one, and what a rate costs that is off by one
ANY = 1e5  # a reward for which anything may be withheld
TINY = 1e-6


class Doubt:
    """The system, what is withheld so far, and the least and greatest value of each variable in any solution seen."""

    def __init__(self, system: System, values: int) -> None:
        self.system = system
        self.values = values
        self.withheld = system.withheld.copy()
        self.rate_withheld = np.zeros(len(system.rates) + 1, dtype=bool)
        self.cost = 1 + np.sqrt(system.value)  # rather several small counts than one that says much
        self.by_variable = system.matrix.tocsc()
        self.now = system.matrix @ system.value
        self.seen_low, self.seen_high = system.value.copy(), system.value.copy()
        self.random = np.random.default_rng(len(system.value))
        self._refresh()

    def keep(self) -> Numbers:
        """See to it that every small count may have `values` values, as far as anybody can tell.

        Gives those for which not even withholding everything in reach would do.
        """
        return self._look(FREE, PAID)

    def given_away(self) -> Numbers:
        """The small counts that somebody can tell to have fewer than `values` values, as things stand."""
        return self._look(FREE, 0)

    def _look(self, free: int, paid: int) -> Numbers:
        blocks = list(self._blocks())
        for number in range(free + paid):
            for inside in blocks:
                if (open_ := self._open(inside)).size:
                    self._round(inside, open_, number >= free)
        for inside in blocks:
            for one in self._open(inside):
                self._alone(inside, one, paid > 0)
        everything = np.arange(self.system.value.size)
        for one in self._open(everything):
            for inside in self._around(one):
                self._alone(inside, one, paid > 0)
        return self._open(everything)

    def _open(self, inside: Numbers) -> Numbers:
        """The small counts among these that have not been seen with enough values."""
        spread = self.seen_high[inside] - self.seen_low[inside] + 1
        return inside[self.system.small[inside] & (spread < self.values)]

    def _refresh(self) -> None:
        """Bounds of every variable as things stand, and those it would have were it withheld."""
        one = self.system
        near_low, near_high = np.maximum(one.value - FAR, 0), one.value + FAR
        low = np.where(one.latest, np.where(self.withheld, one.held_low, one.shown_low), 0)
        high = np.where(one.latest & ~self.withheld, one.shown_high, np.inf)
        self.low = np.maximum(np.maximum(one.told_low, low), near_low)
        self.high = np.minimum(np.minimum(one.told_high, high), near_high)
        # Where withheld says somebody, nobody cannot be withheld.
        may = one.latest & ~self.withheld & (one.value >= one.held_low)
        self.far_low = np.where(may, np.maximum(np.maximum(one.told_low, one.held_low), near_low), self.low)
        self.far_high = np.where(may, np.minimum(one.told_high, near_high), self.high)
        for number, (_, _, part, whole) in enumerate(one.rates):
            self.rate_withheld[number] |= self.withheld[part] or self.withheld[whole]

    def _round(self, inside: Numbers, open_: Numbers, paid: bool) -> None:
        """One answer in which as many open counts move as can, at the cost of withholding others if `paid`."""
        value = self.system.value[open_]
        further_up = value - self.seen_low[open_] >= self.seen_high[open_] - value
        wish = np.where(self.random.random(open_.size) < USUAL, 1, -1) * np.where(further_up, 1, -1)
        self._solve(inside, open_, wish, paid=paid)

    def _alone(self, inside: Numbers, one: int, paid: bool) -> None:
        """One count is moved as far as it must, up or else down, at the least cost; or some way up and some down."""
        wanted = np.array([one])
        for must, reward in ((True, REWARD), (False, ANY)):
            for sign in (1, -1):
                if self._open(wanted).size:
                    self._solve(inside, wanted, np.array([sign]), paid, must, reward)

    def _solve(
        self,
        inside: Numbers,
        wanted: Numbers,
        wish: Numbers,
        paid: bool,
        must: bool = False,
        reward: float = REWARD,
    ) -> None:
        """Move the `wanted` variables up or down as `wish` says, by values - 1 at most (`must`: just that).

        Of all others only those `inside` move with them. What they move within their bounds is free; what goes beyond
        is withheld for it.
        """
        one, value = self.system, self.system.value[inside]
        rows = np.unique(self.by_variable[:, inside].indices)
        rate_of = one.rate_of[rows]
        rows = rows[(rate_of == NOBODY) | ~self.rate_withheld[rate_of]]
        part, rate_of = one.matrix[rows][:, inside], one.rate_of[rows]
        row_low, row_high = one.low[rows] - self.now[rows], one.high[rows] - self.now[rows]
        low, high = self.low[inside].copy(), self.high[inside].copy()
        far_low, far_high = (
            (self.far_low[inside], self.far_high[inside]) if paid else (low.copy(), high.copy())
        )
        rise, fall = np.flatnonzero(far_high > high), np.flatnonzero(far_low < low)
        at, reach = np.searchsorted(inside, wanted), self.values - 1
        low[at], high[at] = np.maximum(low[at], value[at] - reach), np.minimum(high[at], value[at] + reach)
        free = np.flatnonzero(low < high)
        rates = np.flatnonzero(rate_of != NOBODY) if paid else np.zeros(0, dtype=np.int64)
        gain = np.zeros(inside.size)
        gain[at] = -reward * wish
        cost = self.cost[inside]
        price = np.concatenate([gain[free], cost[rise], cost[fall], np.full(rates.size, RATE)])
        # A rate that does not hold is withheld: its two rows are let go.
        let_go = csr_matrix(
            (np.where(np.isinf(row_high[rates]), 1.0, -1.0), (rates, np.arange(rates.size))),
            (rows.size, rates.size),
        )
        columns = hstack([part[:, free], part[:, rise], -part[:, fall], let_go], format="csc")
        sizes = np.cumsum([free.size, rise.size, fall.size])
        least = np.concatenate([(low - value)[free], np.zeros(price.size - free.size)])
        most = np.concatenate(
            [(high - value)[free], (far_high - high)[rise], (low - far_low)[fall], np.full(rates.size, FAR)]
        )
        if must:
            place = int(np.searchsorted(free, at[0]))
            aim = wish[0] * reach
            if at[0] not in free or not least[place] <= aim <= most[place]:
                return
            least[place] = most[place] = aim
        answer = milp(
            price,
            integrality=np.arange(price.size) < sizes[-1],
            bounds=Bounds(least, most),
            constraints=LinearConstraint(columns, row_low, row_high),
            options={"mip_rel_gap": 0.05}
            if must
            else {"mip_rel_gap": 0.005 if paid else 0.05, "node_limit": NODES},
        )
        if answer.x is None:
            return
        steps = np.split(np.round(answer.x[: sizes[-1]]), sizes[:-1])
        moved = np.zeros(inside.size)
        for to, by in zip((free, rise, fall), (steps[0], steps[1], -steps[2]), strict=True):
            moved[to] += by
        change = part @ moved
        broken = (change < row_low - TINY) | (change > row_high + TINY)
        if broken[rate_of == NOBODY].any():
            return  # whole only within the solver's tolerance
        self.rate_withheld[rate_of[broken]] = True
        beyond = inside[(value + moved > self.high[inside]) | (value + moved < self.low[inside])]
        self.withheld[beyond] = True
        if beyond.size:
            self._refresh()
        self.seen_low[inside] = np.minimum(self.seen_low[inside], value + moved)
        self.seen_high[inside] = np.maximum(self.seen_high[inside], value + moved)

    def _around(self, one: int) -> Iterator[Numbers]:
        """What stands in a sum with the count, what stands in a sum with these, and so on: more each time, at last all.

        A count that can move only together with others of many months mostly needs few of each.
        """
        size, inside = 0, np.array([one])
        while inside.size > size:
            size = inside.size
            rows = np.unique(self.by_variable[:, inside].indices)
            inside = np.unique(self.system.matrix[rows].indices)
            yield inside

    def _blocks(self) -> Iterator[Numbers]:
        """Each month with its year and with what has no period; what happens elsewhere stays as it is."""
        period = self.system.period
        months = sorted({each for each in period if each and len(each) > 4})
        if not months:
            yield np.arange(period.size)
        for month in months:
            yield np.flatnonzero((period == month) | (period == month[:4]) | (period == None))  # noqa: E711
