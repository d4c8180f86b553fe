"""What a release says about itself, from the contract and the manifest alone: documentation for people, and metadata in
each standard that others read. One small module each.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from typing import Any

from praya.contract import Contract, Field
from praya.contract.codes import FILE_LANGUAGE
from praya.metadata.ckan import ckan
from praya.metadata.csvw import csvw, csvw_name
from praya.metadata.data_package import data_package
from praya.metadata.dcat import dcat, dcat_catalogue
from praya.metadata.dictionary import (
    described_fields,
    dictionary,
    dictionary_csv,
    dictionary_page,
    dictionary_rows,
)
from praya.metadata.fiscal import fiscal_package, is_fiscal
from praya.metadata.methodology import methodology, notes_page
from praya.metadata.psi_data import psi_entry, psi_problems
from praya.metadata.release_facts import DATA, DOCUMENTATION, METADATA, Facts, Version, facts_of
from praya.metadata.schema_org import schema_org
from praya.metadata.sdmx_json import NAME as SDMX_STRUCTURE
from praya.metadata.sdmx_json import sdmx_structure
from praya.metadata.table_schema import table_schema
from praya.metadata.turtle import turtle

__all__ = [
    "DATA",
    "DOCUMENTATION",
    "METADATA",
    "Facts",
    "Version",
    "as_json",
    "dcat_catalogue",
    "described_fields",
    "dictionary_rows",
    "documentation",
    "facts_of",
    "metadata",
    "psi_entry",
    "psi_problems",
    "table_schema",
    "turtle",
]


def documentation(
    contract: Contract,
    fields: Sequence[Field],
    manifest: dict[str, Any],
    base_url: str,
    marked: Collection[str] = (),
) -> dict[str, bytes]:
    """File name → bytes of what people read: dictionary and note, and the Table Schema. `manifest` lists the data, of
    whose fields some have texts that are `marked` in CSV."""
    facts = facts_of(manifest, base_url)
    described = dictionary(contract, fields, facts, marked)
    note = methodology(contract, facts, manifest)
    found = {
        "dictionary.json": as_json(described),
        "notes.json": as_json(note),
        "schema.json": as_json(table_schema(contract, fields, marked)),
    }
    for language, short in FILE_LANGUAGE.items():
        found[f"dictionary-{short}.csv"] = dictionary_csv(described, language)
        found[f"dictionary-{short}.html"] = dictionary_page(described, facts, language)
        found[f"notes-{short}.html"] = notes_page(note, facts, language)
    return found


def metadata(
    contract: Contract, fields: Sequence[Field], manifest: dict[str, Any], base_url: str
) -> dict[str, bytes]:
    """File name → bytes of each standard. `manifest` lists data and documentation."""
    facts = facts_of(manifest, base_url)
    node = dcat(facts)
    found = {
        "datapackage.json": as_json(data_package(contract, fields, facts)),
        "dcat.jsonld": as_json(node),
        "dcat.ttl": turtle(node).encode(),
        "schema-org.jsonld": as_json(schema_org(fields, facts)),
    }
    if any(file.format == "CSV" and not file.compressed for file in facts.data):
        found[csvw_name(facts)] = as_json(csvw(contract, fields, facts))
    if any(file.format == "SDMX-CSV" for file in facts.data):
        found[SDMX_STRUCTURE] = as_json(sdmx_structure(contract, fields, facts))
    if is_fiscal(fields):
        found["fiscal-datapackage.json"] = as_json(fiscal_package(contract, fields, facts))
    for language, short in FILE_LANGUAGE.items():
        found[f"ckan-{short}.json"] = as_json(ckan(facts, language))
    return found


def as_json(value: Any) -> bytes:
    """Indented JSON in UTF-8 with a line end, keys in the order in which they stand."""
    return json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False).encode() + b"\n"
