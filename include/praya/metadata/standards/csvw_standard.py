"""CSV on the Web: what every column of the released CSV files means, for readers that type and link them.

Source: https://www.w3.org/TR/tabular-metadata/. It has no place for closed code lists but a regular expression.
"""

from __future__ import annotations

import re
from typing import Any

from praya.contract import Field, Text
from praya.contract.labels import LabelField
from praya.metadata.code_labels import defined_terms
from praya.metadata.described_release import DescribedRelease
from praya.metadata.json_bytes import as_json
from praya.metadata.metadata_standard import MetadataStandard
from praya.metadata.release_facts import File, in_languages, tagged

DATATYPES = {
    "string": "string",
    "integer": "integer",
    "number": "double",
    "boolean": "boolean",
    "date": "date",
    "datetime": "dateTime",
    "time": "time",
    "year": "gYear",
    "yearmonth": "gYearMonth",
}

LIMITS = ("minimum", "maximum", "minLength", "maxLength")


def describe_tables(release: DescribedRelease) -> dict[str, Any]:
    """The file next to the CSV; the addresses of its tables are relative to it."""
    facts = release.facts
    schema = {
        "columns": [_column(field) for field in release.fields],
        "primaryKey": release.contract.primary_key,
    }
    described = {
        "dc:identifier": facts.dataset,
        "dc:title": tagged(facts.title),
        "dc:description": tagged(facts.description),
        "dc:publisher": tagged(facts.publisher),
        "dc:license": {"@id": facts.licence["url"]},
        "dc:issued": {"@value": facts.issued, "@type": "xsd:dateTime"},
        "dc:modified": {"@value": facts.issued, "@type": "xsd:dateTime"},
        "dc:accrualPeriodicity": facts.frequency,
        "dc:subject": facts.category,
        "dc:isVersionOf": {"@id": facts.dataset_url},
        "schema:version": facts.version,
        "schema:email": facts.email,
        "dcat:keyword": [value for word in facts.keywords for value in tagged(word)],
        "dc:spatial": tagged(facts.place),
    }
    if facts.temporal:
        described["dc:temporal"] = "/".join(facts.temporal)
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "@id": facts.file_url(f"{facts.whole_name('csv')}-{CSVW.file}"),
        **described,
        "dialect": {"encoding": "utf-8", "lineTerminators": ["\r\n"], "quoteChar": '"', "doubleQuote": True},
        "tables": [_table(file, schema) for file in facts.plain_files("csv")],
    }


def _table(file: File, schema: dict[str, Any]) -> dict[str, Any]:
    return {
        "url": file.name,
        "dcat:byteSize": file.bytes,
        "spdx:checksumValue": file.sha256,
        "tableSchema": schema,
    }


def _column(field: Field) -> dict[str, Any]:
    column: dict[str, Any] = {
        "name": field.name,
        "titles": field.name,
        "dc:title": tagged(in_languages(field.title.as_dict())),
        "datatype": _datatype(field),
    }
    if field.description:
        column["dc:description"] = tagged(in_languages(field.description.as_dict()))
    if field.unit:
        column["schema:unitText"] = field.unit
    if isinstance(field, LabelField):
        column["lang"] = field.language
    if terms := defined_terms(field, "schema:"):
        column["schema:valueReference"] = terms
    if field.constraints.required:
        column["required"] = True
    return column


def _datatype(field: Field) -> dict[str, Any]:
    """The type with its limits; a number with decimals is exact."""
    limits = field.constraints.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    base = "decimal" if field.decimals is not None else DATATYPES[field.type]
    datatype: dict[str, Any] = {"base": base}
    datatype |= {name: value for name, value in limits.items() if name in LIMITS}
    if field.type == "string" and "enum" in limits:
        datatype["format"] = "|".join(re.escape(str(code)) for code in limits["enum"])
    elif field.type == "string" and "pattern" in limits:
        datatype["format"] = limits["pattern"]
    return datatype


def write(release: DescribedRelease) -> bytes:
    return as_json(describe_tables(release))


CSVW = MetadataStandard(
    name="csvw",
    label="CSV on the Web",
    description=Text(
        en="CSV on the Web: types and meanings of the columns of the CSV; tools find it next to the CSV",
        zh_hant="CSV on the Web：CSV各欄的類型及意思；工具會在CSV旁尋找此檔案",
    ),
    # Tools look for it by the name of the CSV.
    data_format="csv",
    file="metadata.json",
    media_type="application/json",
    write=write,
    has_relative_addresses=True,
)
