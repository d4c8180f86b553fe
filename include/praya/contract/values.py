"""Values of figures, and whether two of them are the same."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

Value = float | int | str | None


def same(one: Value, other: Value) -> bool:
    """Whether two values are the same figure, however it is spelled: `74`, 74.0 and `74.0` are."""
    if one is None or other is None:
        return one is other
    try:
        return Decimal(str(one)) == Decimal(str(other))
    except InvalidOperation:
        return str(one) == str(other)
