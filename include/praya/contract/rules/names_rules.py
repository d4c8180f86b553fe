"""Rules of names: of datasets, and of fields, that Praya needs itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from praya.contract.base import Keys, Problem
from praya.contract.labels import MARK, label_names
from praya.contract.record_key import RECORD_KEY
from praya.contract.standard_spec import names_of_standard_files

if TYPE_CHECKING:
    from praya.contract.model import Contract

# Beside the datasets, by name → what lies there.
SERVED = {
    "keys": "the publisher's public keys",
    "reports": "the editions of reports",
    "metrics": "the pages of metrics",
}
# Names beside those of datasets in the store's `state/` (of marts, months, given links, the warehouse), and of DAGs.
RESERVED = {"mart", "month", "links", "warehouse", "catalogue", "retention", "audit"}
# `<dataset>.json` and `<dataset>.csv` must not be files that every release has; the standards have more of them.
TAKEN = re.compile(r"(dictionary|notes)(-(en|tc|sc))?|manifest")


def check_id(contract: Contract) -> Iterator[Problem]:
    yield from _id_problems(("dataset",), contract.dataset)
    if TAKEN.fullmatch(contract.dataset) or contract.dataset in names_of_standard_files():
        yield Problem(
            ("dataset",), f"the files of every release are named so: {contract.dataset}; take another name"
        )


def check_aliases(contract: Contract) -> Iterator[Problem]:
    for number, name in enumerate(contract.aliases):
        yield from _id_problems(("aliases", number), name)


def _id_problems(keys: Keys, name: str) -> Iterator[Problem]:
    if name in SERVED:
        yield Problem(keys, f"`{name}` is where {SERVED[name]} are served; take another name")
    if name in RESERVED:
        yield Problem(keys, f"`{name}` is a name that Praya needs itself; take another")


def check_record_key_is_no_field(contract: Contract) -> Iterator[Problem]:
    if contract.disclosure.record_key:
        yield from _kept(contract, {RECORD_KEY.name}, "the record key, which stage adds")


def check_status_columns(contract: Contract) -> Iterator[Problem]:
    kept = {f"{name}_conf_status" for name in contract.disclosure.guarded}
    yield from _kept(contract, kept, "disclosure control")


def check_label_columns(contract: Contract) -> Iterator[Problem]:
    kept = {label for field in contract.fields for label in label_names(field)}
    yield from _kept(contract, kept, "the labels of codes")


def check_mark(contract: Contract) -> Iterator[Problem]:
    if contract.synthetic:
        yield from _kept(contract, {MARK}, "the mark of synthetic data")


def _kept(contract: Contract, kept: set[str], what: str) -> Iterator[Problem]:
    for number, field in enumerate(contract.fields):
        if field.name in kept:
            yield Problem(
                ("schema", "fields", number, "name"),
                f"this field name is kept for {what}: {field.name}; take another name",
            )


RULES = (
    check_id,
    check_aliases,
    check_record_key_is_no_field,
    check_status_columns,
    check_label_columns,
    check_mark,
)
