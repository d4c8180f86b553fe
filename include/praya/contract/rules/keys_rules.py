"""Rules of a table's schema: its fields have different names, and its keys are of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from praya.contract.base import Problem

if TYPE_CHECKING:
    from praya.contract.fields import TableSchema


def check_names_differ(schema: TableSchema) -> Iterator[Problem]:
    seen = set[str]()
    for number, field in enumerate(schema.fields):
        if field.name in seen:
            yield Problem(
                ("fields", number, "name"),
                f"field names must differ; another field before it is called {field.name}",
            )
        seen.add(field.name)


def check_primary_key(schema: TableSchema) -> Iterator[Problem]:
    known = {field.name for field in schema.fields}
    for number, name in enumerate(schema.primary_key):
        if name not in known:
            yield Problem(
                ("primaryKey", number), f"there is no field {name}; expected a field of this schema"
            )


def check_foreign_keys(schema: TableSchema) -> Iterator[Problem]:
    known = {field.name for field in schema.fields}
    for nth, key in enumerate(schema.foreign_keys):
        for number, name in enumerate(key.fields):
            if name not in known:
                yield Problem(
                    ("foreignKeys", nth, "fields", number),
                    f"there is no field {name}; expected a field of this schema",
                )


RULES = (check_names_differ, check_primary_key, check_foreign_keys)
