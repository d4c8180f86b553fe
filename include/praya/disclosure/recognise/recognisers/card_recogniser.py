"""Payment cards.

Claimed: the lengths and first digits of Visa, Mastercard, UnionPay, American Express, JCB, Diners and Discover with a
right Luhn digit, solid or in their printed groups. Missed: other groupings, debit cards of other schemes.
"""

from __future__ import annotations

from praya.disclosure.recognise.recogniser import GAP, Recogniser, bare, every, first_of, only

_SOLID = r"(?:^|[^0-9A-Za-z.])([2-6][0-9]{12,18})(?:$|[^0-9A-Za-z])"
PRINTED = r"\b[2-6][0-9]{3}[ -][0-9]{4}[ -][0-9]{4}[ -][0-9]{4}(?:[ -][0-9]{3})?\b"
_OTHER = (
    r"\b(?:3[47][0-9]{2}[ -][0-9]{6}[ -][0-9]{5}|3[0689][0-9]{2}[ -][0-9]{6}[ -][0-9]{4}"
    r"|62[0-9]{4}[ -][0-9]{12,13})\b"
)
_BRANDS = (
    r"4(?:[0-9]{12}|[0-9]{15}|[0-9]{18})|5[1-5][0-9]{14}|2(?:22[1-9]|2[3-9][0-9]|[3-6][0-9]{2}|7[01][0-9]|720)[0-9]{12}"
    r"|3[47][0-9]{13}|3(?:0[0-5]|[689][0-9])[0-9]{11}|35[0-9]{14}|6(?:011|4[4-9][0-9]|5[0-9]{2})[0-9]{12}|62[0-9]{14,17}"
)
_NEAR = rf"(?:^|[^0-9A-Za-z.])[2-6](?:{GAP}{{0,3}}[0-9]){{12,18}}(?:$|[^0-9A-Za-z])"


def has_luhn_digit(digits: str) -> str:
    """SQL that is true where the last of the digits is the right Luhn check digit."""
    place = f"(ascii({digits}[length({digits}) - i]) - 48)"
    doubled = (
        f"case when i % 2 = 0 then {place} else {place} * 2 - case when {place} > 4 then 9 else 0 end end"
    )
    return f"list_sum(list_transform(range(length({digits})), lambda i: {doubled})) % 10 = 0"


def _cards(text: str) -> str:
    shaped = (every(text, _SOLID, 1), every(text, PRINTED), every(text, _OTHER))
    return first_of(*(only(bare(values), is_card) for values in shaped))


def is_card(digits: str) -> str:
    """SQL that is true of the digits of a card."""
    return f"regexp_full_match({digits}, '{_BRANDS}') and {has_luhn_digit(digits)}"


CARD = Recogniser(
    name="card",
    near=_NEAR,
    digits=True,
    find=_cards,
    mask=lambda v: f"left({v}, 1) || '*** **** **** ****'",
    number=lambda v: f"{v} between 2e12 and 7e18",
    alone=_BRANDS,
    chance=1 / 10,
    whole=r"[2-6][0-9]{12,18}",
)
