"""The numbers behind publications and what holds between them, as somebody who reads all of them can know it.

Every count of every table is one variable over all its versions: how far it may be from the truth. Who reads two
versions is taken to know what changed between them, so that a figure of any version says as much of all. He is also
taken to know of a withheld count whether it is withheld for its own size. What the contracts say adds up (`Structure`)
becomes sums over variables.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]
from scipy.sparse.csgraph import connected_components  # type: ignore[import-untyped]

from praya.contract.structure import Dimension, Link, Overlap
from praya.disclosure.protect.publication import Key, Publication
from praya.errors import DisclosureError, codes
from praya.text.outside import quote_all

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]
Cell = tuple[str, str, Key]
Terms = list[tuple[int, float]]
NOBODY = -1  # the variable of a row that is not there
INFINITE = float("inf")


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


def build_system(publications: Sequence[Publication], readers: Sequence[bool] = (False,)) -> System:
    """The system of these publications, oldest first; the last is the one that is about to go out. `readers` (of a
    method's readers) are those whose knowledge it holds; of several, what any of them knows.

    Raises DisclosureError where its counts do not add up as its structure says.
    """
    made = _Maker(readers)
    for number, publication in enumerate(publications, 1):
        made.add(publication, newest=number == len(publications))
    made.link()
    return made.done()


@dataclass
class _Rows:
    """What is known of a dataset: its latest version, all keys that a version had, and the counts as they last were."""

    last: Publication
    keys: dict[Key, None]
    periods: set[str | None]


class _Maker:
    def __init__(self, readers: Sequence[bool]) -> None:
        self.readers = readers
        self.datasets: dict[str, _Rows] = {}
        self.cells: dict[Cell, int] = {}
        self.value: list[float] = []
        self.low: list[float] = []
        self.high: list[float] = []
        self.least: list[float] = []  # in any version, less the size up to which a count is guarded
        self.period: list[str | None] = []
        self.threshold: list[int] = []
        self.above: list[int] = []  # how far beyond the threshold it is guarded
        self.read: dict[int, str] = {}  # by which method a count was first shown or withheld
        self.read_rates: set[tuple[str, Key]] = set()
        self.newest: dict[int, tuple[float, float, float, float, bool]] = {}
        self.rates: list[tuple[str, Key, int, int]] = []
        self.sums: dict[tuple[frozenset[tuple[int, float]], int], tuple[float, float]] = {}

    def add(self, new: Publication, newest: bool) -> None:
        known = self.datasets.get(new.dataset)
        if known and [*known.last.keys] != [*new.keys]:
            known = None  # rows of other keys are none of these
        keys = {**(known.keys if known else {}), **dict.fromkeys(new.true)}
        for key in keys:
            self._row(known, new, key, newest)
        self.datasets[new.dataset] = _Rows(
            new, keys, {*(known.periods if known else ()), *map(new.period_of, new.true)}
        )
        self._sums_of(new, keys, newest)
        self._rates_of(new, newest)
        self._bands_of(new)

    def _row(self, known: _Rows | None, new: Publication, key: Key, newest: bool) -> None:
        rules, true = new.disclosure, new.true.get(key, {})
        # A row that comes after others of its period said that it is nobody, and what changed says what it is.
        late = known is not None and key not in known.keys and new.period_of(key) in known.periods
        gone = key not in new.true
        for column in rules.counts:
            count = true.get(column)
            if count is None and not (gone and (new.dataset, column, key) in self.cells):
                continue
            at = self._variable(new, column, key, int(count or 0), 0 if late else _guarded_below(new))
            if late:
                self.low[at] = self.high[at] = 0.0
            if not gone:
                self._read(new, at, column, key, newest)
        for column in rules.sums:
            if true.get(column) is not None:
                self._variable(new, column, key, int(true[column]), 0)
        for each in new.structure.inside:
            whole, part = true.get(each.whole), true.get(each.part)
            if whole is not None and part is not None:
                limit = rules.threshold if each.guarded and not late else 0
                at = self._variable(new, each.rest, key, int(whole) - int(part), limit)
                if each.guarded and new.method.rates_are_true and at not in self.read:
                    self._read_rest(new, at, int(whole) - int(part), int(part))

    def _variable(self, new: Publication, column: str, key: Key, value: int, limit: int) -> int:
        cell = (new.dataset, column, key)
        at = self.cells.get(cell)
        if at is None:
            at = self.cells[cell] = len(self.value)
            self.value.append(value)
            self.low.append(-INFINITE)
            self.high.append(INFINITE)
            self.least.append(INFINITE if not limit else value - limit)
            self.period.append(new.period_of(key))
            self.threshold.append(new.disclosure.threshold if new.method.exact else 0)
            self.above.append(max(limit - new.disclosure.threshold, 0))
        self.value[at] = value
        if limit and self.least[at] != INFINITE:
            self.least[at] = min(self.least[at], value - limit)
        self._bound(at, -max(value, 0), INFINITE)
        return at

    def _bound(self, at: int, low: float, high: float) -> None:
        self.low[at] = max(self.low[at], min(low, 0.0))
        self.high[at] = min(self.high[at], max(high, 0.0))

    def _read(self, new: Publication, at: int, column: str, key: Key, newest: bool) -> None:
        """What a figure in print, or that there is none, tells of a count the first time."""
        threshold, value = new.disclosure.threshold, int(self.value[at])
        if key not in new.shown or (new.carried and self.read.get(at) == new.disclosure.method):
            return
        if new.carried and at in self.read and new.shown[key].get(column) is None:
            return
        self.read[at] = new.disclosure.method
        figure = new.shown[key].get(column)
        records = new.true[key].get(new.disclosure.cell_keys.get(column, ""))
        bounds = [new.method.withheld(value, threshold, records, by_rule) for by_rule in self.readers]
        held_low, held_high = max(low for low, _ in bounds) - value, min(high for _, high in bounds) - value
        if column in new.never_zero:
            held_low = max(held_low, 1 - value)
        low, high = held_low, held_high
        if figure is not None:
            low, high = (each - value for each in new.method.interval(int(figure), threshold))
        if newest:
            held = (min(held_low, low, 0), max(held_high, high, 0))
            self.newest[at] = (min(low, 0), max(high, 0), *held, figure is None)
        else:
            self._bound(at, low, high)

    def _read_rest(self, new: Publication, at: int, rest: int, part: int) -> None:
        """A rate tells that many stand behind it and behind the rest; that there is none, for the rest's sake, not."""
        threshold = new.disclosure.threshold
        self.read[at] = new.disclosure.method
        if rest < threshold:
            self._bound(at, -rest, threshold - 1 - rest)
        elif part >= threshold:
            self._bound(at, threshold - rest, INFINITE)

    def _sums_of(self, new: Publication, keys: Iterable[Key], newest: bool) -> None:
        structure, rows = new.structure, [*keys]
        counts = [*new.disclosure.counts, *new.disclosure.sums]
        for dimension in structure.dimensions:
            for whole, parts in _families(new.keys, dimension, rows):
                for column in dimension.of or counts:
                    self._equal(new, column, whole, parts, newest)
        for overlap in structure.overlaps:
            by = Dimension(field=overlap.field, total=overlap.whole, leave_out=overlap.leave_out)
            for whole, parts in _families(new.keys, by, rows):
                self._overlap(new, overlap, whole, parts)
        if structure.periods:
            for whole, parts in _years(new, rows):
                for column in structure.periods.of or counts:
                    self._equal(new, column, whole, parts, newest)
        for key in rows:
            for total in structure.columns:
                cells = [(self._at(new, part, key), 1.0) for part in total.parts]
                self._sum(new, cells, self._at(new, total.total, key), newest)
            for each in structure.inside:
                if (rest := self._at(new, each.rest, key)) != NOBODY:
                    cells = [(self._at(new, each.part, key), 1.0), (rest, 1.0)]
                    self._sum(new, cells, self._at(new, each.whole, key), newest and key in new.true)

    def _at(self, of: Publication, column: str, key: Key) -> int:
        return self.cells.get((of.dataset, column, key), NOBODY)

    def _equal(self, new: Publication, column: str, whole: Key, parts: Iterable[Key], newest: bool) -> None:
        if (top := self._at(new, column, whole)) != NOBODY:
            self._sum(new, [(self._at(new, column, part), 1.0) for part in parts], top, newest)

    def _overlap(self, new: Publication, overlap: Overlap, whole: Key, parts: Sequence[Key]) -> None:
        for column in overlap.of:
            top = self._at(new, column, whole)
            below = [at for part in parts if (at := self._at(new, column, part)) != NOBODY]
            if top != NOBODY and below:
                self._hold([(top, -float(overlap.times)), *((at, 1.0) for at in below)], 0, INFINITE)
                for at in below:
                    self._hold([(at, 1.0), (top, -1.0)], -INFINITE, 0)

    def _rates_of(self, new: Publication, newest: bool) -> None:
        """A rate or mean in print holds its two counts together as closely as its last digit says."""
        for name, of, over in new.true_rates:
            scale, half = new.rates[name]
            for key, row in new.shown.items():
                part, whole = self._at(new, of, key), self._at(new, over, key)
                figure = row.get(name)
                seen = (f"{new.dataset} {name}", key)
                if figure is None or NOBODY in (part, whole) or (new.carried and seen in self.read_rates):
                    continue
                self.read_rates.add(seen)
                number = len(self.rates) if newest else NOBODY
                if newest:
                    self.rates.append((name, key, part, whole))
                self._hold([(part, 1.0), (whole, -(float(figure) - half) / scale)], 0, INFINITE, number)
                self._hold([(part, 1.0), (whole, -(float(figure) + half) / scale)], -INFINITE, 0, number)

    def _bands_of(self, new: Publication) -> None:
        """What a mean is made of lies between the least and the greatest that those counted can add to it."""
        for mean in new.disclosure.means:
            if not mean.sum or not mean.bands:
                continue
            for key in new.true:
                if (at := self._at(new, mean.sum, key)) == NOBODY:
                    continue
                cells = [(band, self._at(new, band.count, key)) for band in mean.bands]
                self._hold([(at, 1.0), *((cell, -band.least) for band, cell in cells)], 0, INFINITE)
                self._hold([(at, 1.0), *((cell, -band.greatest) for band, cell in cells)], -INFINITE, 0)

    def link(self) -> None:
        """What is counted in two tables: who knows what changed in between knows them to differ by that alone."""
        for known in self.datasets.values():
            for link in known.last.structure.links:
                if other := self.datasets.get(link.dataset):
                    self._link(known.last, link, other)

    def _link(self, new: Publication, link: Link, other: _Rows) -> None:
        names = other.last.keys
        for key in other.keys:
            codes = dict(zip(names, key, strict=True))
            if any(codes.get(name) != code for name, code in link.there.items()):
                continue
            shared = {name: code for name, code in codes.items() if name not in link.there}
            rows = [tuple((shared | at).get(name) for name in new.keys) for at in link.at]
            for here, there in link.counts.items():
                cells = [(self._at(new, here, row), 1.0) for row in rows]
                top = self._at(other.last, there, key)
                if top != NOBODY and any(at != NOBODY for at, _ in cells):
                    self._hold([*cells, (top, -1.0)], 0, 0, true=False)

    def _sum(self, new: Publication, parts: Terms, whole: int, check: bool) -> None:
        terms = [*parts, (whole, -1.0)]
        off = sum(factor * self.value[at] for at, factor in terms if at != NOBODY)
        if check and off:
            key = next(key for (_, _, key), at in self.cells.items() if at in (whole, parts[0][0]))
            raise DisclosureError(
                codes.disclosure.ROW_DOES_NOT_ADD_UP,
                f"{new.dataset}: the row {quote_all(key)} does not add up as disclosure.structure says; it "
                f"is off by {abs(off):g}. Correct the structure or the mart",
            )
        self._hold(terms, 0, 0, true=False)

    def _hold(self, terms: Terms, low: float, high: float, rate: int = NOBODY, *, true: bool = True) -> None:
        """low <= sum of the terms <= high, of the counts as they are in the version at hand; an equation holds of how
        far they may be from it whatever the version (`true` is False)."""
        factors = frozenset((at, float(factor)) for at, factor in terms if at != NOBODY)
        if not factors or (low == high and len(factors) < 2):
            return
        now = sum(factor * self.value[at] for at, factor in factors) if true else 0.0
        was_low, was_high = self.sums.get((factors, rate), (-INFINITE, INFINITE))
        self.sums[factors, rate] = (max(was_low, min(low - now, 0.0)), min(was_high, max(high - now, 0.0)))

    def done(self) -> System:
        size = len(self.value)
        rows = np.repeat(np.arange(len(self.sums)), [len(terms) for terms, _ in self.sums])
        cells = [cell for terms, _ in self.sums for cell in sorted(terms)]
        matrix = csr_matrix(
            ([factor for _, factor in cells], (rows, [at for at, _ in cells])), shape=(len(self.sums), size)
        )
        newest = np.array(list(self.newest), dtype=np.int64)
        read = np.array(list(self.newest.values()), dtype=float).reshape(-1, 5)
        bounds = [np.full(size, each) for each in (-INFINITE, INFINITE, -INFINITE, INFINITE)]
        latest, withheld = np.zeros(size, dtype=bool), np.zeros(size, dtype=bool)
        for number, each in enumerate(bounds):
            each[newest] = read[:, number]
        latest[newest], withheld[newest] = True, read[:, 4] > 0
        return System(
            value=np.array(self.value, dtype=float),
            known_low=np.array(self.low, dtype=float),
            known_high=np.array(self.high, dtype=float),
            shown_low=bounds[0],
            shown_high=bounds[1],
            held_low=bounds[2],
            held_high=bounds[3],
            latest=latest,
            withheld=withheld,
            guarded=np.array(self.least, dtype=float) < 0,
            small=np.array(self.least, dtype=float) + np.array(self.above) < 0,
            tight=np.array(self.value) < np.array(self.threshold),
            period=np.array(self.period, dtype=object),
            matrix=matrix,
            low=np.array([low for low, _ in self.sums.values()], dtype=float),
            high=np.array([high for _, high in self.sums.values()], dtype=float),
            rates=self.rates,
            rate_of=np.array([rate for _, rate in self.sums], dtype=np.int64),
            cells=self.cells,
        )


def _guarded_below(new: Publication) -> int:
    """Up to which size a count should keep several values: twice the threshold where figures are not the counts, for
    what a few deletions make small should not be known too well before."""
    return new.disclosure.threshold * (1 if new.method.exact else 2)


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
    """Every row of a year, with those of its months; the `kind_keys` only say what kind of period it is."""
    periods, names = publication.structure.periods, publication.keys
    assert periods is not None  # noqa: S101
    at = names.index(periods.field)
    others = [
        place for place, name in enumerate(names) if name != periods.field and name not in periods.kind_keys
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
