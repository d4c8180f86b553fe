"""Rules of counts in a disclosure section, and of what else a table of counts may show."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from praya.contract.base import Problem

if TYPE_CHECKING:
    from praya.contract.disclosure import Disclosure
    from praya.contract.model import Contract

COUNTED = "aggregated counts"


def check_class(rules: Disclosure) -> Iterator[Problem]:
    sentence = f"`counts` lists the counting fields of `{COUNTED}`, and of that class only"
    if rules.class_ == COUNTED and not rules.counts:
        yield Problem(("class",), f"{sentence}; it is missing")
    if rules.counts and rules.class_ != COUNTED:
        yield Problem(("counts",), f"{sentence}; the class here is {rules.class_}")


def check_public_contact(rules: Disclosure) -> Iterator[Problem]:
    if rules.public_contact and rules.class_ != "public register":
        yield Problem(("publicContact",), "`publicContact` goes with the class `public register` only")


def check_contact_fields(contract: Contract) -> Iterator[Problem]:
    if not contract.disclosure.public_contact:
        return
    known = {field.name for field in contract.fields}
    for name in contract.disclosure.public_contact:
        if name not in known:
            yield Problem(
                ("disclosure", "publicContact", name), f"there is no field {name}; expected one of the schema"
            )


def check_counts_are_integers(contract: Contract) -> Iterator[Problem]:
    fields = {field.name: field for field in contract.fields}
    for number, name in enumerate(contract.disclosure.counts):
        if name not in fields or fields[name].type != "integer":
            yield Problem(
                ("disclosure", "counts", number), f"expected an integer field of the schema; {name} is none"
            )


def check_counts_are_no_key(contract: Contract) -> Iterator[Problem]:
    for number, name in enumerate(contract.disclosure.counts):
        if name in contract.primary_key:
            yield Problem(
                ("disclosure", "counts", number), f"a primary key cannot be withheld: {name} is a part of it"
            )


def check_other_numbers(contract: Contract) -> Iterator[Problem]:
    rules = contract.disclosure
    if rules.class_ != COUNTED:
        return
    safe = {*rules.guarded, *contract.primary_key, *rules.kept_back}
    for number, field in enumerate(contract.fields):
        if field.name not in safe and field.type in ("integer", "number"):
            yield Problem(
                ("schema", "fields", number, "name"),
                f"{field.name} could give a protected count back; in `{COUNTED}` a number is one of `counts`, "
                "`rates`, `means`, or part of the primary key",
            )


DISCLOSURE = (check_class, check_public_contact)
RULES = (check_contact_fields, check_counts_are_integers, check_counts_are_no_key, check_other_numbers)
