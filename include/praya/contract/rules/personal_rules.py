"""Rules of personal records: how long they are kept, and what of them goes on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from praya.contract.base import Problem

if TYPE_CHECKING:
    from praya.contract.model import Contract

PERSONAL = "personal records"


def check_retention(contract: Contract) -> Iterator[Problem]:
    sentence = f"`retention` says how long `{PERSONAL}` are kept; it goes with that class only"
    if contract.retention and contract.disclosure.class_ != PERSONAL:
        yield Problem(("retention",), f"{sentence}, and the class here is {contract.disclosure.class_}")
    if contract.disclosure.class_ == PERSONAL and not contract.retention:
        yield Problem(("disclosure", "class"), f"{sentence}, and is missing")


def check_fields(contract: Contract) -> Iterator[Problem]:
    for number, field in enumerate(contract.fields):
        if field.personal and contract.disclosure.class_ != PERSONAL:
            yield Problem(
                ("schema", "fields", number, "personal"),
                f"fields with `personal` are in `{PERSONAL}` only; the class here is {contract.disclosure.class_}",
            )


def check_key_is_kept(contract: Contract) -> Iterator[Problem]:
    dropped = {field.name for field in contract.fields if field.personal == "drop"}
    for number, name in enumerate(contract.primary_key):
        if name in dropped:
            yield Problem(
                ("schema", "primaryKey", number),
                f"a primary key cannot be dropped: {name}; use `personal: pseudonym`, or another key",
            )


def check_record_key(contract: Contract) -> Iterator[Problem]:
    if (name := contract.disclosure.record_key) is None:
        return
    ids = {field.name for field in contract.fields if field.type == "string" and field.constraints.required}
    if name not in ids or contract.disclosure.class_ != PERSONAL:
        yield Problem(
            ("disclosure", "record_key"),
            f"expected a required string field of `{PERSONAL}`; {name} is none",
        )


RULES = (check_retention, check_fields, check_key_is_kept, check_record_key)
