"""DCAT-AP 3 of a release, as JSON-LD and as Turtle; `praya.metadata.dcat_nodes` describes it."""

from __future__ import annotations

from praya.contract import Text
from praya.metadata.dcat_nodes import describe_version
from praya.metadata.described_release import DescribedRelease
from praya.metadata.json_bytes import as_json
from praya.metadata.metadata_standard import MetadataStandard
from praya.metadata.turtle_text import write_turtle


def write_json_ld(release: DescribedRelease) -> bytes:
    return as_json(describe_version(release.facts))


def write_as_turtle(release: DescribedRelease) -> bytes:
    return write_turtle(describe_version(release.facts)).encode()


DCAT_JSON_LD = MetadataStandard(
    name="dcat-jsonld",
    label="DCAT-AP",
    description=Text(en="DCAT-AP 3 as JSON-LD", zh_hant="DCAT-AP 3（JSON-LD）"),
    file="dcat.jsonld",
    media_type="application/ld+json",
    write=write_json_ld,
)
DCAT_TURTLE = MetadataStandard(
    name="dcat-turtle",
    label="DCAT-AP",
    description=Text(en="DCAT-AP 3 as Turtle", zh_hant="DCAT-AP 3（Turtle）"),
    file="dcat.ttl",
    media_type="text/turtle; charset=utf-8",
    write=write_as_turtle,
)
