"""Assignments: which department had a case, from when to when, and what it answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa

from praya_hk.sources.contact_centre.centre_codes import CASE_TYPES, DEPARTMENTS, OUTCOMES, SUBJECTS
from praya_hk.sources.contact_centre.draw import (
    DAY,
    HOUR,
    NEVER,
    Bools,
    Ints,
    choose,
    codes,
    moments,
    seconds,
    stream,
)
from praya_hk.sources.contact_centre.printed_figures import SEVERAL_DEPARTMENTS, WITHIN_3_HOURS

if TYPE_CHECKING:
    from praya_hk.sources.contact_centre.cases import Draft

_CODES = list(DEPARTMENTS)
_LEAD = np.array([_CODES.index(item.department) for item in SUBJECTS])
_REASSIGNED = OUTCOMES.index("reassigned")


class Assigned(NamedTuple):
    """Rows of the table as arrays, in order of case and seq; then, for each case, whether it is open, and its end."""

    case: Ints
    seq: Ints
    department: Ints
    assigned: Ints
    interim: Ints
    substantive: Ints
    closed: Ints
    outcome: Ints
    before: Ints  # the department it was taken from, -1 for the first
    open: Bools
    last: Ints  # its last event, seconds since 1970 UTC; 0 where no department had it


def make(seed: int, year: int, month: int, cases: Draft, cut: int) -> Assigned:
    """Departments for every case but enquiries resolved at once; nothing is known of what came after `cut`.

    97% are assigned within 3 hours, 3% go to a second department, of those one in twelve to a third.
    """
    rng = stream(seed, year, month, "assignments")
    case = np.flatnonzero(~cases.resolved)
    size = case.size
    soon = rng.random(size) < WITHIN_3_HOURS + rng.normal(0, 0.004)
    late = 3 * HOUR + seconds(rng, 10 * HOUR, 0.8, size, 5 * DAY)
    first = cases.received[case] + np.where(soon, seconds(rng, 40 * 60, 0.8, size, 3 * HOUR), late)
    several = rng.random(size) < SEVERAL_DEPARTMENTS * rng.normal(1, 0.05)
    third = several & (rng.random(size) < 1 / 12)

    lead = _LEAD[cases.subject[case]]
    step = rng.integers(1, len(_CODES), size)
    other = 1 + (step - 1 + rng.integers(1, len(_CODES) - 1, size)) % (len(_CODES) - 1)
    had = [lead, (lead + step) % len(_CODES), (lead + other) % len(_CODES)]
    at = [first]
    for _ in range(2):
        at.append(at[-1] + seconds(rng, 2 * DAY, 0.7, size, 20 * DAY))
    there = [np.ones(size, bool), several, third]
    parts = []
    for number in range(3):
        rows = np.flatnonzero(there[number] & (at[number] <= cut))
        onward = there[number + 1][rows] if number < 2 else np.zeros(rows.size, bool)
        answer = _answers(rng, at[number][rows], cases.kind[case][rows])
        leaves = at[number + 1][rows] if number < 2 else answer[2]
        parts.append(
            (
                case[rows],
                np.full(rows.size, number + 1),
                had[number][rows],
                at[number][rows],
                np.where(onward, NEVER, answer[0]),
                np.where(onward, NEVER, answer[1]),
                np.where(onward, leaves, answer[2]),
                np.where(onward, _REASSIGNED, choose(rng, [0.6, 0.3, 0.1], rows.size)),
                had[number - 1][rows] if number else np.full(rows.size, -1),
            )
        )
    rows = np.lexsort(
        (np.concatenate([part[1] for part in parts]), np.concatenate([part[0] for part in parts]))
    )
    columns = [np.concatenate(column)[rows] for column in zip(*parts, strict=True)]
    for event in (4, 5, 6):
        columns[event] = np.where(columns[event] > cut, NEVER, columns[event])
    return _with_cases(columns, cases.received.size)


def table(assigned: Assigned, case_no: pa.Array) -> pa.Table:
    """The table of assignments; `case_no` names the cases in their order."""
    closed = assigned.closed != NEVER
    return pa.table(
        {
            "case_no": case_no.take(pa.array(assigned.case)),
            "seq": pa.array(assigned.seq.astype(np.int32)),
            "department": codes(_CODES, assigned.department),
            "assigned_at": moments(assigned.assigned),
            "interim_reply_at": moments(assigned.interim),
            "substantive_reply_at": moments(assigned.substantive),
            "closed_at": moments(assigned.closed),
            "outcome": codes(OUTCOMES, assigned.outcome, closed),
            "reassigned_from": codes(_CODES, assigned.before, assigned.before >= 0),
            "updated_at": moments(
                _last(assigned.assigned, assigned.interim, assigned.substantive, assigned.closed)
            ),
        }
    )


def _answers(rng: np.random.Generator, assigned: Ints, kind: Ints) -> tuple[Ints, Ints, Ints]:
    """Interim reply (NEVER for two in five), substantive reply and close of each assignment, in that order of time."""
    size = assigned.size
    slow = kind == CASE_TYPES.index("service-request-or-complaint")
    pace = np.where(slow, 1.0, 0.4)
    interim = assigned + np.rint(pace * seconds(rng, 5 * DAY, 0.5, size, 30 * DAY)).astype(np.int64)
    substantive = assigned + np.rint(pace * seconds(rng, 12 * DAY, 0.8, size, 120 * DAY)).astype(np.int64)
    sent = rng.random(size) < 0.6
    substantive = np.where(sent, np.maximum(substantive, interim + HOUR), substantive)
    closed = substantive + seconds(rng, DAY, 1.0, size, 10 * DAY)
    return np.where(sent, interim, NEVER), substantive, closed


def _last(*events: Ints) -> Ints:
    known = [np.where(event == NEVER, 0, event) for event in events]
    return np.asarray(np.maximum.reduce(known))


def _with_cases(columns: list[Ints], size: int) -> Assigned:
    case, seq, department, assigned, interim, substantive, closed, outcome, before = columns
    still_open = np.zeros(size, bool)
    still_open[case[closed == NEVER]] = True
    last = np.zeros(size, np.int64)
    np.maximum.at(last, case, _last(assigned, interim, substantive, closed))
    return Assigned(
        case, seq, department, assigned, interim, substantive, closed, outcome, before, still_open, last
    )
