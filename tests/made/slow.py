"""The measures of a month once more, row by row in plain Python, straight from their words in the register."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from typing import Any

from made.centre import Tables

HONG_KONG = dt.timezone(dt.timedelta(hours=8))


def measures(tables: Tables, year_month: str) -> dict[str, int]:
    """Counts by name: of calls by language, of cases by type, channel, department, subject and district."""
    found: Counter[str] = Counter()
    calls = [row for row in tables["calls"].to_pylist() if _month(row["queued_at"]) == year_month]
    cases = {
        row["case_no"]: row for row in tables["cases"].to_pylist() if _month(row["received_at"]) == year_month
    }
    for call in calls:
        for of in ("all", call["language"]):
            found[f"calls {of}"] += 1
            found[f"abandoned {of}"] += call["abandoned_at"] is not None
            if call["answered_at"] is not None:
                found[f"answered {of}"] += 1
                found[f"answered_within_12s {of}"] += (
                    call["answered_at"] - call["queued_at"]
                ).total_seconds() <= 12
                found[f"handling_seconds {of}"] += int(
                    (call["ended_at"] - call["answered_at"]).total_seconds()
                )
    had: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in tables["assignments"].to_pylist():
        had[row["case_no"]].append(row)
    end = _end(year_month)
    for case_no, case in cases.items():
        found[f"{case['case_type']} by {case['channel']}"] += 1
        found[f"subject {case['subject_group']} {case['subject']}"] += 1
        found[f"district {case['district'] or 'none'}"] += 1
        if case["channel"] != "phone":
            found["contacts written"] += 1
        elif case["case_type"] == "enquiry":
            found["phone_enquiries"] += 1
            found["resolved_at_first_call"] += bool(case["resolved_at_first_contact"])
        rows = had.get(case_no, [])
        departments = {row["department"] for row in rows}
        for department in departments or {"none"}:
            found[f"cases of {department}"] += 1
        if rows:
            _of_departments(found, case["received_at"], rows, len(departments), end)
    scores = [row["score"] for row in tables["surveys"].to_pylist() if row["case_no"] in cases]
    return found | Counter(
        surveys=len(scores), points=sum(scores), satisfied=sum(score >= 4 for score in scores)
    )


def _of_departments(
    found: Counter[str], received: dt.datetime, rows: list[dict[str, Any]], departments: int, end: dt.datetime
) -> None:
    found["assigned_cases"] += 1
    first = min(row["assigned_at"] for row in rows)
    found["assigned_within_3h"] += first - received <= dt.timedelta(hours=3)
    found["several_departments"] += departments > 1
    begun = [row for row in rows if row["assigned_at"] < end]
    if begun and all(row["closed_at"] is not None and row["closed_at"] < end for row in begun):
        return
    age = (end - received).days
    found["open_at_month_end"] += 1
    found[
        "open_under_7_days" if age < 7 else "open_7_to_13_days" if age < 14 else "open_14_days_or_more"
    ] += 1


def _month(moment: dt.datetime) -> str:
    return moment.astimezone(HONG_KONG).strftime("%Y-%m")


def _end(year_month: str) -> dt.datetime:
    year, month = int(year_month[:4]), int(year_month[5:])
    return dt.datetime(year + month // 12, month % 12 + 1, 1, tzinfo=HONG_KONG)
