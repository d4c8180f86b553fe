"""Permits to travel.

Claimed: numbers of home-return permits, Taiwan compatriots' permits and two-way permits beside 回鄉證, 台胞證 and
the like. They have no check digit that is printed with the number.
"""

from __future__ import annotations

from praya.disclosure.recognise.cues import cued
from praya.disclosure.recognise.cuts import NUMBER_BEGINS, Cut
from praya.disclosure.recognise.recogniser import run_of

_PERMIT = (
    r"(?:(?i:home[ -]?return (?:permit|card)|\bhrp\b|mainland travel permit|travel permit|compatriots?'? permit"
    r"|two[ -]?way permit|one[ -]?way permit|exit[ -]entry permit|\bmtp\b|\beep\b)"
    r"|回[鄉乡][證证]|[臺台]胞[證证]|通行[證证]|[單单雙双]程[證证]|居住[證证]|還鄉證|还乡证)"
)
PERMIT = cued(
    "travel permit",
    _PERMIT,
    rf"(?:[A-Za-z] ?[A-Za-z]?[^0-9A-Za-z\p{{Han}}]{{0,3}})?{run_of(8, 11)}",
    r"(?i)home_?return|travel_?permit|\bhrp\b|回[鄉乡][證证]|[臺台]胞[證证]|通行[證证]|雙程證|双程证",
    "* ********",
    cuts=(Cut(rf"回[鄉乡][證证]{NUMBER_BEGINS}"),),
)
