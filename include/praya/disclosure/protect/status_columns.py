"""The status columns of a protected table: each guarded field is followed by SDMX's CL_CONF_STATUS of its figure."""

from __future__ import annotations

from collections.abc import Mapping

from praya.contract import Contract, Field, Text
from praya.contract.code_list import Code, Codes, ListSource
from praya.contract.fields import Constraints
from praya.store.duck import identifier

CONFIDENTIAL, FREE = "C", "F"
# Its labels are in the dictionary alone: three columns for each figure would make more columns of labels than of data.
STATUSES = Codes(
    list_="sdmx-confidentiality-status",
    title=Text(en="Confidentiality status", zh_hant="保密狀況"),
    source=ListSource(document="SDMX Cross-Domain Code Lists: CL_CONF_STATUS", place="codes C and F"),
    codes=[
        Code(
            code=CONFIDENTIAL,
            label=Text(en="Withheld: confidential statistical information", zh_hant="不予公布：機密統計資料"),
        ),
        Code(code=FREE, label=Text(en="Free for publication", zh_hant="可自由發布")),
    ],
    columns=False,
)


def with_status(contract: Contract, counted: Text, derived: Text) -> list[Field]:
    """The fields of the protected table: those of the contract that may go out, each guarded one with its status,
    which `counted` describes for counts and `derived` for rates and means.

    A figure may be withheld and may be changed past a limit, so that its constraints hold no longer.
    """
    fields: list[Field] = []
    for field in contract.released_fields:
        if field.name not in contract.disclosure.guarded:
            fields.append(field)
            continue
        described = counted if field.name in contract.disclosure.counts else derived
        fields += [field.model_copy(update={"constraints": Constraints()}), _status_of(field, described)]
    return fields


def thin(contract: Contract) -> dict[str, str]:
    """For each rate and mean, the SQL that is true where too few stand behind it to show it.

    A rate with its denominator gives numerator and complement back: all three must reach the threshold.
    """
    rules = contract.disclosure
    conditions = {}
    for rate in rules.rates:
        top, all_ = identifier(rate.numerator), identifier(rate.denominator)
        behind = [top, all_, f"({all_} - {top})"]
        conditions[rate.field] = " or ".join(f"coalesce({each}, 0) < {rules.threshold}" for each in behind)
    for mean in rules.means:
        conditions[mean.field] = f"coalesce({identifier(mean.count)}, 0) < {rules.threshold}"
    return conditions


def select_withheld(
    contract: Contract, source: str, small: Mapping[str, str], shown: Mapping[str, str]
) -> str:
    """Select the fields of `source` that may go out, each guarded one withheld where its SQL in `small` is true, else
    as its SQL in `shown` (by default as it is), and followed by its status.
    """
    columns = []
    for field in contract.released_fields:
        name = identifier(field.name)
        if of := contract.disclosure.follows.get(field.name):
            columns.append(f"case when not coalesce({small[of]}, false) then {name} end as {name}")
            continue
        if field.name not in small:
            columns.append(name)
            continue
        withheld = f"coalesce({small[field.name]}, false)"
        columns.append(f"case when not {withheld} then {shown.get(field.name, name)} end as {name}")
        columns.append(
            f"case when {withheld} then '{CONFIDENTIAL}' when {name} is not null then '{FREE}' end "
            f"as {identifier(field.name + '_conf_status')}"
        )
    return f"select {', '.join(columns)} from {source}"


def _status_of(field: Field, described: Text) -> Field:
    return Field(
        name=f"{field.name}_conf_status",
        type="string",
        title=Text(
            en=f"{field.title.en}: confidentiality status",
            zh_hant=f"{field.title.zh_hant}：保密狀況",
        ),
        description=described,
        constraints=Constraints(enum=[CONFIDENTIAL, FREE]),
        codes=STATUSES,
    )
