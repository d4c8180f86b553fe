"""Expectations and what was observed, in English; an expectation's own description always goes first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from praya.validate.result import Engine, Result

Kwargs = Mapping[str, Any]

ROWS_QUERY = "unexpected_rows_expectation"

RULES = (
    "The rules are expectations of Great Expectations: those of the dataset's suite, and those that follow from "
    "the fields of its contract."
)
HOW: dict[Engine | None, str] = {
    "scan": (
        "Praya's own scan held the whole table against the rule in DuckDB, as Great Expectations would, and found "
        "nothing unexpected."
    ),
    "great expectations": (
        "Great Expectations itself was given the rule and the whole table in DuckDB, as with every rule that the "
        "scan does not know or finds something unexpected in."
    ),
    None: "The rule was not put to the table.",
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
        {"engine": engine, "expectations": counts[engine], "how": words}
        for engine, words in HOW.items()
        if counts[engine]
    ]
    return {"rules": RULES, "answered": answered}


def expect(result: Result) -> str:
    """What would have been right, in a few words, e.g. `all rows` or `at least 1`."""
    kwargs = result.kwargs
    if result.type == ROWS_QUERY:
        return "no exceptions"
    if "mostly" in kwargs:
        return f"{float(kwargs['mostly']):.4%} of rows".replace(".0000%", "%")
    if result.checked is not None or result.type in _ROW_BY_ROW:
        return "all rows"
    if "min_value" in kwargs or "max_value" in kwargs:
        return between(kwargs)
    for key in ("column_list", "column_set", "value_set"):
        if key in kwargs:
            return _several(kwargs[key], limit=40)
    return str(kwargs["value"]) if "value" in kwargs else "as said"


def exact(number: int) -> str:
    return f"{number:,}"


def observe(result: Result, number: Callable[[int], str] = exact) -> str:
    """What was observed, in a few words, e.g. `3 of 1,200 rows do not hold (0.25%)`, each count as `number` says it."""
    if result.status == "error":
        return "not checked"
    if result.type == ROWS_QUERY:
        found = result.unexpected or 0
        return f"{number(found)} row{'' if found == 1 else 's'}" if found else "none"
    if result.unexpected is not None and result.checked is not None:
        return _rows(result.unexpected, result.checked, result.missing or 0, number)
    if result.unexpected:
        return f"{number(result.unexpected)} other values"
    if isinstance(result.observed, int):
        return number(result.observed)
    if isinstance(result.observed, list):
        return _several(result.observed, limit=40)
    return "no value" if result.observed is None else str(result.observed)


def _rows(unexpected: int, checked: int, missing: int, number: Callable[[int], str]) -> str:
    empty = f", {number(missing)} empty" if missing else ""
    if not unexpected:
        return f"all {number(checked - missing)} rows{empty}"
    share = unexpected / checked
    percent = f"{share:.2%}" if share >= 0.0001 else "under 0.01%"
    # Of a rounded number the share would give the number itself.
    more = f"{percent}{empty}" if number is exact else empty.removeprefix(", ")
    return f"{number(unexpected)} of {number(checked)} rows do not hold{f' ({more})' if more else ''}"


def _several(values: Any, limit: int = 12) -> str:
    items = [str(value) for value in values]
    more = f" and {len(items) - limit} more" if len(items) > limit else ""
    return ", ".join(items[:limit]) + more


def between(kwargs: Kwargs) -> str:
    """The bounds of a GX `between` expectation in words."""
    low, high = kwargs.get("min_value"), kwargs.get("max_value")
    least = "more than" if kwargs.get("strict_min") else "at least"
    most = "less than" if kwargs.get("strict_max") else "at most"
    parts = [f"{least} {low}"] * (low is not None) + [f"{most} {high}"] * (high is not None)
    return " and ".join(parts) or "anything"


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
