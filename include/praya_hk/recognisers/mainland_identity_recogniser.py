"""Identity numbers of the Mainland.

Claimed: 18 digits with a region, a date and a right check digit, which residence permits for Hong Kong, Macao and
Taiwan residents (810000, 820000, 830000) have too; 15 digits with a region and a date. Missed: a wrong check digit.
"""

from __future__ import annotations

from praya.disclosure.recognise.cues import LEFT, RIGHT
from praya.disclosure.recognise.recogniser import Recogniser, every, first_of, only
from praya.disclosure.recognise.recognisers.card_recogniser import is_card

_REGION = r"(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3])[0-9]{4}"
_DAY = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
_EIGHTEEN = rf"{_REGION}(?:19|20)[0-9]{{2}}{_DAY}[0-9]{{3}}[0-9Xx]"
_FIFTEEN = rf"{_REGION}[0-9]{{2}}{_DAY}[0-9]{{3}}"


def is_right(number: str) -> str:
    """SQL that is true where a number of 18 has a right check digit (ISO 7064, MOD 11-2), or has but 15."""
    total = f"list_sum(list_transform(range(1, 18), lambda i: (ascii({number}[i]) - 48) * (pow(2, 18 - i)::int % 11)))"
    check = f"case when upper({number}[18]) = 'X' then 10 else ascii({number}[18]) - 48 end"
    return f"case when length({number}) = 18 then ({total} + {check}) % 11 = 1 else true end"


def _mainland(text: str) -> str:
    shaped = (every(text, rf"{LEFT}({each}){RIGHT}", 1) for each in (_EIGHTEEN, _FIFTEEN))
    # A payment card of fifteen digits is none.
    return first_of(*(only(values, lambda v: f"({is_right(v)}) and not ({is_card(v)})") for values in shaped))


MAINLAND_IDENTITY = Recogniser(
    name="mainland identity",
    near=r"(?:^|[^0-9A-Za-z.])[1-8](?:[^0-9A-Za-z\p{Han}:]{0,3}[0-9]){13}[^0-9A-Za-z\p{Han}:]{0,3}"
    r"(?:[0-9](?:[^0-9A-Za-z\p{Han}:]{0,3}[0-9]){2}[^0-9A-Za-z\p{Han}:]{0,3}[0-9Xx]|[0-9])(?:$|[^0-9A-Za-z])",
    digits=True,
    find=_mainland,
    mask=lambda _: "'******************'",
    number=lambda v: f"{v} between 1.1e14 and 8.4e14 or {v} between 1.1e17 and 8.4e17",
    alone=r"[1-8][0-9]{14}(?:[0-9]{2}[0-9Xx])?",
    chance=0.02,
    whole=r"[1-8][0-9]{16}[0-9Xx]",
)
