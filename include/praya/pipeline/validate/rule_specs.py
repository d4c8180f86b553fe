"""What *validate* makes of the kinds of rules: expectations of a field, guards, and expectations that the scan knows.

One class each, all found in the files that `praya.contract.rule_kind` tells of.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from praya.contract import Contract, Field, Text
from praya.contract.rule_kind import FieldRuleKind, GuardKind, RuleKind

if TYPE_CHECKING:
    import duckdb

    from praya.pipeline.validate.conditions import Check
    from praya.pipeline.validate.messages import Say
    from praya.pipeline.validate.shape import Shape

Kwargs = Mapping[str, Any]
Columns = Mapping[str, str]
"""The columns of a table in their order, and their DuckDB types."""
Number = Callable[[int], str]
"""How a number of rows is shown, for some may not be shown as they are."""


class LeftOut(Exception):
    """A fault cannot happen to a table; says why."""

    def __init__(self, en: str, zh_hant: str) -> None:
        self.why = Text(en=en, zh_hant=zh_hant)
        super().__init__(en)


@dataclass(frozen=True)
class Fault:
    """A fault that the fault score plants: its name, what it is called, and what makes SQL of the table with it,
    `_row` left out; that raises LeftOut where the table cannot have it.
    """

    name: str
    title: Text
    inject: Callable[[Shape], str]


@dataclass(frozen=True)
class Expected:
    """The expectation of Great Expectations that a rule of a field becomes; `columns` are those that its SQL is
    about.
    """

    type: str
    kwargs: dict[str, Any]
    columns: tuple[str, ...] = ()


def show_value(_: Field, value: Any) -> str:
    """The value of a rule in words, where nothing else is said."""
    return str(value)


@dataclass(frozen=True, kw_only=True)
class FieldRule(FieldRuleKind):
    """A rule of a field, whole.

    `words` say it in reports, with `{name}` of the field and `{value}`, which `shown` puts into words. `expectation`
    is what it becomes, None for a field that it says nothing of; where there is no `expectation`, it is that no row
    is `broken`. `of_text`: it is about the text as it was received, so that after *stage* only fields of text can be
    held against it. `fault` breaks it: a standard one by its name, or one of its own, which the fault score plants
    into tables with this rule.
    """

    words: Text
    shown: Callable[[Field, Any], str] = show_value
    expectation: Callable[[Field, Any], Expected | None] | None = None
    of_text: bool = False
    fault: str | Fault | None = None


@dataclass(frozen=True)
class GuardUse:
    """A guard of one dataset, or of one of its columns: `kwargs` has the limits and the column, or the columns, that
    it is about; `places` is what its words need.
    """

    kwargs: dict[str, Any]
    places: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class GuardedTable:
    """One of two tables that are compared: its SQL after FROM, its columns, its rows, and the figures that guards
    asked for, by their SQL.
    """

    source: str
    columns: Columns
    rows: int
    figures: Mapping[str, Any]


@dataclass(frozen=True)
class Comparison:
    """What a guard compares: the table, the one accepted before it, and the connection that both can be read with."""

    contract: Contract
    kwargs: Kwargs
    connection: duckdb.DuckDBPyConnection
    before: GuardedTable
    now: GuardedTable


@dataclass(frozen=True)
class Outcome:
    """Whether a guard stops the table, and what it observed: no more than may be told of the table."""

    stops: bool
    observed: dict[str, Any]


def ask_for_no_figures(_kwargs: Kwargs, _columns: Columns) -> Sequence[str]:
    """The figures of a guard that needs none."""
    return ()


@dataclass(frozen=True, kw_only=True)
class Guard(GuardKind):
    """A guard, whole.

    `uses` are its guards of a dataset, which `words` describe. `figures` is SQL of aggregates, which one scan of
    each table gives for all guards. `compare` says what comes of it; None where there is nothing to compare.
    `expected` puts the limits into words, `observed` what was observed. `fault` is the standard fault that it stops,
    by its name.
    """

    words: Text
    uses: Callable[[Contract], Iterator[GuardUse]]
    figures: Callable[[Kwargs, Columns], Sequence[str]] = ask_for_no_figures
    compare: Callable[[Comparison], Outcome | None]
    expected: Callable[[Kwargs, Say], str]
    observed: Callable[[Mapping[str, Any], Number, Say], str]
    fault: str | None = None


@dataclass(frozen=True, kw_only=True)
class KnownExpectation(RuleKind):
    """An expectation of Great Expectations, by its name there, that reports can put into words or that the scan
    answers.

    `describe` says it where the suite does not; it raises KeyError or TypeError where kwargs are missing.
    `row_by_row`: reports say that it is about all rows. Where there is `compile`, the scan answers it alone as far
    as nothing is unexpected: it makes SQL of those of its `kwargs` that it knows, or raises Unsure.
    """

    describe: Callable[[Kwargs], str] | None = None
    row_by_row: bool = False
    kwargs: frozenset[str] = frozenset()
    compile: Callable[[Kwargs, Columns], Check] | None = None
