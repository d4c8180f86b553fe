"""Addresses by number, line (`2.*`) and archive name: the index of versions must lead from each to a version."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from praya.assurance.verify.ledger_facts import Known
from praya.errors import IntegrityError
from praya.history import tombstone
from praya.history.manifests import find_manifest
from praya.history.versions_index import archive_name
from praya.store import Store, layout
from praya.text.outside import describe_error


def check_version_names(store: Store, known: Known) -> Iterator[str]:
    """A sentence for each number, line or archive name that was given and leads to no version any more.

    A line of which every version is withdrawn or rolled back has none. Where two versions came in one minute, their
    archive name leads to the later.
    """
    versions: dict[str, list[str]] = {}
    for dataset, version in sorted(known.releases):
        versions.setdefault(dataset, []).append(version)
    for dataset, on_record in versions.items():
        key = layout.versions(dataset)
        try:
            index = dict(store.get_json(key) or {})
            yield from _of(store, known, dataset, on_record, index)
        except (IntegrityError, KeyError, TypeError, ValueError, AttributeError) as error:
            why = describe_error(error)
            yield f"{dataset}/versions.json: cannot be read, so that no number leads to a version: {why}"


def _of(
    store: Store, known: Known, dataset: str, on_record: list[str], index: dict[str, Any]
) -> Iterator[str]:
    entries = {entry["version"]: entry for entry in index.get("versions", [])}
    lines, archive = index.get("lines", {}), index.get("archive", {})
    there = {version for version in on_record if (dataset, version) not in known.withdrawn}
    for version in on_record:
        facts = _read_facts(store, dataset, version)
        number = facts.get("number")
        if version not in entries or entries[version].get("number") != number:
            yield f"{dataset} {number or version}: its number leads nowhere: versions.json has no such version"
        counts = version in there and entries.get(version, {}).get("state") != "rolled back"
        for line in _lines(number) if counts else ():
            if lines.get(line) not in there:
                yield f"{dataset} {line}.*: leads nowhere in versions.json, and {number} is published"
        name = archive_name(facts["received_at"]) if "received_at" in facts else None
        if name and version in there and archive.get(name) not in there:
            yield f"{dataset} {name}: the archive name leads nowhere in versions.json, and {version} is there"


def _read_facts(store: Store, dataset: str, version: str) -> dict[str, Any]:
    """What is known of a version; nothing where its manifest is gone, which is said of the manifest."""
    return dict(tombstone(store, dataset, version) or find_manifest(store, dataset, version) or {})


def _lines(number: str | None) -> list[str]:
    if number is None:
        return []
    major, minor, _ = number.split(".")
    return [major, f"{major}.{minor}"]
