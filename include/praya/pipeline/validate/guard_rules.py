"""The guards of a dataset: which there are, their limits, and their words; guards.py holds a table against them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from praya.contract import Contract
from praya.pipeline.validate.messages import speaker

ROWS, MISSING, VALUES, KEYS = "guard_rows", "guard_missing", "guard_values", "guard_keys"

Expectation = dict[str, Any]


def guards_of(contract: Contract) -> list[Expectation]:
    """The guards of a dataset in the shape of expectations, all critical, with the limits as `kwargs`."""
    return [*_of_rows(contract), *_of_columns(contract), *_of_keys(contract)]


def _guard(kind: str, kwargs: dict[str, Any], **names: str) -> Expectation:
    id_ = "-".join([kind.replace("_", "-"), *([kwargs["column"]] if "column" in kwargs else [])])
    english, chinese = speaker("en")(f"rule_{kind}", **names), speaker("zh-Hant")(f"rule_{kind}", **names)
    return {
        "id": id_,
        "type": kind,
        "kwargs": kwargs,
        "severity": "critical",
        "description": english,
        "meta": {"description_zh_hant": chinese},
    }


def _of_rows(contract: Contract) -> Iterator[Expectation]:
    # Marts add up what there is, and a month may be collected while it lasts.
    grows = contract.source.mart is not None or contract.partition is not None
    fall, growth = contract.quality.guards.limit_of_rows(grows)
    limits = {name: limit for name, limit in (("fall", fall), ("growth", growth)) if limit is not None}
    if limits:
        yield _guard(ROWS, limits)


def _of_columns(contract: Contract) -> Iterator[Expectation]:
    limits = contract.quality.guards
    numbers = {field.name for field in contract.guarded_numbers}
    for name in (field.name for field in contract.guarded_fields):
        if (limit := limits.limit_of_missing(name)) is not None:
            yield _guard(MISSING, {"column": name, "limit": limit}, name=name)
        if name in numbers and (factor := limits.limit_of_values(name)) is not None:
            yield _guard(VALUES, {"column": name, "limit": factor}, name=name)


def _of_keys(contract: Contract) -> Iterator[Expectation]:
    limit, names = contract.quality.guards.limit_of_keys(), contract.lasting_key
    if limit is not None and names:
        yield _guard(KEYS, {"column_list": names, "limit": limit}, names=", ".join(names))
