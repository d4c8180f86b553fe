"""Rules of a contract's guards: limits that fit the columns, and a reason where they are not the usual ones."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from praya.contract.base import Problem, apply_rule
from praya.contract.rule_kind import GuardKind, guard_limits, rule_kinds

if TYPE_CHECKING:
    from praya.contract.guards import ColumnGuards, Guards
    from praya.contract.model import Contract

AT = ("quality", "guards")


def check_says_something(guards: ColumnGuards) -> Iterator[Problem]:
    if all(guards.option(name) is None for name in guards.names):
        limits = guard_limits(of_columns=True)
        several = "both" if len(limits) == 2 else "several"
        yield Problem((), f"expected {', '.join(f'`{name}`' for name in limits)} or {several}")


def check_reason(guards: Guards) -> Iterator[Problem]:
    changed = [name for name in guards.names if guards.option(name) is not None]
    changed += ["columns"] * bool(guards.columns)
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


def check_limits(contract: Contract) -> Iterator[Problem]:
    for kind in rule_kinds(GuardKind).values():
        yield from apply_rule(kind.check, contract)


COLUMN_GUARDS = (check_says_something,)
GUARDS = (check_reason,)
RULES = (check_columns, check_limits)
