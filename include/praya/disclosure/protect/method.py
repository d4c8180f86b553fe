"""The methods by which small counts are hidden, one file each of the same shape."""

from __future__ import annotations

from typing import Protocol

from praya.contract import Contract, Field
from praya.disclosure.protect import cell_key, suppression, ten_five


class Method(Protocol):
    """What a method's module gives; `TRUE_RATES`: whether its rates are made from true counts; `EXACT`: whether its
    figures are the counts; `CHANGE_OFF`: how far the change of a figure may be off that of its count; `READERS`: what
    `by_rule` may be, of two readers who know different things of what is withheld."""

    TRUE_RATES: bool
    EXACT: bool
    CHANGE_OFF: int
    READERS: tuple[bool, ...]

    def interval(self, shown: int, threshold: int, /) -> tuple[float, float]: ...
    def withheld(
        self, count: int, threshold: int, key: int | None, by_rule: bool, /
    ) -> tuple[float, float]: ...
    def carry_on(self, figure: int, low: float, change: int, threshold: int, /) -> int | None: ...
    def select_protected(self, contract: Contract, source: str) -> str: ...
    def status_fields(self, contract: Contract) -> list[Field]: ...


METHODS: dict[str, Method] = {
    "10-5 rule": ten_five,
    "cell-key perturbation": cell_key,
    "suppression": suppression,
}
