"""The 10-5 rule: counts below 10 (or the contract's threshold) are withheld and coded, all others are rounded to 5."""

from __future__ import annotations

from praya.contract import Contract, Field, Text
from praya.protect.status import select_withheld, thin, with_status
from praya.store.duck import identifier

BASE = 5

TRUE_RATES = True  # rates are made from the counts as they are
DERIVED_STATUS = Text(
    en="C: withheld, for few stand behind it or behind the rest, or a count could be worked out with it; F: free, from "
    "unrounded counts (SDMX CL_CONF_STATUS)",
    zh_hant="C：相關數目或其餘數目偏小，或可用以推算該等數目，因此不予公布；F：可公布，按未經調整的數目計算"
    "（SDMX CL_CONF_STATUS）",
)


def interval(shown: int | None, threshold: int) -> tuple[float, float]:
    """The least and the greatest count that a published one (None: withheld) can be in truth."""
    half = BASE // 2
    return (0, float("inf")) if shown is None else (max(threshold, shown - half), shown + half)


def select_protected(contract: Contract, source: str) -> str:
    """Select the fields of `source`, each guarded one protected and followed by its status column."""
    rules = contract.disclosure
    small = {name: f"{identifier(name)} < {rules.threshold}" for name in rules.counts}
    rounded = {name: f"(({identifier(name)} + {BASE // 2}) // {BASE}) * {BASE}" for name in rules.counts}
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
