"""Rules of what is collected: parts, pages, months, and where a field is in the source; and of waivers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from praya.contract.base import Problem
from praya.contract.json_path import parse_json_path
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


def check_json_paths(contract: Contract) -> Iterator[Problem]:
    """Fields of a JSON source lead to one place of a record each."""
    if contract.source.format != "json":
        return
    for number, field in enumerate(contract.fields):
        try:
            parse_json_path(field.source_name)
        except ValueError as error:
            yield Problem(("schema", "fields", number, "source"), quote(error, 300))


def check_pages(contract: Contract) -> Iterator[Problem]:
    source = contract.source
    if source.pages and not (contract.partition and source.path and source.format == "csv"):
        yield Problem(
            ("source", "pages"), "`source.pages` goes with a `path`, `format: csv` and a `partition`"
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


RULES = (check_parts, check_json_paths, check_pages, check_partition_field, check_waivers_differ)
