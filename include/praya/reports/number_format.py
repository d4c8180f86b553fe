"""Numbers as the office prints them: the same digits in all three languages, dates and months in words.

Dashes and spaces are those of the Estimates: an en dash for less and between years, an em dash for no change, and in
running figures a space that does not break between groups of three digits.
"""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal

from praya.contract.zone import show_day

Number = int | float | Decimal

COMMA, SPACE = ",", "\N{NO-BREAK SPACE}"
LESS, NONE = "\N{EN DASH}", "\N{EM DASH}"
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def rounded(value: Number, decimals: int) -> Decimal:
    """`value` to so many decimals, half away from zero, as it is done by hand. Floats count as they are written."""
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def figure(value: Number, decimals: int | None = None, group: str = COMMA) -> str:
    """`403,546`, `660.3`, `–4.2`; with `group=SPACE` `2 807 000`. None decimals: as many as the value has."""
    exact = Decimal(str(value))
    if decimals is None:
        exact = exact.to_integral_value() if exact == exact.to_integral_value() else exact.normalize()
    else:
        exact = rounded(exact, decimals)
    text = f"{abs(exact):,f}".replace(COMMA, group)
    return f"{LESS}{text}" if exact < 0 else text


def change_pct(before: Number, after: Number) -> Decimal | None:
    """The change from `before` to `after` in per cent, to one decimal; None where there was nothing before."""
    start = Decimal(str(before))
    return rounded((Decimal(str(after)) - start) / start * 100, 1) if start else None


def signed(percent: Number, decimals: int = 1) -> str:
    """`+2.0%`, `–11.7%`, and `—` for no change."""
    exact = rounded(percent, decimals)
    if not exact:
        return NONE
    return f"{'+' if exact > 0 else LESS}{abs(exact):,f}%"


def change(percent: Number, decimals: int = 1) -> str:
    """A change in brackets, as it stands behind a figure: `(+2.0%)`, `(–11.7%)`, `(—)`."""
    return f"({signed(percent, decimals)})"


def financial_year(period: str) -> str:
    """`2023-24` as `2023–24`."""
    return period.replace("-", LESS)


def month(period: str, language: str) -> str:
    """`2023-01` as `January 2023`, or `2023年1月`."""
    year, number = (int(part) for part in period.split("-"))
    return f"{MONTHS[number - 1]} {year}" if language == "en" else f"{year}年{number}月"


def date(day: dt.date, language: str) -> str:
    """`25 November 2026`, or `2026年11月25日`."""
    return show_day(day, language)
