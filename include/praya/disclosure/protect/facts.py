"""What the versions of a dataset tell of its counts, put together version by version.

Every count is one variable over all versions: how far it may be from the truth. Who reads two versions is taken to know
what changed between them, so that a figure of any version says as much of all. He is also taken to know of a withheld
count whether it is withheld for its own size. What the contracts say adds up (`Structure`) becomes sums over variables.

A version that has the rows and rules of the one before adds nothing. So facts can be kept by year, and only the years
that changed are added to (`praya.disclosure.protect.known`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from praya.contract.structure import Dimension, Overlap, Structure
from praya.disclosure.protect.publication import Key, Publication
from praya.disclosure.protect.rows_that_add_up import families, years
from praya.errors import DisclosureError, codes
from praya.text.outside import quote_all

Terms = list[tuple[int, float]]
Order = tuple[
    int, int
]  # in which version, counted from 0, something was first there, and in which place in it
NOBODY = -1  # the variable of a row that is not there
INFINITE = float("inf")
READERS = (False, True)  # of all methods: see `DisclosureMethod.readers`


@dataclass(slots=True)
class Count:
    """One count over all versions: its value in the last one, and the bounds of how far it may be from the truth.

    `low` and `high` are those of each of READERS. `least` is the lowest value in any version, less the size up to which
    the count is guarded; `above` how far beyond the threshold that is. `read` is the method by which it was first shown
    or withheld.
    """

    column: str
    key: Key
    period: str | None
    order: Order
    value: int
    least: float
    threshold: int
    above: int
    low: list[float]
    high: list[float]
    read: str | None = None

    def bound(self, low: float, high: float) -> None:
        """Narrow the bounds of all readers."""
        for reader in READERS:
            self.bound_for(reader, low, high)

    def bound_for(self, reader: bool, low: float, high: float) -> None:
        """Narrow the bounds of one reader. The truth itself always fits."""
        self.low[reader] = max(self.low[reader], min(low, 0.0))
        self.high[reader] = min(self.high[reader], max(high, 0.0))


@dataclass(slots=True)
class Sum:
    """low <= sum of factor * count <= high, of how far the counts may be from the truth."""

    order: Order
    low: float = -INFINITE
    high: float = INFINITE


@dataclass(slots=True)
class Newest:
    """What the version that is about to go out tells of a count: by its figure, or by its absence (`held`), of each
    of READERS; and whether it is withheld."""

    shown: list[tuple[float, float]]
    held: list[tuple[float, float]]
    withheld: bool


@dataclass
class Facts:
    """What is known of one dataset. `places` has, of each version, its place among all that went through the gate.

    `newest` and `rates` are of the version that is about to go out alone, with the sums that hold while its rates are
    in print (`rate_sums`, by number of the rate).
    """

    dataset: str
    names: Sequence[str] = ()
    structure: Structure = field(default_factory=Structure)
    places: list[int] = field(default_factory=list)
    keys: dict[Key, Order] = field(default_factory=dict)
    periods: set[str | None] = field(default_factory=set)
    counts: list[Count] = field(default_factory=list)
    index: dict[tuple[str, Key], int] = field(default_factory=dict)
    read_rates: set[tuple[str, Key]] = field(default_factory=set)
    sums: dict[frozenset[tuple[int, float]], Sum] = field(default_factory=dict)
    newest: dict[int, Newest] = field(default_factory=dict)
    rates: list[tuple[str, Key, int, int]] = field(default_factory=list)
    rate_sums: dict[tuple[frozenset[tuple[int, float]], int], Sum] = field(default_factory=dict)

    def add(self, new: Publication, place: int, newest: bool = False) -> None:
        """Add a version. Raises DisclosureError where the rows of one that is about to go out do not add up."""
        _Adding(self, new, newest).run(place)

    def at(self, column: str, key: Key) -> int:
        """The variable of a count, or NOBODY."""
        return self.index.get((column, key), NOBODY)


class _Adding:
    """One version on its way into the facts."""

    def __init__(self, facts: Facts, new: Publication, newest: bool) -> None:
        self.facts, self.new, self.newest = facts, new, newest
        self.known = [*facts.names] == [*new.keys]  # rows of other keys are none of these
        self.version, self.steps = len(facts.places), 0

    def run(self, place: int) -> None:
        facts, new = self.facts, self.new
        known = dict(facts.keys) if self.known else {}
        keys = {**known, **{key: self._order() for key in new.true if key not in known}}
        for key in keys:
            self._row(
                key, late=key not in known and new.period_of(key) in (facts.periods if self.known else ())
            )
        facts.periods = {*(facts.periods if self.known else ()), *map(new.period_of, new.true)}
        facts.names, facts.structure, facts.keys = new.keys, new.structure, keys
        self._sums_of([*keys])
        self._rates_of()
        self._bands_of()
        facts.places.append(place)

    def _order(self) -> Order:
        self.steps += 1
        return self.version, self.steps

    def _row(self, key: Key, late: bool) -> None:
        """`late`: a row that comes after others of its period said that it is nobody, and what changed says what it
        is."""
        new, facts = self.new, self.facts
        rules, true = new.disclosure, new.true.get(key, {})
        gone = key not in new.true
        for column in rules.counts:
            count = true.get(column)
            if count is None and not (gone and (column, key) in facts.index):
                continue
            at = self._variable(column, key, int(count or 0), 0 if late else _guarded_below(new))
            if late:
                facts.counts[at].low, facts.counts[at].high = [0.0, 0.0], [0.0, 0.0]
            if not gone:
                self._read(at, column, key)
        for column in rules.sums:
            if true.get(column) is not None:
                self._variable(column, key, int(true[column]), 0)
        for each in new.structure.inside:
            whole, part = true.get(each.whole), true.get(each.part)
            if whole is not None and part is not None:
                limit = rules.threshold if each.guarded and not late else 0
                at = self._variable(each.rest, key, int(whole) - int(part), limit)
                if each.guarded and new.method.rates_are_true and facts.counts[at].read is None:
                    self._read_rest(facts.counts[at], int(whole) - int(part), int(part))

    def _variable(self, column: str, key: Key, value: int, limit: int) -> int:
        new, facts = self.new, self.facts
        at = facts.index.get((column, key))
        if at is None:
            at = facts.index[column, key] = len(facts.counts)
            facts.counts.append(
                Count(
                    column=column,
                    key=key,
                    period=new.period_of(key),
                    order=self._order(),
                    value=value,
                    least=INFINITE if not limit else value - limit,
                    threshold=new.disclosure.threshold if new.method.exact else 0,
                    above=max(limit - new.disclosure.threshold, 0),
                    low=[-INFINITE, -INFINITE],
                    high=[INFINITE, INFINITE],
                )
            )
        count = facts.counts[at]
        count.value = value
        if limit and count.least != INFINITE:
            count.least = min(count.least, value - limit)
        count.bound(-max(value, 0), INFINITE)
        return at

    def _read(self, at: int, column: str, key: Key) -> None:
        """What a figure in print, or that there is none, tells of a count the first time."""
        new, count = self.new, self.facts.counts[at]
        threshold, value = new.disclosure.threshold, count.value
        if key not in new.shown or (new.carried and count.read == new.disclosure.method):
            return
        figure = new.shown[key].get(column)
        if new.carried and count.read is not None and figure is None:
            return
        count.read = new.disclosure.method
        records = new.true[key].get(new.disclosure.cell_keys.get(column, ""))
        shown, held = [], []
        for reader in READERS:
            least, most = new.method.withheld(value, threshold, records, reader)
            held_low, held_high = least - value, most - value
            if column in new.never_zero(key):
                held_low = max(held_low, 1 - value)
            low, high = held_low, held_high
            if figure is not None:
                low, high = (each - value for each in new.method.interval(int(figure), threshold))
            shown.append((min(low, 0), max(high, 0)))
            held.append((min(held_low, low, 0), max(held_high, high, 0)))
            if not self.newest:
                count.bound_for(reader, low, high)
        if self.newest:
            self.facts.newest[at] = Newest(shown, held, figure is None)

    def _read_rest(self, count: Count, rest: int, part: int) -> None:
        """A rate tells that many stand behind it and behind the rest; that there is none, for the rest's sake, not."""
        threshold = self.new.disclosure.threshold
        count.read = self.new.disclosure.method
        if rest < threshold:
            count.bound(-rest, threshold - 1 - rest)
        elif part >= threshold:
            count.bound(threshold - rest, INFINITE)

    def _sums_of(self, rows: Sequence[Key]) -> None:
        new, at = self.new, self.facts.at
        structure = new.structure
        counts = [*new.disclosure.counts, *new.disclosure.sums]
        for dimension in structure.dimensions:
            for whole, parts in families(new.keys, dimension, rows):
                for column in dimension.of or counts:
                    self._equal(column, whole, parts)
        for overlap in structure.overlaps:
            by = Dimension(field=overlap.field, total=overlap.whole, leave_out=overlap.leave_out)
            for whole, parts in families(new.keys, by, rows):
                self._overlap(overlap, whole, parts)
        if structure.periods:
            for whole, parts in years(new, rows):
                for column in structure.periods.of or counts:
                    self._equal(column, whole, parts)
        for key in rows:
            for total in structure.columns:
                cells = [(at(part, key), 1.0) for part in total.parts]
                self._sum(cells, at(total.total, key), self.newest)
            for each in structure.inside:
                if (rest := at(each.rest, key)) != NOBODY:
                    cells = [(at(each.part, key), 1.0), (rest, 1.0)]
                    self._sum(cells, at(each.whole, key), self.newest and key in new.true)

    def _equal(self, column: str, whole: Key, parts: Iterable[Key]) -> None:
        at = self.facts.at
        if (top := at(column, whole)) != NOBODY:
            self._sum([(at(column, part), 1.0) for part in parts], top, self.newest)

    def _overlap(self, overlap: Overlap, whole: Key, parts: Sequence[Key]) -> None:
        for column in overlap.of:
            top = self.facts.at(column, whole)
            below = [at for part in parts if (at := self.facts.at(column, part)) != NOBODY]
            if top != NOBODY and below:
                self._hold([(top, -float(overlap.times)), *((at, 1.0) for at in below)], 0, INFINITE)
                for at in below:
                    self._hold([(at, 1.0), (top, -1.0)], -INFINITE, 0)

    def _rates_of(self) -> None:
        """A rate or mean in print holds its two counts together as closely as its last digit says."""
        new, facts = self.new, self.facts
        for name, of, over in new.true_rates:
            scale, half = new.rates[name]
            for key, row in new.shown.items():
                part, whole = facts.at(of, key), facts.at(over, key)
                figure = row.get(name)
                if (
                    figure is None
                    or NOBODY in (part, whole)
                    or (new.carried and (name, key) in facts.read_rates)
                ):
                    continue
                facts.read_rates.add((name, key))
                number = len(facts.rates) if self.newest else NOBODY
                if self.newest:
                    facts.rates.append((name, key, part, whole))
                self._hold([(part, 1.0), (whole, -(float(figure) - half) / scale)], 0, INFINITE, number)
                self._hold([(part, 1.0), (whole, -(float(figure) + half) / scale)], -INFINITE, 0, number)

    def _bands_of(self) -> None:
        """What a mean is made of lies between the least and the greatest that those counted can add to it."""
        for mean in self.new.disclosure.means:
            if not mean.sum or not mean.bands:
                continue
            for key in self.new.true:
                if (at := self.facts.at(mean.sum, key)) == NOBODY:
                    continue
                cells = [(band, self.facts.at(band.count, key)) for band in mean.bands]
                self._hold([(at, 1.0), *((cell, -band.least) for band, cell in cells)], 0, INFINITE)
                self._hold([(at, 1.0), *((cell, -band.greatest) for band, cell in cells)], -INFINITE, 0)

    def _sum(self, parts: Terms, whole: int, check: bool) -> None:
        terms = [*parts, (whole, -1.0)]
        counts = self.facts.counts
        off = sum(factor * counts[at].value for at, factor in terms if at != NOBODY)
        if check and off:
            key = next(each.key for at, each in enumerate(counts) if at in (whole, parts[0][0]))
            raise DisclosureError(
                codes.disclosure.ROW_DOES_NOT_ADD_UP,
                f"{self.new.dataset}: the row {quote_all(key)} does not add up as disclosure.structure says; it "
                f"is off by {abs(off):g}. Correct the structure or the mart",
            )
        self._hold(terms, 0, 0, true=False)

    def _hold(self, terms: Terms, low: float, high: float, rate: int = NOBODY, *, true: bool = True) -> None:
        """low <= sum of the terms <= high, of the counts as they are in the version at hand; an equation holds of how
        far they may be from it whatever the version (`true` is False)."""
        factors = frozenset((at, float(factor)) for at, factor in terms if at != NOBODY)
        if not factors or (low == high and len(factors) < 2):
            return
        now = sum(factor * self.facts.counts[at].value for at, factor in factors) if true else 0.0
        if rate == NOBODY:
            held = self.facts.sums.setdefault(factors, Sum(self._order()))
        else:
            held = self.facts.rate_sums.setdefault((factors, rate), Sum(self._order()))
        held.low, held.high = max(held.low, min(low - now, 0.0)), min(held.high, max(high - now, 0.0))


def _guarded_below(new: Publication) -> int:
    """Up to which size a count should keep several values: twice the threshold where figures are not the counts, for
    what a few deletions make small should not be known too well before."""
    return new.disclosure.threshold * (1 if new.method.exact else 2)
