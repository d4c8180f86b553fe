"""Ambiguity: what is in print must fit other numbers too, in which a small count is another one.

For each guarded count other whole numbers are looked for that fit everything in print, until it has been seen with as
many values as are asked. Where there are none, the cheapest counts are withheld that let some fit. A solution found is
a proof, and holds for good: withholding more only widens what fits. The solver (HiGHS) gets a month at a time, with its
year, and moves many counts in one answer; then what months leave open, with what stands near it in other months.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt
from scipy.optimize import Bounds, LinearConstraint, milp  # type: ignore[import-untyped]
from scipy.sparse import csr_matrix, hstack  # type: ignore[import-untyped]

from praya.disclosure.protect.facts import NOBODY
from praya.disclosure.protect.system import Bools, Floats, System

Numbers = npt.NDArray[np.int64]
Answers = dict[bytes, npt.NDArray[np.int16] | None]

FAR = 60.0  # no count has to move further than this
REACH = 9  # values further from the truth are not looked for
FREE, PAID, IDLE = (
    60,
    20,
    4,
)  # rounds of a month; after them each count that is still open is looked at by itself
# Of the solver's search in a round; no time, which would make what is withheld depend on the machine. Nearly every
# round ends at its first node; one that does not would take minutes.
NODES = 5
LIMIT = {"node_limit": NODES}
LITTLE = 0.01  # of what is still missing; a round that shows no more than this is idle
EVEN, USUAL = 0.5, 0.7  # a count moves to the side where the next value is nearer; now and then to the other
REWARD, RATE = 200.0, 3.0  # what it may cost to move a count by one, and what a rate costs that is off by one
# Among exact figures a small count has these values more than asked: who knows of a deletion to come will know that it
# was one at least, and where all else is exact that bounds the others too.
SPARE = 2
NEAR = 6000  # among so many variables the solver still answers in a fraction of a second
ANY = 1e5  # a reward for which anything may be withheld
TINY = 1e-6


class Ambiguity:
    """The system, what is withheld so far, and the values that each variable has been seen with in any solution.

    `need` is how many values each must have; `before` is the same for another reader, for whom something is withheld;
    `joint` is the same for somebody who knows what all readers know together: what fits for him fits for each of them.
    """

    def __init__(
        self, system: System, values: int, before: Ambiguity | None = None, joint: Ambiguity | None = None
    ) -> None:
        self.system, self.values_asked = system, values
        # Of what a count says by itself no more values can be left than it has.
        own_low = np.where(system.withheld, system.held_low, -FAR)
        own_high = np.where(system.withheld, system.held_high, FAR)
        left = np.minimum(system.known_high, own_high) - np.maximum(system.known_low, own_low) + 1
        wanted = values + np.where(system.tight, SPARE, 0)
        self.need = np.where(system.guarded & system.touched, np.minimum(wanted, left), 0)
        first = before.withheld if before else system.withheld
        self.withheld: Bools = first.copy()
        none = np.zeros(len(system.rates) + 1, dtype=bool)
        self.rate_withheld: Bools = before.rate_withheld.copy() if before else none
        self.cost = 1 + np.maximum(system.value, 0) / 5  # rather several small ones than one that says much
        self.by_variable = system.matrix.tocsc()
        self.seen = np.zeros((system.size, 2 * REACH + 1), dtype=bool)
        self.seen[:, REACH] = True
        self.random = np.random.default_rng(system.size)
        if joint:
            self.seen |= joint.seen
        # What the solver answered is kept for the next reader, to whom it is mostly the same question.
        self.answers: Answers = before.answers if before else {}
        self._refresh()

    def prepare(self) -> None:
        """See to it that every guarded count may have as many values as it needs, as far as rounds of months do."""
        self._run_rounds(self._months, FREE, PAID)

    def keep(self) -> Numbers:
        """See to it that every guarded count may have as many values as it needs, as far as anybody can tell.

        Gives the small ones for which not even withholding everything in reach would do. Of those that are not small
        it is a goal only: what the rounds do not reach is given up.
        """
        self._run_all_rounds(FREE, PAID)
        # What is spare has no price beyond that of a round.
        self.need = np.minimum(self.need, self.values_asked)
        self._settle_counts(paid=True)
        lost = self._open(np.arange(self.system.size))
        large = lost[~self.system.small[lost]]
        self.need[large] = self.seen[large].sum(axis=1)
        return lost[self.system.small[lost]]

    def values(self, of: Numbers, most: int) -> Numbers:
        """How many values these may have at least, with nothing more withheld; no more than `most` are looked for."""
        self.need[:] = 0
        self.need[of] = most
        self._run_all_rounds(FREE, 0)
        self._settle_counts(paid=False)
        counts: Numbers = self.seen[of].sum(axis=1)
        return counts

    def _settle_counts(self, paid: bool) -> None:
        for count in np.flatnonzero(self.system.small):
            self._settle_count(int(count), paid)

    def _run_all_rounds(self, free: int, paid: int) -> None:
        """Rounds of the months; then, of what these left open, together with what stands near it in other months."""
        self._run_rounds(self._months, free, paid)
        self._run_rounds(self._near_open, free, paid)

    def _run_rounds(self, places: Callable[[], Iterator[Numbers]], free: int, paid: int) -> None:
        for pay, rounds in ((False, free), (True, paid)):
            for inside in places() if rounds else ():
                self._rounds(inside, rounds, pay)

    def _settle_count(self, count: int, paid: bool) -> None:
        """Move a count that the rounds left open together with counts of other months: at first with what stands near
        it, for nothing and then at a cost; at last with all there is."""
        alone = np.array([count])
        if not self._open(alone).size:
            return
        around = [*self._around(count)]
        near = [inside for inside in around if inside.size <= NEAR]
        for places in (near, around[len(near) :]):
            for pay in (False, True) if paid else (False,):
                for inside in places:
                    self._alone(inside, count, pay)
                    if not self._open(alone).size:
                        return

    def _rounds(self, inside: Numbers, most: int, pay: bool) -> None:
        """Rounds of one month, for as long as they show something new."""
        idle, missing = 0, self._count_missing(inside)
        for _ in range(most):
            if idle == IDLE or not missing:
                return
            self._round(inside, self._open(inside), pay)
            before, missing = missing, self._count_missing(inside)
            idle = 0 if before - missing > LITTLE * before else idle + 1

    def _count_missing(self, inside: Numbers) -> int:
        """How many values these still have to be seen with."""
        return int(np.maximum(self.need[inside] - self.seen[inside].sum(axis=1), 0).sum())

    def _open(self, inside: Numbers) -> Numbers:
        """The guarded counts among these that have not been seen with enough values."""
        cells: Numbers = inside[self.seen[inside].sum(axis=1) < self.need[inside]]
        return cells

    def _refresh(self) -> None:
        """How far every variable may go as things stand, and how far it could were it withheld."""
        system = self.system
        low = np.where(system.latest & self.withheld, system.held_low, system.shown_low)
        high = np.where(system.latest & self.withheld, system.held_high, system.shown_high)
        known_low, known_high = np.maximum(system.known_low, -FAR), np.minimum(system.known_high, FAR)
        self.low, self.high = np.maximum(known_low, low), np.minimum(known_high, high)
        may = system.latest & ~self.withheld
        self.far_low = np.where(may, np.maximum(known_low, system.held_low), self.low)
        self.far_high = np.where(may, np.minimum(known_high, system.held_high), self.high)
        for number, (_, _, part, whole) in enumerate(system.rates):
            self.rate_withheld[number] |= self.withheld[part] or self.withheld[whole]

    def _next(self, open_: Numbers) -> tuple[Numbers, Numbers]:
        """Of each the nearest value above, and below, with which it has not been seen; beyond REACH if none."""
        up, down = ~self.seen[open_, REACH + 1 :], ~self.seen[open_, REACH - 1 :: -1]
        none = REACH + 1
        return (
            np.where(up.any(axis=1), up.argmax(axis=1) + 1, none),
            np.where(down.any(axis=1), down.argmax(axis=1) + 1, none),
        )

    def _round(self, inside: Numbers, open_: Numbers, paid: bool) -> None:
        """One answer in which as many open counts move as can, at the cost of withholding others if `paid`."""
        up, down = self._next(open_)
        high, low = (self.far_high, self.far_low) if paid else (self.high, self.low)
        up_can, down_can = up <= high[open_], down <= -low[open_]
        rather_up = np.where(up == down, self.random.random(open_.size) < EVEN, up < down)
        rather_up ^= self.random.random(open_.size) >= USUAL
        goes_up = np.where(up_can & down_can, rather_up, up_can)
        can = up_can | down_can
        wish = np.where(goes_up, up, -down)[can]
        self._solve(inside, open_[can], wish, paid=paid)

    def _alone(self, inside: Numbers, cell: int, paid: bool) -> None:
        """One count is moved to values with which it has not been seen, the nearest first, at the least cost; for
        nothing only as far as it can go."""
        wanted = np.array([cell])
        limits = [REACH, REACH]
        if not paid:
            for side, sign in enumerate((1, -1)):
                limits[side] = self._furthest(inside, wanted, sign)
            if sum(limits) + 1 < self.need[cell]:
                return
        for reward in (REWARD, ANY) if paid else (REWARD,):
            for far in range(1, max(limits) + 1):
                for side, by in enumerate((far, -far)):
                    if far <= limits[side] and self._open(wanted).size and not self.seen[cell, REACH + by]:
                        self._solve(inside, wanted, np.array([by]), paid, must=True, reward=reward)
            if not self._open(wanted).size:
                return

    def _furthest(self, inside: Numbers, wanted: Numbers, sign: int) -> int:
        """How far one count can go up or down with nothing withheld, for all that is seen of it then."""
        self._solve(inside, wanted, np.array([sign * REACH]), paid=False)
        seen = np.flatnonzero(
            self.seen[wanted[0], REACH + 1 :] if sign > 0 else self.seen[wanted[0], REACH - 1 :: -1]
        )
        return int(seen[-1]) + 1 if seen.size else 0

    def _solve(
        self,
        inside: Numbers,
        wanted: Numbers,
        wish: Numbers,
        paid: bool,
        must: bool = False,
        reward: float = REWARD,
    ) -> None:
        """Move the `wanted` variables as far as `wish` says at most (`must`: just that far).

        Of all others only those `inside` move with them. What they move within their bounds is free; what goes beyond
        is withheld for it.
        """
        if not wanted.size:
            return
        system = self.system
        rows = np.unique(self.by_variable[:, inside].indices)
        rate_of = system.rate_of[rows]
        rows = rows[(rate_of == NOBODY) | ~self.rate_withheld[rate_of]]
        part, rate_of = system.matrix[rows][:, inside], system.rate_of[rows]
        row_low, row_high = system.low[rows], system.high[rows]
        low, high = self.low[inside].copy(), self.high[inside].copy()
        far_low, far_high = (
            (self.far_low[inside], self.far_high[inside]) if paid else (low.copy(), high.copy())
        )
        rise, fall = np.flatnonzero(far_high > high), np.flatnonzero(far_low < low)
        at = np.searchsorted(inside, wanted)
        if must:
            (place,), (by,) = at, wish
            if not far_low[place] <= by <= far_high[place]:
                return
        else:
            low[at], high[at] = np.maximum(low[at], -abs(wish)), np.minimum(high[at], abs(wish))
        free = np.flatnonzero(low < high)
        rates = np.flatnonzero(rate_of != NOBODY) if paid else np.zeros(0, dtype=np.int64)
        gain = np.zeros(inside.size)
        gain[at] = -reward * np.sign(wish)
        cost = self.cost[inside]
        price = np.concatenate(
            [gain[free], gain[rise] + cost[rise], cost[fall] - gain[fall], np.full(rates.size, RATE)]
        )
        # A rate that does not hold is withheld: its two rows are let go.
        let_go = csr_matrix(
            (np.where(np.isinf(row_high[rates]), 1.0, -1.0), (rates, np.arange(rates.size))),
            (rows.size, rates.size),
        )
        columns = hstack([part[:, free], part[:, rise], -part[:, fall], let_go], format="csc")
        sizes = np.cumsum([free.size, rise.size, fall.size])
        least = np.concatenate([low[free], np.zeros(price.size - free.size)])
        most = np.concatenate(
            [high[free], (far_high - high)[rise], (low - far_low)[fall], np.full(rates.size, FAR)]
        )
        if not price.size:
            return
        limits = [LinearConstraint(columns, row_low, row_high)]
        if must:
            aim = np.zeros((1, price.size))
            for to, sign, begin in ((free, 1, 0), (rise, 1, sizes[0]), (fall, -1, sizes[1])):
                aim[0, begin + np.flatnonzero(to == place)] = sign
            if not aim.any():
                return
            limits.append(LinearConstraint(aim, by, by))
        options = {"mip_rel_gap": 0.05 if must or not paid else 0.005}
        answer = self._ask(
            price, int(sizes[-1]), Bounds(least, most), limits, options if must else options | LIMIT
        )
        if answer is None:
            return
        steps = np.split(answer, sizes[:-1])
        moved = np.zeros(inside.size)
        for to, by_ in zip((free, rise, fall), (steps[0], steps[1], -steps[2]), strict=True):
            moved[to] += by_
        change = part @ moved
        broken = (change < row_low - TINY) | (change > row_high + TINY)
        if broken[rate_of == NOBODY].any():
            return  # whole only within the solver's tolerance
        self.rate_withheld[rate_of[broken]] = True
        beyond = inside[(moved > self.high[inside]) | (moved < self.low[inside])]
        self.withheld[beyond] = True
        if beyond.size or broken.any():
            self._refresh()
        near = np.abs(moved) <= REACH
        self.seen[inside[near], (moved[near] + REACH).astype(np.int64)] = True

    def _ask(
        self,
        price: Floats,
        whole: int,
        bounds: Bounds,
        limits: Sequence[LinearConstraint],
        options: Mapping[str, float],
    ) -> Floats | None:
        """The solver's answer for the first `whole` variables, which are whole numbers; None where it has none. The
        same question is asked once."""
        arrays = [price, bounds.lb, bounds.ub]
        for limit in limits:
            rows = csr_matrix(limit.A)
            arrays += [rows.data, rows.indices, rows.indptr, np.asarray(limit.lb), np.asarray(limit.ub)]
        question = hashlib.sha256(
            f"{whole} {sorted(options.items())} {[each.size for each in arrays]}".encode()
        )
        for each in arrays:
            question.update(np.ascontiguousarray(each).tobytes())
        key = question.digest()
        if key not in self.answers:
            integrality = np.arange(price.size) < whole
            solution = milp(
                price, integrality=integrality, bounds=bounds, constraints=limits, options=dict(options)
            )
            self.answers[key] = None if solution.x is None else np.round(solution.x[:whole]).astype(np.int16)
        answer = self.answers[key]
        return None if answer is None else answer.astype(float)

    def _around(self, cell: int) -> Iterator[Numbers]:
        """What stands in a sum with the count, what stands in a sum with these, and so on: more each time, at last all.

        A count that can move only together with others of many months mostly needs few of each.
        """
        size, inside = 0, np.array([cell])
        while inside.size > size:
            size = inside.size
            rows = np.unique(self.by_variable[:, inside].indices)
            inside = np.unique(np.append(self.system.matrix[rows].indices, inside))
            yield inside

    def _near_open(self) -> Iterator[Numbers]:
        """Around small counts that are open, as much as the solver answers quickly, until each was in some place."""
        left = self._open(np.flatnonzero(self.system.small))
        while left.size:
            *_, inside = (
                each for at, each in enumerate(self._around(left[0])) if not at or each.size <= NEAR
            )
            yield inside
            left = self._open(np.setdiff1d(left, inside))

    def _months(self) -> Iterator[Numbers]:
        """Each month with its year and with what has no period; what happens elsewhere stays as it is."""
        period = self.system.period
        months = sorted({each for each in period if each and len(each) > 4})
        if not months:
            yield np.arange(period.size)
        for month in months:
            yield np.flatnonzero((period == month) | (period == month[:4]) | (period == None))  # noqa: E711
