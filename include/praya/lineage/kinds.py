"""What a column of a bound select is: a count, a code, an identifier …, worked out from what its parts are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

Kind = Literal[
    "constant",  # written in the SQL
    "choice",  # one of several constants, chosen by tests
    "public",  # a value of what is published, or may be
    "code",  # a value of a code list, yes or no, a stated small range
    "period",  # a month, a quarter or a year, or a number of one
    "time",  # a moment or a day, or what is made from one
    "amount",  # any other number
    "identifier",  # a key, a personal field, a free text
    "tally",  # how many groups there are
    "count",  # how many records there are, or a sum of that
    "total",  # values added up
    "ratio",  # a total or a count over a count, a mean
    "changed",  # a count or total that something was done to
]
# Of values put together the last of these that is among them.
ORDER: tuple[Kind, ...] = ("constant", "choice", "public", "period", "code", "time", "amount", "identifier")
NUMBERS = frozenset({"count", "total", "ratio", "changed"})
SINGLED = "singled"  # a test that compares an identifier with something that is written or public
ZERO = "zero"  # a test whether a count is zero


class Flow(NamedTuple):
    """A column: its kind, the columns (`table.column`) whose values are in it, the kinds that decided on it, and of a
    constant or a choice the constants. `multipliers` are the joins and unions that repeat it, so that a sum of it would
    be a multiple, and `separates` those whose copies it tells apart; `made` is a hash of how it is made."""

    kind: Kind
    sources: frozenset[str] = frozenset()
    tests: frozenset[str] = frozenset()
    values: frozenset[str] = frozenset()
    separates: frozenset[int] = frozenset()
    multipliers: frozenset[int] = frozenset()
    made: str = ""


NOTHING = Flow("constant")
EMPTY_OR_ZERO = frozenset({"None", "0", "0.0", "False"})
ZERO_OR_ONE = EMPTY_OR_ZERO | {"1", "True"}
LESS = frozenset({"None"})


def together(kind: Kind, parts: Iterable[Flow], values: frozenset[str] = frozenset()) -> Flow:
    """A column of this kind, with the sources, tests and multipliers of its parts."""
    parts = list(parts)
    return Flow(
        kind,
        frozenset().union(*(part.sources for part in parts)),
        frozenset().union(*(part.tests for part in parts)),
        values,
        multipliers=frozenset().union(*(part.multipliers for part in parts)),
    )


def combined(parts: Sequence[Flow]) -> Flow:
    """What a function that is not looked at more closely makes of its arguments."""
    kinds = {part.kind for part in parts}
    if kinds & (NUMBERS | {"tally"}):
        return together("tally" if kinds <= {"tally", "constant", "choice"} else "changed", parts)
    values = frozenset() if len(parts) != 1 else parts[0].values
    return together(max(kinds, key=ORDER.index, default="constant"), parts, values)


def chosen(branches: Sequence[Flow], tests: frozenset[str]) -> Flow:
    """One of several expressions, by a test: `case`, `coalesce`, `union`, a group of grouping sets."""
    written = [branch for branch in branches if branch.kind in ("constant", "choice")]
    others = [branch for branch in branches if branch not in written]
    values = frozenset().union(*(branch.values for branch in written))
    flow = together("choice", branches, values)
    if others:
        kinds = {branch.kind for branch in others}
        if kinds & NUMBERS:
            same = len(kinds) == 1 and values <= EMPTY_OR_ZERO
            kind: Kind = next(iter(kinds)) if same else "changed"
        elif "tally" in kinds:
            kind = "tally" if kinds == {"tally"} else "changed"
        else:
            kind = max(kinds, key=ORDER.index)
        flow = flow._replace(kind=kind, values=frozenset())
    elif len(values - LESS) < 2 and not tests:
        flow = flow._replace(kind="constant")
    return flow._replace(tests=flow.tests | tests)


def tested(parts: Sequence[Flow], *, compares: bool) -> Flow:
    """Yes or no about its parts; `compares` where values are held against each other."""
    kinds = {part.kind for part in parts}
    constants = [part for part in parts if part.kind == "constant"]
    tests = {str(kind) for kind in kinds - {"constant", "choice"}}
    if (
        compares
        and kinds == {"count", "constant"}
        and all(part.values <= EMPTY_OR_ZERO for part in constants)
    ):
        tests = {ZERO}
    written = any(part.values - LESS for part in parts if part.kind in ("constant", "choice"))
    if compares and "identifier" in kinds and (written or "public" in kinds):
        tests.add(SINGLED)
    flow = together("choice", parts, frozenset({"True", "False"}))
    return flow._replace(sources=frozenset(), tests=flow.tests | tests)


def divided(top: Flow, bottom: Flow) -> Flow:
    """A share or a mean where a count lies below."""
    if bottom.kind == "count" and top.kind in ("count", "total", "changed", "ratio"):
        return together("ratio", [top, bottom])
    return scaled([top, bottom]) if top.kind in NUMBERS else combined([top, bottom])


def scaled(parts: Sequence[Flow]) -> Flow:
    """Arithmetic: a ratio stays one under constants, a count does not."""
    kinds = {part.kind for part in parts}
    if kinds <= {"ratio", "constant"} and "ratio" in kinds:
        return together("ratio", parts)
    return combined(parts)


def summed(part: Flow) -> Flow:
    """`sum`: of counts a count, of zeros and ones as well."""
    if part.kind == "count" or (part.kind in ("constant", "choice") and part.values <= ZERO_OR_ONE):
        return together("count", [part])
    if part.kind == "public":
        return together("public", [part])
    if part.kind in ("changed", "ratio", "tally"):
        return combined([part])
    return together("total", [part])
