"""The truth of a synthetic month: every measure, counted with numpy from the records as they should be.

It is written by other means than the marts (no SQL) and by the side that made the data, so that the two can be
held against each other. Counts only: a rate is one count over another, as DEFINITIONS says.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from praya_hk.sources.contact_centre.draw import DAY, HOUR, NEVER, Bools, Ints, epoch, month_bounds
from praya_hk.sources.contact_centre.generator import PROVIDER

PROMPT_SECONDS = 12
ASSIGN_SECONDS = 3 * HOUR
AGES = {"0-6": (0, 7), "7-13": (7, 14), "14-31": (14, 32)}
NONE = "none"  # the key under which what has no code is counted

DEFINITIONS = {
    "answered_within_12_seconds": "answered_at - queued_at is at most 12 seconds; its rate is a share of the "
    "answered calls (calls.answered); over calls.received it would be a share of all",
    "abandoned": "abandoned_at is there; its rate is a share of all calls (calls.received)",
    "handling_seconds": "sum of ended_at - answered_at of answered calls; the average is over calls.answered",
    "written": "cases whose channel is not phone: every written contact opens one case",
    "first_call": "enquiries by phone with resolved_at_first_contact, over all enquiries by phone",
    "assigned.within_3_hours": "the earliest assigned_at is at most 3 hours after received_at, over assigned.cases",
    "assigned.several_departments": "more than one distinct department, over assigned.cases",
    "assigned.cases": "cases with at least one assignment",
    "cases.by_department": "cases that the department had at any time; one with two departments counts under both",
    "open.at_month_end": "cases of the month with an assignment that, when the month ended, were not yet assigned or "
    "had an assignment that was not closed",
    "open.by_age_days": "the same by whole days from received_at to the end of the month",
    "open.now": "cases of the month with an assignment that has no closed_at",
    "surveys": "the average satisfaction is score_sum over count",
}


def truth(tables: dict[str, pa.Table]) -> dict[str, Any]:
    """All measures of one month of tables as `month` makes them: nested counts, and what they mean."""
    year_month = (tables["calls"].schema.metadata or {})[b"month"].decode()
    cases, assignments = tables["cases"], tables["assignments"]
    position = _positions(assignments["case_no"], cases["case_no"])
    return {
        "synthetic": True,
        "provider": PROVIDER,
        "month": year_month,
        "calls": _calls(tables["calls"]),
        "written": _written(cases),
        "cases": _cases(cases, assignments, position),
        "first_call": _first_call(cases),
        "surveys": _surveys(tables["surveys"]),
        "assigned": _assigned(cases, assignments, position),
        "open": _open(cases, assignments, position, month_bounds(year_month)[1]),
        "definitions": DEFINITIONS,
    }


def total(truths: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Several months as one: counts added. What is open is left out, for a stock cannot be added up."""
    months = list(truths)
    named = {"synthetic": True, "provider": PROVIDER, "months": [month["month"] for month in months]}
    counted = [
        key for key in months[0] if isinstance(months[0][key], dict) and key not in ("open", "definitions")
    ]
    return (
        named
        | {key: _added([month[key] for month in months]) for key in counted}
        | {"definitions": DEFINITIONS}
    )


def _added(parts: list[Any]) -> Any:
    if not isinstance(parts[0], dict):
        return sum(parts)
    keys = sorted({key for part in parts for key in part})
    return {key: _added([part[key] for part in parts if key in part]) for key in keys}


def _calls(calls: pa.Table) -> dict[str, Any]:
    queued, answered, ended = (epoch(calls[name]) for name in ("queued_at", "answered_at", "ended_at"))
    taken = answered != NEVER
    figures: dict[str, Ints] = {
        "received": np.ones(queued.size, np.int64),
        "answered": taken.astype(np.int64),
        "answered_within_12_seconds": (
            taken & (np.where(taken, answered, 0) - queued <= PROMPT_SECONDS)
        ).astype(int),
        "abandoned": (epoch(calls["abandoned_at"]) != NEVER).astype(np.int64),
        "handling_seconds": np.where(taken, ended - np.where(taken, answered, 0), 0),
    }
    result: dict[str, Any] = {name: int(values.sum()) for name, values in figures.items()}
    for column in ("language", "team"):
        codes, where = _codes(calls[column])
        split = {name: _per(where, len(codes), values) for name, values in figures.items()}
        result[f"by_{column}"] = {
            code: {name: int(split[name][at]) for name in figures}
            for at, code in sorted(enumerate(codes), key=_code)
        }
    return result


def _written(cases: pa.Table) -> dict[str, Any]:
    channels = _count(cases["channel"])
    written = {channel: count for channel, count in channels.items() if channel != "phone"}
    return {"received": sum(written.values()), "by_channel": written}


def _cases(cases: pa.Table, assignments: pa.Table, position: Ints) -> dict[str, Any]:
    result: dict[str, Any] = {"received": cases.num_rows}
    for name, column in (("type", "case_type"), ("channel", "channel"), ("language", "language")):
        result[f"by_{name}"] = _count(cases[column])
    for column in ("district", "subject_group", "subject"):
        result[f"by_{column}"] = _count(cases[column])
    result["by_type_and_channel"] = {
        kind: _count(cases["channel"].filter(pc.equal(cases["case_type"], kind)))
        for kind in result["by_type"]
    }
    pairs, codes = _department_pairs(assignments, position)
    counts = np.bincount(pairs % max(len(codes), 1), minlength=len(codes))
    result["by_department"] = {code: int(counts[at]) for at, code in sorted(enumerate(codes), key=_code)}
    return result


def _first_call(cases: pa.Table) -> dict[str, int]:
    spoken = pc.and_(pc.equal(cases["channel"], "phone"), pc.equal(cases["case_type"], "enquiry"))
    resolved = pc.and_(spoken, pc.fill_null(cases["resolved_at_first_contact"], False))
    return {"enquiries_by_phone": int(_flags(spoken).sum()), "resolved": int(_flags(resolved).sum())}


def _surveys(surveys: pa.Table) -> dict[str, Any]:
    score = surveys["score"].to_numpy()
    by_score = np.bincount(score, minlength=6)
    points = {str(point): int(by_score[point]) for point in range(1, 6)}
    return {"count": int(score.size), "score_sum": int(score.sum()), "by_score": points}


def _assigned(cases: pa.Table, assignments: pa.Table, position: Ints) -> dict[str, int]:
    first = np.full(cases.num_rows, NEVER)
    np.minimum.at(first, position, epoch(assignments["assigned_at"]))
    had = first != NEVER
    prompt = had & (np.where(had, first, 0) - epoch(cases["received_at"]) <= ASSIGN_SECONDS)
    pairs, codes = _department_pairs(assignments, position)
    departments = np.bincount(pairs // max(len(codes), 1), minlength=cases.num_rows)
    return {
        "cases": int(had.sum()),
        "within_3_hours": int((prompt & had).sum()),
        "several_departments": int((departments > 1).sum()),
    }


def _open(cases: pa.Table, assignments: pa.Table, position: Ints, end: int) -> dict[str, Any]:
    assigned, closed = epoch(assignments["assigned_at"]), epoch(assignments["closed_at"])
    has, begun, pending, still = (np.zeros(cases.num_rows, bool) for _ in range(4))
    has[position] = True
    begun[position[assigned < end]] = True
    pending[position[(assigned < end) & (closed >= end)]] = True  # NEVER is later than any end
    still[position[closed == NEVER]] = True
    waits = has & (~begun | pending)
    age = (end - epoch(cases["received_at"])[waits]) // DAY
    ages = {name: int(((age >= low) & (age < high)).sum()) for name, (low, high) in AGES.items()}
    return {"at_month_end": int(waits.sum()), "by_age_days": ages, "now": int(still.sum())}


def _department_pairs(assignments: pa.Table, position: Ints) -> tuple[Ints, list[str]]:
    """Every case and department that met, once each, as case times the number of departments plus department."""
    codes, where = _codes(assignments["department"])
    return np.unique(position * len(codes) + where), codes


def _positions(wanted: pa.ChunkedArray, keys: pa.ChunkedArray) -> Ints:
    return cast(Ints, pc.index_in(wanted, value_set=keys.combine_chunks()).to_numpy().astype(np.int64))


def _codes(column: pa.ChunkedArray) -> tuple[list[str], Ints]:
    encoded = column.combine_chunks().fill_null(NONE).dictionary_encode()
    return encoded.dictionary.to_pylist(), encoded.indices.to_numpy().astype(np.int64)


def _count(column: pa.ChunkedArray) -> dict[str, int]:
    codes, where = _codes(column)
    counts = np.bincount(where, minlength=len(codes))
    return {code: int(counts[at]) for at, code in sorted(enumerate(codes), key=_code)}


def _per(where: Ints, groups: int, values: Ints) -> Ints:
    sums = np.zeros(groups, np.int64)
    np.add.at(sums, where, values)
    return sums


def _code(item: tuple[int, str]) -> str:
    return item[1]


def _flags(column: pa.ChunkedArray) -> Bools:
    return cast(Bools, column.to_numpy())
