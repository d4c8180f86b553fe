"""What the rules `minimum` and `maximum` have in common: which fields have an order, and what GX is asked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from praya.contract import Field
from praya.contract.base import Problem
from praya.contract.constants import check_constant
from praya.contract.zone import HONG_KONG
from praya.pipeline.validate.row_query import ROWS_QUERY, query_where
from praya.pipeline.validate.rule_specs import Expected
from praya.store.duck import identifier, literal

WITH_ORDER = ("integer", "number", "date", "datetime", "time", "year", "yearmonth")
REFUSAL = "`minimum` and `maximum` need an order; {type} has none"
# GX takes every bound for a number or a moment; the others are compared as stage does, as text.
BOUNDED_BY_GX = ("integer", "number", "year", "date", "datetime")


def check_minimum(field: Field, value: Any) -> Iterator[Problem]:
    """What is wrong with the least value of a field."""
    yield from check_constant(field, ("constraints", "minimum"), value)


def check_maximum(field: Field, value: Any) -> Iterator[Problem]:
    """What is wrong with the greatest value of a field."""
    yield from check_constant(field, ("constraints", "maximum"), value)


def expect_minimum(field: Field, value: Any) -> Expected:
    """That no value is less."""
    if field.type in BOUNDED_BY_GX:
        return _between({"column": field.name, "min_value": _limit(value)})
    return _not_beyond(field, "<", value)


def expect_maximum(field: Field, value: Any) -> Expected:
    """That no value is greater."""
    if field.type in BOUNDED_BY_GX:
        return _between({"column": field.name, "max_value": _limit(value)})
    return _not_beyond(field, ">", value)


def show_bound(field: Field, value: Any) -> str:
    """A bound with its unit."""
    return f"{_limit(value)} {field.unit}" if field.unit else str(_limit(value))


def on_the_clock(value: dt.date) -> dt.date:
    """A moment with a zone as Hong Kong's clock showed it, as the view does; any other day or moment as it is."""
    if isinstance(value, dt.datetime) and value.tzinfo is not None:
        return value.astimezone(HONG_KONG).replace(tzinfo=None)
    return value


def _between(kwargs: dict[str, Any]) -> Expected:
    return Expected("expect_column_values_to_be_between", kwargs)


def _not_beyond(field: Field, sign: str, value: Any) -> Expected:
    query = query_where(f"{identifier(field.name)} {sign} {literal(str(_limit(value)))}")
    return Expected(ROWS_QUERY, {"unexpected_rows_query": query}, (field.name,))


def _limit(value: Any) -> Any:
    return on_the_clock(value).isoformat() if isinstance(value, dt.date) else value
