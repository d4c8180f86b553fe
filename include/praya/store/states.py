"""What each step left last for a dataset, a mart or a month: the pointers by which the steps meet on the store.

Every moment is UTC, as `2026-10-31T08:00:00Z`; every `table` and `report` is a key of the store.
"""

from __future__ import annotations

from typing import ClassVar, TypeVar

import msgspec

from praya.store.record import Json, Record


class StepState(Record, frozen=True, kw_only=True):
    """A state under `state/<subject>/<STEP>.json`; the subject is a dataset, or `<dataset>/<month>`."""

    STEP: ClassVar[str]


S = TypeVar("S", bound=StepState)


class CollectedPart(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A part of a source as it was received last: where from, its SHA-256, size in bytes, and what a source can be
    asked with whether it has changed. `next` is the address of the page after it; `address_sha256` the hash of an
    address that is kept with its secrets masked."""

    url: str
    sha256: str
    bytes: int
    received_at: str
    synthetic: bool
    validators: dict[str, str] = msgspec.field(default_factory=dict)
    next: str | None = None
    address_sha256: str | None = None


class Collected(StepState, frozen=True, kw_only=True):
    """collect: the snapshots of a dataset by part, in the order in which they are read. `marker` is what the source's
    list of months said of this one before it was read."""

    STEP = "collected"

    dataset: str
    key: str
    parts: dict[str, CollectedPart]
    received_at: str
    synthetic: bool
    marker: str | None = None


class StageCounts(StepState, frozen=True, kw_only=True):
    """What staging counted: records of the source, rows in the table and in quarantine, rows in quarantine by rule,
    lines that an open quote took in, what the file has outside its records, and the snapshots by part."""

    rows_in: int
    rows_out: int
    rows_quarantined: int
    quarantined_by_rule: dict[str, int]
    lines_hidden: int = 0  # counted from STAGE_VERSION 4 on
    outside_records: dict[str, str] = msgspec.field(name="beside", default_factory=dict)
    snapshots: dict[str, str] = msgspec.field(default_factory=dict)


class Staged(StageCounts, frozen=True, kw_only=True):
    """stage: the typed table and its quarantine. `stopped` says why the table may not go on."""

    STEP = "staged"

    key: str
    table: str
    quarantine: str
    received_at: str
    synthetic: bool
    stopped: str | None

    @classmethod
    def of(
        cls,
        counts: StageCounts,
        *,
        key: str,
        table: str,
        quarantine: str,
        received_at: str,
        synthetic: bool,
        stopped: str | None,
    ) -> Staged:
        """The state of the table that was counted so."""
        return cls(
            key=key,
            table=table,
            quarantine=quarantine,
            received_at=received_at,
            synthetic=synthetic,
            stopped=stopped,
            **msgspec.structs.asdict(counts),
        )


class Validated(StepState, frozen=True, kw_only=True):
    """validate: the last verdict, whatever it was; `staged` is the key of the table, `path` the verdict's JSON."""

    STEP = "validated"

    key: str
    verdict: str
    headline: str
    counts: dict[str, int]
    staged: str
    received_at: str
    path: str
    report: str


class AcceptedBefore(msgspec.Struct, frozen=True, kw_only=True):
    """The table that was accepted before the one of today, for guards and drift."""

    key: str
    table: str
    received_at: str


class Accepted(StepState, frozen=True, kw_only=True):
    """validate: the table that was accepted last, and by which verdict and rules."""

    STEP = "accepted"

    key: str
    table: str
    rows: int
    received_at: str
    synthetic: bool
    verdict: str
    verdict_key: str
    rules: str = ""
    report: str = ""
    previous: AcceptedBefore | None = None


class Protected(StepState, frozen=True, kw_only=True):
    """protect: the protected table, and the decision as the manifest and the ledger have it."""

    STEP = "protected"

    key: str
    table: str
    sha256: str
    accepted_key: str
    verdict_key: str
    received_at: str
    synthetic: bool
    decision: dict[str, Json]


class MartState(Record, frozen=True, kw_only=True):
    """measure: the table of a mart, or of one month of it, and the keys of its inputs by name."""

    key: str
    table: str
    sha256: str
    rows: int
    inputs: dict[str, str]
    received_at: str
    synthetic: bool


class MonthTable(msgspec.Struct, frozen=True, kw_only=True):
    """An accepted table of a month that is switched in."""

    key: str
    table: str
    received_at: str
    synthetic: bool
    rows: int = 0
    verdict: str = ""
    verdict_key: str = ""


class MonthState(Record, frozen=True, kw_only=True):
    """switch in: the tables of a provider's month, by dataset, that marts are made from."""

    key: str
    tables: dict[str, MonthTable]
    received_at: str
    synthetic: bool


class Problem(StepState, frozen=True, kw_only=True):
    """Why a step stopped last, for people; without a message nothing is wrong. `code` is missing before 0.4.0."""

    STEP = "problem"

    step: str = ""
    message: str = ""
    code: str | None = None
    at: str | None = None


class FaultScore(StepState, frozen=True, kw_only=True):
    """faults: where the fault score lies that was measured last."""

    STEP = "faults"

    key: str
    path: str


class Utility(StepState, frozen=True, kw_only=True):
    """methods: where the comparison of the disclosure methods lies, as JSON and as a page."""

    STEP = "utility"

    path: str
    report: str


class Warehouse(StepState, frozen=True, kw_only=True):
    """measure: the hash of the place and the keys of the tables that the warehouse has views on."""

    STEP = "built"

    tables: str


class PublishedAddresses(StepState, frozen=True, kw_only=True):
    """links: addresses that were given, lie outside the versions, and are checked for good. Subject: `links`."""

    STEP = "given"

    paths: list[str] = msgspec.field(name="beside", default_factory=list)


class IndexedVersions(StepState, frozen=True, kw_only=True):
    """release: the number of the ledger's line that the index of a dataset's versions goes up to, and the SHA-256 of
    that index. An index with another hash is made anew."""

    STEP = "indexed"

    line: int
    sha256: str


class VerifiedPart(msgspec.Struct, frozen=True, kw_only=True):
    """The last night that read a part of the archive without a finding: its day (Hong Kong), files and bytes."""

    day: str
    files: int
    bytes: int


class VerifiedNights(StepState, frozen=True, kw_only=True):
    """verify: of each part (number from 1) of the `of` parts of the archive its last good night."""

    STEP = "nights"

    of: int
    parts: dict[str, VerifiedPart]


class LayoutNumber(Record, frozen=True, kw_only=True):
    """Which layout a store has; see `migration`."""

    number: int
