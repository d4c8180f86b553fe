"""Rules of the fields with cell keys, from which the noise of counts is found."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from praya.contract.base import Problem
from praya.contract.disclosure_method import disclosure_methods

if TYPE_CHECKING:
    from praya.contract.model import Contract

AT = ("disclosure", "cell_keys")


def check_are_integers(contract: Contract) -> Iterator[Problem]:
    rules = contract.disclosure
    if not rules.cell_keys:
        return
    fields = {field.name: field for field in contract.fields}
    taken = {*rules.guarded, *contract.primary_key}
    for count, name in rules.cell_keys.items():
        if name in taken or name not in fields or fields[name].type != "integer":
            yield Problem(
                (*AT, count), f"cell keys are integer fields that are nothing else; {name} is not so"
            )


def check_go_with_counts(contract: Contract) -> Iterator[Problem]:
    for count in contract.disclosure.cell_keys:
        if count not in contract.disclosure.counts:
            yield Problem((*AT, count), f"cell keys go with `counts`, which lack {count}")


def check_every_count_has_one(contract: Contract) -> Iterator[Problem]:
    rules = contract.disclosure
    if not disclosure_methods()[rules.method].needs_cell_keys:
        return
    for number, count in enumerate(rules.counts):
        if count not in rules.cell_keys:
            yield Problem(
                ("disclosure", "counts", number),
                f"{rules.method} needs a key for every count; `cell_keys` has none for {count}",
            )


RULES = (check_are_integers, check_go_with_counts, check_every_count_has_one)
