"""Rules of a contract's guards: limits that fit the columns, and a reason where they are not the usual ones."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from praya.contract.base import Problem

if TYPE_CHECKING:
    from praya.contract.guards import ColumnGuards, Guards
    from praya.contract.model import Contract

AT = ("quality", "guards")


def check_says_something(guards: ColumnGuards) -> Iterator[Problem]:
    if guards.missing is None and guards.values is None:
        yield Problem((), "expected `missing`, `values` or both")


def check_reason(guards: Guards) -> Iterator[Problem]:
    # By value: a contract that was written out and is read again names every key.
    usual = {name: key.default for name, key in type(guards).model_fields.items() if name != "reason"}
    changed = [name for name, value in usual.items() if getattr(guards, name) != value]
    if changed and guards.reason is None:
        yield Problem((changed[0],), "`reason` says why other limits than the usual are right; it is missing")
    if guards.reason is not None and not changed:
        yield Problem(("reason",), "`reason` goes with a limit, and there is none")


def check_columns(contract: Contract) -> Iterator[Problem]:
    if not contract.quality.guards.columns:
        return
    guarded = {field.name for field in contract.guarded_fields}
    for name in contract.quality.guards.columns:
        if name not in guarded:
            yield Problem((*AT, "columns", name), f"{name} is not a column outside the primary key")


def check_columns_of_numbers(contract: Contract) -> Iterator[Problem]:
    if not contract.quality.guards.columns:
        return
    guarded = {field.name for field in contract.guarded_fields}
    numbers = {field.name for field in contract.guarded_numbers}
    for name, guards in contract.quality.guards.columns.items():
        if guards.values is not None and name in guarded - numbers:
            yield Problem((*AT, "columns", name, "values"), f"`values` is for numbers; {name} is none")


def check_values(contract: Contract) -> Iterator[Problem]:
    if contract.quality.guards.values is not None and not contract.guarded_numbers:
        yield Problem((*AT, "values"), "there is no column of numbers outside the primary key")


def check_lasting_key(contract: Contract) -> Iterator[Problem]:
    if contract.quality.guards.keys is not None and not contract.lasting_key:
        yield Problem((*AT, "keys"), "the primary key has no column that stays from one delivery to the next")


COLUMN_GUARDS = (check_says_something,)
GUARDS = (check_reason,)
RULES = (check_columns, check_columns_of_numbers, check_values, check_lasting_key)
