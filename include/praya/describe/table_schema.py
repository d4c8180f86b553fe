"""Frictionless Table Schema of the released CSV: dates and numbers are in their default forms there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from praya.contract import Contract, Field


def table_schema(contract: Contract, fields: Sequence[Field]) -> dict[str, Any]:
    """The schema (https://specs.frictionlessdata.io/table-schema/) that the released CSV keeps."""
    return {
        "fields": [_field(field) for field in fields],
        "primaryKey": contract.primary_key,
        "missingValues": [""],
    }


def _field(field: Field) -> dict[str, Any]:
    described: dict[str, Any] = {"name": field.name, "type": field.type, "title": field.title.en}
    if field.description:
        described["description"] = field.description.en
    if field.unit:
        described["unit"] = field.unit
    constraints = field.constraints.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    if constraints:
        described["constraints"] = constraints
    return described
