"""Suppression: small counts are withheld, all others shown as they are, so that margins stay exact.

What else has to be withheld, so that the margins do not give a small count back, is found by the joint check
(`praya.disclosure.protect.joint`), as for every method; here it is most of the work. One code stands for both, for two
would tell which of them are small. Zero is withheld like any small count, or a later version would say that it became
one.
"""

from __future__ import annotations

from praya.contract import Contract, Field, Text
from praya.contract.disclosure_method import DisclosureMethod
from praya.disclosure.protect.status_columns import select_withheld, thin, with_status
from praya.store.duck import identifier

NOTES = Text(
    en="Counts below {threshold} are withheld, zero too; those that are shown are exact, so that one that later falls "
    "below {threshold} can be known to who knows what changed.",
    zh_hant="少於{threshold}的數目（包括零）不予公布；所示數目均為確數，因此如其後減至少於{threshold}，知悉有關變動的人士可得知該數目。",
)
DERIVED_STATUS = Text(
    en="C: withheld, in all later versions too, for few stand behind it or behind the rest, or a count behind it is "
    "withheld; F: free (SDMX CL_CONF_STATUS)",
    zh_hant="C：相關數目或其餘數目偏小，或相關數目不予公布，因此不予公布，其後各版本亦不公布；"
    "F：可公布（SDMX CL_CONF_STATUS）",
)


def interval(shown: int, _threshold: int) -> tuple[float, float]:
    """The least and the greatest count that a figure in print can be in truth."""
    return shown, shown


def withheld(count: int, threshold: int, _key: int | None, _by_rule: bool) -> tuple[float, float]:
    """The same of a withheld count, for who knows whether it is withheld for its own size."""
    return (0, threshold - 1) if count < threshold else (threshold, float("inf"))


def carry_on(figure: int, _low: float, change: int, threshold: int) -> int | None:
    """What is in print after a change; None: withheld."""
    return figure + change if figure + change >= threshold else None


def select_protected(contract: Contract, source: str) -> str:
    """Select the fields of `source`, each guarded one withheld where it is small and followed by its status."""
    rules = contract.disclosure
    small = {name: f"{identifier(name)} < {rules.threshold}" for name in rules.counts}
    return select_withheld(contract, source, small | thin(contract), {})


def status_fields(contract: Contract) -> list[Field]:
    """The fields of the protected table, with the statuses that suppression gives."""
    threshold = contract.disclosure.threshold
    counted = Text(
        en=f"C: withheld, in all later versions too, for it is below {threshold} (perhaps zero), or so that such a "
        f"count cannot be worked out; F: free, as counted. Counts of {threshold} or more are not protected: where one "
        f"in print falls below {threshold} later, who has the earlier version and knows what changed knows it "
        "(SDMX CL_CONF_STATUS)",
        zh_hant=f"C：少於{threshold}（可能為零），或為免他人推算該等數目，因此不予公布，其後各版本亦不公布；F：可公布，為實際數目。"
        f"{threshold}或以上的數目不受保護：已公布的數目其後如減至少於{threshold}，持有較早版本並知悉有關變動的人士可得知該數目"
        "（SDMX CL_CONF_STATUS）",
    )
    return with_status(contract, counted, DERIVED_STATUS)


METHOD = DisclosureMethod(
    name="suppression",
    notes=NOTES,
    summary="small counts are withheld and all others are exact, so margins stay true; more cells have to go so that "
    "margins do not give the small ones back.",
    select_protected=select_protected,
    status_fields=status_fields,
    interval=interval,
    withheld=withheld,
    carry_on=carry_on,
    exact=True,
    rates_are_true=True,
)
