"""What adds up in published tables: a few declared rules, and the cells and sums that follow from them.

A `Structure` says of one table which rows add up to which (`dimensions`, `overlaps`, `periods`), which columns do
(`columns`, `inside`), and which of its cells are those of another table (`links`). `system` turns the rows of several
tables into numbered cells and sparse sums over all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from pydantic import Field as Key
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

from praya.contract.fields import ColumnName, Model
from praya.errors import DisclosureError

Floats = npt.NDArray[np.float64]
Row = Mapping[str, Any]
# Table, column, and the values of the table's keys.
Cell = tuple[str, str, tuple[Any, ...]]


class Dimension(Model):
    """A key whose rows add up: each to its parent, and those without one to `total`."""

    field: ColumnName
    total: str
    parents: dict[str, str] = Key(
        default={}, description="code → the code that it is part of; else the total"
    )
    leave_out: list[str] = Key(default=[], description="codes that are part of nothing here")
    of: list[ColumnName] | None = Key(default=None, description="the counts that add up so; else all")


class Overlap(Model):
    """A key whose codes overlap, as cases of several departments: each is at most `whole`, together at least."""

    field: ColumnName
    whole: str
    leave_out: list[str] = []  # noqa: RUF012
    of: list[ColumnName]
    times: int = Key(default=1, ge=1, description="in how many of the codes each of `whole` is, at least")


class Periods(Model):
    """Years as the sum of their twelve months: `2023` of `2023-01` to `2023-12`."""

    field: ColumnName
    beside: list[ColumnName] = Key(default=[], description="keys that only say what kind of period it is")
    of: list[ColumnName] | None = None


class ColumnSum(Model):
    """A count that is the sum of others in its row."""

    total: ColumnName
    parts: list[ColumnName] = Key(min_length=1)


class Inside(Model):
    """A count of some of those whom another counts. The others are `rest`, a count that is in no table."""

    part: ColumnName
    whole: ColumnName
    rest: ColumnName
    guarded: bool = Key(
        default=False, description="whether few others are as confidential as few (a rate's complement)"
    )


class Term(Model):
    """Cells of a table: one column, at these codes."""

    table: str
    column: ColumnName
    at: dict[ColumnName, str] = {}  # noqa: RUF012


class Link(Model):
    """Terms of this table that add up to a term of another, whatever the keys are that both have."""

    terms: list[Term] = Key(min_length=1)
    equals: Term


class Structure(Model):
    """What adds up in one table, and between it and others."""

    keys: list[ColumnName] = Key(min_length=1)
    counts: list[ColumnName] = Key(min_length=1)
    present: ColumnName | None = Key(
        default=None, description="the count that is never zero, for its rows would not be there"
    )
    dimensions: list[Dimension] = []  # noqa: RUF012
    overlaps: list[Overlap] = []  # noqa: RUF012
    periods: Periods | None = None
    columns: list[ColumnSum] = []  # noqa: RUF012
    inside: list[Inside] = []  # noqa: RUF012
    links: list[Link] = []  # noqa: RUF012

    @property
    def rests(self) -> list[str]:
        return [each.rest for each in self.inside]


@dataclass
class System:
    """Cells by number with their true values, and what holds between them: low <= matrix @ value <= high."""

    cells: list[Cell] = field(default_factory=list)
    index: dict[Cell, int] = field(default_factory=dict)
    value: Floats = field(default_factory=lambda: np.zeros(0))
    printed: npt.NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, bool))
    guarded: npt.NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, bool))
    present: npt.NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, bool))
    matrix: csr_matrix = field(default_factory=lambda: csr_matrix((0, 0)))
    low: Floats = field(default_factory=lambda: np.zeros(0))
    high: Floats = field(default_factory=lambda: np.zeros(0))


def system(structures: Mapping[str, Structure], tables: Mapping[str, Iterable[Row]]) -> System:
    """Cells and sums of these tables, read with their true counts. Rows that are not there count nobody.

    Raises DisclosureError where the counts do not add up as the structures say.
    """
    made = _Maker(structures)
    for name, rows in tables.items():
        made.cells_of(name, rows)
    for name in tables:
        made.sums_of(name)
    return made.done()


class _Maker:
    def __init__(self, structures: Mapping[str, Structure]) -> None:
        self.structures = structures
        self.index: dict[Cell, int] = {}
        self.value: list[int] = []
        self.printed: list[bool] = []
        self.guarded: list[bool] = []
        self.present: list[bool] = []
        self.keys: dict[str, dict[tuple[Any, ...], None]] = {}
        self.sums: list[tuple[dict[int, float], float, float]] = []

    def cells_of(self, name: str, rows: Iterable[Row]) -> None:
        structure = self.structures[name]
        keys = self.keys.setdefault(name, {})
        for row in rows:
            key = tuple(row[part] for part in structure.keys)
            keys[key] = None
            for column in structure.counts:
                if row[column] is not None:
                    self._cell((name, column, key), int(row[column]), column == structure.present)
            for each in structure.inside:
                whole, part = row[each.whole], row[each.part]
                if whole is not None and part is not None:
                    cell = (name, each.rest, key)
                    self._cell(cell, int(whole) - int(part), False, printed=False, guarded=each.guarded)

    def _cell(
        self, cell: Cell, value: int, present: bool, printed: bool = True, guarded: bool = True
    ) -> None:
        self.index[cell] = len(self.value)
        self.value.append(value)
        self.printed.append(printed)
        self.guarded.append(guarded)
        self.present.append(present)

    def sums_of(self, name: str) -> None:
        structure, keys = self.structures[name], self.keys[name]
        for dimension in structure.dimensions:
            columns = dimension.of or structure.counts
            for whole, parts in _families(structure.keys, dimension, keys):
                self._totals(name, columns, whole, parts)
        for overlap in structure.overlaps:
            by = Dimension(field=overlap.field, total=overlap.whole, leave_out=overlap.leave_out)
            for whole, parts in _families(structure.keys, by, keys):
                self._overlap(name, overlap, whole, parts)
        if structure.periods:
            columns = structure.periods.of or structure.counts
            for whole, parts in _years(structure.keys, structure.periods, keys):
                self._totals(name, columns, whole, parts)
        for key in keys:
            for total in structure.columns:
                self._sum({(name, total.total, key): -1, **{(name, part, key): 1 for part in total.parts}})
            for each in structure.inside:
                if (name, each.rest, key) in self.index:
                    self._sum(
                        {(name, each.whole, key): -1, (name, each.part, key): 1, (name, each.rest, key): 1}
                    )
        for link in structure.links:
            self._link(link)

    def _totals(
        self, name: str, columns: Sequence[str], whole: tuple[Any, ...], parts: Sequence[tuple[Any, ...]]
    ) -> None:
        for column in columns:
            cells = [(name, column, part) for part in parts]
            if (name, column, whole) in self.index and all(cell in self.index for cell in cells):
                self._sum({(name, column, whole): -1, **dict.fromkeys(cells, 1)})

    def _overlap(
        self, name: str, overlap: Overlap, whole: tuple[Any, ...], parts: Sequence[tuple[Any, ...]]
    ) -> None:
        for column in overlap.of:
            top = self.index.get((name, column, whole))
            below = [self.index.get((name, column, part)) for part in parts]
            cells = [cell for cell in below if cell is not None]
            if top is not None and cells:
                self._add({top: -float(overlap.times), **dict.fromkeys(cells, 1.0)}, 0, np.inf)
                for cell in cells:
                    self._add({cell: 1.0, top: -1.0}, -np.inf, 0)

    def _link(self, link: Link) -> None:
        """One sum for every set of the keys that are given on neither side."""
        other = self.structures.get(link.equals.table)
        if other is None or link.equals.table not in self.keys:
            return
        free = [part for part in other.keys if part not in link.equals.at]
        for key in self.keys[link.equals.table]:
            at = dict(zip(other.keys, key, strict=True))
            if any(at[part] != code for part, code in link.equals.at.items()):
                continue
            terms: dict[Cell, int] = {(link.equals.table, link.equals.column, key): -1}
            for term in link.terms:
                names = self.structures[term.table].keys
                values = {part: at[part] for part in free} | dict(term.at)
                terms[term.table, term.column, tuple(values.get(part) for part in names)] = 1
            if sum(cell in self.index for cell in terms) > 1:
                self._sum(terms)

    def _sum(self, terms: Mapping[Cell, int]) -> None:
        """Numbers that add up to nothing; what is not there is nobody."""
        found = {self.index[cell]: float(sign) for cell, sign in terms.items() if cell in self.index}
        if not found:
            return
        if value := sum(sign * self.value[at] for at, sign in found.items()):
            cell = next(iter(terms))
            raise DisclosureError(
                f"{cell[0]}: {cell[1]} of {', '.join(map(str, cell[2]))} does not add up as the structure says; it is "
                f"off by {abs(value):g}. Correct the structure or the mart"
            )
        self._add(found, 0, 0)

    def _add(self, terms: dict[int, float], low: float, high: float) -> None:
        if len(terms) > 1:
            self.sums.append((terms, low, high))

    def done(self) -> System:
        sizes = [len(terms) for terms, _, _ in self.sums]
        rows = np.repeat(np.arange(len(self.sums)), sizes)
        columns = [at for terms, _, _ in self.sums for at in terms]
        signs = [sign for terms, _, _ in self.sums for sign in terms.values()]
        return System(
            cells=list(self.index),
            index=self.index,
            value=np.array(self.value, dtype=float),
            printed=np.array(self.printed, dtype=bool),
            guarded=np.array(self.guarded, dtype=bool),
            present=np.array(self.present, dtype=bool),
            matrix=csr_matrix((signs, (rows, columns)), shape=(len(self.sums), len(self.value)), dtype=float),
            low=np.array([low for _, low, _ in self.sums], dtype=float),
            high=np.array([high for _, _, high in self.sums], dtype=float),
        )


def _families(
    names: Sequence[str], dimension: Dimension, keys: Iterable[tuple[Any, ...]]
) -> Iterable[tuple[tuple[Any, ...], list[tuple[Any, ...]]]]:
    """Every row that is a total along this dimension, with the rows that it is the total of."""
    at = names.index(dimension.field)
    families: dict[tuple[Any, ...], list[tuple[Any, ...]]] = {}
    for key in keys:
        if key[at] == dimension.total or key[at] in dimension.leave_out:
            continue
        parent = dimension.parents.get(key[at], dimension.total)
        families.setdefault((*key[:at], parent, *key[at + 1 :]), []).append(key)
    there = set(keys)
    return [(whole, parts) for whole, parts in families.items() if whole in there]


def _years(
    names: Sequence[str], periods: Periods, keys: Iterable[tuple[Any, ...]]
) -> Iterable[tuple[tuple[Any, ...], list[tuple[Any, ...]]]]:
    at = names.index(periods.field)
    others = [
        place for place, name in enumerate(names) if name != periods.field and name not in periods.beside
    ]
    years: dict[tuple[Any, ...], tuple[Any, ...]] = {}
    months: dict[tuple[Any, ...], list[tuple[Any, ...]]] = {}
    for key in keys:
        rest = tuple(key[place] for place in others)
        period = str(key[at])
        if len(period) == 4:
            years[period, rest] = key
        else:
            months.setdefault((period[:4], rest), []).append(key)
    return [(whole, months[year]) for year, whole in years.items() if year in months]
