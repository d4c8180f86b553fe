"""Rules of the constants in a field's constraints: limits and codes that its values can be compared with."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from praya.contract.base import Keys, Problem
from praya.contract.rules.field_rules import WITHOUT_ORDER
from praya.text.outside import quote

if TYPE_CHECKING:
    from praya.contract.fields import Field

# What the constraints of a type may be compared with; the text types are compared as text.
ANY = (str, int, float, dt.date)
CONSTANTS: dict[str, tuple[type, ...]] = {
    "integer": (int,),
    "year": (int,),
    "number": (int, float),
    "date": (str, dt.date),
    "datetime": (str, dt.date),
    "time": (str,),
    "yearmonth": (str,),
}
DIGITS = 18  # that a number with `decimals` has on the store
SHAPES = {"date": r"\d{4}-\d{2}-\d{2}", "time": r"\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?", "datetime": ".*"}
READ: dict[str, Callable[[str], object]] = {
    "date": dt.date.fromisoformat,
    "datetime": dt.datetime.fromisoformat,
    "time": dt.time.fromisoformat,
}


def check_limits(field: Field) -> Iterator[Problem]:
    for key in ("minimum", "maximum"):
        limit = getattr(field.constraints, key)
        if limit is not None and field.type not in WITHOUT_ORDER:
            yield from _problems(field, ("constraints", key), limit)


def check_enum(field: Field) -> Iterator[Problem]:
    if field.constraints.enum is None or field.codes is not None:
        return  # codes of a list are texts, and so are the values of their fields
    for number, item in enumerate(field.constraints.enum):
        keys: Keys = ("constraints", "enum", number)
        if field.type not in SHAPES:
            yield from _problems(field, keys, item)
        elif not _is_moment(field.type, item):
            yield Problem(keys, f"'{quote(item)}' in the enum is not a {field.type} in ISO 8601")


def _problems(field: Field, keys: Keys, limit: object) -> Iterator[Problem]:
    if not _is_constant(field.type, limit):
        yield Problem(keys, f"'{quote(limit)}' in the constraints is not of type {field.type}")
    elif isinstance(limit, int | float):
        if isinstance(limit, float) and not math.isfinite(limit):
            yield Problem(keys, f"{limit} in the constraints is no number that values can be compared with")
        elif (bound := _bound(field)) and abs(limit) >= bound:
            yield Problem(keys, f"the number is beyond what the type {field.type} can hold")


def _is_moment(type_: str, item: object) -> bool:
    """Whether an item of an `enum` is an ISO 8601 value of the type, as DuckDB reads it too."""
    if not isinstance(item, str):
        return False
    try:
        READ[type_](item)
    except ValueError:
        return False
    return re.fullmatch(SHAPES[type_], item, re.ASCII) is not None


def _is_constant(type_: str, limit: object) -> bool:
    if type_ == "date" and isinstance(limit, dt.datetime):
        return False
    if type_ == "boolean":
        return str(limit).lower() in ("true", "false", "1", "0")
    return isinstance(limit, CONSTANTS.get(type_, ANY))


def _bound(field: Field) -> int | None:
    """What a number of the field stays below, if anything."""
    if field.type == "number":
        return None if field.decimals is None else 10 ** (DIGITS - field.decimals)
    return {"integer": 2**63, "year": 2**31}.get(field.type)


RULES = (check_limits, check_enum)
