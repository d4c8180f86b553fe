"""What guards have in common: which differences are no trifles, and which figures may be told of a table."""

from __future__ import annotations

from praya.contract import Contract

SLACK = 5  # rows, values or keys: a smaller difference stops nothing
OPEN = ("public facts", "public register")
NUMERIC = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "FLOAT", "DOUBLE", "DECIMAL")


def is_beyond(difference: float, most: float) -> bool:
    """Whether a difference is beyond its limit and no trifle; nine decimals, for shares have no exact ones."""
    return round(difference - most, 9) > 0 and difference >= SLACK


def may_be_shown(contract: Contract, column: str) -> bool:
    """Whether figures of the column may be told: of counts none, of records none that are personal."""
    personal = {field.name for field in contract.fields if field.personal}
    return contract.disclosure.class_ != "aggregated counts" and column not in personal


def is_number(kind: str | None) -> bool:
    """Whether a type of DuckDB is one of numbers."""
    return (kind or "").partition("(")[0] in NUMERIC


def in_percent(share: float) -> str:
    """A share in words, e.g. `20%` or `12.5%`."""
    return f"{share:.1%}".replace(".0%", "%")
