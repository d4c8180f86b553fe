"""The DuckDB type of a field on the store."""

from __future__ import annotations

from praya.contract.fields import Field


def sql_type(field: Field) -> str:
    """The DuckDB type that a field has on the store."""
    if field.type == "number":
        return f"decimal(18, {field.decimals})" if field.decimals is not None else "double"
    return {
        "string": "varchar",
        "integer": "bigint",
        "boolean": "boolean",
        "date": "date",
        "datetime": "timestamptz",
        "time": "time",
        "year": "integer",
        "yearmonth": "varchar",
    }[field.type]
