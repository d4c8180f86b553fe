"""Rules of the fields that formats and files need, and that a release section names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from praya.contract.base import Keys, Problem

if TYPE_CHECKING:
    from praya.contract.model import Contract

FIGURES = ("integer", "number")
YEAR_TYPES = ("date", "datetime", "year", "yearmonth", "string")


def check_places(contract: Contract) -> Iterator[Problem]:
    if places := contract.release.places:
        yield from _check(contract, ("places", "latitude"), places.latitude, ("number",))
        yield from _check(contract, ("places", "longitude"), places.longitude, ("number",))


def check_days(contract: Contract) -> Iterator[Problem]:
    if days := contract.release.days:
        yield from _check(contract, ("days", "date"), days.date, ("date",), required=True)
        yield from _check(contract, ("days", "until"), days.until, ("date",))
        yield from _check(contract, ("days", "uid"), days.uid, ("string",), required=True)
        for language, name in days.summary.items():
            yield from _check(contract, ("days", "summary", language), name, ("string",), required=True)


def check_figures(contract: Contract) -> Iterator[Problem]:
    for number, name in enumerate(contract.release.figures):
        yield from _check(contract, ("figures", number), name, FIGURES)


def check_year_field(contract: Contract) -> Iterator[Problem]:
    yield from _check(contract, ("year_field",), contract.release.year_field, YEAR_TYPES, required=True)


def check_year_pattern(contract: Contract) -> Iterator[Problem]:
    if not (name := contract.release.year_field):
        return
    field = {each.name: each for each in contract.unchanged_fields}.get(name)
    if field and field.type == "string" and not (field.constraints.pattern or "").startswith(r"\d{4}"):
        yield Problem(
            ("release", "year_field"),
            rf"a string field needs a `pattern` that starts with \d{{4}}, the year; {name} has none",
        )


def _check(
    contract: Contract, keys: Keys, name: str | None, types: tuple[str, ...], required: bool = False
) -> Iterator[Problem]:
    if not name:
        return
    field = {each.name: each for each in contract.unchanged_fields}.get(name)
    if not (field and field.type in types and (field.constraints.required or not required)):
        expected = f"{'required ' if required else ''}{' or '.join(types)} field"
        yield Problem(("release", *keys), f"expected a {expected} that goes out unchanged; {name} is none")


RULES = (check_places, check_days, check_figures, check_year_field, check_year_pattern)
