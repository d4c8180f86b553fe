"""DCAT-AP 3 in three languages: a release as a version of its dataset with its distributions, and a catalogue of the
datasets, each under the name that stays with the versions that are out.

Source: https://semiceu.github.io/DCAT-AP/releases/3.0.1/. Nodes are JSON-LD with prefixed names;
`turtle_text` writes the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from praya.metadata.dictionary_words import say
from praya.metadata.release_facts import DATA, DOCUMENTATION, Facts, File, Texts, Version, tagged

Node = dict[str, Any]

PREFIXES = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "prov": "http://www.w3.org/ns/prov#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
AUTHORITY = "http://publications.europa.eu/resource/authority"
STATEMENT = "provenance.json"
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
MEDIA_TYPES = "https://www.iana.org/assignments/media-types"
# The authority's names of licences that have an address of their own too.
LICENCES = {"CC-BY-4.0": "CC_BY_4_0", "CC0-1.0": "CC0"}


def describe_version(facts: Facts) -> Node:
    """The release as JSON-LD: a version of its dataset."""
    of = {"@id": facts.dataset_url}
    said = {"dcat:isVersionOf": of, "dct:isVersionOf": of, "dct:issued": _moment(facts.issued)}
    return {"@context": PREFIXES, "@id": facts.version_url, **_described(facts, said)}


def describe_catalogue(releases: Sequence[Facts], base_url: str) -> Node:
    """All datasets as JSON-LD: a catalogue with one node each, which has the distributions of the latest version."""
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
        "dcat:dataset": [describe_dataset(facts) for facts in releases],
    }


def describe_dataset(facts: Facts) -> Node:
    """The dataset under the name that stays, with its versions below it."""
    known = facts.versions or (Version(facts.version, None, facts.issued),)
    said = {
        "dct:issued": _moment(known[0].issued),
        "dcat:hasVersion": [_version(facts, version) for version in known],
        "dcat:hasCurrentVersion": {"@id": facts.version_url},
    }
    return {"@id": facts.dataset_url, **_described(facts, said)}


def _version(facts: Facts, version: Version) -> Node:
    """What harvesters must find of a version that they are not asked to take as a dataset of its own."""
    number = version.number or version.version
    return {
        "@id": facts.url_of(version.version),
        "@type": "dcat:Dataset",
        "dct:identifier": facts.dataset,
        "dct:title": tagged(
            say("{title}, release {number}", "{title}，{number}版", title=facts.title, number=number)
        ),
        "dct:description": tagged(say("Version {version}.", "版本{version}。", version=version.version)),
        "dct:issued": _moment(version.issued),
        "dcat:version": version.version,
        "dcat:isVersionOf": {"@id": facts.dataset_url},
    }


def _described(facts: Facts, said: Node) -> Node:
    """What is the same of a dataset and of its latest version, around what is not."""
    node: Node = {
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
        **said,
        "dct:modified": _moment(facts.issued),
        "dct:accessRights": _typed(f"{AUTHORITY}/access-right/PUBLIC", "dct:RightsStatement"),
        "dcat:version": facts.version,
        "dcat:landingPage": _document(facts.page_url),
        "foaf:page": [
            _document(file.url)
            for file in facts.files
            if file.role == DOCUMENTATION and file.media_type == "text/html"
        ],
        "dct:spatial": _place(facts.place),
    }
    if facts.statement:
        node["prov:wasGeneratedBy"] = _typed(facts.file_url(STATEMENT), "prov:Activity")
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
        "dct:format": _format(file),
        "dct:license": _licence(facts),
        "dct:rights": _typed(facts.licence["url"], "dct:RightsStatement"),
        "dct:issued": _moment(facts.issued),
        "dct:modified": _moment(facts.issued),
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": _typed("spdx:checksumAlgorithm_sha256", "spdx:ChecksumAlgorithm"),
            "spdx:checksumValue": _value(file.sha256, "xsd:hexBinary"),
        },
    }
    name = "dcat:compressFormat" if file.compressed else "dcat:mediaType"
    return node | {name: _typed(f"{MEDIA_TYPES}/{file.media_type}", "dct:MediaType")}


def _format(file: File) -> Node:
    """The format by the authority's table of file types, else by the media type; of a packed file what is in it."""
    known = file.eu_file_type
    name = f"{AUTHORITY}/file-type/{known}" if known else f"{MEDIA_TYPES}/{file.media_type}"
    return _typed(name, "dct:MediaTypeOrExtent")


def _licence(facts: Facts) -> Node:
    """The address of the terms themselves, and what the authority calls them where it has them."""
    node = _typed(facts.licence["url"], "dct:LicenseDocument")
    known = LICENCES.get(facts.licence["id"])
    return node | ({"skos:exactMatch": {"@id": f"{AUTHORITY}/licence/{known}"}} if known else {})


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


def _moment(at: str) -> Node:
    return _value(at, "xsd:dateTime")


def _value(text: str, kind: str) -> Node:
    return {"@value": text, "@type": kind}
