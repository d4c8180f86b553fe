"""How the attacker reads released rows: every published cell as bounds, and what the dictionary says adds up.

The reader knows the rule, so that what is withheld has bounds too. He may even be given (`Why`) which cells are
withheld for their own size: he might guess that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from disclosure.attacker import NO_LIMIT, Name, Puzzle, Range

Row = Mapping[str, Any]
Why = Callable[[str, tuple[Any, ...]], bool | None]
"""Of a field of a row that is withheld: whether for its own size, or None where the reader is not given that."""


@dataclass(frozen=True)
class Read:
    """What a method's dictionary says of a figure in print, and of one that is withheld.

    `least` is the least count that may be withheld; `small` the greatest that is for its own size; `large` the least
    that is for the sake of others; a rate in print has at least `threshold` behind it and behind its rest.
    """

    in_print: Callable[[int], Range]
    least: int
    small: int
    large: int
    threshold: int = 10

    def __call__(self, value: Any, status: str | None, own: bool | None = None) -> Range:
        if status != "C":
            return self.in_print(int(value))
        if own is None:
            return self.least, NO_LIMIT
        return (self.least, self.small) if own else (self.large, NO_LIMIT)


def _exact(figure: int) -> Range:
    return figure, figure


def _rounded(figure: int) -> Range:
    return max(10, figure - 2), figure + 2


def _noisy(figure: int) -> Range:
    """Noise of at most 4, never more than the count; zero has none."""
    return (max(figure - 4, -(-figure // 2)), figure + 4) if figure else (0, 0)


exact = Read(_exact, least=1, small=9, large=10)
ten_five = Read(_rounded, least=0, small=9, large=10)
perturbed = Read(
    _noisy, least=1, small=13, large=6
)  # what is shown of up to 13 may be below 10, and from 6 on not
READS = {"10-5 rule": ten_five, "suppression": exact, "cell-key perturbation": perturbed}


def never(_field: str, _key: tuple[Any, ...]) -> bool:
    """For a table whose figures are all made anew: none is carried on from an earlier one."""
    return False


def not_given(_field: str, _key: tuple[Any, ...]) -> None:
    """For a reader who does not know why a cell is withheld."""


@dataclass
class Table:
    """One released table: which columns tell a row, which count, and how a count is to be read.

    `carried` says of a figure whether it is made from an earlier one and the change alone, and so tells nothing itself.
    """

    puzzle: Puzzle
    name: str
    keys: Sequence[str]
    counts: Sequence[str]
    read: Read
    release: Any = ""
    why: Why = not_given
    carried: Callable[[str, tuple[Any, ...]], bool] = never
    absent: Range = (0, 0)  # a row that is not there: nobody
    seen: dict[tuple[Any, ...], Row] = field(default_factory=dict)
    complete: bool = True  # rows that are not there are `absent`
    rests: dict[Name, tuple[Name, Name]] = field(default_factory=dict)  # of a rate: whole less part

    def take(self, rows: Iterable[Row]) -> Table:
        for row in rows:
            key = tuple(row[name] for name in self.keys)
            self.seen[key] = row
            for column in self.counts:
                status = row.get(f"{column}_conf_status")
                if row[column] is None and status is None:
                    continue
                name = self.cell(column, key)
                if status != "C" and self.carried(column, key):
                    self.puzzle.number(name)
                    continue
                own = self.why(column, key) if status == "C" else None
                self.puzzle.number(name, *self.read(row[column], status, own))
        return self

    def cell(self, column: str, key: tuple[Any, ...]) -> Name:
        return (self.release, self.name, column, *key)

    def has(self, column: str, key: tuple[Any, ...]) -> Name | None:
        """The cell, where it is in print or known to be nobody."""
        row = self.seen.get(key)
        if row is None:
            if not self.complete:
                return None
            name = self.cell(column, key)
            self.puzzle.number(name, *self.absent)
            return name
        if row[column] is None and row.get(f"{column}_conf_status") is None:
            return None
        return self.cell(column, key)

    def adds(self, columns: Iterable[str], by: str, total: str, parts: Iterable[str]) -> None:
        """The rows of `parts` add up to the row of `total`, whatever the other keys are."""
        at, parts = self.keys.index(by), list(parts)
        for column in columns:
            for rest in {(*key[:at], *key[at + 1 :]) for key in self.seen}:
                whole = self.has(column, (*rest[:at], total, *rest[at:]))
                cells = [self.has(column, (*rest[:at], part, *rest[at:])) for part in parts]
                if whole is not None and None not in cells:
                    self.puzzle.total(whole, cells)

    def columns_add(self, total: str, parts: Sequence[str]) -> None:
        for key in self.seen:
            cells = [self.has(part, key) for part in parts]
            whole = self.has(total, key)
            if whole is not None and None not in cells:
                self.puzzle.total(whole, cells)

    def inside(self, part: str, whole: str) -> None:
        """Of every row: who is counted in `part` is counted in `whole`."""
        for key in self.seen:
            one, other = self.has(part, key), self.has(whole, key)
            if one is not None and other is not None:
                self.puzzle.at_most(one, other)

    def rate(self, field_: str, part: str, whole: str, decimals: int = 1, scale: float = 100) -> None:
        """`field_` is scale * part / whole, rounded to so many decimals, of counts as they are."""
        half = 0.5 * 10**-decimals
        for key, row in self.seen.items():
            value = row.get(field_)
            one, other = self.has(part, key), self.has(whole, key)
            if one is None or other is None:
                continue
            rest = self.cell(f"{whole} less {part}", key)
            self.puzzle.number(rest)
            self.puzzle.total(other, (one, rest))
            self.rests[rest] = (one, other)
            if value is not None and self.carried(field_, key):
                continue
            self._behind(field_, part, whole, key, rest)
            if value is None:
                continue
            self.puzzle.share(one, other, (float(value) - half) / scale, (float(value) + half) / scale)

    def share_of_nobody(self, field_: str, part: str, whole: str) -> None:
        """A rate that is empty and not withheld, where its counts are there or withheld, is a share of nobody."""
        for key, row in self.seen.items():
            empty = row.get(field_) is None and row.get(f"{field_}_conf_status") is None
            if empty and None not in (row.get(f"{part}_conf_status"), row.get(f"{whole}_conf_status")):
                self.puzzle.number(self.cell(whole, key), 0, 0)

    def _behind(self, field_: str, part: str, whole: str, key: tuple[Any, ...], rest: Name) -> None:
        """A rate in print, and one that is withheld for the sake of others, has the threshold behind it, of all three.

        Where it is withheld for few and neither count is small, the rest is.
        """
        row, threshold = self.seen[key], self.read.threshold
        own = None if row.get(field_) is not None else self.why(field_, key)
        if row.get(field_) is not None or (own is False and row.get(f"{field_}_conf_status") == "C"):
            for name in (self.cell(part, key), self.cell(whole, key), rest):
                self.puzzle.number(name, threshold)
        elif own and not any(self._small(column, key) for column in (part, whole)):
            self.puzzle.number(rest, 0, threshold - 1)

    def _small(self, column: str, key: tuple[Any, ...]) -> bool:
        """Whether a count may be below the threshold, by what is in print of it alone."""
        return self.puzzle.bounds(self.cell(column, key))[0] < self.read.threshold

    def mean(self, field_: str, count: str, made_of: str | None = None, decimals: int = 1) -> None:
        """A mean in print has the threshold behind it; and what it is made of, over the count, is it once rounded.

        That holds whether or not what it is made of (`made_of`) is in any table: who knows what one more record adds
        to both knows how many there were, by how far it moves the mean.
        """
        half = 0.5 * 10**-decimals
        for key, row in self.seen.items():
            value = row.get(field_)
            if value is None or self.carried(field_, key) or self.has(count, key) is None:
                continue
            self.puzzle.number(self.cell(count, key), self.read.threshold)
            if made_of is not None:
                name = self.cell(made_of, key)
                self.puzzle.share(name, self.cell(count, key), float(value) - half, float(value) + half)
