"""All rules between the sections of a contract."""

from __future__ import annotations

from praya.contract.rules import (
    cell_keys,
    collected,
    counts,
    derived,
    guards,
    names,
    notes,
    personal,
    released,
    sdmx,
)

RULES = tuple(
    rule
    for group in (names, collected, personal, counts, derived, cell_keys, guards, notes, released, sdmx)
    for rule in group.RULES
)
