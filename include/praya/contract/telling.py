"""How many records there are, as it may be told: those of persons in fives, and few of them only as few.

A month's records are the totals of tables in which counts are hidden; their exact number would undo some of that.
"""

from __future__ import annotations

from praya.contract.disclosure import Disclosure

BASE = 5


def disclose_number(rules: Disclosure, number: int | None) -> int | None:
    """The number as it may be told; None where it is below the threshold and not zero."""
    if number is None or not _rounded(rules) or not number:
        return number
    return None if number < rules.threshold else (number + BASE // 2) // BASE * BASE


def in_words(rules: Disclosure, number: int) -> str:
    """The number as it may be told, e.g. `1,234`, `about 1,235` or `fewer than 10`."""
    if not _rounded(rules) or not number:
        return f"{number:,}"
    shown = disclose_number(rules, number)
    return f"fewer than {rules.threshold}" if shown is None else f"about {shown:,}"


def _rounded(rules: Disclosure) -> bool:
    return rules.class_ == "personal records"
