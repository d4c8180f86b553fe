"""Passports, permits to travel, and identity numbers of the Mainland.

**Passports.** Claimed: up to three letters and six to nine digits (Hong Kong, Mainland and British National (Overseas)
ones among them) beside a word such as passport or 護照; the second machine-readable line with a right check digit
anywhere. **Travel permits**: numbers of home-return permits, Taiwan compatriots' permits and two-way permits beside
回鄉證, 台胞證 and the like. Neither has a check digit that is printed with the number.

**Mainland identity**: 18 digits with a region, a date and a right check digit, which residence permits for Hong Kong,
Macao and Taiwan residents (810000, 820000, 830000) have too; 15 digits with a region and a date. Missed: a wrong
check digit.
"""

from __future__ import annotations

from praya.disclosure.recognise.cues import LEFT, RIGHT, cued
from praya.disclosure.recognise.numbers import is_card
from praya.disclosure.recognise.recogniser import Recogniser, every, first_of, only, run_of

_PASSPORT = (
    r"(?:(?i:passports?\b|\bbn ?\(? ?o ?\)?\b|\btravel document)|護照|护照|旅行證件|旅行证件|特區護照"
    r"|(?i:\bpp ?no\b))"
)
_PERMIT = (
    r"(?:(?i:home[ -]?return (?:permit|card)|\bhrp\b|mainland travel permit|travel permit|compatriots?'? permit"
    r"|two[ -]?way permit|one[ -]?way permit|exit[ -]entry permit|\bmtp\b|\beep\b)"
    r"|回[鄉乡][證证]|[臺台]胞[證证]|通行[證证]|[單单雙双]程[證证]|居住[證证]|還鄉證|还乡证)"
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
)
PERMIT = cued(
    "travel permit",
    _PERMIT,
    rf"(?:[A-Za-z] ?[A-Za-z]?[^0-9A-Za-z\p{{Han}}]{{0,3}})?{run_of(8, 11)}",
    r"(?i)home_?return|travel_?permit|\bhrp\b|回[鄉乡][證证]|[臺台]胞[證证]|通行[證证]|雙程證|双程证",
    "* ********",
)

_REGION = r"(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3])[0-9]{4}"
_DAY = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
_EIGHTEEN = rf"{_REGION}(?:19|20)[0-9]{{2}}{_DAY}[0-9]{{3}}[0-9Xx]"
_FIFTEEN = rf"{_REGION}[0-9]{{2}}{_DAY}[0-9]{{3}}"


def right(number: str) -> str:
    """SQL that is true where a number of 18 has a right check digit (ISO 7064, MOD 11-2), or has but 15."""
    total = f"list_sum(list_transform(range(1, 18), lambda i: (ascii({number}[i]) - 48) * (pow(2, 18 - i)::int % 11)))"
    check = f"case when upper({number}[18]) = 'X' then 10 else ascii({number}[18]) - 48 end"
    return f"case when length({number}) = 18 then ({total} + {check}) % 11 = 1 else true end"


def _mainland(text: str) -> str:
    shaped = (every(text, rf"{LEFT}({each}){RIGHT}", 1) for each in (_EIGHTEEN, _FIFTEEN))
    # A payment card of fifteen digits is none.
    return first_of(*(only(values, lambda v: f"({right(v)}) and not ({is_card(v)})") for values in shaped))


MAINLAND = Recogniser(
    kind="mainland identity",
    near=r"(?:^|[^0-9A-Za-z.])[1-8](?:[^0-9A-Za-z\p{Han}:]{0,3}[0-9]){13}[^0-9A-Za-z\p{Han}:]{0,3}"
    r"(?:[0-9](?:[^0-9A-Za-z\p{Han}:]{0,3}[0-9]){2}[^0-9A-Za-z\p{Han}:]{0,3}[0-9Xx]|[0-9])(?:$|[^0-9A-Za-z])",
    digits=True,
    found=_mainland,
    mask=lambda _: "'******************'",
    number=lambda v: f"{v} between 1.1e14 and 8.4e14 or {v} between 1.1e17 and 8.4e17",
    alone=r"[1-8][0-9]{14}(?:[0-9]{2}[0-9Xx])?",
    chance=0.02,
)
