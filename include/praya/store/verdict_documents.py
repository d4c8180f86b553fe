"""The JSON documents below `verdicts/`: what *validate* says of a table, and the fault score of a dataset."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NotRequired, TypedDict, cast

from praya.store import Store
from praya.store.documents import JudgedWaiver, WaiverRecord
from praya.text.three_languages import Words

Title = TypedDict("Title", {"en": str, "zh-Hant": str})
"""The title of a dataset; Simplified Chinese is made from Traditional where it is shown."""


class ResultRecord(TypedDict):
    """What came of an expectation, as `praya.pipeline.validate.result.Result` has it."""

    id: str
    type: str
    description: str
    severity: str
    status: str
    columns: list[str]
    kwargs: Mapping[str, object]
    observed: object
    checked: int | None
    unexpected: int | None
    missing: int | None
    samples: list[object]
    error: str | None
    notes: list[str]
    engine: NotRequired[str | None]
    description_zh_hant: NotRequired[str | None]
    waived: NotRequired[WaiverRecord | None]


class VerdictExpectation(ResultRecord):
    """The same, with what was observed in words."""

    observed_words: str
    observed_words_zh_hant: NotRequired[str]
    observed_words_zh_hans: NotRequired[str]


class DriftFigure(TypedDict):
    """A figure of a column, in the table before and now, and whether it moved beyond the limits."""

    column: str
    figure: str
    before: float
    now: float
    moved: bool


class ComparedTable(TypedDict):
    """The table that another is compared with."""

    key: str
    received_at: str


class Drift(TypedDict):
    """How the columns of a table have moved against the one accepted before it."""

    before: ComparedTable
    figures: list[DriftFigure]


class AnsweredBy(TypedDict):
    """How many expectations an engine answered, and how, in words."""

    engine: str | None
    expectations: int
    how: str


class HowChecked(TypedDict):
    """What expectations are, and which engines answered them."""

    rules: str
    answered: list[AnsweredBy]


class QuarantinedRow(TypedDict):
    """A row in quarantine: where it was in the source, which rule it breaks by which value, and why."""

    row: int
    line: int | None
    column_name: str | None
    value: str | None
    rule: str
    reason: str
    raw: str | None


class QuarantineRecord(TypedDict):
    """How many rows are in quarantine by rule (None for few), and some of them."""

    by_rule: dict[str, int | None]
    samples: list[QuarantinedRow]


class Verdict(TypedDict):
    """`verdict.json`: all that was checked of a table, and what comes of it."""

    key: NotRequired[str]
    dataset: str
    title: Title
    disclosure: str
    verdict: str
    headline: str
    blocks: bool
    staged: str
    table: str
    received_at: str
    synthetic: bool
    counted: str
    rows_in: int | None
    rows_out: int | None
    rows_quarantined: int | None
    counts: dict[str, int]
    expectations: list[VerdictExpectation]
    waivers: NotRequired[list[JudgedWaiver]]
    drift: NotRequired[Drift | None]
    checked: HowChecked
    quarantine: QuarantineRecord
    versions: dict[str, str]


class FaultOutcome(TypedDict):
    """What came of a planted fault: blocked, warned, missed or left out (and why); `caught_by` the expectations that
    noticed it."""

    fault: str
    title: Words
    outcome: str
    why: Words | None
    caught_by: list[str]


class FaultSums(TypedDict):
    """The faults that were planted into a table, and how many were noticed; `score` is their share."""

    dataset: str
    faults: list[FaultOutcome]
    applied: int
    caught: int
    blocked: int
    score: float


class FaultScoreRecord(FaultSums):
    """`faults.json`: the same, with the key of what was measured."""

    key: str
    synthetic: bool


def read_verdict(store: Store, key: str) -> Verdict:
    """The verdict under `key`; raises IntegrityError where there is none."""
    return cast(Verdict, store.read_json(key))


def read_fault_score(store: Store, key: str) -> FaultScoreRecord:
    """The fault score under `key`; raises IntegrityError where there is none."""
    return cast(FaultScoreRecord, store.read_json(key))
