"""The 10-5 rule: counts below 10 are suppressed and coded, all others are rounded to 5."""

from __future__ import annotations

from praya.contract import Contract, Field, Text
from praya.protect.status import CONFIDENTIAL, FREE, with_status
from praya.store.duck import identifier

THRESHOLD = 10
BASE = 5


COUNT_STATUS = Text(
    en="C: below 10 and therefore withheld (not zero); F: free, rounded to the nearest 5 (SDMX CL_CONF_STATUS)",
    zh_hant="C：少於10，因此不予公布（並非零）；F：可公布，已調整至最接近的5（SDMX CL_CONF_STATUS）",
)
DERIVED_STATUS = Text(
    en="C: withheld, for fewer than 10 stand behind it or behind the rest; F: free, from unrounded counts "
    "(SDMX CL_CONF_STATUS)",
    zh_hant="C：相關數目或其餘數目少於10，因此不予公布；F：可公布，按未經調整的數目計算（SDMX CL_CONF_STATUS）",
)


def select_protected(contract: Contract, source: str) -> str:
    """Select all columns of `source`, each counting field protected and followed by its status column."""
    columns = []
    thin = _thin(contract)
    for field in contract.released_fields:
        name = identifier(field.name)
        if field.name in thin:
            columns.append(f"case when not ({thin[field.name]}) then {name} end as {name}")
            status = f"case when {thin[field.name]} then '{CONFIDENTIAL}' when {name} is not null then '{FREE}' end"
            columns.append(f"{status} as {identifier(field.name + '_conf_status')}")
            continue
        if field.name not in contract.disclosure.counts:
            columns.append(name)
            continue
        rounded = f"(({name} + {BASE // 2}) // {BASE}) * {BASE}"
        columns.append(f"case when {name} >= {THRESHOLD} then {rounded} end as {name}")
        status = (
            f"case when {name} < {THRESHOLD} then '{CONFIDENTIAL}' when {name} is not null then '{FREE}' end"
        )
        columns.append(f"{status} as {identifier(field.name + '_conf_status')}")
    return f"select {', '.join(columns)} from {source}"


def _thin(contract: Contract) -> dict[str, str]:
    """For each rate and mean, the SQL that is true where too few stand behind it to show it.

    A rate with its denominator gives numerator and complement back: all three must reach the threshold.
    """
    rules = contract.disclosure
    found = {}
    for rate in rules.rates:
        top, all_ = identifier(rate.numerator), identifier(rate.denominator)
        behind = [top, all_, f"({all_} - {top})"]
        found[rate.field] = " or ".join(f"coalesce({each}, 0) < {THRESHOLD}" for each in behind)
    for mean in rules.means:
        found[mean.field] = f"coalesce({identifier(mean.count)}, 0) < {THRESHOLD}"
    return found


def status_fields(contract: Contract) -> list[Field]:
    """The fields of the protected table, with the statuses that this rule gives."""
    return with_status(contract, COUNT_STATUS, DERIVED_STATUS)
