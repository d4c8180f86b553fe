"""The sources as typed tables in plain DuckDB, read by their contracts but without any step of Praya."""

from __future__ import annotations

import csv
import json
import os
import re
from pathlib import Path
from typing import Any

import duckdb

from praya.contract import Contract, Field
from praya.contract.register import load_register, load_units
from praya.contract.register_table import rows_of

ROOT = Path(__file__).parents[2]
INCLUDE = ROOT / "include"
SOURCES = INCLUDE / "sources"
# The documents are no part of the project; a worktree elsewhere says where they are.
SHARED = Path(os.environ.get("PRAYA_SHARED", ROOT.parent / "shared"))

# In which months something was released and downloaded, where there is no ledger: a plan that has every outcome.
CATALOGUE = """
    create table catalogue_releases as select * from (values
        ('head-135-provision', '2026-10'), ('head-135-provision', '2026-12'),
        ('head-135-subheads', '2026-11'),
        ('public-holidays', '2026-12'),
        ('1823-contact-volumes', '2026-12'),
        ('programme-lists', '2027-01'),
        ('not-in-the-plan', '2026-09')
    ) as releases(dataset, released_month);
    create table catalogue_downloads as select * from (values
        ('head-135-provision', '2026-11', 7), ('head-135-provision', '2026-12', 12),
        ('public-holidays', '2026-12', 1204),
        ('not-in-the-plan', '2026-12', 3)
    ) as counts(dataset, month, downloads)
"""

Row = dict[str, Any]


def records(path: str) -> list[Row]:
    """The rows of a source file under their own names, as text."""
    text = (SOURCES / path.lstrip("/")).read_text("utf-8-sig")
    if path.endswith(".csv"):
        return list(csv.DictReader(text.splitlines()))
    data = json.loads(text)
    return data["vcalendar"][0]["vevent"] if "vcalendar" in data else data["records"]


def registered() -> list[Row]:
    """The rows of the register of metrics, which is a source of its own."""
    folder = INCLUDE / "metrics"
    return rows_of(load_register(folder / "register"), load_units(folder / "units.yaml"))


def load(con: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    """Make the dataset's table, typed as its contract says; a value that does not fit raises."""
    fields = contract.fields
    parts = contract.source.parts or {None: contract.source.path}
    rows: dict[tuple[Any, ...], Row] = {}
    for part, path in parts.items():
        for record in registered() if contract.source.register_ else records(str(path)):
            row = {f.name: _pick(record, f.source_name) for f in fields if f.part in (None, part)}
            rows.setdefault(tuple(row[name] for name in contract.primary_key), {}).update(row)
    name = contract.dataset.replace("-", "_")
    columns = ", ".join(f'"{f.name}" {_sql_type(f)}' for f in fields)
    con.execute(f'create table "{name}" ({columns})')
    values = ", ".join(_cast(f) for f in fields)
    for row in rows.values():
        con.execute(f'insert into "{name}" select {values}', [row[f.name] for f in fields])


def mart(con: duckdb.DuckDBPyConnection, name: str) -> None:
    """Make the table of a mart from its SQL file."""
    con.execute(f'create table "{name}" as {(INCLUDE / "metrics" / f"{name}.sql").read_text("utf-8")}')


def _pick(record: Row, source: str) -> str | None:
    key, _, index = (
        source.removesuffix("]").partition("[") if re.search(r"\[\d+\]$", source) else (source, "", "")
    )
    value = record[key][int(index)] if index else record[key]
    return None if value is None or value == "" else str(value)


def _sql_type(field: Field) -> str:
    if field.type == "number":
        return "double" if field.decimals is None else f"decimal(18, {field.decimals})"
    return {
        "string": "varchar",
        "boolean": "boolean",
        "integer": "bigint",
        "date": "date",
        "year": "integer",
    }[field.type]


def _cast(field: Field) -> str:
    if field.type == "date" and field.format != "default":
        return f"strptime(?, '{field.format}')::date"
    value = f"replace(?::varchar, '{field.group_char}', '')" if field.group_char else "?::varchar"
    return f"cast({value} as {_sql_type(field)})"
