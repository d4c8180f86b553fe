"""Numbers with the digits of their document: 439.0 is not 439."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal


def format_printed(value: float, decimals: int | None) -> str:
    """`439.0`, `80`; with None decimals as many digits after the point as the value has."""
    exact = Decimal(str(value))
    if decimals is None:
        return (
            f"{exact.to_integral_value():f}"
            if exact == exact.to_integral_value()
            else f"{exact.normalize():f}"
        )
    return f"{exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP):f}"


def plain_number(value: float, decimals: int | None) -> int | float:
    """The value as a JSON number: a whole one has a point only where the document prints one."""
    return int(value) if value == int(value) and not decimals else value
