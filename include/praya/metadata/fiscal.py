"""Fiscal Data Package 1.0: a Tabular Data Package whose columns say which fiscal concept they hold (`columnType`).

Source: https://specs.frictionlessdata.io/fiscal-data-package/. It has no word for a row that is the total of others:
only a contract whose rows may be added up names column types.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from praya.contract import Contract, Field
from praya.metadata.data_package import data_package
from praya.metadata.release_facts import Facts


def is_fiscal(fields: Sequence[Field]) -> bool:
    return any(field.column_type for field in fields)


def fiscal_package(contract: Contract, fields: Sequence[Field], facts: Facts) -> dict[str, Any]:
    """`fiscal-datapackage.json`, of the CSV files alone, for every resource of it is a table."""
    package = data_package(contract, fields, facts)
    tables = [each for each in package.pop("resources") if each.get("type") == "table"]
    del package["$schema"]
    return {
        # What the specification extends; the registry's profile `fiscal-data-package` is still that of version 0.3.
        "profile": "tabular-data-package",
        **package,
        "countryCode": "HK",
        "resources": [_resource(each, fields) for each in tables],
    }


def _resource(table: dict[str, Any], fields: Sequence[Field]) -> dict[str, Any]:
    concepts = {field.name: {"columnType": field.column_type} for field in fields if field.column_type}
    described = [each | concepts.get(each["name"], {}) for each in table["schema"]["fields"]]
    currency = {"name": "currency", "type": "string", "columnType": "value-currency:code", "constant": "HKD"}
    kept = {name: value for name, value in table.items() if name not in ("$schema", "type")}
    return kept | {
        "profile": "tabular-data-resource",
        "schema": table["schema"] | {"fields": described, "extraFields": [currency]},
    }
