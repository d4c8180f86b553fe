"""Rules of the register of metrics: a target that is whole, and fits its metric."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from pathlib import Path
from typing import TYPE_CHECKING

from praya.contract.base import Problem
from praya.contract.rules.file_rules import check_named
from praya.errors import codes
from praya.text.outside import quote

if TYPE_CHECKING:
    from praya.contract.register import Metric, Programme, Target

SOURCED = ("unit", "source_document", "source_locator")


def check_either(target: Target) -> Iterator[Problem]:
    sentence = "expected either a `value` with its source, or `none_because` with the reason"
    if target.value is None and target.none_because is None:
        yield Problem((), f"{sentence}; there is neither")
    if target.value is not None and target.none_because is not None:
        yield Problem(("none_because",), f"{sentence}; there are both")


def check_sourced(target: Target) -> Iterator[Problem]:
    if target.value is not None and (missing := [key for key in SOURCED if not getattr(target, key)]):
        yield Problem(
            ("value",),
            f"a target needs `unit`, `source_document` and `source_locator`; without: {', '.join(missing)}",
        )


def check_due(target: Target) -> Iterator[Problem]:
    if target.value is None and target.due is not None:
        yield Problem(("due",), "`due` goes with a `value`, and there is none")


def check_direction(metric: Metric) -> Iterator[Problem]:
    if metric.direction == "neither" and metric.target.value is not None:
        yield Problem(
            ("direction",),
            "a metric with a target needs a `direction`, or nobody can say whether it is met",
        )


def check_unit(metric: Metric) -> Iterator[Problem]:
    if metric.target.unit is not None and metric.target.unit != metric.unit:
        yield Problem(
            ("target", "unit"),
            f"the target is in {quote(metric.target.unit)}; expected the metric's unit, {quote(metric.unit)}",
        )


def check_name(programme: Programme, path: Path) -> Iterator[Problem]:
    yield from check_named(("programme",), programme.programme, "file", path.stem)


def check_ids(programme: Programme, ids: Mapping[str, Path]) -> Iterator[Problem]:
    """`ids`: the metrics of the files before it, and in which file each is."""
    own = set[str]()
    for number, metric in enumerate(programme.metrics):
        other = "this file" if metric.id in own else ids.get(metric.id)
        if other:
            said = f"'{quote(metric.id)}' is also in {other}; one id, one meaning"
            yield Problem(("metrics", number, "id"), said, codes.contract.NAME_TAKEN)
        own.add(metric.id)


def check_order(programme: Programme, orders: Mapping[int, str]) -> Iterator[Problem]:
    """`orders`: the places of the programmes before it."""
    if programme.order in orders:
        said = f"{programme.order} is {orders[programme.order]}'s; expected a place of its own"
        yield Problem(("order",), said, codes.contract.NAME_TAKEN)


def check_also(programme: Programme, ids: Set[str]) -> Iterator[Problem]:
    """`ids`: all metrics of the register."""
    for number, name in enumerate(programme.also):
        if name not in ids:
            said = f"'{quote(name)}' is no metric of the register; expected one that is"
            yield Problem(("also", number), said, codes.contract.REFERENCE_UNKNOWN)


TARGET = (check_either, check_sourced, check_due)
METRIC = (check_direction, check_unit)
