"""Identity card numbers of Hong Kong.

Claimed: a Hong Kong identity card number with a right check digit, in brackets (`A123456(3)`, also `A 123 456 (3)`,
`[3]`, full-width, small letters, stuck to other letters) or without (`A1234563`, `AB1234567`, `A123456-3`, where
no other letter or digit stands beside it). In a column whose name says so, six or seven digits without their
letter too.

Missed: a number with a wrong check digit, and one without its letter in any other column: some letter fits every
seven digits, so nothing tells them from a count. One in eleven codes of the same shape has the right check digit
by chance; a column of such codes, with no more right ones than chance gives, is left alone, and with it a real
number that hides among them.
"""

from __future__ import annotations

from praya.disclosure.recognise.cuts import Cut, number_after
from praya.disclosure.recognise.recogniser import Recogniser, bare, every, first_of, matches, only

_BRACKETED = r"[A-Za-z]{1,2}[ -]?[0-9]{3}[ -]?[0-9]{3}[ -]?[(\[] ?[0-9Aa] ?[)\]]"
# A small letter and a space are a word and a number (`as 1234567`).
_ALONE = r"(?:[A-Z]{1,2} ?|[a-z]{1,2})[0-9]{6}[-/ ]?[0-9Aa]"
_SOLID = rf"\b{_ALONE}\b"
_WORDS = r"^(?:AM|AN|AS|AT|BE|BY|ID|IF|IN|IS|IT|ME|MY|NO|OF|ON|OR|PO|SO|TO|UP|US|WE) "
_NUMBER = r"^ *[0-9]{6,7}[Aa]? *$"

# The first half of one at the end of a cell.
_HALF = r"(?:^|[^0-9A-Za-z])[A-Za-z]{1,2}[0-9]{3,6}[ (-]{0,2}$"
_D = r"[^0-9A-Za-z\p{Han}]{0,3}"
NEAR = (
    rf"[A-Za-z](?:{_D}[0-9]){{6}}{_D}[0-9Aa](?:$|[^0-9A-Za-z])"
    rf"|[A-Za-z][^0-9A-Za-z\p{{Han}}]?[0-9]{{3}}.?[0-9]{{3}}{_D}["
    rf"(\[{{（［【〔﹙｛<＜《〈「][^0-9A-Za-z]?[0-9Aa]"
)


def is_right(number: str) -> str:
    """SQL that is true where the check digit of a bare number (`A1234563`, `AB1234567`, capitals) is right.

    Weights 9 and 8 for the letters (a missing first one counts 36), 7 to 2 for the digits, 1 for the check
    digit (A is 10); the sum is divisible by 11.
    """
    tail = f"right({number}, 7)"
    letters = f"left({number}, length({number}) - 7)"
    first = f"case when length({letters}) = 2 then 9 * (ascii({letters}) - 55) else 324 end"
    second = f"8 * (ascii(right({letters}, 1)) - 55)"
    digits = " + ".join(f"{8 - place} * (ascii({tail}[{place}]) - 48)" for place in range(1, 7))
    check = f"case when {tail}[7] = 'A' then 10 else ascii({tail}[7]) - 48 end"
    return f"({first} + {second} + {digits} + {check}) % 11 = 0"


def _find(text: str) -> str:
    bracketed = bare(every(text, _BRACKETED))
    # The letter before may be the end of a word.
    stuck = f"list_transform({only(bracketed, lambda v: f'length({v}) = 9')}, lambda v: right(v, 8))"
    solid = bare(only(every(text, _SOLID), lambda v: f"not {matches(v, _WORDS)}"))
    return first_of(*(only(values, is_right) for values in (bracketed, stuck, solid)))


HKID = Recogniser(
    name="hkid",
    near=NEAR,
    digits=True,
    find=_find,
    mask=lambda v: f"case when {v} >= 'A' then left({v}, 1) else '*' end || '******(*)'",
    number=lambda _: "false",
    named=r"(?i)hk_?id|hk_?ic|id_?card|identity_?(?:card|no)|身[份分][證证]",
    near_named=_NUMBER,
    find_named=lambda text: every(text, _NUMBER),
    alone=_ALONE,
    chance=1 / 11,
    cuts=(number_after("hkid|id", "身[份分][證证]"), Cut(_HALF), Cut(_HALF, head=r"^\([0-9Aa]\)")),
    whole=r"[A-Za-z]{1,2}[0-9]{6}[(\[]?[0-9Aa][)\]]?",
)
