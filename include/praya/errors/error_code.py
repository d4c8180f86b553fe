"""What an error code is: a name that stays the same while sentences change, what it means, and what to do."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Code:
    """One kind of error. `name` is never reused; `means` and `do` are for a data engineer."""

    name: str
    means: str
    do: str

    def __str__(self) -> str:
        return self.name

    @property
    def area(self) -> str:
        """The part of Praya that it belongs to: `STAGE` of `PRAYA-STAGE-002`."""
        return self.name.split("-")[1]

    @property
    def number(self) -> int:
        """Its number within the area, from 1 on."""
        return int(self.name.split("-")[2])
