"""All rules between the sections of a contract."""

from __future__ import annotations

from praya.contract.rules import (
    cell_keys_rules,
    collected_rules,
    counts_rules,
    derived_rules,
    format_rules,
    guards_rules,
    names_rules,
    notes_rules,
    personal_rules,
    released_rules,
)

RULES = tuple(
    rule
    for group in (
        names_rules,
        collected_rules,
        personal_rules,
        counts_rules,
        derived_rules,
        cell_keys_rules,
        guards_rules,
        notes_rules,
        released_rules,
        format_rules,
    )
    for rule in group.RULES
)
