"""The JSON documents of the released area: what a release, an edition or a catalogue says of itself.

Consumers read them too, so their keys are those of the files. What older versions of Praya did not write is not
required here. `JsonObject` is JSON that somebody else defines: a contract as it is written, the body of a line of the
ledger, a row of a table, a metadata standard's own document.
"""

from __future__ import annotations

from typing import Any, NotRequired, TypeAlias, TypedDict

JsonObject: TypeAlias = dict[str, Any]

Words = TypedDict(
    "Words",
    {"en": str, "zh-Hant": str, "zh-Hans": str, "made_by_machine": NotRequired[list[str]]},
)
"""A text in three languages; `made_by_machine` names those that nobody wrote."""

Period = TypedDict("Period", {"from": str, "to": str})
"""First and last day, ISO 8601."""


class Reason(TypedDict):
    """Why and when somebody decided something; `at` is UTC."""

    reason: str
    at: str


class ManifestFile(TypedDict):
    """A file of a release: its size in bytes, SHA-256, and what it is for (`role`: data, documentation, metadata)."""

    name: str
    bytes: int
    sha256: str
    media_type: NotRequired[str]
    rows: NotRequired[int]
    role: NotRequired[str]


class ManifestVerdict(TypedDict):
    """The verdict that a release was let through by; `key` and `sha256` are left out for tables of counts."""

    key: NotRequired[str]
    sha256: NotRequired[str | None]
    status: str | None
    warnings: list[str]
    waived: list[JsonObject]


class ManifestSnapshot(TypedDict):
    """A snapshot that a release was made from."""

    sha256: NotRequired[str]
    url: NotRequired[str]
    received_at: NotRequired[str | None]


class Coverage(TypedDict):
    """The place and the time that a release covers."""

    place: Words
    temporal: Period | None


class Manifest(TypedDict):
    """`manifest.json` of a release."""

    dataset: str
    version: str
    basis: str
    provider: str
    title: Words
    description: Words
    keywords: NotRequired[list[Words]]
    category: str
    frequency: str
    licence: JsonObject
    contact: JsonObject
    synthetic: bool
    received_at: str
    issued: NotRequired[str]
    coverage: NotRequired[Coverage]
    rows: int
    columns: list[str]
    disclosure: JsonObject
    verdict: ManifestVerdict
    snapshots: NotRequired[dict[str, ManifestSnapshot]]
    table_sha256: str
    number: NotRequired[str]
    level: NotRequired[str]
    ground: NotRequired[list[JsonObject]]
    corrects: NotRequired[JsonObject]
    pre_release_access: NotRequired[list[JsonObject]]
    replaces: str | None
    breaking: NotRequired[JsonObject | None]
    revision: NotRequired[JsonObject | None]
    revised: NotRequired[list[JsonObject]]
    files: list[ManifestFile]


class Pointer(TypedDict):
    """`latest.json` of a dataset: its latest release, and how many times the pointer has moved."""

    dataset: str
    version: str
    manifest_sha256: str
    basis: str
    sequence: NotRequired[int]


class Tombstone(TypedDict):
    """`withdrawn.json`: what stays of a release that was taken back."""

    dataset: str
    version: str
    number: NotRequired[str]
    level: NotRequired[str]
    ground: NotRequired[list[JsonObject]]
    basis: str
    title: Words
    synthetic: bool
    received_at: str
    replaces: NotRequired[str | None]
    manifest_sha256: str
    files: dict[str, str]
    table_sha256: str
    reason: str
    at: str


class VersionEntry(TypedDict):
    """A version in the index of a dataset. `state`: published, rolled back or withdrawn."""

    version: str
    archive: str
    manifest_sha256: str
    state: str
    number: NotRequired[str]
    level: NotRequired[str]
    ground: NotRequired[list[JsonObject]]
    received_at: str
    rows: NotRequired[int]
    synthetic: NotRequired[bool]
    replaces: NotRequired[str]
    corrects: NotRequired[JsonObject]
    breaking: NotRequired[JsonObject]
    revision: NotRequired[JsonObject]
    revised: NotRequired[list[JsonObject]]
    withdrawn: NotRequired[Reason]
    corrections: NotRequired[list[Reason]]
    corrected_by: NotRequired[str]
    rollbacks: NotRequired[list[JsonObject]]


class VersionsIndex(TypedDict):
    """`versions.json` of a dataset: `lines` has what `2` and `2.1` lead to, `archive` the portal's names."""

    dataset: str
    latest: str | None
    lines: dict[str, str]
    archive: dict[str, str]
    versions: list[VersionEntry]


class EditionRelease(TypedDict):
    """A release that an edition of a report was made from."""

    dataset: str
    version: str


class EditionManifest(TypedDict):
    """`manifest.json` of an edition of a report."""

    report: str
    period: str | None
    edition: str
    title: Words
    synthetic: bool
    releases: list[EditionRelease]
    files: list[ManifestFile]


class EditionPointer(TypedDict):
    """`latest.json` of a report, or of one of its periods."""

    edition: str
    manifest_sha256: str
