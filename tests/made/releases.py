"""Releases to describe: one with every type and note, one of withheld counts, and the real ones of the project."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb

from made import project
from made.basics import field, make_contract, publish, text
from made.tables import registered
from praya.contract import Contract, load_contracts
from praya.pipeline.measure.marts import Mart, load_marts
from praya.store import Store
from praya.store.duck import literal
from praya.store.shared_names import table_name
from praya.store.states import Accepted

BASE = "https://data.example.gov.hk/praya"
TITLE = {"en": "Ferry & <fares>", "zh-Hant": '渡輪票價："衞"', "zh-Hans": "渡轮票价"}


def rich(**changes: Any) -> Contract:
    """A contract with a field of every type, limits, codes, notes, keywords and coverage."""
    said: dict[str, Any] = {
        "dataset": "ferry-fares",
        "title": TITLE,
        "category": "transport",
        "frequency": "half-yearly",
        "licence": "CC-BY-4.0",
        "contact": {"phone": "+852 2345 6789"},
        "keywords": [{"en": "ferries", "zh-Hant": "渡輪"}, {"en": "fares", "zh-Hant": "票價"}],
        "coverage": {"field": "day", "place": {"en": "Victoria Harbour", "zh-Hant": "維多利亞港"}},
        "notes": [
            {"text": text("Fares were frozen"), "period": "2024-07", "kind": "break"},
            {"text": text("Star Ferry only"), "field": "route", "code": "TST", "kind": "proxy"},
            {"text": text("Adults"), "field": "fare"},
        ],
    }
    return make_contract(
        field("route", constraints={"required": True, "enum": ["TST", "WC", "a.b|c"]}),
        field("trip", "integer", constraints={"required": True, "minimum": 1, "maximum": 40}),
        field("fare", "number", decimals=1, unit="HKD", description=text("What an adult pays")),
        field("ratio", "number"),
        field("day", "date", constraints={"required": True}),
        field("at", "datetime"),
        field("clock", "time"),
        field("open", "boolean"),
        field("month", "yearmonth"),
        field("opened", "year"),
        field("pier", since="20250101T000000Z", constraints={"pattern": "[A-Z][0-9]", "maxLength": 2}),
        **(said | changes),
    )


ROWS = b"""route,trip,fare,ratio,day,at,clock,open,month,opened,pier
TST,1,3.4,0.5,2024-02-29,2024-02-29T10:00:00,06:30:00,true,2024-02,1898,A1
WC,1,,1e-7,2024-06-30,2024-06-30T10:00:00.5Z,23:59:59,false,2024-06,1999,
a.b|c,2,12.0,,2025-01-31,,,,,,B2
"""


def counts() -> Contract:
    return make_contract(
        field("period", constraints={"required": True}),
        field("cases", "integer", constraints={"required": True, "minimum": 0}),
        dataset="cases-by-month",
        synthetic=True,
        coverage={"field": "period"},
        disclosure={
            "class": "aggregated counts",
            "counts": ["cases"],
            "reason": "Counts of people by month.",
        },
    )


COUNTED = b"period,cases\n2023,120\n2023-01,7\n2023-02,113\n"


def real() -> dict[str, tuple[Contract, dict[str, bytes]]]:
    """Each dataset whose source is in the project, with the bytes of its parts."""
    found = {}
    for contract in load_contracts(project()):
        source = contract.source
        if source.register_:
            found[contract.dataset] = (contract, {"data": json.dumps(registered()).encode()})
        if source.connection == "praya_sources" and not contract.synthetic:
            parts = source.parts or {"data": str(source.path)}
            found[contract.dataset] = (
                contract,
                {name: (project().sources / path.lstrip("/")).read_bytes() for name, path in parts.items()},
            )
    return found


def publish_all(store: Store) -> dict[str, tuple[Contract, Path]]:
    """Dataset → its contract and the folder of its release; marts are computed from what was accepted."""
    made = {one.dataset: (one, rows) for one, rows in ((rich(), ROWS), (counts(), COUNTED))}
    found = {
        name: (contract, publish(store, contract, data)) for name, (contract, data) in (made | real()).items()
    }
    with duckdb.connect() as con, store.scratch() as work:
        for name in real():
            table = store.path(store.read_state(Accepted, name).table)
            con.execute(f'create view "{table_name(name)}" as from {literal(str(table))}')
        released = {contract.source.mart: contract for contract in marts()}
        for mart in _needed(set(released)):
            path = work / f"{mart.name}.parquet"
            con.execute(f"copy ({mart.sql}) to {literal(str(path))} (format parquet)")
            con.execute(f'create table "{mart.name}" as from {literal(str(path))}')
            if contract := released.get(mart.name):
                found[contract.dataset] = (contract, publish(store, contract, path.read_bytes()))
    return found


def _needed(names: set[str | None]) -> list[Mart]:
    """These marts and those that they read, in the order in which they need each other."""
    found: list[Mart] = []
    for mart in reversed(load_marts(project().metrics, load_contracts(project()))):
        if mart.name in names:
            found.insert(0, mart)
            names |= {*mart.inputs}
    return found


def marts() -> list[Contract]:
    """What is computed from the real ones."""
    return [one for one in load_contracts(project()) if one.source.mart and not one.synthetic]


DATASETS = ("ferry-fares", "cases-by-month", *real(), *(contract.dataset for contract in marts()))
