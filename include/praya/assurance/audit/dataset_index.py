"""audit: all datasets side by side for auditors: the last attempt, what is out, the verdict and its age, waivers,
unchecked fields, fault score."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypedDict, cast

from praya.assurance.standing import standing_of, worst
from praya.assurance.status import WORST_LAST, parts_of
from praya.assurance.verify import last_nights, unwitnessed
from praya.assurance.verify.night import PARTS
from praya.contract import Contract
from praya.contract.waiver import Waiver
from praya.errors import PrayaError
from praya.ledger import Ledger
from praya.ledger.checkpoint import Checkpoint, signers, verifier_keys
from praya.ledger.note import Note
from praya.pipeline.validate.evidence import faults
from praya.pipeline.validate.fault_score import is_current
from praya.pipeline.validate.row_query import ROWS_QUERY
from praya.pipeline.validate.standing_record import Outcome
from praya.pipeline.validate.suite import expectations_of
from praya.pipeline.validate.verdict import record_waiver
from praya.pipeline.validate.verdict_words import columns_of
from praya.provenance.signed_files import WITNESSED
from praya.store import Store
from praya.store.documents import JudgedWaiver
from praya.store.states import Validated
from praya.store.verdict_documents import read_verdict
from praya.text.outside import clean
from praya.text.three_languages import Words

OF_EVERY_FIELD = re.compile(r"contract:(table:columns|.*:type)")


class WitnessRecord(TypedDict):
    """Whether a witness is set up, up to which line of the ledger it has cosigned, of how many; `warning` is a sentence
    where there is none."""

    set_up: bool
    witnessed: int
    warning: str | None
    lines: int


class VerifiedRecord(TypedDict):
    """What was verified last: the day, files and bytes; how many of the parts `of` the archive were ever read, and the
    day of the one of longest ago."""

    day: str
    files: int
    bytes: int
    parts: int
    of: int
    oldest: str


class AttemptRecord(TypedDict):
    """What was tried last, as `praya.pipeline.validate.standing_record.Attempt` has it."""

    outcome: Outcome
    step: str | None
    reason: str | None
    at: str | None
    code: str | None


class OutRecord(TypedDict):
    """The release that is the latest."""

    version: str
    number: str
    received_at: str


class AuditedScore(TypedDict):
    """The fault score of a dataset, and whether it is that of today's table and rules."""

    score: float
    applied: int
    caught: int
    blocked: int
    current: bool


class AuditEntry(TypedDict):
    """A dataset in the index for auditors."""

    dataset: str
    title: Words
    synthetic: bool
    months: int | None
    last_attempt: AttemptRecord
    released: bool
    out: OutRecord | None
    verdict: str | None
    judged_at: str | None
    age_days: int | None
    waivers: list[JudgedWaiver]
    unchecked_fields: list[str] | None
    fault_score: AuditedScore | None


class AuditIndex(TypedDict):
    """The index for auditors: all datasets side by side."""

    at: str
    witness: WitnessRecord
    verified: VerifiedRecord | None
    problems: list[str]
    datasets: list[AuditEntry]


def audit_datasets(
    contracts: Sequence[Contract],
    store: Store,
    suites: Path,
    witnesses: Path,
    now: dt.datetime,
    problems: Sequence[str] = (),
) -> AuditIndex:
    """The index as plain JSON: one entry a dataset, in the order of `contracts`; ages are days before `now`.

    `problems` are those of contracts that are refused, which the index says rather than leave them out unseen.

    `witness` says whether one is set up in the file `witnesses`, up to which line one has cosigned, and how many lines
    there are; `warning` is a sentence where there is none. `verified` says what the DAG `audit` read last and when, how
    many of its parts it has ever read, and the day of the one of longest ago; this index itself verifies nothing.
    """
    return {
        "at": now.isoformat(timespec="seconds"),
        "witness": _witness(store, witnesses, Ledger(store).size),
        "verified": _verified(store),
        "problems": [clean(problem) for problem in problems],
        "datasets": [_entry(contract, store, suites, now) for contract in contracts],
    }


def _witness(store: Store, witnesses: Path, lines: int) -> WitnessRecord:
    """Up to which line one of the witnesses in the file has cosigned, by its signature."""
    warning = unwitnessed(witnesses)
    seen = 0
    if warning is None and (text := store.get_bytes(WITNESSED)) is not None:
        note = Note.parse(text)
        size = Checkpoint.parse(note).size
        seen = size if signers(note, verifier_keys(witnesses)) and size <= lines else 0
    return {"set_up": warning is None, "witnessed": seen, "warning": warning, "lines": lines}


def _verified(store: Store) -> VerifiedRecord | None:
    """The last night without a finding: its day, and how many files and bytes it read; and of the parts in which older
    files take turns, how many were ever read, of how many, and the day of the one of longest ago."""
    nights = last_nights(store)
    if not nights:
        return None
    last = max(nights.values(), key=lambda night: night.day)
    oldest = min(night.day for night in nights.values())
    return {
        "day": last.day,
        "files": last.files,
        "bytes": last.bytes,
        "parts": len(nights),
        "of": PARTS,
        "oldest": oldest,
    }


def _entry(contract: Contract, store: Store, suites: Path, now: dt.datetime) -> AuditEntry:
    parts = parts_of(contract, store)
    subjects = [part.subject for part in parts]
    standings = [standing_of(part, store, suites) for part in parts]
    states = [state for subject in subjects if (state := store.state(Validated, subject))]
    judged = (Ledger(store).last(subject, "verdict") for subject in subjects)
    latest = max((line.at for line in judged if line is not None), default=None)
    score, unchecked = faults(store, contract.dataset), _unchecked(contract, suites)
    return {
        "dataset": contract.dataset,
        "title": contract.title.as_dict(),
        "synthetic": contract.synthetic,
        "months": len(subjects) if contract.partition else None,
        # Of a dataset with months, the worst of them; what was tried last says more than a verdict.
        "last_attempt": cast(AttemptRecord, asdict(worst([standing.attempt for standing in standings]))),
        "released": contract.released,
        "out": next((cast(OutRecord, asdict(standing.out)) for standing in standings if standing.out), None),
        "verdict": max((state.verdict for state in states), key=WORST_LAST.index, default=None),
        "judged_at": latest,
        "age_days": (now - dt.datetime.fromisoformat(latest)).days if latest else None,
        "waivers": [_waiver(store, states, waiver, now) for waiver in contract.waivers],
        "unchecked_fields": unchecked,
        "fault_score": {
            "score": score["score"],
            "applied": score["applied"],
            "caught": score["caught"],
            "blocked": score["blocked"],
            "current": unchecked is not None and is_current(contract, store, suites, score),
        }
        if score
        else None,
    }


def _waiver(store: Store, states: list[Validated], waiver: Waiver, now: dt.datetime) -> JudgedWaiver:
    from praya.contract.zone import HONG_KONG

    used = any(
        each["expectation"] == waiver.expectation and each["used"]
        for state in states
        for each in read_verdict(store, state.path).get("waivers", [])
    )
    in_force = waiver.in_force(now.astimezone(HONG_KONG).date())
    return {**record_waiver(waiver), "in_force": in_force, "used": used}


def _unchecked(contract: Contract, suites: Path) -> list[str] | None:
    """The fields without an expectation; None where the suite is refused, which `last_attempt` says."""
    try:
        return find_unchecked_fields(contract, suites)
    except PrayaError:
        return None


def find_unchecked_fields(contract: Contract, suites: Path) -> list[str]:
    """The fields about which no expectation says more than that they are there and of their type."""
    saying = [each for each in expectations_of(contract, suites) if not OF_EVERY_FIELD.fullmatch(each["id"])]
    named = {name for each in saying for name in _named(each)}
    return [field.name for field in contract.kept_fields if field.name not in named]


def _named(expectation: dict[str, Any]) -> Iterable[str]:
    """The columns that an expectation names, and every word of a query: one of them may be a column."""
    yield from columns_of(expectation)
    if expectation["type"] == ROWS_QUERY:
        yield from re.findall(r"\w+", expectation["kwargs"]["unexpected_rows_query"])
