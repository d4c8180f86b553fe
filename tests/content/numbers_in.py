"""Finds every number of a document: digits and number words, with the line on which they stand.

It knows nothing of the sources: what it finds is what a reader with a pencil would underline.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

WORDS = {
    word: Decimal(value)
    for value, words in {
        "0": "zero",
        "0.5": "half",
        "1": "one first once single",
        "2": "two second twice both dual double doubled",
        "3": "three third triple",
        "4": "four fourth",
        "5": "five fifth",
        "6": "six sixth",
        "7": "seven seventh",
        "8": "eight eighth",
        "9": "nine ninth",
        "10": "ten tenth",
        "11": "eleven eleventh",
        "12": "twelve twelfth dozen",
        "13": "thirteen thirteenth",
        "14": "fourteen fourteenth",
        "15": "fifteen",
        "16": "sixteen",
        "17": "seventeen",
        "18": "eighteen",
        "19": "nineteen",
        "20": "twenty twentieth",
        "30": "thirty thirtieth",
        "40": "forty",
        "50": "fifty",
        "60": "sixty",
        "70": "seventy",
        "80": "eighty",
        "90": "ninety",
        "100": "hundred hundreds",
        "1000": "thousand thousands",
    }.items()
    for word in words.split()
}
DATE = r"\d{1,2}\.\d{1,2}\.\d{4}"
# Thousands are set apart by commas or single spaces; 403,546 and 29 973 are one number each.
FIGURE = r"\d+(?:[, ]\d{3}(?!\d))*(?:\.\d+)?"
NUMBER = re.compile(rf"{DATE}|{FIGURE}|(?<![A-Za-z])(?:{'|'.join(WORDS)})(?![A-Za-z])", re.IGNORECASE)


class Number(NamedTuple):
    """One number as printed: its line (from 1), its place among the numbers of that line (from 1), its text."""

    line: int
    nth: int
    text: str

    @property
    def value(self) -> Decimal | None:
        """What it comes to; None for a date."""
        plain = re.sub(r"[, ]", "", self.text.lower())
        return WORDS.get(
            plain, None if re.fullmatch(DATE, plain) else Decimal(plain) if plain[0].isdigit() else None
        )


def numbers_in(text: str) -> Iterator[Number]:
    """Every number of a text, in its order."""
    for line, printed in enumerate(text.split("\n"), 1):
        for nth, found in enumerate(NUMBER.finditer(printed), 1):
            yield Number(line, nth, found[0])
