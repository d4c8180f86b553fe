"""schema.org Dataset as JSON-LD, which search engines read.

Source: https://schema.org/Dataset. A file's hash is the `sha256` of its DataDownload; columns are `variableMeasured`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from praya.contract import Field
from praya.metadata.code_labels import defined_terms
from praya.metadata.release_facts import Facts, File, in_languages, tagged


def schema_org(fields: Sequence[Field], facts: Facts) -> dict[str, Any]:
    """`schema-org.jsonld`."""
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
        "variableMeasured": [_column(field) for field in fields],
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
