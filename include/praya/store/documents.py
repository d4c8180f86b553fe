"""The JSON documents of the released area: what a release, an edition or a catalogue says of itself.

Consumers read them too, so their keys are those of the files. What older versions of Praya did not write is not
required here.
"""

from __future__ import annotations

from typing import NotRequired, TypedDict

from praya.text.three_languages import Words

Period = TypedDict("Period", {"from": str, "to": str})
"""First and last day, ISO 8601."""


class Reason(TypedDict):
    """Why and when somebody decided something; `at` is UTC."""

    reason: str
    at: str


class FileContent(TypedDict):
    """What is inside a gzipped file: the file as it was before, with its size in bytes."""

    name: str
    sha256: str
    bytes: int
    media_type: str


class ManifestFile(TypedDict):
    """A file of a release: its size in bytes, SHA-256, and what it is for (`role`: data, documentation, metadata).
    `part` is the year of its rows where it has only those."""

    name: str
    bytes: int
    sha256: str
    media_type: NotRequired[str]
    format: NotRequired[str]
    rows: NotRequired[int]
    part: NotRequired[str]
    language: NotRequired[str]
    content: NotRequired[FileContent]
    role: NotRequired[str]


class WaiverRecord(TypedDict):
    """A waiver as the contract has it; `until` is a day in Hong Kong."""

    expectation: str
    until: str
    reason: str
    by: str


class JudgedWaiver(WaiverRecord):
    """A waiver, whether it was in force, and whether an expectation failed that it is for."""

    in_force: bool
    used: bool


class ManifestVerdict(TypedDict):
    """The verdict that a release was let through by; `key` and `sha256` are left out for tables of counts."""

    key: NotRequired[str]
    sha256: NotRequired[str | None]
    status: str | None
    warnings: list[str]
    waived: list[JudgedWaiver]


class ManifestSnapshot(TypedDict):
    """A snapshot that a release was made from."""

    sha256: NotRequired[str]
    url: NotRequired[str]
    received_at: NotRequired[str | None]


class Coverage(TypedDict):
    """The place and the time that a release covers."""

    place: Words
    temporal: Period | None


class Licence(TypedDict):
    """The licence of a release: its id in contracts, its name and its address."""

    id: str
    title: str
    url: str


class Contact(TypedDict):
    """Whom readers can ask."""

    name: Words
    email: str
    phone: NotRequired[str | None]


class ShapeChange(TypedDict):
    """A difference in the shape of a dataset, as `praya.history.shape_changes.Difference` has it."""

    level: str
    kind: str
    what: str
    before: NotRequired[object]
    after: NotRequired[object]


class Corrects(TypedDict):
    """The version that a release corrects, and what was wrong with it."""

    version: str
    number: str | None
    reason: str


class Look(TypedDict):
    """The first look at a file before it was out (UTC)."""

    file: str
    at: str


PreReleaseAccess = TypedDict(
    "PreReleaseAccess", {"to": str, "from": str, "until": str, "looked": NotRequired[list[Look]]}
)
"""Who saw figures before they were out, and when (UTC); of a grant, what was fetched with it."""


class BreakingNotice(TypedDict):
    """The notice of a change that readers must adapt to: from which day it may go out, and why."""

    notice: str
    reason: Words


class ChangedFigure(TypedDict):
    """A figure that is out and that another takes the place of, as the released CSV spells them; `now` is null where it
    goes."""

    key: dict[str, str | None]
    field: str
    was: str | None
    now: str | None


class RevisedFigure(ChangedFigure):
    """The same with who revised it, when it was decided, and why."""

    by: str
    decided: str
    reason: Words


class PersonalFinding(TypedDict):
    """What of a kind was found in a column, in counts that show nothing of a value."""

    column: str
    kind: str
    hits: int
    cells: int
    estimated: bool
    public_contact: bool


# As a call: the key `found` is one of the manifest, and a word that no name in the code may have.
PersonalData = TypedDict(  # noqa: UP013
    "PersonalData", {"allowed_rate": float, "found": list[PersonalFinding]}
)
"""What a table has of personal data, and which share of a column's cells may have it."""


class LookedAt(TypedDict):
    """The datasets that a table was looked at with before it went out."""

    looked_at_with: list[str]


DisclosureDecision = TypedDict(
    "DisclosureDecision",
    {
        "class": str,
        "reason": str,
        "method": str,
        "rows": int,
        "suppressed_cells": int,
        "personal_data": PersonalData,
        "joint": LookedAt,
        "policy": str,
    },
)
"""What disclosure control did to a table, in numbers that give no protected value away."""


class ManifestHead(TypedDict):
    """What a manifest says of the content of a release, before its number and its files are settled."""

    dataset: str
    version: str
    basis: str
    provider: str
    title: Words
    description: Words
    keywords: NotRequired[list[Words]]
    category: str
    frequency: str
    licence: Licence
    contact: Contact
    synthetic: bool
    received_at: str
    issued: NotRequired[str]
    coverage: NotRequired[Coverage]
    rows: int
    columns: list[str]
    disclosure: DisclosureDecision
    verdict: ManifestVerdict
    snapshots: NotRequired[dict[str, ManifestSnapshot]]
    table_sha256: str


class Manifest(ManifestHead):
    """`manifest.json` of a release."""

    number: NotRequired[str]
    level: NotRequired[str]
    ground: NotRequired[list[ShapeChange]]
    corrects: NotRequired[Corrects]
    pre_release_access: NotRequired[list[PreReleaseAccess]]
    replaces: str | None
    breaking: NotRequired[BreakingNotice | None]
    revision: NotRequired[Words | None]
    revised: NotRequired[list[RevisedFigure]]
    files: list[ManifestFile]


class PointerTarget(TypedDict):
    """The release that a pointer leads to."""

    version: str
    manifest_sha256: str
    basis: str


class Pointer(PointerTarget):
    """`latest.json` of a dataset: its latest release, and how many times the pointer has moved."""

    dataset: str
    sequence: NotRequired[int]


class PointerToNothing(TypedDict):
    """`latest.json` of a dataset of which every version is withdrawn; `withdrawn` was the last."""

    dataset: str
    version: None
    withdrawn: str
    sequence: int


class Tombstone(TypedDict):
    """`withdrawn.json`: what stays of a release that was taken back."""

    dataset: str
    version: str
    number: NotRequired[str]
    level: NotRequired[str]
    ground: NotRequired[list[ShapeChange]]
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


class Rollback(Reason):
    """A rollback from a version, and the version that became the latest by it."""

    to: str


class VersionEntry(TypedDict):
    """A version in the index of a dataset. `state`: published, rolled back or withdrawn."""

    version: str
    archive: str
    manifest_sha256: str
    state: str
    number: NotRequired[str]
    level: NotRequired[str]
    ground: NotRequired[list[ShapeChange]]
    received_at: str
    rows: NotRequired[int]
    synthetic: NotRequired[bool]
    replaces: NotRequired[str]
    corrects: NotRequired[Corrects]
    breaking: NotRequired[BreakingNotice]
    revision: NotRequired[Words]
    revised: NotRequired[list[RevisedFigure]]
    withdrawn: NotRequired[Reason]
    corrections: NotRequired[list[Reason]]
    corrected_by: NotRequired[str]
    rollbacks: NotRequired[list[Rollback]]


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
    number: NotRequired[str | None]
    manifest_sha256: NotRequired[str]
    published_at: NotRequired[str]
    synthetic: NotRequired[bool]


class CodeState(TypedDict):
    """The commit that the code is at, and whether it was changed since."""

    commit: str
    changed: bool


class EditionMakers(TypedDict):
    """The programs that an edition was made by: versions by package, and the commit of the code."""

    packages: dict[str, str]
    code: CodeState | None


class EditionManifest(TypedDict):
    """`manifest.json` of an edition of a report. `synthetic_extent`: none, some or all of its figures; `missing` has
    why a format is not there."""

    report: str
    period: str | None
    edition: str
    title: Words
    synthetic: bool
    synthetic_extent: NotRequired[str]
    known_at: str
    basis: str
    releases: list[EditionRelease]
    files: list[ManifestFile]
    missing: NotRequired[dict[str, str]]
    made_by: NotRequired[EditionMakers]


class EditionPointer(TypedDict):
    """`latest.json` of a report, or of one of its periods."""

    edition: str
    manifest_sha256: str


class FileAddress(TypedDict):
    """A file below the released area, and its SHA-256."""

    path: str
    sha256: str


class CatalogueFile(ManifestFile):
    """A file of a release or an edition with its path below the released area."""

    path: str


class CatalogueDataset(TypedDict):
    """What the catalogue says of a dataset, by its latest release."""

    dataset: str
    version: str
    number: str | None
    provider: str
    title: Words
    description: Words
    category: str
    frequency: str
    licence: Licence
    contact: Contact
    synthetic: bool
    received_at: str
    rows: int
    manifest: FileAddress
    provenance: str
    files: list[CatalogueFile]


class CatalogueReport(TypedDict):
    """What the catalogue says of a report, or of one of its periods, by its newest edition."""

    report: str
    period: str | None
    edition: str
    title: Words
    synthetic: bool
    synthetic_extent: str
    known_at: str
    releases: list[EditionRelease]
    manifest: FileAddress
    files: list[CatalogueFile]


class Catalogue(TypedDict):
    """`catalogue.json`: every dataset and report that is out."""

    datasets: list[CatalogueDataset]
    reports: NotRequired[list[CatalogueReport]]


class CalendarDataset(TypedDict):
    """The dataset of an entry of the calendar."""

    dataset: str
    title: Words
    frequency: str
    synthetic: bool


class CalendarDate(TypedDict):
    """A date of the calendar as far as it can be said. `kind`: release, standing or breaking; days and times are those
    of Hong Kong."""

    kind: str
    status: str
    month: str | None
    date: str | None
    time: str | None
    weekday: NotRequired[str]
    until: NotRequired[str]
    past: NotRequired[int]
    reason: NotRequired[Words]


class CalendarRelease(CalendarDataset, CalendarDate):
    """The next release of a dataset, or a breaking change of it."""


class CalendarChange(TypedDict):
    """A change of the calendar and the day on which it was recorded. `change`: added, removed, moved or breaking
    change."""

    recorded: str
    dataset: str
    change: str
    before: NotRequired[str]
    after: NotRequired[str]
    reason: NotRequired[Words]


class Calendar(TypedDict):
    """`calendar.json`: the releases to come, and what changed in what was announced."""

    as_of: str
    datasets: list[str]
    releases: list[CalendarRelease]
    changes: list[CalendarChange]


class FieldConstraints(TypedDict, total=False):
    """Table Schema constraints of a field, of which rule kinds may bring more."""

    required: bool
    unique: bool
    enum: list[str | int | float]
    pattern: str
    minimum: str | int | float
    maximum: str | int | float
    minLength: int
    maxLength: int


class ListSource(TypedDict):
    """Where a code list comes from: the document, and the place in it."""

    document: str
    place: str


class DictionaryCodeList(TypedDict):
    """The code list of a field; `notation` is what the second notation of its codes is."""

    id: str
    title: Words
    source: ListSource
    notation: NotRequired[Words]


class DictionaryCode(TypedDict):
    """A code of a field. `notation` is what another standard calls it, `today` the code of what it is today."""

    code: str
    notation: NotRequired[str]
    formerly: NotRequired[str]
    valid_from: NotRequired[str]
    valid_to: NotRequired[str]
    today: NotRequired[str]
    label: Words


class DictionaryNote(TypedDict):
    """A remark of a contract with what it is bound to. `kind`: break, proxy or note."""

    kind: str
    field: NotRequired[str]
    code: NotRequired[str | int]
    period: NotRequired[str]
    text: Words


class DictionaryField(TypedDict):
    """A field in the dictionary of a release. One without `since` came with the first release; one with `label_of` has
    the labels of that field's codes in one `language`."""

    name: str
    type: str
    title: Words
    description: NotRequired[Words]
    unit: NotRequired[str]
    decimals: NotRequired[int]
    constraints: NotRequired[FieldConstraints]
    label_of: NotRequired[str]
    language: NotRequired[str]
    code_list: NotRequired[DictionaryCodeList]
    codes: NotRequired[list[DictionaryCode]]
    since: NotRequired[str]
    notes: NotRequired[list[DictionaryNote]]


class ChangedVersion(TypedDict):
    """A version that is compared with another."""

    version: str
    number: str | None
    received_at: str


RowChange = TypedDict(
    "RowChange",
    {"change": str, "key": dict[str, str | None], "column": str, "from": str | None, "to": str | None},
)
"""A cell that changed, or a cell of a row that was added or removed; values as the released CSV spells them."""


class RowChanges(TypedDict):
    """What changed in the rows between two releases: rows before and after, added, removed and changed; changed cells
    of each column. `comparable` is false where the rows of the two have not the same key."""

    comparable: bool
    counts: dict[str, int]
    columns: dict[str, int]


ChangesSummary = TypedDict(
    "ChangesSummary",
    {
        "dataset": str,
        "title": Words,
        "from": ChangedVersion,
        "to": ChangedVersion,
        "synthetic": bool,
        "level": str,
        "structure": list[ShapeChange],
        "key": list[str],
        "comparable": bool,
        "counts": dict[str, int],
        "columns": dict[str, int],
    },
)
"""`changes.json` without its rows: what changed between two releases."""


class ChangesAddress(TypedDict):
    """Where the changes that a version brought lie beside the versions; `hashes` is the SHA-256 of what names them."""

    path: str
    comparable: bool
    counts: dict[str, int]
    hashes: str


class ChangelogEntry(VersionEntry):
    """A version in the changelog of a dataset."""

    changes: NotRequired[ChangesAddress]
