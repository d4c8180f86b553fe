"""Table Schema constraints as SQL: each a condition that a typed value breaks, and the reason in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from praya.contract import Field
from praya.contract.column_type import sql_type
from praya.pipeline.stage.types import LOCAL_ZONE
from praya.store.duck import literal


class Rule(NamedTuple):
    """A rule of one field: its Table Schema name, the SQL that is true when it is broken, and why."""

    name: str
    broken: str
    reason: str


def rules(field: Field, text: str, value: str) -> Iterator[Rule]:
    """The rules of a field, first the type: `text` is its text or NULL when missing, `value` the typed one."""
    expected = field.type if field.format == "default" else f"{field.type} as {field.format}"
    if field.decimals is not None:
        expected += f" with at most {field.decimals} decimals"
    yield Rule("type", f"{text} is not null and {value} is null", f"is not a {expected}")
    limits = field.constraints
    if limits.required:
        yield Rule("required", f"{text} is null", "is missing and must be there")
    if limits.minimum is not None:
        yield Rule("minimum", f"{value} < {_constant(field, limits.minimum)}", f"is below {limits.minimum}")
    if limits.maximum is not None:
        yield Rule("maximum", f"{value} > {_constant(field, limits.maximum)}", f"is above {limits.maximum}")
    if limits.min_length is not None:
        yield Rule(
            "minLength",
            f"len({text}) < {limits.min_length}",
            f"is shorter than {limits.min_length} characters",
        )
    if limits.max_length is not None:
        yield Rule(
            "maxLength",
            f"len({text}) > {limits.max_length}",
            f"is longer than {limits.max_length} characters",
        )
    if limits.pattern is not None:
        broken = f"not regexp_full_match({text}, {literal(limits.pattern)})"
        yield Rule("pattern", broken, f"does not match the pattern {limits.pattern}")
    if limits.enum is not None:
        allowed = ", ".join(_constant(field, item) for item in limits.enum)
        yield Rule("enum", f"{value} not in ({allowed})", "is not one of the allowed values")


def of_month(field: Field, value: str, month: str) -> Rule:
    """The rule that a row is of the month that it came for: `value` is its typed time, `month` as 2023-01."""
    reason = f"is not in {month}, the month that was asked for (Hong Kong time)"
    if field.type == "yearmonth":
        return Rule("partition", f"{value} <> {literal(month)}", reason)
    first = dt.datetime.strptime(month, "%Y-%m").replace(tzinfo=ZoneInfo(LOCAL_ZONE))
    following = (first + dt.timedelta(days=31)).replace(day=1)
    if field.type == "date":
        begin, end = (f"{literal(day.date().isoformat())}::date" for day in (first, following))
    else:
        begin, end = (f"{literal(moment.isoformat())}::timestamptz" for moment in (first, following))
    return Rule("partition", f"{value} < {begin} or {value} >= {end}", reason)


def _constant(field: Field, value: Any) -> str:
    """SQL of a limit as the contract writes it: not rounded to the field's decimals, and Hong Kong time without a
    zone, as the data is."""
    if field.type == "datetime":
        moment = dt.datetime.fromisoformat(value) if isinstance(value, str) else value
        if not isinstance(moment, dt.datetime):
            moment = dt.datetime.combine(moment, dt.time())
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=ZoneInfo(LOCAL_ZONE))
        return f"{literal(moment.isoformat())}::timestamptz"
    if field.type == "number" and field.decimals is not None:
        return f"{Decimal(str(value)):f}"
    return f"{literal(str(value))}::{sql_type(field)}"
