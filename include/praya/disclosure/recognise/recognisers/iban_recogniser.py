"""International bank account numbers (ISO 13616).

Claimed: two capitals, two check digits and eleven to thirty capitals and digits whose check digits are right, solid
or in groups of four. Missed: small letters, other groupings.
"""

from __future__ import annotations

from praya.disclosure.recognise.cues import LEFT, RIGHT
from praya.disclosure.recognise.recogniser import Recogniser, bare, every, only

_SHAPE = r"[A-Z]{2}[0-9]{2}(?:[ -]?[0-9A-Z]{4}){2,7}(?:[ -]?[0-9A-Z]{1,3})?"


def is_iban(value: str) -> str:
    """SQL that is true where the check digits of a bare number are right (ISO 7064, MOD 97-10)."""
    turned = f"string_split(right({value}, length({value}) - 4) || left({value}, 4), '')"
    # A letter is two digits, from 10 for A.
    digits = f"list_transform({turned}, lambda c: if(c <= '9', ascii(c) - 48, ascii(c) - 55))"
    rest = f"list_reduce({digits}, lambda rest, digit: (rest * if(digit > 9, 100, 10) + digit) % 97)"
    return f"length({value}) >= 15 and {rest} = 1"


IBAN = Recogniser(
    name="iban",
    near=rf"{LEFT}{_SHAPE}{RIGHT}",
    digits=True,
    find=lambda text: only(bare(every(text, rf"{LEFT}({_SHAPE}){RIGHT}", 1)), is_iban),
    mask=lambda _: "'**** **** ****'",
    alone=_SHAPE,
    chance=1 / 97,
)
