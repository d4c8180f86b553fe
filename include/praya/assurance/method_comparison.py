"""The disclosure methods side by side for a dataset: of each, what it would withhold and change in each count."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from praya.contract import Contract
from praya.disclosure.protect.utility import MethodRecord, compare
from praya.store import Store


@dataclass(frozen=True)
class MethodEffect:
    """What a method would do to a count of the accepted table: numbers of cells, and shares from 0 to 1."""

    count: str
    cells: int
    withheld: int
    changed: int
    share_withheld: float
    share_misplaced: float
    mean_error: float | None


@dataclass(frozen=True)
class ComparedMethod:
    """A method with its effect on each count, or why it cannot be used."""

    name: str
    effects: tuple[MethodEffect, ...]
    not_possible: str | None


@dataclass(frozen=True)
class MethodComparison:
    """All methods, and the page that shows them in full."""

    methods: tuple[ComparedMethod, ...]
    page: Path


def compare_methods(contract: Contract, store: Store) -> MethodComparison:
    """Compare the methods on the accepted table and keep the page; nothing is published by it.

    Raises DisclosureError where the dataset has no counts or no accepted table.
    """
    comparison = compare(contract, store)
    return MethodComparison(
        tuple(_read_methods(comparison.record["methods"])), store.local(comparison.report)
    )


def _read_methods(methods: dict[str, MethodRecord]) -> Iterator[ComparedMethod]:
    for name, method in methods.items():
        effects = (
            MethodEffect(
                each["count"],
                each["cells"],
                each["withheld"],
                each["changed"],
                each["share_withheld"],
                each["share_misplaced"],
                each["mean_error"],
            )
            for each in method.get("counts", [])
        )
        yield ComparedMethod(name, tuple(effects), method.get("not_possible"))
