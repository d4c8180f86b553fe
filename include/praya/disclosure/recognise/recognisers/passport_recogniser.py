"""Passports.

Claimed: up to three letters and six to nine digits (Hong Kong, Mainland and British National (Overseas) ones among
them) beside a word such as passport or 護照; the second machine-readable line with a right check digit anywhere.
The number has no check digit that is printed with it.
"""

from __future__ import annotations

from praya.disclosure.recognise.cues import cued
from praya.disclosure.recognise.cuts import number_after
from praya.disclosure.recognise.recogniser import run_of

_PASSPORT = (
    r"(?:(?i:passports?\b|\bbn ?\(? ?o ?\)?\b|\btravel document)|護照|护照|旅行證件|旅行证件|特區護照"
    r"|(?i:\bpp ?no\b))"
)
_LETTERED = rf"(?:[A-Za-z] ?[A-Za-z]?[^0-9A-Za-z\p{{Han}}]{{0,3}})?{run_of(7, 9)}"
_MRZ = r"[A-Z0-9<]{9}[0-9][A-Z<]{3}[0-9]{7}[MFX<][0-9]{7}"


def _machine_readable(value: str) -> str:
    """SQL that is true where the check digit of a passport's number in its second line is right (7, 3, 1)."""
    place = f"ascii({value}[i])"
    number = f"case when {place} < 58 then {place} - 48 when {place} = 60 then 0 else {place} - 55 end"
    total = f"list_sum(list_transform(range(1, 10), lambda i: ({number}) * [1, 7, 3][i % 3 + 1]))"
    return f"case when length({value}) > 26 then {total} % 10 = ascii({value}[10]) - 48 else true end"


PASSPORT = cued(
    "passport",
    _PASSPORT,
    _LETTERED,
    r"(?i)passport|護照|护照|旅行證件|旅行证件",
    "* ********",
    also=rf"({_MRZ})",
    near=_MRZ,
    holds=_machine_readable,
    cuts=(number_after("passport", "[護护][照]"),),
)
