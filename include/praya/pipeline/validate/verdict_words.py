"""Expectations and what was observed, in words; an expectation's own description always goes first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from praya.pipeline.validate.guard_words import expect_guard, observe_guard
from praya.pipeline.validate.messages import Say, english
from praya.pipeline.validate.result import Engine, Result

Kwargs = Mapping[str, Any]

ROWS_QUERY = "unexpected_rows_expectation"

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
    try:
        words = _WORDS[kind](kwargs)
    except (KeyError, TypeError):  # not a kind known here, or one without what GX asks for
        words = _plain(kind, kwargs)
    share = kwargs.get("mostly")
    return f"{words}, in at least {float(share):.4g} of the rows (1 is all)" if share is not None else words


def columns_of(expectation: Mapping[str, Any]) -> list[str]:
    """The columns that an expectation names; none when it is about the whole table."""
    kwargs: Kwargs = expectation.get("kwargs") or {}
    named = [kwargs[key] for key in ("column", "column_A", "column_B") if key in kwargs]
    listed = kwargs.get("column_list") or (expectation.get("meta") or {}).get("columns") or []
    return [str(name) for name in [*named, *listed]]


def how(results: Sequence[Result]) -> dict[str, Any]:
    """How the expectations were checked: what they are, and for each engine that answered, how many and how."""
    counts = Counter(result.engine for result in results)
    answered = [
        {"engine": engine, "expectations": counts[engine], "how": english(words)}
        for engine, words in HOW.items()
        if counts[engine]
    ]
    return {"rules": english("how_rules"), "answered": answered}


def expect(result: Result, say: Say = english) -> str:
    """What would have been right, in a few words, e.g. `all rows` or `at least 1`."""
    kwargs = result.kwargs
    if result.engine == "guard":
        return expect_guard(result, say)
    if result.type == ROWS_QUERY:
        return say("no_exceptions")
    if "mostly" in kwargs:
        return say("share_of_rows", share=f"{float(kwargs['mostly']):.4%}".replace(".0000%", "%"))
    if result.checked is not None or result.type in _ROW_BY_ROW:
        return say("every_row")
    if "min_value" in kwargs or "max_value" in kwargs:
        return between(kwargs, say)
    for key in ("column_list", "column_set", "value_set"):
        if key in kwargs:
            return _several(kwargs[key], limit=40, say=say)
    return str(kwargs["value"]) if "value" in kwargs else say("as_said")


def exact(number: int) -> str:
    return f"{number:,}"


def observe(result: Result, number: Callable[[int], str] = exact, say: Say = english) -> str:
    """What was observed, in a few words, e.g. `3 of 1,200 rows do not hold (0.25%)`, each count as `number` says it."""
    if result.status == "error":
        return say("not_checked")
    if result.engine == "guard":
        return observe_guard(result, number, say)
    if result.type == ROWS_QUERY:
        found = result.unexpected or 0
        return say("one_row" if found == 1 else "rows", n=number(found)) if found else say("none")
    if result.unexpected is not None and result.checked is not None:
        return _rows(result.unexpected, result.checked, result.missing or 0, number, say)
    if result.unexpected:
        return say("other_values", n=number(result.unexpected))
    if isinstance(result.observed, int):
        return number(result.observed)
    if isinstance(result.observed, list):
        return _several(result.observed, limit=40, say=say)
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


def _several(values: Any, limit: int = 12, say: Say = english) -> str:
    items = [str(value) for value in values]
    listed = say("comma").join(items[:limit])
    return say("and_more", listed=listed, n=len(items) - limit) if len(items) > limit else listed


def between(kwargs: Kwargs, say: Say = english) -> str:
    """The bounds of a GX `between` expectation in words."""
    low, high = kwargs.get("min_value"), kwargs.get("max_value")
    least = "more_than" if kwargs.get("strict_min") else "at_least"
    most = "less_than" if kwargs.get("strict_max") else "at_most"
    parts = [say(least, n=low)] * (low is not None) + [say(most, n=high)] * (high is not None)
    return (
        say("both", first=parts[0], second=parts[1]) if len(parts) == 2 else (parts or [say("anything")])[0]
    )


def _figure(figure: str) -> Callable[[Kwargs], str]:
    return lambda k: f"The {figure} of {k['column']} is {between(k)}"


_WORDS: dict[str, Callable[[Kwargs], str]] = {
    "expect_column_values_to_not_be_null": lambda k: f"{k['column']} is never empty",
    "expect_column_values_to_be_null": lambda k: f"{k['column']} is always empty",
    "expect_column_values_to_be_unique": lambda k: f"No value of {k['column']} comes twice",
    "expect_compound_columns_to_be_unique": lambda k: (
        f"No combination of {_several(k['column_list'])} comes twice"
    ),
    "expect_column_values_to_be_in_set": lambda k: f"{k['column']} is one of: {_several(k['value_set'])}",
    "expect_column_values_to_not_be_in_set": lambda k: (
        f"{k['column']} is none of: {_several(k['value_set'])}"
    ),
    "expect_column_distinct_values_to_be_in_set": lambda k: (
        f"Every value of {k['column']} is one of: {_several(k['value_set'])}"
    ),
    "expect_column_distinct_values_to_equal_set": lambda k: (
        f"The values of {k['column']} are exactly: {_several(k['value_set'])}"
    ),
    "expect_column_distinct_values_to_contain_set": lambda k: (
        f"The values of {k['column']} include: {_several(k['value_set'])}"
    ),
    "expect_column_values_to_be_between": lambda k: f"{k['column']} is {between(k)}",
    "expect_column_value_lengths_to_be_between": lambda k: f"{k['column']} has {between(k)} characters",
    "expect_column_pair_values_a_to_be_greater_than_b": lambda k: (
        f"{k['column_A']} is {'at least' if k.get('or_equal') else 'more than'} {k['column_B']}"
    ),
    "expect_column_pair_values_to_be_equal": lambda k: f"{k['column_A']} equals {k['column_B']}",
    "expect_multicolumn_sum_to_equal": lambda k: f"{' + '.join(k['column_list'])} is {k['sum_total']}",
    "expect_column_to_exist": lambda k: f"There is a column {k['column']}",
    "expect_table_columns_to_match_ordered_list": lambda k: (
        f"The columns are, in this order: {_several(k['column_list'], limit=40)}"
    ),
    "expect_table_columns_to_match_set": lambda k: f"The columns are: {_several(k['column_set'], limit=40)}",
    "expect_table_row_count_to_be_between": lambda k: f"The number of rows is {between(k)}",
    "expect_table_row_count_to_equal": lambda k: f"The number of rows is {k['value']}",
    "expect_column_sum_to_be_between": _figure("sum"),
    "expect_column_mean_to_be_between": _figure("mean"),
    "expect_column_median_to_be_between": _figure("median"),
    "expect_column_min_to_be_between": _figure("least value"),
    "expect_column_max_to_be_between": _figure("greatest value"),
    "expect_column_unique_value_count_to_be_between": _figure("number of different values"),
    "expect_column_proportion_of_unique_values_to_be_between": _figure("share of different values"),
    ROWS_QUERY: lambda _: "The query finds no rows",
}


def _plain(kind: str, kwargs: Kwargs) -> str:
    name = kind.removeprefix("expect_").replace("_", " ")
    values = ", ".join(f"{key} {value}" for key, value in sorted(kwargs.items()))
    return f"{name[:1].upper()}{name[1:]} ({values})" if values else name


_ROW_BY_ROW = {kind for kind in _WORDS if kind.startswith(("expect_column_value", "expect_column_pair"))} | {
    "expect_compound_columns_to_be_unique",
    "expect_multicolumn_sum_to_equal",
}
