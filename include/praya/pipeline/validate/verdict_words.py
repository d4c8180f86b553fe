"""Expectations and what was observed, in words; an expectation's own description always goes first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from praya.contract.rule_kind import rule_kinds
from praya.pipeline.validate.messages import Say, english
from praya.pipeline.validate.phrases import between, listed_values
from praya.pipeline.validate.result import Engine, Result
from praya.pipeline.validate.row_query import ROWS_QUERY
from praya.pipeline.validate.rule_specs import Guard, KnownExpectation
from praya.store.verdict_documents import AnsweredBy, HowChecked

Kwargs = Mapping[str, Any]

HOW: dict[Engine | None, str] = {
    "scan": "how_scan",
    "great expectations": "how_gx",
    "guard": "how_guard",
    None: "how_none",
}


def describe(expectation: Mapping[str, Any]) -> str:
    """What the expectation asks for, as one sentence without a full stop."""
    own = expectation.get("description") or (expectation.get("meta") or {}).get("description")
    if own:
        return str(own)
    kwargs: Kwargs = expectation.get("kwargs") or {}
    kind = str(expectation.get("type", ""))
    known = rule_kinds(KnownExpectation).get(kind)
    try:
        words = known.describe(kwargs) if known and known.describe else _plain(kind, kwargs)
    except (KeyError, TypeError):  # without what GX asks for
        words = _plain(kind, kwargs)
    share = kwargs.get("mostly")
    return f"{words}, in at least {float(share):.4g} of the rows (1 is all)" if share is not None else words


def columns_of(expectation: Mapping[str, Any]) -> list[str]:
    """The columns that an expectation names; none when it is about the whole table."""
    kwargs: Kwargs = expectation.get("kwargs") or {}
    named = [kwargs[key] for key in ("column", "column_A", "column_B") if key in kwargs]
    listed = kwargs.get("column_list") or (expectation.get("meta") or {}).get("columns") or []
    return [str(name) for name in [*named, *listed]]


def how(results: Sequence[Result]) -> HowChecked:
    """How the expectations were checked: what they are, and for each engine that answered, how many and how."""
    counts = Counter(result.engine for result in results)
    answered: list[AnsweredBy] = [
        {"engine": engine, "expectations": counts[engine], "how": english(words)}
        for engine, words in HOW.items()
        if counts[engine]
    ]
    return {"rules": english("how_rules"), "answered": answered}


def expect(result: Result, say: Say = english) -> str:
    """What would have been right, in a few words, e.g. `all rows` or `at least 1`."""
    kwargs = result.kwargs
    if result.engine == "guard":
        return rule_kinds(Guard)[result.type].expected(kwargs, say)
    if result.type == ROWS_QUERY:
        return say("no_exceptions")
    if "mostly" in kwargs:
        return say("share_of_rows", share=f"{float(kwargs['mostly']):.4%}".replace(".0000%", "%"))
    if result.checked is not None or _is_row_by_row(result.type):
        return say("every_row")
    if "min_value" in kwargs or "max_value" in kwargs:
        return between(kwargs, say)
    for key in ("column_list", "column_set", "value_set"):
        if key in kwargs:
            return listed_values(kwargs[key], limit=40, say=say)
    return str(kwargs["value"]) if "value" in kwargs else say("as_said")


def exact(number: int) -> str:
    return f"{number:,}"


def observe(result: Result, number: Callable[[int], str] = exact, say: Say = english) -> str:
    """What was observed, in a few words, e.g. `3 of 1,200 rows do not hold (0.25%)`, each count as `number` says it."""
    if result.status == "error":
        return say("not_checked")
    if result.engine == "guard":
        return rule_kinds(Guard)[result.type].observed(result.observed, number, say)
    if result.type == ROWS_QUERY:
        unexpected = result.unexpected or 0
        return (
            say("one_row" if unexpected == 1 else "rows", n=number(unexpected)) if unexpected else say("none")
        )
    if result.unexpected is not None and result.checked is not None:
        return _rows(result.unexpected, result.checked, result.missing or 0, number, say)
    if result.unexpected:
        return say("other_values", n=number(result.unexpected))
    if isinstance(result.observed, int):
        return number(result.observed)
    if isinstance(result.observed, list):
        return listed_values(result.observed, limit=40, say=say)
    return say("no_value") if result.observed is None else str(result.observed)


def _rows(unexpected: int, checked: int, missing: int, number: Callable[[int], str], say: Say) -> str:
    empty = say("empty_rows", n=number(missing)) if missing else ""
    if not unexpected:
        held = say("all_rows", n=number(checked - missing))
        return say("and_also", first=held, second=empty) if empty else held
    share = unexpected / checked
    percent = f"{share:.2%}" if share >= 0.0001 else say("under", share="0.01%")
    # Of a rounded number the share would give the number itself.
    parts = [percent] * (number is exact) + [empty] * bool(empty)
    words = say("do_not_hold", unexpected=number(unexpected), checked=number(checked))
    if not parts:
        return words
    more = parts[0] if len(parts) == 1 else say("and_also", first=parts[0], second=parts[1])
    return say("in_brackets", words=words, more=more)


def _is_row_by_row(kind: str) -> bool:
    known = rule_kinds(KnownExpectation).get(kind)
    return known is not None and known.row_by_row


def _plain(kind: str, kwargs: Kwargs) -> str:
    name = kind.removeprefix("expect_").replace("_", " ")
    values = ", ".join(f"{key} {value}" for key, value in sorted(kwargs.items()))
    return f"{name[:1].upper()}{name[1:]} ({values})" if values else name
