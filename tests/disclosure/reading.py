"""How the attacker reads released rows: every published cell as bounds, and what the dictionary says adds up."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from disclosure.attacker import NO_LIMIT, Name, Puzzle, Range

Row = Mapping[str, Any]
Read = Callable[[Any, str | None], Range]
ABSENT: Range = (0, 0)  # a row that is not there: nobody


def exact(value: Any, status: str | None) -> Range:
    """Figures as they are; what is withheld is somebody."""
    return (1, NO_LIMIT) if status == "C" else (int(value), int(value))


def ten_five(value: Any, status: str | None) -> Range:
    """Rounded to 5 from 10 up; what is withheld may be anything, for large counts are withheld for others."""
    return (0, NO_LIMIT) if status == "C" else (max(10, int(value) - 2), int(value) + 2)


def perturbed(value: Any, status: str | None) -> Range:
    """Noise of at most 4, never more than the count; zero has none. What is withheld is somebody."""
    if status == "C":
        return 1, NO_LIMIT
    figure = int(value)
    return (max(figure - 4, -(-figure // 2)), figure + 4) if figure else (0, 0)


@dataclass
class Table:
    """One released table: which columns tell a row, which count, and how a count is to be read."""

    puzzle: Puzzle
    name: str
    keys: Sequence[str]
    counts: Sequence[str]
    read: Read
    release: str = ""
    seen: dict[tuple[Any, ...], Row] = field(default_factory=dict)
    complete: bool = True  # rows that are not there are zero
    rests: dict[Name, tuple[Name, Name]] = field(default_factory=dict)  # of a rate: whole less part

    def take(self, rows: Iterable[Row]) -> Table:
        for row in rows:
            key = tuple(row[name] for name in self.keys)
            self.seen[key] = row
            for column in self.counts:
                status = row.get(f"{column}_conf_status")
                if row[column] is None and status is None:
                    continue
                self.puzzle.number(self.cell(column, key), *self.read(row[column], status))
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
            self.puzzle.number(name, *ABSENT)
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
        """`field_` is scale * part / whole, rounded to so many decimals."""
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
            if value is None:
                continue
            self.puzzle.share(one, other, (float(value) - half) / scale, (float(value) + half) / scale)
