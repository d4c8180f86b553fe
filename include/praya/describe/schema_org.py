"""schema.org Dataset as JSON-LD, which search engines read.

Source: https://schema.org/Dataset. A file's hash is the `sha256` of its DataDownload; columns are `variableMeasured`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from praya.contract import Field
from praya.describe.facts import Facts, File, Texts


def schema_org(fields: Sequence[Field], facts: Facts) -> dict[str, Any]:
    """`schema-org.jsonld`."""
    described: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@id": facts.version_url,
        "@type": "Dataset",
        "identifier": facts.dataset,
        "name": _texts(facts.title),
        "description": _texts(facts.description),
        "url": facts.page_url,
        "sameAs": facts.latest_url,
        "version": facts.version,
        "datePublished": facts.issued,
        "keywords": [value for word in facts.keywords for value in _texts(word)],
        "about": {"@type": "DefinedTerm", "termCode": facts.category, "name": _texts(facts.category_name)},
        "license": facts.licence["url"],
        "isAccessibleForFree": True,
        "publisher": {
            "@type": "GovernmentOrganization",
            "name": _texts(facts.publisher),
            "contactPoint": {"@type": "ContactPoint", "email": facts.email},
        },
        "spatialCoverage": {"@type": "Place", "name": _texts(facts.place)},
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
        "alternateName": _texts(
            {each: field.title.in_language(each) for each in ("en", "zh-Hant", "zh-Hans")}
        ),
    }
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


def _texts(text: Texts) -> list[dict[str, str]]:
    return [{"@value": value, "@language": language} for language, value in text.items()]
