"""Guards in words: what would have been right, and what was observed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from praya.pipeline.validate.guard_rules import KEYS, MISSING, ROWS, VALUES
from praya.pipeline.validate.messages import Say
from praya.pipeline.validate.result import Result

Number = Callable[[int], str]


def expect_guard(result: Result, say: Say) -> str:
    """The limits, e.g. `at most 20% fewer, at most 100% more`."""
    limits = result.kwargs
    if result.type == ROWS:
        named = {"fall": "guard_fall", "growth": "guard_growth"}
        parts = [say(key, share=_percent(limits[name])) for name, key in named.items() if name in limits]
        return parts[0] if len(parts) == 1 else say("and_also", first=parts[0], second=parts[1])
    if result.type == VALUES:
        return say("guard_values_expected", times=f"{limits['limit']:g}")
    if result.type == MISSING:
        return say("guard_missing_expected", points=f"{100 * limits['limit']:.4g}")
    return say("guard_keys_expected", share=_percent(limits["limit"]))


def observe_guard(result: Result, number: Number, say: Say) -> str:
    """What was observed, e.g. `700 rows, 1,000 before (-30%)`; each number as `number` says it."""
    return _OBSERVED[result.type](result.observed, number, say)


def _rows(observed: dict[str, Any], number: Number, say: Say) -> str:
    now, before = (_told(observed[name], number, say) for name in ("now", "before"))
    words = say("guard_rows_observed", now=now, before=before)
    if observed["now"] is None or not observed["before"]:
        return words
    change = observed["now"] / observed["before"] - 1
    return say("in_brackets", words=words, more=f"{change:+.1%}".replace(".0%", "%"))


def _missing(observed: dict[str, Any], _: Number, say: Say) -> str:
    if observed["now"] is None or observed["before"] is None:
        return say("not_shown")
    now, before = (_percent(observed[name]) for name in ("now", "before"))
    return say("guard_missing_observed", now=now, before=before)


def _values(observed: dict[str, Any], _: Number, say: Say) -> str:
    if observed["times"] is None:
        return say("not_shown")
    times = observed["times"]
    return say("guard_values_observed", times=f"{times:,.0f}" if times >= 10 else f"{times:g}")


def _keys(observed: dict[str, Any], number: Number, say: Say) -> str:
    vanished, known = (_told(observed[name], number, say) for name in ("vanished", "known"))
    return say("guard_keys_observed", vanished=vanished, known=known)


def _told(figure: int | None, number: Number, say: Say) -> str:
    return say("few") if figure is None else number(figure)


def _percent(share: float) -> str:
    return f"{share:.1%}".replace(".0%", "%")


_OBSERVED: dict[str, Callable[[dict[str, Any], Number, Say], str]] = {
    ROWS: _rows,
    MISSING: _missing,
    VALUES: _values,
    KEYS: _keys,
}
