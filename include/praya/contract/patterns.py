"""Regular expressions of contracts: those that DuckDB's RE2 takes, for it is what holds rows against them."""

from __future__ import annotations

import re
from functools import lru_cache
from math import prod

from praya.text.outside import quote

MOST_REPEATS = 1000  # that RE2 takes, also of what is repeated inside
# What RE2 and Python read alike: no group of a special kind, no escape but those of classes and signs, no possessive
# repeat. DuckDB need not be opened for it, which would cost every parse of a DAG.
ESCAPE = r"\\[dwsDWS.\-/+*?()\[\]{}|^$]"
ITEM = rf"(?:[^\\\[\](){{}}*+?|^$]|{ESCAPE}|\[\^?(?:[^\\\[\]^]|{ESCAPE})+\]|\((?!\?)|[)|^$])"
REPEAT = r"(?:[*+?]|\{\d{1,4}(?:,\d{0,4})?\})\??"
USUAL = re.compile(rf"(?:{ITEM}(?:{REPEAT})?)*")
BOUND = re.compile(r"\{(\d+),?(\d*)\}")


def check_pattern(pattern: str) -> str:
    """The pattern itself; raises ValueError where DuckDB could not compile it."""
    if problem := _problem(pattern):
        raise ValueError(f"expected a regular expression that DuckDB takes (RE2): {problem}")
    return pattern


def is_usual(pattern: str) -> bool:
    """Whether the pattern is of the kind that needs no look at DuckDB."""
    if len(pattern) > MOST_REPEATS or not USUAL.fullmatch(pattern):
        return False
    if prod(max(int(most or 0), int(least), 1) for least, most in BOUND.findall(pattern)) > MOST_REPEATS:
        return False
    try:
        re.compile(pattern)
    except (re.error, RecursionError, OverflowError):
        return False
    return True


@lru_cache(maxsize=4096)
def _problem(pattern: str) -> str | None:
    if is_usual(pattern):
        return None
    import duckdb

    with duckdb.connect(":memory:") as connection:
        try:
            connection.execute("select regexp_full_match('', ?)", [pattern]).fetchall()
        except (duckdb.Error, UnicodeError) as error:
            return quote(str(error).removeprefix("Invalid Input Error: "), 200)
    return None
