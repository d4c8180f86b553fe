"""The methods by which small counts are hidden, one file each of the same shape."""

from __future__ import annotations

from typing import Protocol

from praya.contract import Contract, Field
from praya.protect import cell_key, suppression, ten_five


class Method(Protocol):
    """What a method's module gives; `TRUE_RATES`: whether its rates are made from true counts."""

    TRUE_RATES: bool

    def interval(self, shown: int | None, threshold: int, /) -> tuple[float, float]: ...
    def select_protected(self, contract: Contract, source: str) -> str: ...
    def status_fields(self, contract: Contract) -> list[Field]: ...


METHODS: dict[str, Method] = {
    "10-5 rule": ten_five,
    "cell-key perturbation": cell_key,
    "suppression": suppression,
}
