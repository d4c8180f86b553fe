"""The rules that a row must hold to become part of the table: SQL that a bad row makes true, and the reason in
words.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import NamedTuple
from zoneinfo import ZoneInfo

from praya.contract import Field
from praya.contract.rule_kind import FieldRuleKind, rule_kinds
from praya.pipeline.stage.types import LOCAL_ZONE
from praya.store.duck import literal


class Rule(NamedTuple):
    """A rule of one field: its Table Schema name, the SQL that is true when it is broken, and why."""

    name: str
    broken: str
    reason: str


def rules(field: Field, text: str, value: str) -> Iterator[Rule]:
    """The rules of a field, first the type: `text` is its text or NULL when missing, `value` the typed one.

    A string has the rule too, though nothing breaks it: DuckDB leaves unread what no rule names, and would not see that
    a text that is dropped is no UTF-8.
    """
    expected = field.type if field.format == "default" else f"{field.type} as {field.format}"
    if field.decimals is not None:
        expected += f" with at most {field.decimals} decimals"
    yield Rule("type", f"{text} is not null and {value} is null", f"is not a {expected}")
    for kind in rule_kinds(FieldRuleKind).values():
        said = field.constraints.option(kind.name)
        if said is not None and kind.broken:
            yield Rule(kind.name, kind.broken(field, said, text, value), kind.reason.format(value=said))


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
