"""Values of figures, and whether two of them are the same."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

Value = float | int | str | None


def same(first: Value, other: Value) -> bool:
    """Whether two values are the same figure, however it is spelled: `74`, 74.0 and `74.0` are."""
    if first is None or other is None:
        return first is other
    try:
        return Decimal(str(first)) == Decimal(str(other))
    except InvalidOperation:
        return str(first) == str(other)
