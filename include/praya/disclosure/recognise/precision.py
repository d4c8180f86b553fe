"""How fine a place may be before it is personal data."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Precision:
    """How fine a place may be: decimals of a degree, and metres of the grid."""

    decimals: int = 3
    metres: int = 100
