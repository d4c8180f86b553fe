"""What is out of a dataset: the first figure of each count and rate, and what is withheld. Later versions carry it on.

A later version that rounds a changed count anew, or shows what was withheld, tells of the count before too, to whoever
knows what changed. So every later figure is made from the first one and the change alone, and what is withheld
stays so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from praya.disclosure.protect.publication import Key, Publication, Row

Cell = tuple[str, Key]


class Anchor(NamedTuple):
    """The figure that a later one is made from, the counts that it stands for, and the count that it was made from."""

    figure: int
    low: float
    high: float
    value: int


class RateAnchor(NamedTuple):
    """The same of a rate or mean: the anchors of its counts as they were, and what of it is never in print."""

    figure: Any
    part: int | None
    whole: int
    whole_in_print: int
    rest_low: float


@dataclass
class Past:
    """What versions of one dataset told, as far as a later one has to go by it."""

    anchors: dict[Cell, Anchor] = field(default_factory=dict)
    rates: dict[Cell, RateAnchor] = field(default_factory=dict)
    held: set[Cell] = field(default_factory=set)
    periods: set[str | None] = field(default_factory=set)
    flags: dict[str, set[tuple[Any, Any]]] = field(default_factory=dict)
    listed: Mapping[Key, Row] = field(default_factory=dict)
    """The rows of the last version, as they are in print."""

    def add(self, version: Publication, *, same: bool = True) -> None:
        """Add what a version binds later ones to; `same`: its method is theirs."""
        self.listed = version.shown
        self.periods |= {version.period_of(key) for key in version.shown}
        _take_counts(self, version, same)
        _take_rates(self, version, same)
        for name, of in version.disclosure.follows.items():
            pairs = {(row[of], row[name]) for row in version.shown.values() if row.get(of) is not None}
            self.flags[name] = self.flags.get(name, set()) | {each for each in pairs if each[1] is not None}


def past_of(versions: Iterable[Publication], now: Publication) -> Past:
    """What the `versions` of a dataset, oldest first, bind its publication `now` to.

    Those with other keys have no row in common with it; figures of another method are not carried on.
    """
    past = Past()
    for version in versions:
        if [*version.keys] == [*now.keys]:
            past.add(version, same=version.disclosure.method == now.disclosure.method)
    return past


def _take_counts(past: Past, version: Publication, same: bool) -> None:
    threshold = version.disclosure.threshold
    for cell, figure, count in counts_of(version):
        if figure is None:
            past.held.add(cell)
        elif same and not (version.carried and cell in past.anchors):
            low, high = version.method.interval(figure, threshold)
            past.anchors[cell] = Anchor(figure, low, high, count)


def _take_rates(past: Past, version: Publication, same: bool) -> None:
    shown, true, threshold = version.shown, version.true, version.disclosure.threshold
    for name, part, whole in ratios(version):
        for key, row in shown.items():
            cell, figure = (name, key), row.get(name)
            if figure is None:
                if row.get(f"{name}_conf_status") is not None:
                    past.held.add(cell)
                continue
            behind = past.anchors.get((whole, key))
            if not same or behind is None or key not in true or (version.carried and cell in past.rates):
                continue
            in_print = row.get(whole)
            top = past.anchors.get((part, key)) if part else None
            least = behind.low - top.high if top else 0.0
            past.rates[cell] = RateAnchor(
                figure,
                true[key].get(part) if part else None,
                true[key][whole],
                behind.figure if in_print is None else int(in_print),
                max(least, threshold),
            )


def counts_of(version: Publication) -> Iterator[tuple[Cell, int | None, int]]:
    """Every count in print or withheld, and what it is in truth; nobody where its row is no longer there."""
    for key, row in version.shown.items():
        true = version.true.get(key, {})
        for column in version.disclosure.counts:
            figure = row.get(column)
            if figure is None and row.get(f"{column}_conf_status") is None:
                continue
            yield (column, key), None if figure is None else int(figure), int(true.get(column) or 0)


def ratios(version: Publication) -> Iterator[tuple[str, str | None, str]]:
    """Every rate and mean with the counts that it is made from; of a mean without `sum`, None and its count."""
    for rate in version.disclosure.rates:
        yield rate.field, rate.numerator, rate.denominator
    for mean in version.disclosure.means:
        yield mean.field, mean.sum, mean.count
