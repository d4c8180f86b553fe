"""`enum`: a value is one of a list."""

import datetime as dt
from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import Field as Key

from praya.contract import Field, Text
from praya.contract.base import Problem
from praya.contract.constants import check_listed
from praya.pipeline.constant_sql import sql_constant
from praya.pipeline.validate.bounds import on_the_clock
from praya.pipeline.validate.rule_specs import Expected, FieldRule

Items = list[str | int | float]


def _check(field: Field, items: Items) -> Iterator[Problem]:
    if field.codes is None:  # codes of a list are texts, and so are the values of their fields
        for number, item in enumerate(items):
            yield from check_listed(field, ("constraints", "enum", number), item)


def _broken(field: Field, items: Items, _text: str, typed: str) -> str:
    return f"{typed} not in ({', '.join(sql_constant(field, item) for item in items)})"


def _expect(field: Field, items: Items) -> Expected:
    allowed: list[Any] = list(items)
    if field.type == "datetime":
        allowed = [on_the_clock(dt.datetime.fromisoformat(str(item))).isoformat() for item in items]
    return Expected("expect_column_values_to_be_in_set", {"column": field.name, "value_set": allowed})


def _shown(_: Field, items: Items) -> str:
    return ", ".join(map(str, items))


RULE = FieldRule(
    name="enum",
    order=3,
    option=Annotated[Items, Key(min_length=1)],
    check=_check,
    broken=_broken,
    reason="is not one of the allowed values",
    words=Text(en="{name} is one of: {value}", zh_hant="{name}必為以下其中之一：{value}"),
    shown=_shown,
    expectation=_expect,
    fault="category-renamed",
)
