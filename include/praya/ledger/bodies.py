"""What the lines of the ledger say, by their kind. What older versions of Praya did not write is not required here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NotRequired, TypedDict

from praya.store.documents import DisclosureDecision


class LogFile(TypedDict):
    """An access log that downloads were counted from."""

    name: str
    sha256: str
    bytes: int


class DownloadsBody(TypedDict):
    """The downloads of a month: `counts` has datasets, each with its formats; `left_out` how many requests were none,
    by why; `replaces` is the line of an earlier count."""

    month: str
    counts: dict[str, dict[str, int]]
    left_out: dict[str, int]
    logs: list[LogFile]
    replaces: int | None
    by: NotRequired[str]


class CloseBody(TypedDict):
    """The close of a month: the edition of each report, why others were not made, and counts of what is missing."""

    month: str
    as_of: str
    editions: dict[str, str]
    not_made: dict[str, str]
    due: int
    waiting: int
    revised: int
    by: NotRequired[str]


class HopBody(TypedDict):
    """An address that a source led on from, and the status of its answer."""

    url: str
    status: int


class SnapshotBody(TypedDict):
    """A snapshot that was received: which part of the source, from where, its SHA-256 and its size in bytes."""

    part: str
    url: str
    sha256: str
    bytes: int
    received_at: str
    synthetic: bool
    hops: NotRequired[list[HopBody]]


class VerdictBody(TypedDict):
    """A verdict: what it is, its key and that of the table, and the hashes of its files."""

    verdict: str
    key: str
    staged: str
    verdict_sha256: str
    report_sha256: NotRequired[str]
    report_tc_sha256: NotRequired[str]
    report_sc_sha256: NotRequired[str]


class MonthTableBody(TypedDict):
    """A table of a month: its key, and that of its verdict."""

    staged: str
    verdict: str


class MonthBody(TypedDict):
    """A month of records that was switched in."""

    key: str
    tables: dict[str, MonthTableBody]


class ChangeKey(TypedDict):
    """What an approval must say to be one of a change: hashes of the rules, and the decision that it follows."""

    before: str
    now: str
    follows: str | None


# As a call: the key is one of the ledger, and a word that no name in the code may have.
_Weakenings = TypedDict("_Weakenings", {"weaker": list[str]})  # noqa: UP013


class ApprovalBody(ChangeKey, _Weakenings):
    """A second person's approval of rules that protect less; `how` says by which way, and when."""

    proposed_by: str
    approved_by: str
    reason: str
    how: dict[str, str]


class FirstRelease(TypedDict):
    """Who allowed a first release without being asked, and why."""

    by: str
    reason: str


class RulesInForce(TypedDict, total=False):
    """What a decision was made under; older decisions do not say all of it."""

    rules: Mapping[str, object]
    follows: str | None
    first_release: FirstRelease


class DisclosureBody(DisclosureDecision, RulesInForce):
    """A disclosure decision, with the SHA-256 of the protected table and of what is kept beside it."""

    table_sha256: str
    key: str
    verdict_key: str
    publication_sha256: NotRequired[str]


class ReleaseBody(TypedDict):
    """A release, with the hashes of its files; `sequence` is how many times the pointer had moved with it."""

    version: str
    number: NotRequired[str]
    manifest_sha256: str
    provenance_sha256: NotRequired[str]
    files: NotRequired[dict[str, str]]
    table_sha256: NotRequired[str]
    synthetic: NotRequired[bool]
    replaces: NotRequired[str | None]
    sequence: NotRequired[int]


class ReportBody(TypedDict):
    """An edition of a report, with the hashes of its files, and the releases (dataset, version) behind it."""

    edition: str
    manifest_sha256: str
    files: dict[str, str]
    releases: list[list[str]]
    synthetic: bool


class CorrectionBody(TypedDict):
    """The announcement that a version is wrong; `after` is the line that last changed what is out."""

    version: str
    reason: str
    by: str
    after: int


class RowsHash(TypedDict, total=False):
    """The hash of the rows of a version that was taken back, where they were there."""

    rows_sha256: str


class TakingBackBody(RowsHash):
    """What withdrawals and rollbacks have in common."""

    reason: str
    by: NotRequired[str]


class WithdrawnHashes(TypedDict):
    """The hashes of what a withdrawal removes."""

    manifest_sha256: str
    files: dict[str, str]
    table_sha256: str


class WithdrawalBody(TakingBackBody, WithdrawnHashes):
    """The withdrawal of a version."""

    version: str


_FromTo = TypedDict("_FromTo", {"from": str, "to": str})


class RollbackBody(TakingBackBody, _FromTo):
    """A rollback from a version to another; `sequence` is how many times the pointer had moved with it."""

    sequence: NotRequired[int]


PreviewBody = TypedDict(
    "PreviewBody",
    {
        "grant": NotRequired[str],
        "to": str,
        "from": NotRequired[str],
        "until": NotRequired[str],
        "reason": NotRequired[str],
        "by": NotRequired[str],
        "version": NotRequired[str],
        "looked_at": NotRequired[str],
        "ended": NotRequired[bool],
    },
)
"""That somebody sees figures before they are out; of a grant also the first look at each file, and its end."""


class PurgeBody(TypedDict):
    """A snapshot whose raw bytes were removed, after how many days, and why."""

    part: str
    sha256: str
    received_at: str
    raw_days: int
    ground: str


class KeyBody(TypedDict):
    """What was done to a signing key: add, retire or revoke; `since` is from when on it is refused."""

    action: str
    keyid: str
    public_key: NotRequired[str]
    by: NotRequired[str]
    reason: NotRequired[str]
    since: NotRequired[str | None]


class CatalogueBody(TypedDict):
    """A signed catalogue: its version, until when it holds, and the content key of its envelope."""

    version: int
    expires: str
    envelope: str


class SealBody(TypedDict):
    """Number and hash of the last line of the write journal; `anew` says why the checkpoint before is not there."""

    writes: int
    head: str
    anew: NotRequired[str]
