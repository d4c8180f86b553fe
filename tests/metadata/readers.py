"""Reads the same facts back out of each metadata standard, by its own rules and with no help from the writers.

A reader gives what it found by the names of `FACTS`: texts by language, files by name, types as Table Schema has them.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS, FOAF, RDF, SKOS

FACTS = (
    "identifier",
    "title en",
    "title zh-Hant",
    "title zh-Hans",
    "description en",
    "description zh-Hant",
    "description zh-Hans",
    "publisher",
    "contact",
    "licence",
    "frequency",
    "category",
    "keywords",
    "temporal",
    "place",
    "issued",
    "version",
    "latest",
    "columns",
    "types",
    "files",
    "sizes",
    "hashes",
)
LANGUAGES = ("en", "zh-Hant", "zh-Hans")
DCAT = Namespace("http://www.w3.org/ns/dcat#")
SPDX = Namespace("http://spdx.org/rdf/terms#")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
SCHEMA = Namespace("https://schema.org/")

EU_FREQUENCY = {
    "DAILY": "daily",
    "MONTHLY": "monthly",
    "ANNUAL": "annual",
    "ANNUAL_2": "half-yearly",
    "IRREG": "as-needed",
}
IN_WORDS = {
    "Daily": "daily",
    "Monthly": "monthly",
    "Annually": "annual",
    "Half-yearly": "half-yearly",
    "As and when necessary": "as-needed",
}
CSVW_TYPES = {
    "double": "number",
    "decimal": "number",
    "dateTime": "datetime",
    "gYear": "year",
    "gYearMonth": "yearmonth",
}
Found = dict[str, Any]


def _json(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))


def _named(name: str, texts: dict[str, str]) -> Found:
    return {f"{name} {language}": texts[language] for language in LANGUAGES}


def _by_language(values: list[dict[str, str]]) -> dict[str, str]:
    assert len({each["@language"] for each in values}) == len(values)
    return {each["@language"]: each["@value"] for each in values}


def _pairs(values: list[dict[str, str]]) -> set[tuple[str, str]]:
    return {(each["@language"], each["@value"]) for each in values}


def data_package(folder: Path) -> Found:
    package = _json(folder / "datapackage.json")
    resources = package["resources"]
    fields = resources[0]["schema"]["fields"]
    publisher = next(each for each in package["contributors"] if "publisher" in each["roles"])
    return {
        "identifier": package["name"],
        **_named("title", package["titles"] | {"en": package["title"]}),
        **_named("description", package["descriptions"] | {"en": package["description"]}),
        "publisher": publisher["titles"] | {"en": publisher["title"]},
        "contact": publisher["email"],
        "licence": package["licenses"][0]["path"],
        "frequency": package["updateFrequency"],
        "category": package["category"],
        "keywords": {
            (language, word[language]) for word in package["translatedKeywords"] for language in LANGUAGES
        },
        "temporal": tuple(package["temporal"].values()) if "temporal" in package else None,
        "place": package["spatial"],
        "issued": package["created"],
        "version": package["version"],
        "latest": package["id"],
        "columns": [each["name"] for each in fields],
        "types": [each["type"] for each in fields],
        "files": {each["path"] for each in resources},
        "sizes": {each["path"]: each["bytes"] for each in resources},
        "hashes": {each["path"]: each["hash"].removeprefix("sha256:") for each in resources},
    }


def csvw(folder: Path) -> Found:
    (path,) = folder.glob("*.csv-metadata.json")
    group = _json(path)
    columns = group["tables"][0]["tableSchema"]["columns"]
    bases = [each["datatype"]["base"] for each in columns]
    return {
        "identifier": group["dc:identifier"],
        **_named("title", _by_language(group["dc:title"])),
        **_named("description", _by_language(group["dc:description"])),
        "publisher": _by_language(group["dc:publisher"]),
        "contact": group["schema:email"],
        "licence": group["dc:license"]["@id"],
        "frequency": group["dc:accrualPeriodicity"],
        "category": group["dc:subject"],
        "keywords": _pairs(group["dcat:keyword"]),
        "temporal": tuple(group["dc:temporal"].split("/")) if "dc:temporal" in group else None,
        "place": _by_language(group["dc:spatial"]),
        "issued": group["dc:issued"]["@value"],
        "version": group["schema:version"],
        "latest": group["dc:isVersionOf"]["@id"],
        "columns": [each["titles"] for each in columns],
        "types": [CSVW_TYPES.get(base, base) for base in bases],
        "files": {each["url"] for each in group["tables"]},
        "sizes": {each["url"]: each["dcat:byteSize"] for each in group["tables"]},
        "hashes": {each["url"]: each["spdx:checksumValue"] for each in group["tables"]},
    }


def _texts(graph: Graph, node: Any, name: URIRef) -> dict[str, str]:
    values = [each for each in graph.objects(node, name) if isinstance(each, Literal)]
    assert len({each.language for each in values}) == len(values)
    return {str(each.language): str(each) for each in values}


def _words(graph: Graph, node: Any, name: URIRef) -> set[tuple[str, str]]:
    return {
        (str(each.language), str(each)) for each in graph.objects(node, name) if isinstance(each, Literal)
    }


def dcat_graph(graph: Graph, dataset: Any) -> Found:
    one: Callable[[Any, URIRef], Any] = lambda node, name: graph.value(node, name, any=False)  # noqa: E731
    files = {str(one(each, DCTERMS.title)): each for each in graph.objects(dataset, DCAT.distribution)}
    period = one(dataset, DCTERMS.temporal)
    (licence,) = {one(each, DCTERMS.license) for each in files.values()}
    return {
        "identifier": str(one(dataset, DCTERMS.identifier)),
        **_named("title", _texts(graph, dataset, DCTERMS.title)),
        **_named("description", _texts(graph, dataset, DCTERMS.description)),
        "publisher": _texts(graph, one(dataset, DCTERMS.publisher), FOAF.name),
        "contact": str(one(one(dataset, DCAT.contactPoint), VCARD.hasEmail)).removeprefix("mailto:"),
        "licence": str(licence),
        "frequency": EU_FREQUENCY[str(one(dataset, DCTERMS.accrualPeriodicity)).rpartition("/")[2]],
        "category": str(one(one(dataset, DCAT.theme), SKOS.notation)),
        "keywords": _words(graph, dataset, DCAT.keyword),
        "temporal": (str(one(period, DCAT.startDate)), str(one(period, DCAT.endDate))) if period else None,
        "place": _texts(graph, one(dataset, DCTERMS.spatial), SKOS.prefLabel),
        "issued": str(one(dataset, DCTERMS.issued)).replace("+00:00", "Z"),
        "version": str(one(dataset, DCAT.version)),
        "latest": str(one(dataset, DCAT.isVersionOf) or dataset),
        "files": {str(one(each, DCAT.downloadURL)).rpartition("/")[2] for each in files.values()},
        "sizes": {name: int(one(each, DCAT.byteSize)) for name, each in files.items()},
        "hashes": {
            name: str(one(one(each, SPDX.checksum), SPDX.checksumValue)) for name, each in files.items()
        },
    }


def _only_dataset(graph: Graph) -> Any:
    (dataset,) = graph.subjects(RDF.type, DCAT.Dataset)
    return dataset


def dcat_turtle(folder: Path) -> Found:
    graph = Graph().parse(folder / "dcat.ttl", format="turtle")
    return dcat_graph(graph, _only_dataset(graph))


def dcat_jsonld(folder: Path) -> Found:
    graph = Graph().parse(folder / "dcat.jsonld", format="json-ld")
    return dcat_graph(graph, _only_dataset(graph))


def schema_org(folder: Path) -> Found:
    told = _json(folder / "schema-org.jsonld")
    assert told["@context"] == "https://schema.org/"
    files = {each["contentUrl"].rpartition("/")[2]: each for each in told["distribution"]}
    return {
        "identifier": told["identifier"],
        **_named("title", _by_language(told["name"])),
        **_named("description", _by_language(told["description"])),
        "publisher": _by_language(told["publisher"]["name"]),
        "contact": told["publisher"]["contactPoint"]["email"],
        "licence": told["license"],
        "category": told["about"]["termCode"],
        "keywords": _pairs(told["keywords"]),
        "temporal": tuple(told["temporalCoverage"].split("/")) if "temporalCoverage" in told else None,
        "place": _by_language(told["spatialCoverage"]["name"]),
        "issued": told["datePublished"],
        "version": told["version"],
        "latest": told["@id"],
        "columns": [each["name"] for each in told["variableMeasured"]],
        "files": set(files),
        "sizes": {name: int(each["contentSize"].removesuffix(" B")) for name, each in files.items()},
        "hashes": {name: each["sha256"] for name, each in files.items()},
    }


def ckan(folder: Path) -> Found:
    """One package a language; what is not text must be the same in all."""
    packages = {
        language: _json(folder / f"ckan-{short}.json")
        for language, short in zip(LANGUAGES, ("en", "tc", "sc"), strict=True)
    }
    extras = {
        language: {each["key"]: each["value"] for each in package["extras"]}
        for language, package in packages.items()
    }
    names = ("name", "version", "license_id", "maintainer_email", "resources", "owner_org")
    assert len({json.dumps({name: one[name] for name in names}) for one in packages.values()}) == 1
    package, extra = packages["en"], extras["en"]
    return {
        "identifier": package["name"].removeprefix(f"{package['owner_org']}-"),
        **_named("title", {language: one["title"] for language, one in packages.items()}),
        **_named("description", {language: one["notes"] for language, one in packages.items()}),
        "publisher": {language: one["publisher"] for language, one in extras.items()},
        "contact": package["maintainer_email"],
        "licence": package["license_url"],
        "frequency": extra["update_frequency"],
        "category": package["groups"][0]["name"],
        "keywords": {(language, tag["name"]) for language, one in packages.items() for tag in one["tags"]},
        "temporal": (extra["temporal_start"], extra["temporal_end"]) if "temporal_start" in extra else None,
        "place": {language: one["spatial_text"] for language, one in extras.items()},
        "issued": extra["issued"],
        "version": package["version"],
        "latest": extra["latest"],
        "files": {each["url"].rpartition("/")[2] for each in package["resources"]},
        "sizes": {each["name"]: each["size"] for each in package["resources"]},
        "hashes": {each["name"]: each["hash"].removeprefix("sha256:") for each in package["resources"]},
    }


def psi_data(entry: dict[str, Any]) -> Found:
    resources = entry["resources"]
    periods = [each.get("temporal") for each in resources]
    assert all(each == periods[0] for each in periods)
    return {
        "identifier": entry["identifier"],
        **_named("title", entry["title"]),
        **_named("description", entry["description"]),
        "publisher": entry["contactPoint"],
        "contact": entry["mbox"],
        "licence": entry["licence"],
        "frequency": IN_WORDS[entry["updateFrequency"]["en"]],
        "category": entry["group"],
        "temporal": (periods[0]["from"], periods[0]["to"]) if periods[0] else None,
        "files": {each["accessURL"].rpartition("/")[2] for each in resources},
    }


OF_A_RELEASE: dict[str, Callable[[Path], Found]] = {
    "data_package": data_package,
    "csvw": csvw,
    "dcat_turtle": dcat_turtle,
    "dcat_jsonld": dcat_jsonld,
    "schema_org": schema_org,
    "ckan": ckan,
}
