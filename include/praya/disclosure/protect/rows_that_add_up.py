"""Which rows of a table add up to which, by the keys alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from praya.contract.structure import Dimension
from praya.disclosure.protect.publication import Key, Publication


def families(
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


def years(publication: Publication, keys: Iterable[Key]) -> Iterator[tuple[Key, list[Key]]]:
    """Every row of a year, with those of its months; the `kind_keys` only say what kind of period it is."""
    periods, names = publication.structure.periods, publication.keys
    assert periods is not None  # noqa: S101
    at = names.index(periods.field)
    others = [
        place for place, name in enumerate(names) if name != periods.field and name not in periods.kind_keys
    ]
    wholes: dict[tuple[str, Key], Key] = {}
    months: dict[tuple[str, Key], list[Key]] = {}
    for key in keys:
        rest = tuple(key[place] for place in others)
        period = str(key[at])
        if len(period) == 4:
            wholes[period, rest] = key
        else:
            months.setdefault((period[:4], rest), []).append(key)
    yield from ((whole, months[year]) for year, whole in wholes.items() if year in months)
