"""The index of a dataset's versions: `released/<dataset>/versions.json`, made from the ledger and what is out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import cast

from praya.contract.zone import HONG_KONG
from praya.history.manifests import read_manifest
from praya.history.number import parse
from praya.ledger import Ledger, LedgerLine
from praya.store import Store, layout
from praya.store.documents import Reason, Tombstone, VersionEntry, VersionsIndex

EVENTS = ("release", "withdrawal", "rollback", "correction")
# What the index tells of a version, from its manifest or, when that is gone, from its tombstone.
ENTRY_KEYS = (
    "number",
    "level",
    "ground",
    "received_at",
    "rows",
    "synthetic",
    "replaces",
    "corrects",
    "breaking",
    "revision",
    "revised",
)


def versions(store: Store, dataset: str) -> list[VersionEntry]:
    """The entries of the index in the order of publication; empty where nothing is out."""
    there = find_versions(store, dataset)
    return there["versions"] if there else []


def find_versions(store: Store, dataset: str) -> VersionsIndex | None:
    """The index of a dataset as it was written last; None where nothing is out."""
    return store.get_json(layout.versions(dataset))


def tombstone(store: Store, dataset: str, version: str) -> Tombstone | None:
    """What stands in the place of a withdrawn version; None where it is not withdrawn."""
    return store.get_json(layout.tombstone(dataset, version))


def index(store: Store, dataset: str, latest: str | None) -> VersionsIndex:
    """Every version of a dataset with number, state and reasons, and the addresses of `latest` and of each line.

    `lines` has what `2.*` and `2.1.*` lead to, `archive` the portal's names (`YYYYMMDD-HHMM`, Hong Kong time).
    Entries have `state`: published, rolled back or withdrawn. Made from the ledger's lines alone and from manifests
    and tombstones, so that the same history gives the same bytes.
    """
    entries: dict[str, VersionEntry] = {}
    for line in Ledger(store).of(dataset, *EVENTS):
        if line.kind == "release":
            add_release(store, dataset, entries, line)
        else:
            _tell(entries, line)
    return index_of(dataset, entries, latest)


def add_release(store: Store, dataset: str, entries: dict[str, VersionEntry], line: LedgerLine) -> None:
    """Put the version of a release's line behind the entries, or as published where it is among them."""
    version = line.release["version"]
    entry = entries.get(version) or _entry(store, dataset, version, line.release["manifest_sha256"])
    entries[version] = entry | {"state": "withdrawn" if entry["state"] == "withdrawn" else "published"}
    _corrected(entries, entry)


def index_of(dataset: str, entries: Mapping[str, VersionEntry], latest: str | None) -> VersionsIndex:
    """The index with these entries, in the order of publication."""
    return {
        "dataset": dataset,
        "latest": latest,
        "lines": _lines(list(entries.values()), latest),
        "archive": {
            entry["archive"]: entry["version"] for entry in entries.values() if entry["state"] != "withdrawn"
        },
        "versions": list(entries.values()),
    }


def archive_name(received_at: str) -> str:
    """The portal's name of a version: `YYYYMMDD-HHMM` in Hong Kong time."""
    return f"{dt.datetime.fromisoformat(received_at).astimezone(HONG_KONG):%Y%m%d-%H%M}"


def _entry(store: Store, dataset: str, version: str, manifest_sha256: str) -> VersionEntry:
    gone = tombstone(store, dataset, version)
    content = gone or read_manifest(store, dataset, version)
    said: Mapping[str, object] = content
    entry = {
        "version": version,
        **{name: said[name] for name in ENTRY_KEYS if said.get(name) is not None},
        "archive": archive_name(content["received_at"]),
        "manifest_sha256": manifest_sha256,
        "state": "published",
    }
    if gone:
        entry |= {"state": "withdrawn", "withdrawn": {"reason": gone["reason"], "at": gone["at"]}}
    return cast(VersionEntry, entry)


def _corrected(entries: dict[str, VersionEntry], entry: VersionEntry) -> None:
    """The version that this one corrects says so too."""
    corrects = entry.get("corrects")
    if corrects and (corrected := entries.get(corrects["version"])):
        corrected["corrected_by"] = entry["version"]


def _tell(entries: dict[str, VersionEntry], line: LedgerLine) -> None:
    """What a withdrawal, rollback or correction says of a version."""
    said: Reason = {"reason": line.taking_back["reason"], "at": line.at}
    if line.kind == "correction" and (entry := entries.get(line.correction["version"])):
        entry.setdefault("corrections", []).append(said)
    if line.kind == "rollback":
        if entry := entries.get(line.rollback["from"]):
            entry["state"] = entry["state"] if entry["state"] == "withdrawn" else "rolled back"
            entry.setdefault("rollbacks", []).append({**said, "to": line.rollback["to"]})
        if (entry := entries.get(line.rollback["to"])) and entry["state"] == "rolled back":
            entry["state"] = "published"


def _lines(entries: list[VersionEntry], latest: str | None) -> dict[str, str]:
    """`2` and `2.1` → version: the latest where it is of that line, else the highest number that counts."""
    counting = [entry for entry in entries if entry["state"] == "published" and "number" in entry]
    counting.sort(key=lambda entry: (entry["version"] == latest, parse(entry["number"])))
    by_prefix = {prefix: entry["version"] for entry in counting for prefix in _prefixes(entry["number"])}
    return {
        prefix: by_prefix[prefix]
        for prefix in sorted(by_prefix, key=lambda prefix: [int(part) for part in prefix.split(".")])
    }


def _prefixes(number: str) -> Iterator[str]:
    major, minor, _ = number.split(".")
    yield from (major, f"{major}.{minor}")
