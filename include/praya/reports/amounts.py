"""Amounts with their unit in running text: Chinese counts in 萬 and 億, whatever the unit of the figures is.

A table has its unit in a column or in its heading, and its figures stay as they are: 40 under 十億港元. In a
sentence the same is 400億港元.
"""

from __future__ import annotations

from decimal import Decimal

from praya.contract.text import to_simplified
from praya.reports.document import Words, words
from praya.reports.number_format import Number, figure

# How many dollars one of a unit is.
DOLLARS = {"HKD": 1, "HKD thousand": 10**3, "HKD million": 10**6, "HKD billion": 10**9}
SCALES = ((10**8, "億"), (10**4, "萬"))
FEW_DECIMALS = 2  # a count of people has no more than these behind 萬 or 億; 12,345 is 12,345


def amount(value: Number, unit: str, name: Words, language: str) -> str:
    """A figure with its unit, by its code and its name: `40 HK$ billion`, `400億港元`; `23 departments`, `23個部門`."""
    if language == "en":
        return f"{figure(value)} {words(name, language)}"
    behind = "" if unit in DOLLARS else words(name, language)
    return f"{without_unit(value, unit, language)}{behind}"


def without_unit(value: Number, unit: str, language: str) -> str:
    """A figure beside others of its unit; money in Chinese has its own, for 萬 and 億 may differ from theirs."""
    if language == "en":
        return figure(value)
    said = f"{money(value, unit)}港元" if unit in DOLLARS else counted(value)
    return to_simplified(said) if language == "zh-Hans" else said


def money(value: Number, unit: str) -> str:
    """So much of a unit of money in Chinese, exact: `6.603億` of 660.3 million."""
    number, scale = scaled(Decimal(str(value)) * DOLLARS[unit])
    return f"{figure(number)}{scale}"


def counted(value: Number) -> str:
    """A count in Chinese: `280.7萬` of 2,807,000, but `403,546`."""
    number, scale = scaled(Decimal(str(value)))
    short = number == round(number, FEW_DECIMALS)
    return f"{figure(number)}{scale}" if short else figure(value)


def scaled(exact: Decimal) -> tuple[Decimal, str]:
    """A number in 億 or 萬 with the word for it, or as it is with none."""
    for size, word in SCALES:
        if abs(exact) >= size:
            return exact / size, word
    return exact, ""
