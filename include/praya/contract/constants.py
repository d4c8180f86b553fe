"""Constants in a field's constraints: limits and codes that its values can be compared with."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Annotated

from pydantic import BeforeValidator

from praya.contract.base import Keys, Problem
from praya.text.outside import quote

if TYPE_CHECKING:
    from praya.contract.fields import Field


def _as_day(value: object) -> object:
    """A day in quotes is a day, and no moment."""
    is_day = isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value)
    return dt.date.fromisoformat(str(value)) if is_day else value


# What a value may be compared with.
Bound = Annotated[int | float | dt.datetime | dt.date, BeforeValidator(_as_day)]

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


def check_constant(field: Field, keys: Keys, constant: object) -> Iterator[Problem]:
    """What is wrong with a constant at `keys` of a field: of another type, no number, or beyond what the type holds."""
    if not _is_constant(field.type, constant):
        yield Problem(keys, f"'{quote(constant)}' in the constraints is not of type {field.type}")
    elif isinstance(constant, int | float):
        if isinstance(constant, float) and not math.isfinite(constant):
            yield Problem(
                keys, f"{constant} in the constraints is no number that values can be compared with"
            )
        elif (bound := _bound(field)) and abs(constant) >= bound:
            yield Problem(keys, f"the number is beyond what the type {field.type} can hold")


def check_listed(field: Field, keys: Keys, item: object) -> Iterator[Problem]:
    """What is wrong with a value at `keys` that a field may have; moments are in ISO 8601."""
    if field.type not in SHAPES:
        yield from check_constant(field, keys, item)
    elif not _is_moment(field.type, item):
        yield Problem(keys, f"'{quote(item)}' in the enum is not a {field.type} in ISO 8601")


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
