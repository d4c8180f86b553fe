"""A Parquet file with what the contract says of table and fields.

Arrow's readers find titles, descriptions and units in the metadata of the fields; of the table all is under `praya`.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from praya.contract import Field
from praya.contract.codes import LANGUAGES, LICENCES
from praya.pipeline.release.part import Part
from praya.store import content_key
from praya.store.duck import PARQUET, literal


def copy_parquet(
    con: Any, part: Part, select: str, target: Path, more: Mapping[str, str] | None = None
) -> None:
    """Write what `select` gives to `target`, with the part's metadata and `more` of it."""
    metadata = {"praya": _described(part), **(more or {})}
    # Arrow's readers take all metadata from its own schema, all others the keys beside it.
    metadata["ARROW:schema"] = _arrow_schema(con, part, select, metadata)
    pairs = ", ".join(f"{literal(key)}: {literal(value)}" for key, value in metadata.items())
    con.execute(f"copy ({select}) to {literal(str(target))} ({PARQUET}, kv_metadata {{{pairs}}})")


def _described(part: Part) -> str:
    contract = part.contract
    return json.dumps(
        {
            "dataset": contract.dataset,
            "provider": contract.provider,
            "title": contract.title.as_dict(),
            "description": contract.description.as_dict(),
            "licence": LICENCES[contract.licence]["url"],
            "synthetic": part.table.synthetic,
            "received_at": part.table.received_at,
            "contract_sha256": content_key(contract.published()),
            "primary_key": contract.primary_key,
        },
        ensure_ascii=False,
    )


def _arrow_schema(con: Any, part: Part, select: str, metadata: Mapping[str, str]) -> str:
    """The Arrow schema as Arrow itself would leave it in the file, with what is said of table and fields."""
    schema = con.sql(f"select * from ({select}) limit 0").to_arrow_table().schema
    for field in part.fields:
        position = schema.get_field_index(field.name)
        schema = schema.set(position, schema.field(position).with_metadata(_metadata(field)))
    return base64.b64encode(schema.with_metadata(dict(metadata)).serialize()).decode("ascii")


def _metadata(field: Field) -> dict[str, str]:
    said = {f"title:{language}": field.title.in_language(language) for language in LANGUAGES}
    if field.description:
        said |= {f"description:{language}": field.description.in_language(language) for language in LANGUAGES}
    if field.unit:
        said["unit"] = field.unit
    return said | {"type": field.type}
