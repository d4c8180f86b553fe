"""Contracts, and a dataset as `stage` leaves it, for the tests of `praya.pipeline.validate`."""

from __future__ import annotations

from typing import Any

import duckdb
import msgspec

from praya.contract import Contract
from praya.store import Store
from praya.store.states import Staged


def text(words: str) -> dict[str, str]:
    return {"en": words, "zh-Hant": f"{words}（中文）"}


def field(name: str, type_: str, /, **rest: Any) -> dict[str, Any]:
    constraints = rest.pop("constraints", {})
    return {"name": name, "type": type_, "title": text(name), "constraints": constraints, **rest}


def contract(dataset: str, fields: list[dict[str, Any]], key: list[str], **rest: Any) -> Contract:
    """A contract that says of itself only what a test is about."""
    schema = {"fields": fields, "primaryKey": key, "foreignKeys": rest.pop("foreign_keys", [])}
    return Contract.model_validate(
        {
            "dataset": dataset,
            "provider": "labour-department",
            "title": text(rest.pop("title", dataset)),
            "description": text("For tests"),
            "category": "miscellaneous",
            "frequency": "monthly",
            "licence": "data-gov-hk",
            "contact": {"name": text("Desk"), "email": "desk@example.gov.hk"},
            "owner": "tests",
            "source": {"url": "https://example.gov.hk/data.csv", "format": "csv"},
            "schema": schema,
            "disclosure": {"class": "public facts", "reason": "nothing but invented facts"},
            **rest,
        }
    )


def stage(store: Store, dataset: str, sql: str, key: str = "k1", **rest: Any) -> None:
    """Leave on the store what the step `stage` leaves: a table, a quarantine, and the state."""
    folder = store.path(f"staged/{dataset}/{key}")
    folder.mkdir(parents=True, exist_ok=True)
    quarantine = rest.pop("quarantine", "")
    empty = (
        "select 1::bigint as row, 2::bigint as line, '' as column_name, '' as value, '' as rule, "
        "'' as reason, '' as raw where false"
    )
    with duckdb.connect() as connection:
        connection.execute(f"copy ({sql}) to '{folder}/table.parquet' (format parquet)")
        connection.execute(f"copy ({quarantine or empty}) to '{folder}/quarantine.parquet' (format parquet)")
        (rows,) = connection.execute(f"select count(*) from ({sql})").fetchone() or (0,)
    state = Staged(
        key=key,
        table=f"staged/{dataset}/{key}/table.parquet",
        quarantine=f"staged/{dataset}/{key}/quarantine.parquet",
        received_at="2026-11-02T01:30:00Z",
        synthetic=False,
        stopped=None,
        rows_in=rows,
        rows_out=rows,
        rows_quarantined=0,
        quarantined_by_rule={},
    )
    store.set_state(dataset, msgspec.structs.replace(state, **rest))
