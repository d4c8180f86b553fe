"""How an identifier that is cut in two goes on in the next column of its row."""

from __future__ import annotations

from dataclasses import dataclass

# The rest of a number, at the beginning of a cell.
NUMBER_HEAD = r"^ ?[./_-]?[0-9]{1,7}(?: ?\(?[0-9Aa]\)|[A0-9])?(?:$|[^0-9])"

# Behind a word for it, the first digits of a number at the end of a cell.
NUMBER_BEGINS = r"[^0-9]{0,14}[A-Za-z]{0,2}[0-9]{0,7}[ ./_(-]{0,2}$"

# What stands before the @ of a mail address, where that is a cell of its own.
LOCAL = r"[a-z0-9][a-z0-9._%+-]*[a-z][a-z0-9._%+-]*@?"


@dataclass(frozen=True)
class Cut:
    """RE2 of the end of the left cell and of the beginning of the right one, and what belongs between the two."""

    tail: str
    head: str = NUMBER_HEAD
    between: str = ""


def number_after(english: str, chinese: str) -> Cut:
    """A number whose first digits are behind one of these words (RE2) at the end of a cell."""
    return Cut(rf"(?:\b(?i:{english})|{chinese}){NUMBER_BEGINS}")
