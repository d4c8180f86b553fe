"""Rules of rates and means in a disclosure section, and of what follows from them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from praya.contract.base import Keys, Problem
from praya.contract.disclosure_method import disclosure_methods

if TYPE_CHECKING:
    from praya.contract.model import Contract

AT = ("disclosure",)


def check_rest_on_counts(contract: Contract) -> Iterator[Problem]:
    rules = contract.disclosure
    places: dict[Keys, str] = {}
    for nth, rate in enumerate(rules.rates):
        places["rates", nth, "numerator"] = rate.numerator
        places["rates", nth, "denominator"] = rate.denominator
    places |= {("means", nth, "count"): mean.count for nth, mean in enumerate(rules.means)}
    for keys, name in places.items():
        if name not in rules.counts:
            yield Problem((*AT, *keys), f"rates and means rest on `counts`, which lack {name}")


def check_are_numbers(contract: Contract) -> Iterator[Problem]:
    rules = contract.disclosure
    places = {("rates", nth, "field"): rate.field for nth, rate in enumerate(rules.rates)}
    places |= {("means", nth, "field"): mean.field for nth, mean in enumerate(rules.means)}
    fields = {field.name: field for field in contract.fields} if places else {}
    for keys, name in places.items():
        if name not in fields or fields[name].type != "number":
            yield Problem((*AT, *keys), f"rates and means are number fields of the schema; {name} is none")


def check_sums(contract: Contract) -> Iterator[Problem]:
    rules = contract.disclosure
    if not rules.sums:
        return
    taken = {*rules.guarded, *contract.primary_key, *rules.cell_keys.values()}
    fields = {field.name: field for field in contract.fields}
    for nth, mean in enumerate(rules.means):
        name = mean.sum
        if name and (name in taken or name not in fields or fields[name].type != "integer"):
            yield Problem(
                (*AT, "means", nth, "sum"),
                f"`sum` is an integer field that is nothing else; {name} is not so",
            )


def check_bands(contract: Contract) -> Iterator[Problem]:
    rules = contract.disclosure
    for nth, mean in enumerate(rules.means):
        for number, band in enumerate(mean.bands):
            if band.count not in (*rules.counts, *(each.rest for each in rules.structure.inside)):
                yield Problem(
                    (*AT, "means", nth, "bands", number, "count"),
                    f"bands are of counts, or of the `rest` of one; {band.count} is neither",
                )


def check_follows(contract: Contract) -> Iterator[Problem]:
    rules = contract.disclosure
    if not rules.follows:
        return
    known = {field.name for field in contract.fields} - {*rules.guarded, *contract.primary_key}
    derived = {*rules.guarded} - {*rules.counts}
    for name, of in rules.follows.items():
        if name not in known:
            yield Problem((*AT, "follows", name), f"expected a field that is nothing else; {name} is not so")
        elif of not in derived:
            yield Problem((*AT, "follows", name), f"fields follow from a rate or a mean; {of} is neither")


def check_means_are_rounded(contract: Contract) -> Iterator[Problem]:
    rules = contract.disclosure
    if not rules.means or not disclosure_methods()[rules.method].needs_rounded_means:
        return
    means = {mean.field for mean in rules.means}
    for number, field in enumerate(contract.fields):
        if field.name in means and field.decimals is None:
            yield Problem(
                ("schema", "fields", number),
                f"means need `decimals` under {rules.method}, for an unrounded mean gives its count back; "
                f"{field.name} has none",
            )


RULES = (
    check_rest_on_counts,
    check_are_numbers,
    check_sums,
    check_bands,
    check_follows,
    check_means_are_rounded,
)
