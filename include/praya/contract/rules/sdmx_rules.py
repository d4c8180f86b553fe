"""Rules of a dataset that goes out as SDMX-CSV: its fields make up a data structure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from praya.contract.base import Keys, Problem
from praya.contract.sdmx import sdmx_problems

if TYPE_CHECKING:
    from praya.contract.model import Contract

FORMAT = "sdmx-csv"


def check_structure(contract: Contract) -> Iterator[Problem]:
    if FORMAT not in contract.release.formats:
        return
    at: Keys = ("release", "formats", contract.release.formats.index(FORMAT))
    places = {field.name: number for number, field in enumerate(contract.fields)}
    for found in sdmx_problems(contract.primary_key, contract.released_fields):
        if found.field:
            yield Problem(("schema", "fields", places[found.field], *found.keys), found.sentence)
        else:
            yield Problem(at, found.sentence)


RULES = (check_structure,)
