"""What contracts and *stage* know of the kinds of rules: those of a field, and guards between a table and the one
before.

A kind is one file that declares a spec, in `praya.pipeline.validate.rule_kinds` or in another package of the entry
points `praya.rule_kinds`. The step *validate* adds to these classes what it makes of a rule. The files are imported
where contracts are read, and so where DAGs are parsed: they import neither DuckDB nor Great Expectations.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from praya.contract.base import Problem
from praya.contract.options import Option
from praya.contract.text import Text
from praya.extensions import RULE_KINDS, discover_specs

if TYPE_CHECKING:
    from praya.contract.fields import Field
    from praya.contract.model import Contract


@dataclass(frozen=True, kw_only=True)
class RuleKind:
    """A kind of rule. `order` is its place in reports and quarantine among those about the same thing; kinds with the
    same one stand in the order of names."""

    name: str
    order: int = 100


def find_no_problem(*_: object) -> Iterator[Problem]:
    """What a kind without rules of its own finds in a contract."""
    yield from ()


@dataclass(frozen=True, kw_only=True)
class FieldRuleKind(RuleKind):
    """A rule of a field: a key of its `constraints`, which has the name of the kind.

    `option` is what pydantic reads the value as; where that is `default`, the key says nothing. It goes with
    `field_types` (all, where there are none); of another type `refusal` says why not, with `{type}` in it. `check`
    finds what is wrong with a value, under keys from the field: `("constraints", "minimum")`.

    `broken(field, value, text, typed)` makes SQL that is true of a row to be quarantined, from the SQL of the
    field's text, which is null where it is missing, and of its typed value; `reason` says why, with `{value}` in it.
    None where a row alone cannot break it. `dictionary` says in data dictionaries what every value keeps, with
    `{value}` in it.
    """

    option: Any
    default: Any = None
    field_types: tuple[str, ...] | None = None
    refusal: str = "does not go with the type {type}"
    check: Callable[[Field, Any], Iterator[Problem]] = find_no_problem
    broken: Callable[[Field, Any, str, str], str] | None = None
    reason: str = ""
    dictionary: Text | None = None

    @property
    def key(self) -> Option:
        """Its key in `constraints`."""
        return Option(self.name, self.option, default=self.default)


@dataclass(frozen=True)
class Limit(Option):
    """A limit of a guard, which may be `off`; `usual` is that of contracts that say nothing."""

    usual: float | None = None


@dataclass(frozen=True, kw_only=True)
class GuardKind(RuleKind):
    """A guard, whose name begins with `guard_`: how far a table may move from the one accepted before it.

    Its `limits` are keys of `quality.guards`, and those of a guard of columns can be other ones for a column.
    `check` finds what is wrong with them in a contract, under keys from the top of the file.
    """

    limits: tuple[Limit, ...]
    of_columns: bool = False
    check: Callable[[Contract], Iterator[Problem]] = find_no_problem


K = TypeVar("K", bound=RuleKind)


def rule_kinds(kind: type[K]) -> dict[str, K]:
    """The kinds of rules of one class by name, in their order."""
    return {rule.name: rule for rule in _all_rule_kinds() if isinstance(rule, kind)}


@cache
def _all_rule_kinds() -> tuple[RuleKind, ...]:
    kinds = discover_specs(RuleKind, RULE_KINDS).values()
    return tuple(sorted(kinds, key=lambda rule: (rule.order, rule.name)))


@cache
def constraint_options() -> dict[str, Option]:
    """The keys of a field's constraints."""
    return {name: kind.key for name, kind in rule_kinds(FieldRuleKind).items()}


@cache
def guard_limits(*, of_columns: bool = False) -> dict[str, Limit]:
    """The limits of guards; those alone that a column may have for itself where `of_columns`."""
    kinds = [kind for kind in rule_kinds(GuardKind).values() if kind.of_columns or not of_columns]
    return {limit.name: limit for kind in kinds for limit in kind.limits}
