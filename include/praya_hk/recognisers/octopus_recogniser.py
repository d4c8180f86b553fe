"""Octopus cards: eight or nine digits beside Octopus or 八達通. Missed: a number without such a word."""

from __future__ import annotations

from praya.disclosure.recognise.cues import cued
from praya.disclosure.recognise.cuts import number_after
from praya.disclosure.recognise.recogniser import run_of

OCTOPUS = cued(
    "octopus card",
    r"(?:(?i:octopus)|八[達达]通)",
    rf"{run_of(8, 9)}",
    r"(?i)octopus|八[達达]通",
    "********",
    cuts=(number_after("octopus", "八[達达]通"),),
)
