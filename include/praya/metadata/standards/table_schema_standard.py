"""Frictionless Table Schema of the released CSV: dates and numbers are in their default forms there."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from praya.contract import Contract, Field, Text
from praya.contract.spreadsheet import MARK, harmless
from praya.metadata.described_release import DescribedRelease
from praya.metadata.json_bytes import as_json
from praya.metadata.metadata_standard import MetadataStandard


def describe_table(
    contract: Contract, fields: Sequence[Field], marked: Collection[str] = ()
) -> dict[str, Any]:
    """The schema (https://specs.frictionlessdata.io/table-schema/) that the released CSV keeps, also in the fields
    in which some text is `marked`, so that no spreadsheet runs it."""
    return {
        "fields": [_field(field, field.name in marked) for field in fields],
        "primaryKey": contract.primary_key,
        "missingValues": [""],
    }


def _field(field: Field, marked: bool) -> dict[str, Any]:
    described: dict[str, Any] = {"name": field.name, "type": field.type, "title": field.title.en}
    if field.description:
        described["description"] = field.description.en
    if field.unit:
        described["unit"] = field.unit
    if field.codes:
        described["categories"] = [{"value": code.code, "label": code.label.en} for code in field.codes.codes]
    constraints = field.constraints.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    if constraints:
        described["constraints"] = constraints | (_as_marked(constraints) if marked else {})
    return described


def _as_marked(constraints: dict[str, Any]) -> dict[str, Any]:
    """What the constraints of a text become where the mark may stand in front of it."""
    loosened: dict[str, Any] = {}
    if "enum" in constraints:
        loosened["enum"] = [harmless(str(item)) for item in constraints["enum"]]
    if "pattern" in constraints:
        loosened["pattern"] = f"{MARK}?(?:{constraints['pattern']})"
    if "maxLength" in constraints:
        loosened["maxLength"] = constraints["maxLength"] + len(MARK)
    return loosened


def write(release: DescribedRelease) -> bytes:
    return as_json(describe_table(release.contract, release.fields, release.marked))


TABLE_SCHEMA = MetadataStandard(
    name="table-schema",
    label="Table Schema",
    description=Text(en="Frictionless Table Schema of the CSV", zh_hant="CSV的Frictionless Table Schema"),
    file="schema.json",
    media_type="application/json",
    write=write,
    role="documentation",
)
