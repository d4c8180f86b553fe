"""Telephone numbers in their international form: a plus, and ten to fifteen digits in any grouping.

Missed: numbers as a place writes its own, which are for a recogniser of that place.
"""

from __future__ import annotations

from praya.disclosure.recognise.recogniser import GAP, Recogniser, digits_of, every, without
from praya.disclosure.recognise.recognisers.card_recogniser import PRINTED

NEAR = rf"\+{GAP}?[1-9](?:{GAP}{{0,2}}[0-9]){{9,14}}"
NUMBER = r"(?:^|[^0-9A-Za-z.])(\+ ?[1-9](?:[^0-9A-Za-z\p{Han}]{0,2}[0-9]){9,14})(?:$|[^0-9])"

INTERNATIONAL_PHONE = Recogniser(
    name="international phone",
    near=NEAR,
    digits=True,
    find=lambda text: every(without(text, PRINTED), NUMBER, 1),
    mask=lambda v: f"'+' || left({digits_of(v)}, 1) || '*** ****'",
)
