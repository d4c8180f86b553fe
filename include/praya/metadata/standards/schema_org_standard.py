"""schema.org Dataset as JSON-LD, which search engines read.

Source: https://schema.org/Dataset. A file's hash is the `sha256` of its DataDownload; columns are `variableMeasured`.
"""

from __future__ import annotations

from typing import Any

from praya.contract import Field, Text
from praya.metadata.code_labels import defined_terms
from praya.metadata.described_release import DescribedRelease
from praya.metadata.json_bytes import as_json
from praya.metadata.metadata_standard import MetadataStandard
from praya.metadata.release_facts import File, in_languages, tagged


def describe_dataset(release: DescribedRelease) -> dict[str, Any]:
    facts = release.facts
    described: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@id": facts.dataset_url,
        "@type": "Dataset",
        "identifier": facts.dataset,
        "name": tagged(facts.title),
        "description": tagged(facts.description),
        "url": facts.page_url,
        "version": facts.version,
        "datePublished": facts.issued,
        "dateModified": facts.issued,
        "keywords": [value for word in facts.keywords for value in tagged(word)],
        "about": {"@type": "DefinedTerm", "termCode": facts.category, "name": tagged(facts.category_name)},
        "license": facts.licence["url"],
        "isAccessibleForFree": True,
        "publisher": {
            "@type": "GovernmentOrganization",
            "name": tagged(facts.publisher),
            "contactPoint": {"@type": "ContactPoint", "email": facts.email},
        },
        "spatialCoverage": {"@type": "Place", "name": tagged(facts.place)},
    }
    if facts.temporal:
        described["temporalCoverage"] = "/".join(facts.temporal)
    return described | {
        "variableMeasured": [_column(field) for field in release.fields],
        "distribution": [_download(file) for file in facts.data],
    }


def _column(field: Field) -> dict[str, Any]:
    column: dict[str, Any] = {
        "@type": "PropertyValue",
        "name": field.name,
        "alternateName": tagged(in_languages(field.title.as_dict())),
    }
    if terms := defined_terms(field):
        column["valueReference"] = terms
    return column | ({"unitText": field.unit} if field.unit else {})


def _download(file: File) -> dict[str, Any]:
    return {
        "@type": "DataDownload",
        "name": file.name,
        "contentUrl": file.url,
        "encodingFormat": file.media_type,
        "contentSize": f"{file.bytes} B",
        "sha256": file.sha256,
    }


def write(release: DescribedRelease) -> bytes:
    return as_json(describe_dataset(release))


SCHEMA_ORG = MetadataStandard(
    name="schema-org",
    label="schema.org",
    description=Text(en="schema.org Dataset, for search engines", zh_hant="schema.org Dataset，供搜尋器使用"),
    file="schema-org.jsonld",
    media_type="application/ld+json",
    write=write,
)
