"""The 10-5 rule: counts below 10 are suppressed and coded, all others are rounded to 5."""

from __future__ import annotations

from praya.contract import Contract, Field, Text
from praya.contract.model import Constraints
from praya.store.duck import identifier

METHOD = "10-5 rule"
THRESHOLD = 10
BASE = 5

# SDMX CL_CONF_STATUS.
CONFIDENTIAL, FREE = "C", "F"


def select_protected(contract: Contract, source: str) -> str:
    """Select all columns of `source`, each counting field protected and followed by its status column."""
    columns = []
    for field in contract.fields:
        name = identifier(field.name)
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


def status_fields(contract: Contract) -> list[Field]:
    """The fields of the protected table: the contract's, each counting field followed by its status.

    A count may be withheld and may be rounded past a limit, so that its constraints hold no longer.
    """
    fields: list[Field] = []
    for field in contract.fields:
        if field.name not in contract.disclosure.counts:
            fields.append(field)
            continue
        fields += [field.model_copy(update={"constraints": Constraints()}), _status_of(field)]
    return fields


def _status_of(field: Field) -> Field:
    return Field(
        name=f"{field.name}_conf_status",
        type="string",
        title=Text(
            en=f"{field.title.en}: confidentiality status",
            zh_hant=f"{field.title.zh_hant}：保密狀況",
        ),
        description=Text(
            en="C: below 10 and therefore withheld (not zero); F: free, rounded to the nearest 5 (SDMX CL_CONF_STATUS)",
            zh_hant="C：少於10，因此不予公布（並非零）；F：可公布，已調整至最接近的5（SDMX CL_CONF_STATUS）",
        ),
        constraints=Constraints(enum=[CONFIDENTIAL, FREE]),
    )
