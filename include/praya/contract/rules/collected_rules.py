"""Rules of what is collected: parts, months, and what format and collectors of the source ask; and of waivers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from praya.contract.base import Problem, apply_rule
from praya.contract.source_specs import collectors_of, format_of, format_specs
from praya.text.outside import quote

if TYPE_CHECKING:
    from praya.contract.model import Contract

MONTHS = ("datetime", "date", "yearmonth")


def check_parts(contract: Contract) -> Iterator[Problem]:
    for number, field in enumerate(contract.fields):
        if field.part and field.part not in (contract.source.parts or {}):
            yield Problem(
                ("schema", "fields", number, "part"),
                f"fields name parts that source.parts has; it does not have {quote(field.part)}",
            )


def check_format(contract: Contract) -> Iterator[Problem]:
    """What the format of the source asks of the contract."""
    yield from format_of(contract.source).check(contract)


def check_collectors(contract: Contract) -> Iterator[Problem]:
    """What the collectors of the source ask of the contract, and that their pages can be read."""
    for spec in collectors_of(contract.source):
        problems = [*apply_rule(spec.check, contract)]
        yield from problems
        if problems or spec.formats or not spec.gives_pages:
            continue
        if not format_of(contract.source).reads_pages:
            names = [each.name for each in format_specs().values() if each.reads_pages]
            yield Problem(
                ("source", "format"),
                f"{spec.name} delivers pieces of one table, and {contract.source.format} is read as a whole; expected "
                f"{' or '.join(names)}",
            )


def check_partition_field(contract: Contract) -> Iterator[Problem]:
    if (name := contract.partition_field) is None:
        return
    fields = {field.name: field for field in contract.fields}
    field = fields.get(name)
    if contract.partition and field and field.type in MONTHS and field.constraints.required:
        return
    yield Problem(
        ("partition_field",),
        "`partition_field` goes with a `partition` and is a required datetime, date or yearmonth field; "
        + (f"{name} is none" if contract.partition else "there is no `partition`"),
    )


def check_waivers_differ(contract: Contract) -> Iterator[Problem]:
    seen = set[str]()
    for number, waiver in enumerate(contract.waivers):
        if waiver.expectation in seen:
            yield Problem(
                ("waivers", number, "expectation"),
                f"each expectation once; {quote(waiver.expectation)} has a waiver already",
            )
        seen.add(waiver.expectation)


RULES = (check_parts, check_format, check_collectors, check_partition_field, check_waivers_differ)
