"""A CKAN package in one language, in the shape of `package_show`; the portal runs one CKAN a language, sharing names.

Source: https://docs.ckan.org/en/2.11/api/. What CKAN has no field for is in `extras`, whose values are text.
"""

from __future__ import annotations

import re
from typing import Any

from praya.contract import Text
from praya.contract.codes import FILE_LANGUAGE, Language
from praya.contract.labels import LANGUAGE_NAMES
from praya.contract.licences import licence_title, licence_url
from praya.metadata.described_release import DescribedRelease
from praya.metadata.json_bytes import as_json
from praya.metadata.metadata_standard import MetadataStandard
from praya.metadata.release_facts import Facts, File


def describe_package(facts: Facts, language: str) -> dict[str, Any]:
    extras = {
        "update_frequency": facts.frequency,
        "publisher": facts.publisher[language],
        "issued": facts.issued,
        "identifier": facts.dataset_url,
        "latest": facts.dataset_url,
        "modified": facts.issued,
        "language": language,
        "synthetic": str(facts.synthetic).lower(),
        "spatial_text": facts.place[language],
    }
    if facts.temporal:
        extras |= dict(zip(("temporal_start", "temporal_end"), facts.temporal, strict=True))
    return {
        "name": facts.portal_name,
        "title": facts.title[language],
        "notes": facts.description[language],
        "url": facts.page_url,
        "version": facts.version,
        "license_id": facts.licence["id"],
        "license_title": licence_title(facts.licence["id"], facts.licence["title"], language),
        "license_url": licence_url(facts.licence["id"], facts.licence["url"], language),
        "maintainer": facts.publisher[language],
        "maintainer_email": facts.email,
        "owner_org": facts.provider,
        "groups": [{"name": facts.category, "title": facts.category_name[language]}],
        "tags": [{"name": _tag(word[language])} for word in facts.keywords],
        "extras": [{"key": key, "value": value} for key, value in sorted(extras.items())],
        "resources": [_resource(file) for file in facts.data],
    }


def _tag(word: str) -> str:
    """A keyword as CKAN's tags allow it: letters and digits of any script, spaces and `-_.`."""
    return re.sub(r"[^\w\-. ]", "-", word)[:100]


def _resource(file: File) -> dict[str, Any]:
    return {
        "name": file.name,
        "url": file.url,
        "format": file.format,
        "mimetype": file.media_type,
        "size": file.bytes,
        "hash": f"sha256:{file.sha256}",
    }


def _standard(language: Language) -> MetadataStandard:
    def write(release: DescribedRelease) -> bytes:
        return as_json(describe_package(release.facts, language))

    return MetadataStandard(
        name=f"ckan-{FILE_LANGUAGE[language]}",
        label="CKAN",
        description=Text(
            en=f"a CKAN package in {LANGUAGE_NAMES[language].en}",
            zh_hant=f"CKAN數據集（{LANGUAGE_NAMES[language].zh_hant}）",
        ),
        file=f"ckan-{FILE_LANGUAGE[language]}.json",
        media_type="application/json",
        write=write,
    )


ENGLISH = _standard("en")
TRADITIONAL_CHINESE = _standard("zh-Hant")
SIMPLIFIED_CHINESE = _standard("zh-Hans")
