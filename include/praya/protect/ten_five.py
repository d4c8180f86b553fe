"""The 10-5 rule: counts below 10 (or the contract's threshold) are withheld and coded, all others are rounded to 5.

A figure in print always stands for five counts. So 10, 11 and 12 are withheld too: the figure 10 would stand for three,
and were one of them to fall to 9, who knows that one record is gone would know the 9 as one of three.
"""

from __future__ import annotations

from praya.contract import Contract, Field, Text
from praya.protect.status import select_withheld, thin, with_status
from praya.store.duck import identifier

BASE = 5
HALF = BASE // 2

TRUE_RATES = True  # rates are made from the counts as they are
EXACT = False
DERIVED_STATUS = Text(
    en="C: withheld, for few stand behind it or behind the rest, or a count could be worked out with it; F: free, from "
    "unrounded counts (SDMX CL_CONF_STATUS)",
    zh_hant="C：相關數目或其餘數目偏小，或可用以推算該等數目，因此不予公布；F：可公布，按未經調整的數目計算"
    "（SDMX CL_CONF_STATUS）",
)


def interval(shown: int, threshold: int) -> tuple[float, float]:
    """The least and the greatest count that a figure in print can be in truth, in the first version that has it."""
    return max(threshold, shown - HALF), shown + HALF


def withheld(count: int, threshold: int, _key: int | None) -> tuple[float, float]:
    """The same of a withheld count, for who knows whether it is withheld for its own size."""
    return (0, threshold - 1) if count < threshold else (threshold, float("inf"))


def carry_on(figure: int, low: float, change: int, threshold: int) -> int | None:
    """What is in print after a change, from the first figure, the least count `low` that it stood for and the change
    alone; None: withheld."""
    return figure + round_to_base(change) if low + change >= threshold else None


def round_to_base(count: int) -> int:
    return (count + HALF) // BASE * BASE


def least(threshold: int) -> int:
    """The least count that is in print: the first whose figure stands for five counts."""
    return -(-(threshold + HALF) // BASE) * BASE - HALF


def select_protected(contract: Contract, source: str) -> str:
    """Select the fields of `source`, each guarded one protected and followed by its status column."""
    rules = contract.disclosure
    small = {name: f"{identifier(name)} < {least(rules.threshold)}" for name in rules.counts}
    rounded = {name: f"(({identifier(name)} + {HALF}) // {BASE}) * {BASE}" for name in rules.counts}
    return select_withheld(contract, source, small | thin(contract), rounded)


def status_fields(contract: Contract) -> list[Field]:
    """The fields of the protected table, with the statuses that this rule gives."""
    threshold = contract.disclosure.threshold
    counted = Text(
        en=f"C: withheld, for it is below {threshold} (perhaps zero), or so that such a count cannot be worked out; "
        f"F: free, rounded to the nearest {BASE} (SDMX CL_CONF_STATUS)",
        zh_hant=f"C：少於{threshold}（可能為零），或為免他人推算該等數目，因此不予公布；F：可公布，已調整至最接近的{BASE}"
        "（SDMX CL_CONF_STATUS）",
    )
    return with_status(contract, counted, DERIVED_STATUS)
