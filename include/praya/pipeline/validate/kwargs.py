"""The kwargs of an expectation as Great Expectations reads them, and the SQL that they stand for.

What GX would refuse, convert in a way of its own or read in two ways is not read here: `Unsure` is raised.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from praya.store.duck import identifier

Kwargs = Mapping[str, object]
Columns = Mapping[str, str]
"""The table's columns in their order, and their DuckDB types."""

DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", re.ASCII)


class Sql(NamedTuple):
    """SQL text, and the values of its question marks."""

    text: str
    values: tuple[Any, ...] = ()


class Unsure(Exception):
    """The expectation is not surely understood here as GX understands it."""


def column_of(kwargs: Kwargs, columns: Columns, key: str = "column") -> str:
    """The column that `key` names, quoted."""
    name = kwargs.get(key)
    # Of names with quotes or marks in them GX can make expressions that it cannot read.
    if not isinstance(name, str) or name not in columns or not name.isidentifier():
        raise Unsure
    return identifier(name)


def share(kwargs: Kwargs) -> None:
    """Accept a `mostly` that GX accepts; where nothing is unexpected, every share holds."""
    value = kwargs.get("mostly", 1)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 1:
        raise Unsure


def flag(kwargs: Kwargs, key: str, default: bool = False) -> bool:
    value = kwargs.get(key, default)
    if not isinstance(value, bool):
        raise Unsure
    return value


def whole(value: Any) -> int:
    """A whole number of 64 bits."""
    if isinstance(value, bool) or not isinstance(value, int) or not -(2**63) <= value < 2**63:
        raise Unsure
    return value


def number(value: Any) -> float:
    """A finite number, as a float: GX makes one of every bound."""
    if isinstance(value, float) and math.isfinite(value):
        return value
    return float(whole(value))


def bound(value: Any) -> float | dt.date:
    """A number, or a day or moment without zone in ISO 8601."""
    if not isinstance(value, str):
        return number(value)
    try:
        if DAY.fullmatch(value):
            return dt.date.fromisoformat(value)
        if MOMENT.fullmatch(value):
            return dt.datetime.fromisoformat(value)
    except ValueError as error:
        raise Unsure from error
    raise Unsure


def limits(kwargs: Kwargs, operand: str, read: Callable[[Any], Any] = bound) -> Sql:
    """The condition of what lies outside `min_value` and `max_value`."""
    low, high, above, below = _ends(kwargs, read)
    parts = []
    if low is not None:
        parts.append(f"{operand} {'>' if above else '>='} ?")
    if high is not None:
        parts.append(f"{operand} {'<' if below else '<='} ?")
    return Sql(f"not ({' and '.join(parts)})", tuple(end for end in (low, high) if end is not None))


def within(kwargs: Kwargs) -> Callable[[int], bool]:
    """Whether a whole number lies between `min_value` and `max_value`."""
    low, high, above, below = _ends(kwargs, whole)
    least = None if low is None else low + above
    most = None if high is None else high - below
    return lambda value: (least is None or value >= least) and (most is None or value <= most)


def _ends(kwargs: Kwargs, read: Callable[[Any], Any]) -> tuple[Any, Any, bool, bool]:
    bounds = [kwargs.get(key) for key in ("min_value", "max_value")]
    low, high = (None if value is None else read(value) for value in bounds)
    if low is None and high is None:
        raise Unsure
    if low is not None and high is not None and (type(low) is not type(high) or low > high):
        raise Unsure
    return low, high, flag(kwargs, "strict_min"), flag(kwargs, "strict_max")


def listed(kwargs: Kwargs, operator: str) -> Sql:
    """`operator` and the values of a set in brackets."""
    values = kwargs.get("value_set")
    if not isinstance(values, list) or not values:
        raise Unsure
    kinds = {type(value) for value in values}
    if kinds not in ({str}, {bool}):
        for value in values:
            number(value)
    return Sql(f"{operator} ({', '.join('?' * len(values))})", tuple(values))
