"""The numbers behind the publications of a family and what holds between them, as who reads all of them can know it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]
from scipy.sparse.csgraph import connected_components  # type: ignore[import-untyped]

from praya.contract.structure import Link
from praya.disclosure.protect.facts import INFINITE, NOBODY, Count, Facts, Sum
from praya.disclosure.protect.publication import Key, Publication

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]
Cell = tuple[str, str, Key]


@dataclass
class System:
    """Variables, how far each may be from its true value, and low <= matrix @ (how far) <= high.

    `latest` are those that a publication shows for the first time, which can still be withheld: then `held_low` and
    `held_high` hold in place of `shown_low` and `shown_high`. `known_low` and `known_high` hold either way. `guarded`
    are those that should be able to have several values, `small` those of them that must, since they are or were below
    the threshold; `tight` small ones among exact figures. `rates` are the rates that can still be withheld, each with
    its field, key and two counts, without which it is not in print; `rate_of` says for each sum which of them it is
    known from, or -1.
    """

    value: Floats
    known_low: Floats
    known_high: Floats
    shown_low: Floats
    shown_high: Floats
    held_low: Floats
    held_high: Floats
    latest: Bools
    withheld: Bools
    guarded: Bools
    small: Bools
    tight: Bools
    period: npt.NDArray[np.object_]
    matrix: csr_matrix
    low: Floats
    high: Floats
    rates: list[tuple[str, Key, int, int]]
    rate_of: Numbers
    cells: dict[Cell, int]

    @property
    def size(self) -> int:
        return len(self.value)

    @property
    def touched(self) -> Bools:
        """The variables of which the latest publication may tell something: linked with what is new, however far."""
        if not self.size:
            return np.zeros(0, dtype=bool)
        links = abs(self.matrix).T @ abs(self.matrix)
        _, label = connected_components(links, directed=False)
        new = {*label[self.latest].tolist()}
        new |= {int(label[at]) for _, _, part, whole in self.rates for at in (part, whole)}
        return np.isin(label, np.array(sorted(new), dtype=label.dtype))


def build_system(family: Sequence[Facts], readers: Sequence[bool] = (False,)) -> System:
    """The system of what is known of these datasets. `readers` (of a method's readers) are those whose knowledge it
    holds; of several, what any of them knows."""
    made = _Making(family)
    made.link()
    return made.done(readers)


def gather_facts(publications: Sequence[Publication], newest: bool = True) -> list[Facts]:
    """What these publications, oldest first, tell of their datasets; `newest`: the last one is about to go out.

    Raises DisclosureError where its counts do not add up as its structure says.
    """
    family: dict[str, Facts] = {}
    for place, publication in enumerate(publications):
        facts = family.setdefault(publication.dataset, Facts(publication.dataset))
        facts.add(publication, place, newest=newest and place == len(publications) - 1)
    return list(family.values())


class _Making:
    """Variables and sums of all datasets, in the order in which they were first there."""

    def __init__(self, family: Sequence[Facts]) -> None:
        self.datasets = {facts.dataset: facts for facts in family}
        numbered = sorted(
            ((facts.places[count.order[0]], count.order[1]), facts.dataset, at)
            for facts in family
            for at, count in enumerate(facts.counts)
        )
        self.at = {(dataset, at): number for number, (_, dataset, at) in enumerate(numbered)}
        self.counts: list[tuple[Facts, int, Count]] = [
            (self.datasets[dataset], at, self.datasets[dataset].counts[at]) for _, dataset, at in numbered
        ]
        self.sums: list[tuple[list[tuple[int, float]], int, Sum]] = self._sums()

    def _sums(self) -> list[tuple[list[tuple[int, float]], int, Sum]]:
        every_sum = []
        for facts in self.datasets.values():
            numbers = [self.at[facts.dataset, at] for at in range(len(facts.counts))]
            every = [(terms, NOBODY, held) for terms, held in facts.sums.items()]
            every += [(terms, rate, held) for (terms, rate), held in facts.rate_sums.items()]
            for terms, rate, held in every:
                cells = sorted((numbers[at], factor) for at, factor in terms)
                every_sum.append(((facts.places[held.order[0]], held.order[1]), cells, rate, held))
        every_sum.sort(key=lambda each: each[0])
        return [(cells, rate, replace(held)) for _, cells, rate, held in every_sum]

    def link(self) -> None:
        """What is counted in two tables: who knows what changed in between knows them to differ by that alone."""
        there = {(frozenset(cells), rate): held for cells, rate, held in self.sums}
        for facts in self.datasets.values():
            for link in facts.structure.links:
                if other := self.datasets.get(link.dataset):
                    self._link(facts, link, other, there)

    def _link(
        self,
        facts: Facts,
        link: Link,
        other: Facts,
        there: dict[tuple[frozenset[tuple[int, float]], int], Sum],
    ) -> None:
        for key in other.keys:
            codes = dict(zip(other.names, key, strict=True))
            if any(codes.get(name) != code for name, code in link.there.items()):
                continue
            shared = {name: code for name, code in codes.items() if name not in link.there}
            rows = [tuple((shared | at).get(name) for name in facts.names) for at in link.at]
            for here, counted in link.counts.items():
                cells = [self.at[facts.dataset, at] for row in rows if (at := facts.at(here, row)) != NOBODY]
                top = other.at(counted, key)
                if top == NOBODY or not cells:
                    continue
                terms = frozenset([*((at, 1.0) for at in cells), (self.at[other.dataset, top], -1.0)])
                if len(terms) > 1 and (terms, NOBODY) not in there:
                    there[terms, NOBODY] = held = Sum((0, 0), 0.0, 0.0)
                    self.sums.append((sorted(terms), NOBODY, held))
                elif len(terms) > 1:
                    there[terms, NOBODY].low = there[terms, NOBODY].high = 0.0

    def done(self, readers: Sequence[bool]) -> System:
        size = len(self.counts)
        rows = np.repeat(np.arange(len(self.sums)), [len(cells) for cells, _, _ in self.sums])
        cells = [cell for terms, _, _ in self.sums for cell in terms]
        matrix = csr_matrix(
            ([factor for _, factor in cells], (rows, [at for at, _ in cells])), shape=(len(self.sums), size)
        )
        bounds = [np.full(size, each) for each in (-INFINITE, INFINITE, -INFINITE, INFINITE)]
        latest, withheld = np.zeros(size, dtype=bool), np.zeros(size, dtype=bool)
        for number, (facts, at, _) in enumerate(self.counts):
            if new := facts.newest.get(at):
                latest[number], withheld[number] = True, new.withheld
                for place, bound in ((0, new.shown), (2, new.held)):
                    bounds[place][number] = max(bound[reader][0] for reader in readers)
                    bounds[place + 1][number] = min(bound[reader][1] for reader in readers)
        counts = [count for _, _, count in self.counts]
        least = np.array([count.least for count in counts], dtype=float)
        value = np.array([count.value for count in counts], dtype=float)
        return System(
            value=value,
            known_low=np.array([max(count.low[each] for each in readers) for count in counts], dtype=float),
            known_high=np.array([min(count.high[each] for each in readers) for count in counts], dtype=float),
            shown_low=bounds[0],
            shown_high=bounds[1],
            held_low=bounds[2],
            held_high=bounds[3],
            latest=latest,
            withheld=withheld,
            guarded=least < 0,
            small=least + np.array([count.above for count in counts], dtype=float) < 0,
            tight=value < np.array([count.threshold for count in counts], dtype=float),
            period=np.array([count.period for count in counts], dtype=object),
            matrix=matrix,
            low=np.array([held.low for _, _, held in self.sums], dtype=float),
            high=np.array([held.high for _, _, held in self.sums], dtype=float),
            rates=[
                (name, key, self.at[facts.dataset, part], self.at[facts.dataset, whole])
                for facts in self.datasets.values()
                for name, key, part, whole in facts.rates
            ],
            rate_of=np.array([rate for _, rate, _ in self.sums], dtype=np.int64),
            cells={
                (facts.dataset, count.column, count.key): number
                for number, (facts, _, count) in enumerate(self.counts)
            },
        )
