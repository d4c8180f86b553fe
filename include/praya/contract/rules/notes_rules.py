"""Rules of notes and coverage: they speak of fields, and codes, that are released."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from praya.contract.base import Problem
from praya.text.outside import quote

if TYPE_CHECKING:
    from praya.contract.fields import Field
    from praya.contract.model import Contract

# Types whose values can tell the time that is covered.
PERIODS = ("date", "datetime", "year", "yearmonth", "string")


def check_note_fields(contract: Contract) -> Iterator[Problem]:
    shown = _shown(contract) if contract.notes else {}
    for number, note in enumerate(contract.notes):
        if note.field is not None and note.field not in shown:
            yield Problem(("notes", number, "field"), f"{note.field} is not a field that is released")


def check_note_codes(contract: Contract) -> Iterator[Problem]:
    shown = _shown(contract) if contract.notes else {}
    for number, note in enumerate(contract.notes):
        field = shown.get(note.field or "")
        codes = field.constraints.enum if field else None
        if codes and note.code is not None and note.code not in codes:
            yield Problem(("notes", number, "code"), f"'{quote(note.code)}' is no code of {note.field}")


def check_coverage_field(contract: Contract) -> Iterator[Problem]:
    if (name := contract.coverage.field) is None:
        return
    field = _shown(contract).get(name)
    if field is None:
        yield Problem(("coverage", "field"), f"{name} is not a field that is released")
    elif field.type not in PERIODS:
        yield Problem(
            ("coverage", "field"), f"expected one of type {', '.join(PERIODS)}; {name} is {field.type}"
        )


def _shown(contract: Contract) -> dict[str, Field]:
    return {field.name: field for field in contract.released_fields if field.personal != "drop"}


RULES = (check_note_fields, check_note_codes, check_coverage_field)
