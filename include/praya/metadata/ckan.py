"""A CKAN package in one language, in the shape of `package_show`; the portal runs one CKAN a language, sharing names.

Source: https://docs.ckan.org/en/2.11/api/. What CKAN has no field for is in `extras`, whose values are text.
"""

from __future__ import annotations

import re
from typing import Any

from praya.contract.licences import licence_title, licence_url
from praya.metadata.release_facts import Facts, File


def ckan(facts: Facts, language: str) -> dict[str, Any]:
    """`ckan-<language>.json`."""
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
        "license_title": licence_title(facts.licence, language),
        "license_url": licence_url(facts.licence, language),
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
