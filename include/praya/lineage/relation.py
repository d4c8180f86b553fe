"""Tables and what the operators of a plan make of them, while a plan is followed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from praya.lineage.expressions import Node, flow_of, made_of
from praya.lineage.kinds import Flow, chosen

RECORDS, GROUPS, PUBLIC = "records", "groups", "public"
"""What a row stands for: a record of a guarded table, a group of them, or something that is published."""


@dataclass(frozen=True)
class Table:
    """A table that a select may read: what each column is, what a row stands for, and its key where it is known."""

    columns: Mapping[str, Flow]
    rows: str
    keys: frozenset[str] | None = None
    tests: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Relation:
    """What an operator of the plan gives: its columns in order, what a row stands for, and by what rows were left out.

    `multipliers` are the joins and unions that repeat its records (see Flow). `keys` are the places of the
    columns that are unique together, None where that is not known.
    """

    columns: list[Flow]
    rows: str
    tests: frozenset[str] = frozenset()
    multipliers: frozenset[int] = frozenset()
    keys: frozenset[int] | None = None


@dataclass
class Walk:
    """What is collected on the way through a plan."""

    tables: Mapping[str, Table]
    ctes: dict[int, Relation] = field(default_factory=dict)
    delim: list[list[Flow]] = field(default_factory=list)
    reads: set[str] = field(default_factory=set)
    inputs: set[str] = field(default_factory=set)
    filters: set[str] = field(default_factory=set)
    multipliers: int = 0

    def multiplier(self) -> int:
        self.multipliers += 1
        return self.multipliers


EMPTY = Flow("constant", values=frozenset({"None"}))


def picked(columns: list[Flow], places: Sequence[int] | None) -> list[Flow]:
    return [columns[place] for place in places] if places else list(columns)


def rows_of(*relations: Relation) -> str:
    return min((each.rows for each in relations), key=(RECORDS, GROUPS, PUBLIC).index)


def multipliers_of(*relations: Relation) -> frozenset[int]:
    return frozenset().union(*(each.multipliers for each in relations))


def moved(keys: frozenset[int] | None, places: Sequence[int | None] | None) -> frozenset[int] | None:
    """Where keys are after columns were picked; None where one of them is gone."""
    if keys is None or not places:
        return keys
    if not keys <= {*places}:
        return None
    return frozenset(places.index(key) for key in keys)


def tests_of(*relations: Relation) -> frozenset[str]:
    return frozenset().union(*(each.tests for each in relations))


def grouped(below: Relation, keys: Sequence[Flow]) -> str:
    """What a group stands for: by an identifier it is as good as a record."""
    if below.rows == PUBLIC:
        return PUBLIC
    by_record = any(key.kind in ("identifier", "amount", "time", "total", "changed") for key in keys)
    return RECORDS if below.rows == RECORDS and by_record else GROUPS


def conditions(expressions: Sequence[Node], below: Relation, walk: Walk) -> frozenset[str]:
    tests = frozenset[str]()
    for each in expressions:
        tests |= flow_of(each, below.columns).tests
        if below.rows != PUBLIC:
            walk.filters.add(made_of(each, below.columns))
    return tests


def repeated(columns: Sequence[Flow], by: Collection[int]) -> list[Flow]:
    return [flow._replace(multipliers=flow.multipliers | {*by}) for flow in columns]


def side_by_side(
    left: Relation,
    right: Relation,
    item: list[Flow],
    other: list[Flow],
    tests: frozenset[str],
    keys: frozenset[int] | None,
) -> Relation:
    return Relation([*item, *other], rows_of(left, right), tests, multipliers_of(left, right), keys)


def keys_of(
    left: Relation, right: Relation, equal: tuple[frozenset[int], frozenset[int]] = (frozenset(), frozenset())
) -> frozenset[int] | None:
    """The key of two relations side by side: that of one where there is one row at most of the other for it."""
    if left.keys is None or right.keys is None:
        return None
    if right.keys <= equal[1]:
        return left.keys
    of_right = frozenset(len(left.columns) + place for place in right.keys)
    return of_right if left.keys <= equal[0] else left.keys | of_right


def emptied(columns: list[Flow]) -> list[Flow]:
    return [chosen([flow, EMPTY], frozenset())._replace(separates=flow.separates) for flow in columns]
