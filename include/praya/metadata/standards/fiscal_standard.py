"""Fiscal Data Package 1.0: a Tabular Data Package whose columns say which fiscal concept they hold (`columnType`).

Source: https://specs.frictionlessdata.io/fiscal-data-package/. It has no word for a row that is the total of others:
only a contract whose rows may be added up names column types.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from praya.contract import Field, Text
from praya.metadata.described_release import DescribedRelease
from praya.metadata.json_bytes import as_json
from praya.metadata.metadata_standard import MetadataStandard
from praya.metadata.standards.data_package_standard import describe_package


def describe_fiscal_package(release: DescribedRelease) -> dict[str, Any]:
    """The package of the CSV files alone, for every resource of it is a table."""
    package = describe_package(release)
    tables = [each for each in package.pop("resources") if each.get("type") == "table"]
    del package["$schema"]
    return {
        # What the specification extends; the registry's profile `fiscal-data-package` is still that of version 0.3.
        "profile": "tabular-data-package",
        **package,
        "countryCode": "HK",
        "resources": [_resource(each, release.fields) for each in tables],
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


def is_fiscal(release: DescribedRelease) -> bool:
    return any(field.column_type for field in release.fields)


def write(release: DescribedRelease) -> bytes:
    return as_json(describe_fiscal_package(release))


FISCAL = MetadataStandard(
    name="fiscal-data-package",
    label="Fiscal Data Package",
    description=Text(
        en="Fiscal Data Package: the fiscal concept of each column", zh_hant="財政數據包：各欄的財政概念"
    ),
    file="fiscal-datapackage.json",
    media_type="application/json",
    write=write,
    applies=is_fiscal,
    condition=Text(en="fields with `columnType`", zh_hant="欄位設有`columnType`"),
    has_relative_addresses=True,
)
