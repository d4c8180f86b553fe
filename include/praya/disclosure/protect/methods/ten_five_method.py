"""The 10-5 rule: counts below 10 (or the contract's threshold) are withheld and coded, all others are rounded to 5.

A figure in print always stands for five counts. So 10, 11 and 12 are withheld too: the figure 10 would stand for three,
and were one of them to fall to 9, who knows that one record is gone would know the 9 as one of three.
"""

from __future__ import annotations

from praya.contract import Contract, Field, Text
from praya.contract.disclosure_method import DisclosureMethod
from praya.disclosure.protect.status_columns import select_withheld, thin, with_status
from praya.store.duck import identifier

BASE = 5
HALF = BASE // 2

NOTES = Text(
    en="Counts below {threshold} are withheld, and those just above whose figure would stand for fewer than five "
    "counts; all others are rounded to the nearest 5, totals by themselves, so that rows need not add up to them. "
    "In later releases a figure moves by the change of its count, rounded to 5, and may then be 4 off.",
    zh_hant="少於{threshold}的數目，以及略高於此數而調整後代表不足五個數目者，均不予公布，其餘調整至最接近的5的倍數；"
    "總數另行調整，"
    "故各項相加未必等於總數。其後各版本的數字按數目的變動（調整至最接近的5的倍數）增減，與實際數目相差可達4。",
)
DERIVED_STATUS = Text(
    en="C: withheld, in all later versions too, for few stand behind it or behind the rest, or a count could be worked "
    "out with it; F: free, from unrounded counts when first published, and later from that figure and what changed "
    "(SDMX CL_CONF_STATUS)",
    zh_hant="C：相關數目或其餘數目偏小，或可用以推算該等數目，因此不予公布，其後各版本亦不公布；F：可公布，首次公布時按未經調整的"
    "數目計算，其後各版本按該數字及其後的變動計算（SDMX CL_CONF_STATUS）",
)


def interval(shown: int, threshold: int) -> tuple[float, float]:
    """The least and the greatest count that a figure in print can be in truth, in the first version that has it."""
    return max(threshold, shown - HALF), shown + HALF


def withheld(count: int, threshold: int, _key: int | None, by_rule: bool) -> tuple[float, float]:
    """The same of a withheld count, for who knows whether it is withheld for its own size: whether it is below the
    threshold, or (`by_rule`) whether the rule withholds it by itself, which it also does with some above."""
    if count < (least(threshold) if by_rule else threshold):
        return 0, (least(threshold) if by_rule else threshold) - 1
    return least(threshold) if count >= least(threshold) else threshold, float("inf")


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
        en=f"C: withheld, in all later versions too, for it is below {least(threshold)} (perhaps zero), or may have "
        f"fallen below {threshold}, or so that a count below {threshold} cannot be worked out; F: free, rounded to the "
        f"nearest {BASE} when first published, and later moved by its change, rounded to {BASE}: up to {HALF} off in "
        f"the first version and up to {2 * HALF} in later ones. What is promised is that no count below {threshold} "
        f"can be worked out; of a count of {2 * threshold} or more, sums and rates may tell more than its figure "
        "(SDMX CL_CONF_STATUS)",
        zh_hant=f"C：少於{least(threshold)}（可能為零）、其後可能已減至少於{threshold}，或為免他人推算少於{threshold}的數目，因此不予公布，"
        f"其後各版本亦不公布；F：可公布，首次公布時調整至最接近的{BASE}，"
        f"其後各版本按數目的變動（調整至最接近的{BASE}）增減："
        f"首次公布時與實際數目相差不多於{HALF}，"
        f"其後不多於{2 * HALF}。本表保證無法推算少於{threshold}的數目；{2 * threshold}或以上的數目，"
        "其總和及比率所透露的或多於所公布的數字（SDMX CL_CONF_STATUS）",
    )
    return with_status(contract, counted, DERIVED_STATUS)


METHOD = DisclosureMethod(
    name="10-5 rule",
    notes=NOTES,
    summary="small counts are withheld, all others rounded to the nearest 5. Easy to explain; rounded parts need not "
    "add up to a rounded total.",
    select_protected=select_protected,
    status_fields=status_fields,
    interval=interval,
    withheld=withheld,
    carry_on=carry_on,
    exact=False,
    rates_are_true=True,
    change_off=HALF,
    readers=(False, True),
)
