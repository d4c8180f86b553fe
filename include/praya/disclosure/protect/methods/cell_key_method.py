"""Cell-key perturbation: every count gets noise that the records in it decide, so that the same records have the same
noise in every table and release; then small counts are withheld. The method is that of the ONS (Census 2021).

What publication tells of a count is said in one place, `interval`. What adds up is no longer exact: totals have noise
of their own.
"""

from __future__ import annotations

from praya.contract import Contract, Field, Text
from praya.contract.disclosure import Disclosure, Mean, Rate
from praya.contract.disclosure_method import DisclosureMethod
from praya.contract.record_key import KEYS
from praya.disclosure.protect.ptable import FILE, NOISE, noise_of, row_of
from praya.disclosure.protect.status_columns import CONFIDENTIAL, FREE, with_status
from praya.store.duck import identifier, literal

NOTES = Text(
    en="Counts have noise of at most 4 either way, the same wherever the same records are counted, and kept in later "
    "releases. Counts that are then below {threshold} are withheld, zero too, and rates and means over few.",
    zh_hant="數目加入上下不超過4的雜訊，相同紀錄的雜訊在各處均相同，其後各版本亦維持不變。加入雜訊後少於{threshold}的數目（包括零），"
    "以及基數偏小的比率及平均值，均不予公布。",
)
DERIVED_STATUS = Text(
    en="C: withheld, in all later versions too, for a count behind it is, or few are behind it; F: free, a rate from "
    "the counts as they are published here (SDMX CL_CONF_STATUS)",
    zh_hant="C：相關數目不予公布或偏小，因此不予公布，其後各版本亦不公布；F：可公布，比率按本表公布的數目計算"
    "（SDMX CL_CONF_STATUS）",
)


def interval(shown: int, _threshold: int) -> tuple[float, float]:
    """The least and the greatest count that a figure in print can be in truth.

    The noise is at most NOISE and at most the count itself. Zero, which has none, was in print once.
    """
    return (max(shown - NOISE, (shown + 1) // 2), shown + NOISE) if shown else (0, 0)


def withheld(count: int, threshold: int, key: int | None, _by_rule: bool) -> tuple[float, float]:
    """The same of a withheld count with this sum of record keys, for who knows whether it is withheld for its own size.

    With its noise that is: a count up to threshold + NOISE - 1 can be, and one from threshold - NOISE on be not.
    """
    if count + noise_of(count, key or 0) < threshold:
        return 0, threshold + NOISE - 1
    return max(threshold - NOISE, (threshold + 1) // 2), float("inf")


def carry_on(figure: int, _low: float, change: int, threshold: int) -> int | None:
    """What is in print after a change: the noise stays that of the first version, or many would be averaged."""
    return figure + change if figure + change >= threshold else None


def select_protected(contract: Contract, source: str) -> str:
    """Select the fields of `source` but for cell keys; each guarded one protected and followed by its status."""
    rules = contract.disclosure
    noisy = [f"{_perturbed(name, rules)} as {_shown(name)}" for name in rules.counts]
    derived = {rate.field: _rate(rate, contract) for rate in rules.rates}
    derived |= {mean.field: _mean(mean, contract) for mean in rules.means}
    among = {rate.field: rate.denominator for rate in rules.rates}
    among |= {mean.field: mean.count for mean in rules.means}
    columns = []
    for field in contract.released_fields:
        name = identifier(field.name)
        if of := rules.follows.get(field.name):
            columns.append(f"case when {derived[of]} is not null then {name} end as {name}")
            continue
        if field.name not in rules.guarded:
            columns.append(name)
            continue
        value = derived.get(field.name, _shown(field.name))
        there = f"{name} is not null"
        if field.name in among:  # a share of nobody is empty in truth: it is withheld like one of few
            there += f" or {_shown(among[field.name])} is null"
        status = f"case when {there} then if({value} is null, '{CONFIDENTIAL}', '{FREE}') end"
        columns += [f"{value} as {name}", f"{status} as {identifier(field.name + '_conf_status')}"]
    return (
        f"with ptable as materialized (from read_csv({literal(str(FILE))})), "
        f"perturbed as (select *, {', '.join(noisy)} from {source}) "
        f"select {', '.join(columns)} from perturbed"
    )


def status_fields(contract: Contract) -> list[Field]:
    """The fields of the protected table, with the statuses that this method gives."""
    threshold = contract.disclosure.threshold
    counted = Text(
        en=f"C: withheld, in all later versions too, for it is below {threshold} with its noise (perhaps zero), or so "
        f"that such a count cannot be worked out; F: free. Every count in print has noise of at most {NOISE} up or "
        "down, drawn when it is first published and kept in later versions; it is the same for the same records, and "
        "totals have their own: parts need not add up to them. What is promised is that no count below "
        f"{threshold} can be worked out; of a count of {2 * threshold} or more, sums may tell more than its figure "
        "(SDMX CL_CONF_STATUS)",
        zh_hant=f"C：加入隨機調整後少於{threshold}（可能為零），或為免他人推算該等數目，因此不予公布，"
        f"其後各版本亦不公布；F：可公布。已公布的數目均經隨機調整，增減不多於{NOISE}，在首次公布時釐定，其後各版本維持不變；相同紀錄的調整必定相同，而總數另行調整，"
        f"因此各項相加未必等於總數。本表保證無法推算少於{threshold}的數目；"
        f"{2 * threshold}或以上的數目，其總和所透露的或多於所公布的數字"
        "（SDMX CL_CONF_STATUS）",
    )
    return with_status(contract, counted, DERIVED_STATUS)


def _shown(count: str) -> str:
    return identifier(f"{count} shown")


def _perturbed(count: str, rules: Disclosure) -> str:
    """SQL of what is shown of a count: itself and the noise of its cell, NULL where that is small. A count that comes
    without its key stops everything."""
    name, key = identifier(count), identifier(rules.cell_keys[count])
    missing = f"error({literal(f'{count} is there without {rules.cell_keys[count]}: let the mart sum record keys')})"
    noise = f"(select pvalue from ptable where pcv = {row_of(name)} and ckey = {key} % {KEYS})"
    return (
        f"case when {name} = 0 then null when {name} is not null and {key} is null then {missing} "
        f"when {name} + {noise} >= {rules.threshold} then {name} + {noise} end"
    )


def _rate(rate: Rate, contract: Contract) -> str:
    """SQL of a share of two counts as they are shown: it tells no more than they do."""
    field = _field(contract, rate.field)
    hundred = 100.0 if field.unit == "%" else 1.0
    share = f"{hundred} * {_shown(rate.numerator)} / nullif({_shown(rate.denominator)}, 0)"
    return _rounded(f"if({share} > {hundred}, {hundred}, {share})", field)


def _mean(mean: Mean, contract: Contract) -> str:
    """SQL of a mean, where so many stand behind it for certain that its digits fit every number of them.

    Of ten scores no mean is 4.27; of eleven one is. From 100 on, every number of them has one at two digits.
    """
    field = _field(contract, mean.field)
    enough = max(contract.disclosure.threshold, 10 ** (field.decimals or 0)) + NOISE
    return f"case when {_shown(mean.count)} >= {enough} then {identifier(mean.field)} end"


def _rounded(value: str, field: Field) -> str:
    if field.decimals is None:
        return f"cast({value} as double)"
    return f"cast(round({value}, {field.decimals}) as decimal(18, {field.decimals}))"


def _field(contract: Contract, name: str) -> Field:
    return next(field for field in contract.fields if field.name == name)


METHOD = DisclosureMethod(
    name="cell-key perturbation",
    notes=NOTES,
    summary="each count has a small noise that its records decide, the same in every table and release, so that tables "
    "cannot be taken apart by subtracting them.",
    select_protected=select_protected,
    status_fields=status_fields,
    interval=interval,
    withheld=withheld,
    carry_on=carry_on,
    exact=False,
    rates_are_true=False,  # they are made from the counts that are shown
    needs_cell_keys=True,
    needs_rounded_means=True,
)
