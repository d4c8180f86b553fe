"""The numbers behind publications and what holds between them, as somebody who reads all of them can know it.

Every count of every publication of linked datasets is a variable; a count that did not change from one publication to
the next is the same variable, for a reader may know that nothing changed. What the contracts say adds up (`Structure`)
becomes sums over variables.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

from praya.contract.disclosure import Disclosure
from praya.contract.structure import Dimension, Link, Overlap, Structure
from praya.errors import DisclosureError
from praya.outside import quote_all

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Row = Mapping[str, Any]
Key = tuple[Any, ...]
NOBODY = -1  # the variable of a row that is not there


@dataclass
class Publication:
    """A dataset as it was, or is about to be, published: its true rows, and for each what is in print of it.

    `interval` says which counts a figure in print (None: withheld) may stand for; `rates` has, for each rate made from
    true counts, how many times the share it is and how far its last digit may be off.
    """

    dataset: str
    keys: Sequence[str]
    disclosure: Disclosure
    interval: Callable[[int | None, int], tuple[float, float]]
    rates: Mapping[str, tuple[float, float]]
    true: Sequence[Row]
    shown: Mapping[Key, Row]
    variables: dict[tuple[str, Key], int] = field(default_factory=dict)

    @property
    def structure(self) -> Structure:
        return self.disclosure.structure

    def key(self, row: Row) -> Key:
        return tuple(row[name] for name in self.keys)

    def variable(self, column: str, key: Key) -> int:
        return self.variables.get((column, key), NOBODY)


@dataclass
class System:
    """Variables with their true values, what earlier publications tell of each, and low <= matrix @ value <= high.

    `latest` are the variables of the newest publication, in which a count can still be withheld. `rates` are its rates
    that can be, each with its field, key and two counts, without which it is not in print; `rate_of` says for each sum
    which of them it is known from, or -1.
    """

    value: Floats
    told_low: Floats
    told_high: Floats
    shown_low: Floats
    shown_high: Floats
    held_low: Floats
    latest: Bools
    withheld: Bools
    small: Bools
    period: npt.NDArray[np.object_]
    matrix: csr_matrix
    low: Floats
    high: Floats
    rates: list[tuple[str, Key, int, int]]
    rate_of: npt.NDArray[np.int64]


def system(publications: Sequence[Publication]) -> System:
    """The system of these publications, oldest first; the last is the one that is about to go out.

    Raises DisclosureError where its counts do not add up as its structure says.
    """
    made = _Maker()
    for number, publication in enumerate(publications, 1):
        made.add(publication, newest=number == len(publications))
    return made.done()


class _Maker:
    def __init__(self) -> None:
        self.last: dict[str, Publication] = {}
        self.value: list[int] = []
        self.low: list[float] = []
        self.high: list[float] = []
        self.small: list[bool] = []
        self.period: list[str | None] = []
        self.newest: dict[int, tuple[float, float, float, bool]] = {}
        self.rates: list[tuple[str, Key, int, int]] = []
        self.sums: dict[frozenset[tuple[int, float]], tuple[float, float, int]] = {}

    def add(self, new: Publication, newest: bool) -> None:
        before = self.last.get(new.dataset)
        for row in new.true:
            key = new.key(row)
            print_ = new.shown.get(key, {})
            for column in new.disclosure.counts:
                if row[column] is not None:
                    present = column == new.structure.present
                    at = self._variable(before, new, column, key, int(row[column]), True)
                    self._read(new, at, print_.get(column), present, newest)
            for column in new.disclosure.sums:
                if row[column] is not None:
                    self._variable(before, new, column, key, int(row[column]), False)
            for each in new.structure.inside:
                whole, part = row[each.whole], row[each.part]
                if whole is not None and part is not None:
                    self._variable(before, new, each.rest, key, int(whole) - int(part), each.guarded)
        self._sums_of(new)
        self._rates_of(new, newest)
        self._bands_of(new)
        for other in self.last.values():
            if other is not before:
                for link in new.structure.links:
                    if link.dataset == other.dataset:
                        self._link(new, link, other)
                for link in other.structure.links:
                    if link.dataset == new.dataset:
                        self._link(other, link, new)
        self.last[new.dataset] = new

    def _variable(
        self, before: Publication | None, new: Publication, column: str, key: Key, value: int, guarded: bool
    ) -> int:
        at = before.variable(column, key) if before else NOBODY
        if at == NOBODY or self.value[at] != value:
            at = len(self.value)
            self.value.append(value)
            self.low.append(0)
            self.high.append(np.inf)
            self.small.append(guarded and 0 < value < new.disclosure.threshold)
            periods = new.structure.periods
            self.period.append(str(key[new.keys.index(periods.field)]) if periods else None)
        new.variables[column, key] = at
        return at

    def _read(self, new: Publication, at: int, figure: Any, present: bool, newest: bool) -> None:
        """What is in print of a count, or may be."""
        threshold = new.disclosure.threshold
        held, _ = new.interval(None, threshold)
        held = max(held, 1) if present else held
        low, high = new.interval(None if figure is None else int(figure), threshold)
        if newest:
            self.newest[at] = (low, high, held, figure is None)
        else:
            self.low[at] = max(self.low[at], held if figure is None else low)
            self.high[at] = min(self.high[at], high)

    def _sums_of(self, new: Publication) -> None:
        structure, counts = new.structure, [*new.disclosure.counts, *new.disclosure.sums]
        rows = [new.key(row) for row in new.true]
        for dimension in structure.dimensions:
            for whole, parts in _families(new.keys, dimension, rows):
                for column in dimension.of or counts:
                    self._equal(new, column, whole, parts)
        for overlap in structure.overlaps:
            by = Dimension(field=overlap.field, total=overlap.whole, leave_out=overlap.leave_out)
            for whole, parts in _families(new.keys, by, rows):
                self._overlap(new, overlap, whole, parts)
        if structure.periods:
            for whole, parts in _years(new, rows):
                for column in structure.periods.of or counts:
                    self._equal(new, column, whole, parts)
        for key in rows:
            for total in structure.columns:
                self._sum(
                    new,
                    [(new.variable(part, key), 1) for part in total.parts],
                    new.variable(total.total, key),
                )
            for each in structure.inside:
                if (each.rest, key) in new.variables:
                    parts_ = [(new.variable(name, key), 1) for name in (each.part, each.rest)]
                    self._sum(new, parts_, new.variable(each.whole, key))

    def _equal(self, new: Publication, column: str, whole: Key, parts: Iterable[Key]) -> None:
        if (column, whole) in new.variables:
            self._sum(new, [(new.variable(column, part), 1) for part in parts], new.variable(column, whole))

    def _overlap(self, new: Publication, overlap: Overlap, whole: Key, parts: Sequence[Key]) -> None:
        for column in overlap.of:
            top = new.variable(column, whole)
            below = [at for part in parts if (at := new.variable(column, part)) != NOBODY]
            if top != NOBODY and below:
                self._hold([(top, -overlap.times), *((at, 1) for at in below)], 0, np.inf)
                for at in below:
                    self._hold([(at, 1), (top, -1)], -np.inf, 0)

    def _rates_of(self, new: Publication, newest: bool) -> None:
        """A rate or mean in print holds its two counts together as closely as its last digit says."""
        held = [(rate.field, rate.numerator, rate.denominator) for rate in new.disclosure.rates]
        held += [(mean.field, mean.sum, mean.count) for mean in new.disclosure.means if mean.sum]
        for name, of, over in held:
            if name not in new.rates:
                continue
            scale, half = new.rates[name]
            for key, row in new.shown.items():
                part, whole = new.variable(of, key), new.variable(over, key)
                figure = row.get(name)
                if figure is None or NOBODY in (part, whole):
                    continue
                number = len(self.rates) if newest else NOBODY
                if newest:
                    self.rates.append((name, key, part, whole))
                self._hold([(part, 1), (whole, -(float(figure) - half) / scale)], 0, np.inf, number)
                self._hold([(part, 1), (whole, -(float(figure) + half) / scale)], -np.inf, 0, number)

    def _bands_of(self, new: Publication) -> None:
        """What a mean is made of lies between the least and the greatest that those counted can add to it."""
        for mean in new.disclosure.means:
            for column, key in list(new.variables):
                if mean.bands and column == mean.sum:
                    at = new.variables[column, key]
                    cells = [(band, new.variable(band.count, key)) for band in mean.bands]
                    self._hold([(at, 1), *((cell, -band.least) for band, cell in cells)], 0, np.inf)
                    self._hold([(at, 1), *((cell, -band.greatest) for band, cell in cells)], -np.inf, 0)

    def _link(self, new: Publication, link: Link, other: Publication) -> None:
        """One sum for every set of the keys that are given on neither side, where it is true of these two."""
        free = [name for name in other.keys if name not in link.there]
        for here, there in link.counts.items():
            for key in {key for column, key in other.variables if column == there}:
                codes = dict(zip(other.keys, key, strict=True))
                if any(codes[name] != code for name, code in link.there.items()):
                    continue
                shared = {name: codes[name] for name in free}
                rows = [tuple((shared | at).get(name) for name in new.keys) for at in link.at]
                terms = [(new.variable(here, row), 1.0) for row in rows]
                terms.append((other.variable(there, key), -1.0))
                if self._off(terms) == 0:
                    self._hold(terms, 0, 0)

    def _sum(self, new: Publication, parts: Sequence[tuple[int, float]], whole: int) -> None:
        terms = [*parts, (whole, -1.0)]
        if off := self._off(terms):
            key = next(key for (_, key), at in new.variables.items() if at == whole or at == parts[0][0])
            raise DisclosureError(
                f"{new.dataset}: the row {quote_all(key)} does not add up as disclosure.structure says; it "
                f"is off by {abs(off):g}. Correct the structure or the mart"
            )
        self._hold(terms, 0, 0)

    def _off(self, terms: Iterable[tuple[int, float]]) -> float:
        return sum(factor * self.value[at] for at, factor in terms if at != NOBODY)

    def _hold(
        self,
        terms: Iterable[tuple[int, float]],
        low: float,
        high: float,
        rate: int = NOBODY,
    ) -> None:
        found = frozenset((at, float(factor)) for at, factor in terms if at != NOBODY)
        if len(found) > (1 if low == high else 0):
            self.sums.setdefault(found, (low, high, rate))

    def done(self) -> System:
        size = len(self.value)
        rows = np.repeat(np.arange(len(self.sums)), [len(terms) for terms in self.sums])
        cells = [cell for terms in self.sums for cell in sorted(terms)]
        matrix = csr_matrix(
            ([factor for _, factor in cells], (rows, [at for at, _ in cells])), shape=(len(self.sums), size)
        )
        value = np.array(self.value, dtype=float)
        newest = np.array(list(self.newest), dtype=np.int64)
        read = np.array(list(self.newest.values()), dtype=float).reshape(-1, 4)
        shown_low, shown_high, held_low = np.zeros(size), np.full(size, np.inf), np.zeros(size)
        latest, withheld = np.zeros(size, dtype=bool), np.zeros(size, dtype=bool)
        shown_low[newest], shown_high[newest], held_low[newest] = read[:, 0], read[:, 1], read[:, 2]
        latest[newest], withheld[newest] = True, read[:, 3] > 0
        return System(
            value=value,
            told_low=np.array(self.low, dtype=float),
            told_high=np.array(self.high, dtype=float),
            shown_low=shown_low,
            shown_high=shown_high,
            held_low=held_low,
            latest=latest,
            withheld=withheld,
            small=np.array(self.small, dtype=bool),
            period=np.array(self.period, dtype=object),
            matrix=matrix,
            low=np.array([low for low, _, _ in self.sums.values()], dtype=float),
            high=np.array([high for _, high, _ in self.sums.values()], dtype=float),
            rates=self.rates,
            rate_of=np.array([rate for _, _, rate in self.sums.values()], dtype=np.int64),
        )


def _families(
    names: Sequence[str], dimension: Dimension, keys: Iterable[Key]
) -> Iterator[tuple[Key, list[Key]]]:
    """Every row that is a total along this dimension, with the rows that it is the total of."""
    at = names.index(dimension.field)
    families: dict[Key, list[Key]] = {}
    for key in keys:
        if key[at] == dimension.total or key[at] in dimension.leave_out:
            continue
        parent = dimension.parents.get(key[at], dimension.total)
        families.setdefault((*key[:at], parent, *key[at + 1 :]), []).append(key)
    there = set(keys)
    yield from ((whole, parts) for whole, parts in families.items() if whole in there)


def _years(publication: Publication, keys: Iterable[Key]) -> Iterator[tuple[Key, list[Key]]]:
    """Every row of a year, with those of its months; the keys `beside` only say what kind of period it is."""
    periods, names = publication.structure.periods, publication.keys
    assert periods is not None  # noqa: S101
    at = names.index(periods.field)
    others = [
        place for place, name in enumerate(names) if name != periods.field and name not in periods.beside
    ]
    years: dict[tuple[str, Key], Key] = {}
    months: dict[tuple[str, Key], list[Key]] = {}
    for key in keys:
        rest = tuple(key[place] for place in others)
        period = str(key[at])
        if len(period) == 4:
            years[period, rest] = key
        else:
            months.setdefault((period[:4], rest), []).append(key)
    yield from ((whole, months[year]) for year, whole in years.items() if year in months)
