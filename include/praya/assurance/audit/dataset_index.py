"""audit: all datasets side by side for auditors: the last attempt, what is out, the verdict and its age, waivers,
unchecked fields, fault score."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from praya.assurance.standing import standing_of, worst
from praya.assurance.status import WORST_LAST, parts_of
from praya.assurance.verify import last_nights, unwitnessed
from praya.assurance.verify.night import PARTS
from praya.contract import Contract
from praya.errors import PrayaError
from praya.ledger import Ledger
from praya.ledger.checkpoint import Checkpoint, signers, verifier_keys
from praya.ledger.note import Note
from praya.pipeline.validate.evidence import faults
from praya.pipeline.validate.fault_score import is_current
from praya.pipeline.validate.row_query import ROWS_QUERY
from praya.pipeline.validate.suite import expectations_of
from praya.pipeline.validate.verdict_words import columns_of
from praya.provenance.signed_files import WITNESSED
from praya.store import Store
from praya.store.states import Validated
from praya.text.outside import clean

OF_EVERY_FIELD = re.compile(r"contract:(table:columns|.*:type)")


def audit_datasets(
    contracts: Sequence[Contract],
    store: Store,
    suites: Path,
    witnesses: Path,
    now: dt.datetime,
    problems: Sequence[str] = (),
) -> dict[str, Any]:
    """The index as plain JSON: one entry a dataset, in the order of `contracts`; ages are days before `now`.

    `problems` are those of contracts that are refused, which the index says rather than leave them out unseen.

    `witness` says whether one is set up in the file `witnesses`, up to which line one has cosigned, and how many lines
    there are; `warning` is a sentence where there is none. `verified` says what the DAG `audit` read last and when, how
    many of its parts it has ever read, and the day of the one of longest ago; this index itself verifies nothing.
    """
    judged: dict[str, str] = {}
    lines = 0
    for line in Ledger(store):
        lines = line.number
        if line.kind == "verdict":
            judged[line.subject] = line.at
    return {
        "at": now.isoformat(timespec="seconds"),
        "witness": _witness(store, witnesses, lines) | {"lines": lines},
        "verified": _verified(store),
        "problems": [clean(problem) for problem in problems],
        "datasets": [_entry(contract, store, suites, judged, now) for contract in contracts],
    }


def _witness(store: Store, witnesses: Path, lines: int) -> dict[str, Any]:
    """Up to which line one of the witnesses in the file has cosigned, by its signature."""
    warning = unwitnessed(witnesses)
    seen = 0
    if warning is None and (text := store.get_bytes(WITNESSED)) is not None:
        note = Note.parse(text)
        size = Checkpoint.parse(note).size
        seen = size if signers(note, verifier_keys(witnesses)) and size <= lines else 0
    return {"set_up": warning is None, "witnessed": seen, "warning": warning}


def _verified(store: Store) -> dict[str, Any] | None:
    """The last night without a finding: its day, and how many files and bytes it read; and of the parts in which older
    files take turns, how many were ever read, of how many, and the day of the one of longest ago."""
    nights = last_nights(store)
    if not nights:
        return None
    last = max(nights.values(), key=lambda night: night.day)
    oldest = min(night.day for night in nights.values())
    read = {"day": last.day, "files": last.files, "bytes": last.bytes}
    return read | {"parts": len(nights), "of": PARTS, "oldest": oldest}


def _entry(
    contract: Contract, store: Store, suites: Path, judged: dict[str, str], now: dt.datetime
) -> dict[str, Any]:
    parts = parts_of(contract, store)
    subjects = [one.subject for one in parts]
    stands = [standing_of(one, store, suites) for one in parts]
    states = [state for subject in subjects if (state := store.state(Validated, subject))]
    moments = [judged[subject] for subject in subjects if subject in judged]
    latest = max(moments, default=None)
    score = faults(store, contract.dataset)
    return {
        "dataset": contract.dataset,
        "title": contract.title.as_dict(),
        "synthetic": contract.synthetic,
        "months": len(subjects) if contract.partition else None,
        # Of a dataset with months, the worst of them; what was tried last says more than a verdict.
        "last_attempt": asdict(worst([one.attempt for one in stands])),
        "released": contract.released,
        "out": next((asdict(one.out) for one in stands if one.out), None),
        "verdict": max((state.verdict for state in states), key=WORST_LAST.index, default=None),
        "judged_at": latest,
        "age_days": (now - dt.datetime.fromisoformat(latest)).days if latest else None,
        "waivers": [_waiver(store, states, waiver, now) for waiver in contract.waivers],
        "unchecked_fields": _unchecked(contract, suites),
        "fault_score": score
        and {
            **{name: score[name] for name in ("score", "applied", "caught", "blocked")},
            "current": _unchecked(contract, suites) is not None
            and is_current(contract, store, suites, score),
        },
    }


def _waiver(store: Store, states: list[Validated], waiver: Any, now: dt.datetime) -> dict[str, Any]:
    from praya.contract.zone import HONG_KONG

    used = any(
        each["expectation"] == waiver.expectation and each["used"]
        for state in states
        for each in store.read_json(state.path).get("waivers", [])
    )
    in_force = waiver.in_force(now.astimezone(HONG_KONG).date())
    return {**waiver.as_dict(), "in_force": in_force, "used": used}


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
