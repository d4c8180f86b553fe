"""Several releases of the same tables read as one puzzle, by who knows which counts changed and by how much.

He may be the one whose record changed, or all of those whose did. So a count is one number in all releases, and a later
figure says as much of it as an earlier one: `C` that turns into 10 after one late record was 9.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from disclosure.attacker import Name, Puzzle, Range
from disclosure.reading import Read, Why

Cell = tuple[Any, ...]
"""Table, column and keys: a count, whatever release it is in."""
SMALL = 10


class Narrow(NamedTuple):
    """A small count that has fewer possible values left than it must."""

    cell: Cell
    release: Any
    true: int
    known: Range


@dataclass
class Versions:
    """The releases so far. `period_of` says which period a cell is of: one that was in print has all its rows."""

    period_of: Callable[[Cell], str] = lambda cell: ""
    puzzle: Puzzle = field(default_factory=Puzzle)
    truth: dict[Name, int] = field(default_factory=dict)
    first: dict[Cell, Name] = field(default_factory=dict)
    in_print: dict[Cell, list[tuple[Any, int, Range | None]]] = field(default_factory=dict)
    periods: dict[str, Any] = field(default_factory=dict)
    figures: set[Cell] = field(default_factory=set)
    releases: list[Any] = field(default_factory=list)

    def release(self, release: Any, true: Mapping[Cell, int], absent: Range = (0, 0)) -> None:
        """The counts of a release, before it is read. A row that is not there has `absent` in it."""
        self.releases.append(release)
        for cell in {**self.first, **true}:
            name, value = (release, *cell), true.get(cell, 0)
            period = self.period_of(cell)
            if cell not in self.first:
                if self.periods.setdefault(period, release) == release:
                    self.first[cell] = name
                    self.truth[name] = value
                    continue
                # Its period was in print, and it was not: the reader knows that row too.
                before = self.first[cell] = (self.periods[period], *cell)
                self.truth[before] = 0
                self.puzzle.number(before, *absent)
            base = self.first[cell]
            self.puzzle.known_difference(name, base, value - self.truth[base])
            self.truth[name] = value

    def why(
        self, table: str, release: Any, own: set[tuple[Any, ...]], only: Collection[str] | None = None
    ) -> Why:
        """What the reader is given of `own` (field and keys of what is withheld for its own size), of the fields in
        `only`.

        Only of a cell's first release: what was withheld may stay so, whatever it is now.
        """

        def given(column: str, key: tuple[Any, ...]) -> bool | None:
            period = self.period_of((table, column, *key))
            if only is not None and column not in only:
                return None
            return (column, *key) in own if self.periods.get(period, release) == release else None

        return given

    def carried(self, table: str) -> Callable[[str, tuple[Any, ...]], bool]:
        """Whether a figure (of a count or a rate) was in print before: later ones are then made from it."""
        before = {cell for cell in self.figures if cell[0] == table}
        return lambda name, key: (table, name, *key) in before

    def figure(self, cell: Cell, value: Any) -> None:
        """Keep that there was a figure of a count or rate, for the next release."""
        if value is not None:
            self.figures.add(cell)

    def printed(
        self, release: Any, cell: Cell, true: int, value: Any, status: str | None, read: Read
    ) -> None:
        """Keep what was in print of a cell, for `told_by_the_difference`."""
        known = None if status == "C" or value is None else read(value, status)
        self.in_print.setdefault(cell, []).append((release, true, known))

    def unveiled(self) -> list[tuple[Any, Cell]]:
        """Every count that did not change and is in print where it was withheld: release and cell.

        What is withheld for others is mostly what a step of one takes out of its interval, so that a figure in print
        later says it nearly exactly.
        """
        return [
            (release, cell)
            for cell, prints in self.in_print.items()
            for (_, before, was), (release, true, now) in itertools.pairwise(prints)
            if was is None and now is not None and before == true
        ]

    def narrow(self, values: int, least: int = 0, gaps: bool = False) -> list[Narrow]:
        """Every count from `least` to 9 that has fewer than `values` left, each once, in the first release of it.

        `gaps`: every value between the ends is tried too, where there are few; takes long where there are many counts.
        """
        small: dict[Name, tuple[Cell, Any]] = {}
        seen = set[Cell]()
        for cell, base in self.first.items():
            names = [base, *((release, *cell) for release, *_ in self.in_print.get(cell, ()))]
            for name in names:
                if name in self.truth and least <= self.truth[name] < SMALL and cell not in seen:
                    small[name] = (cell, name[0])
                    seen.add(cell)
        known = self.puzzle.ranges([name for name in small if self._there(name)], values, self.truth)
        for name, (low, high) in known.items():
            assert low <= self.truth[name] <= high, (name, self.truth[name], low, high)
        left = {name: high - low + 1 for name, (low, high) in known.items()}
        if gaps:
            few = [name for name, number in left.items() if values <= number < SMALL]
            left |= {name: len(found) for name, found in self.puzzle.several(few, values, self.truth).items()}
        return [
            Narrow(cell, release, self.truth[name], known[name])
            for name, (cell, release) in small.items()
            if name in left and left[name] < values
        ]

    def _there(self, name: Name) -> bool:
        base, _ = self.puzzle.differs.get(name, (name, 0))
        return base in self.puzzle.index

    def told_by_the_difference(self, found: Narrow, values: int) -> bool:
        """Whether it is what changed that leaves so few values, and not what is in print of it since it is small.

        10 in print and one record less is 9, to who knows that it was one. And of a count that fell by 3 he knows that
        it was 3 or more. No release can help that.
        """
        low, high = -(10**9), 10**9
        for _, true, known in self.in_print.get(found.cell, ()):
            if true < SMALL:
                break
            if known is not None:
                low, high = max(low, known[0] - true), min(high, known[1] - true)
        if high - low + 1 < values:
            return True
        first = self.truth[self.first[found.cell]]
        fell = first - min(self.truth.get((release, *found.cell), first) for release in self.releases)
        least = found.known[0] - found.true + first
        return least == fell and found.known[1] - found.known[0] + 1 + fell >= values
