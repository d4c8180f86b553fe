"""DCAT-AP 3 in three languages: a release as a dataset with its distributions, and all of them as a catalogue.

Source: https://semiceu.github.io/DCAT-AP/releases/3.0.1/. Nodes are JSON-LD with prefixed names; `turtle` writes
the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from praya.describe.facts import DATA, DOCUMENTATION, Facts, File, Texts, tagged
from praya.describe.words import say

Node = dict[str, Any]

PREFIXES = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
AUTHORITY = "http://publications.europa.eu/resource/authority"
FREQUENCIES = {
    "hourly": "HOURLY",
    "daily": "DAILY",
    "weekly": "WEEKLY",
    "monthly": "MONTHLY",
    "quarterly": "QUARTERLY",
    "half-yearly": "ANNUAL_2",
    "annual": "ANNUAL",
    "as-needed": "IRREG",
    "once": "NEVER",
}


def dcat(facts: Facts) -> Node:
    """The release as JSON-LD."""
    return {"@context": PREFIXES, **_dataset(facts)}


def dcat_catalogue(releases: Sequence[Facts], base_url: str) -> Node:
    """All releases as JSON-LD: a catalogue with one dataset each."""
    return {
        "@context": PREFIXES,
        "@id": f"{base_url}/catalogue.jsonld",
        "@type": "dcat:Catalog",
        "dct:title": tagged(say("Praya open data", "Praya開放數據")),
        "dct:description": tagged(
            say(
                "All datasets that are released here, each in its latest version.",
                "於此發布的所有數據集的最新版本。",
            )
        ),
        "dct:publisher": {
            "@id": f"{base_url}/index.html#publisher",
            "@type": "foaf:Agent",
            "foaf:name": tagged(say("Praya", "Praya")),
        },
        "foaf:homepage": _document(f"{base_url}/index.html"),
        "dcat:dataset": [_dataset(facts) for facts in releases],
    }


def _dataset(facts: Facts) -> Node:
    node: Node = {
        "@id": facts.version_url,
        "@type": "dcat:Dataset",
        "dct:identifier": facts.dataset,
        "dct:title": tagged(facts.title),
        "dct:description": tagged(facts.description),
        "dct:publisher": _publisher(facts),
        "dcat:contactPoint": _contact(facts),
        "dcat:keyword": [value for word in facts.keywords for value in tagged(word)],
        "dcat:theme": _theme(facts),
        "dct:accrualPeriodicity": _typed(
            f"{AUTHORITY}/frequency/{FREQUENCIES[facts.frequency]}", "dct:Frequency"
        ),
        "dct:issued": _value(facts.issued, "xsd:dateTime"),
        "dcat:version": facts.version,
        "dct:isVersionOf": {"@id": facts.latest_url},
        "dcat:landingPage": _document(facts.page_url),
        "foaf:page": [
            _document(file.url)
            for file in facts.files
            if file.role == DOCUMENTATION and file.media_type == "text/html"
        ],
        "dct:spatial": _place(facts.place),
    }
    if facts.temporal:
        first, last = facts.temporal
        node["dct:temporal"] = {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": _value(first, "xsd:date"),
            "dcat:endDate": _value(last, "xsd:date"),
        }
    return node | {
        "dcat:distribution": [_distribution(file, facts) for file in facts.files if file.role == DATA]
    }


def _distribution(file: File, facts: Facts) -> Node:
    node: Node = {
        "@id": file.url,
        "@type": "dcat:Distribution",
        "dct:title": file.name,
        "dcat:accessURL": {"@id": file.url},
        "dcat:downloadURL": {"@id": file.url},
        "dcat:byteSize": _value(str(file.bytes), "xsd:nonNegativeInteger"),
        "dct:license": _typed(facts.licence["url"], "dct:LicenseDocument"),
        "dct:issued": _value(facts.issued, "xsd:dateTime"),
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": _typed("spdx:checksumAlgorithm_sha256", "spdx:ChecksumAlgorithm"),
            "spdx:checksumValue": _value(file.sha256, "xsd:hexBinary"),
        },
    }
    name = "dcat:compressFormat" if file.compressed else "dcat:mediaType"
    return node | {
        name: _typed(f"https://www.iana.org/assignments/media-types/{file.media_type}", "dct:MediaType")
    }


def _publisher(facts: Facts) -> Node:
    # Without an address: two contracts of one provider may spell its name differently, and neither must get both.
    return {
        "@type": "foaf:Agent",
        "dct:identifier": facts.provider,
        "foaf:name": tagged(facts.publisher),
    }


def _contact(facts: Facts) -> Node:
    # The shapes ask for vcard:Kind and infer nothing.
    node: Node = {
        "@type": ["vcard:Organization", "vcard:Kind"],
        "vcard:fn": tagged(facts.publisher),
        "vcard:hasEmail": {"@id": f"mailto:{facts.email}"},
    }
    return node | ({"vcard:hasTelephone": {"@id": f"tel:{_digits(facts.phone)}"}} if facts.phone else {})


def _digits(phone: str) -> str:
    return "".join(each for each in phone if each.isdigit() or each == "+")


def _theme(facts: Facts) -> Node:
    return {
        "@id": f"{facts.base_url}/index.html#category-{facts.category}",
        "@type": "skos:Concept",
        "skos:notation": facts.category,
        "skos:prefLabel": tagged(facts.category_name),
    }


def _place(place: Texts) -> Node:
    return {"@type": "dct:Location", "skos:prefLabel": tagged(place)}


def _document(url: str) -> Node:
    return _typed(url, "foaf:Document")


def _typed(url: str, kind: str) -> Node:
    return {"@id": url, "@type": kind}


def _value(text: str, kind: str) -> Node:
    return {"@value": text, "@type": kind}
