"""What a published figure tells of the count behind it: the interval in which a reader knows it to be."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Told:
    """A figure p in print says: at least p - down and `least`, at most p + up. Withheld says: at least `held`."""

    down: int
    up: int
    least: int
    held: int
