"""Frictionless Data Package v2: the package, and each data file as a resource with hash, size and schema.

Source: https://datapackage.org/standard/data-package/. `titles`, `descriptions` and the like, which the standard leaves
to us, hold the three languages; the standard's own `title` and `description` are English.
"""

from __future__ import annotations

from typing import Any

from praya.contract import Text
from praya.metadata.described_release import DescribedRelease
from praya.metadata.json_bytes import as_json
from praya.metadata.metadata_standard import MetadataStandard
from praya.metadata.release_facts import File
from praya.metadata.standards.table_schema_standard import describe_table

PROFILE = "https://datapackage.org/profiles/2.0"


def describe_package(release: DescribedRelease) -> dict[str, Any]:
    """The package with its files; paths are relative to it."""
    facts, schema = release.facts, describe_table(release.contract, release.fields)
    package: dict[str, Any] = {
        "$schema": f"{PROFILE}/datapackage.json",
        "name": facts.dataset,
        "id": facts.dataset_url,
        "title": facts.title["en"],
        "titles": facts.title,
        "description": facts.description["en"],
        "descriptions": facts.description,
        "homepage": facts.page_url,
        "version": facts.version,
        "created": facts.issued,
        "keywords": [word["en"] for word in facts.keywords],
        "translatedKeywords": facts.keywords,
        "category": facts.category,
        "updateFrequency": facts.frequency,
        "synthetic": facts.synthetic,
        "licenses": [
            {"name": facts.licence["id"], "title": facts.licence["title"], "path": facts.licence["url"]}
        ],
        "contributors": [
            {
                "title": facts.publisher["en"],
                "titles": facts.publisher,
                "email": facts.email,
                "roles": ["publisher", "contactPoint"],
            }
        ],
        "spatial": facts.place,
    }
    if facts.temporal:
        package["temporal"] = dict(zip(("start", "end"), facts.temporal, strict=True))
    return package | {"resources": [_resource(file, schema) for file in facts.data]}


def _resource(file: File, schema: dict[str, Any]) -> dict[str, Any]:
    resource: dict[str, Any] = {
        "$schema": f"{PROFILE}/dataresource.json",
        "name": file.name.lower(),
        "path": file.name,
        "format": _format(file),
        "mediatype": file.media_type,
        "bytes": file.bytes,
        "hash": f"sha256:{file.sha256}",
    }
    if file.is_of("csv") and not file.compressed:
        return resource | {
            "type": "table",
            "encoding": "utf-8",
            "dialect": {"lineTerminator": "\r\n"},
            "schema": schema,
        }
    return resource | ({"schema": schema} if file.is_of("json") and not file.compressed else {})


def _format(file: File) -> str:
    """By the extension for text, else by the media type: frictionless takes `parquet` for a table, counts no
    bytes of it, and then finds its hash and size wrong."""
    if (file.is_of("csv") or file.is_of("json")) and not file.compressed:
        return file.format.lower()
    return file.media_type.partition("/")[2]


def write(release: DescribedRelease) -> bytes:
    return as_json(describe_package(release))


DATA_PACKAGE = MetadataStandard(
    name="data-package",
    label="Data Package",
    description=Text(en="Frictionless Data Package v2", zh_hant="Frictionless Data Package第2版"),
    file="datapackage.json",
    media_type="application/json",
    write=write,
    has_relative_addresses=True,
)
