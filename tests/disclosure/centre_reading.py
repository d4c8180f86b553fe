"""What the dictionaries of the 1823 tables say adds up, as an attacker reads them. Rows are those of a release."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Set
from typing import Any, NamedTuple

from disclosure.attacker import NO_LIMIT, Puzzle
from disclosure.reading import Read, Row, Table, Why, never, not_given
from praya_hk.sources.contact_centre.centre_codes import SUBJECTS

TYPES = {
    "enquiry": "enquiries",
    "service-request-or-complaint": "service_requests_or_complaints",
    "suggestion": "suggestions",
    "compliment": "compliments",
}
CASES = ("cases", *TYPES.values())
WRITTEN = ("email", "web-form", "mobile-app", "chatbot", "fax-post")
AGES = ("open_under_7_days", "open_7_to_13_days", "open_14_days_or_more")
BY_DEPARTMENT = ("cases", "within_3h", "shared", "open_at_month_end", *AGES)
LEVELS = (
    "calls", "answered", "abandoned", "answered_within_12s", "phone_enquiries", "resolved_at_first_call",
    "assigned_cases", "assigned_within_3h", "several_departments",
)  # fmt: skip
PERIOD = ("period", "period_kind")
KEYS: dict[str, tuple[str, ...]] = {
    "contact_volumes": (*PERIOD, "channel"),
    "service_levels": (*PERIOD, "language"),
    "cases_by_department": (*PERIOD, "case_type", "department"),
    "cases_by_subject": (*PERIOD, "subject_group", "subject"),
    "cases_by_district": (*PERIOD, "district"),
    "satisfaction": (*PERIOD, "channel"),
}
COUNTS: dict[str, tuple[str, ...]] = {
    "contact_volumes": ("contacts", *CASES),
    "service_levels": LEVELS,
    "cases_by_department": BY_DEPARTMENT,
    "cases_by_subject": CASES,
    "cases_by_district": CASES,
    "satisfaction": ("surveys", "satisfied"),
}
# Field, what it is a share of, and whose.
RATES: dict[str, tuple[tuple[str, str, str], ...]] = {
    "service_levels": (
        ("abandoned_pct", "abandoned", "calls"),
        ("answered_within_12s_pct", "answered_within_12s", "answered"),
        ("first_call_pct", "resolved_at_first_call", "phone_enquiries"),
        ("assigned_within_3h_pct", "assigned_within_3h", "assigned_cases"),
        ("several_departments_pct", "several_departments", "assigned_cases"),
    ),
    "cases_by_department": (("within_3h_pct", "within_3h", "cases"),),
    "satisfaction": (("satisfied_pct", "satisfied", "surveys"),),
}
MEANS = {
    "service_levels": (("average_handling_seconds", "answered"),),
    "satisfaction": (("average_score", "surveys"),),
}
Released = Mapping[str, Iterable[Row]]


class View(NamedTuple):
    """How the figures of a table are to be read, and whether its rates are made from the counts as they are."""

    read: Read
    true_rates: bool
    why: Why = not_given
    carried: Callable[[str, tuple[Any, ...]], bool] = never


def truth_of(name: str, true: Iterable[Row], true_rates: bool) -> dict[tuple[Any, ...], int]:
    """The true value of every count of a table, of what its rates leave over and of what its mean is made of."""
    values: dict[tuple[Any, ...], int] = {}
    for row in true:
        key = tuple(row[part] for part in KEYS[name])
        for column in (*COUNTS[name], *(("points",) if name == "satisfaction" else ())):
            if row[column] is not None:
                values[name, column, *key] = row[column]
        for _, part, whole in RATES.get(name, ()) if true_rates else ():
            if row[part] is not None and row[whole] is not None:
                values[name, f"{whole} less {part}", *key] = row[whole] - row[part]
    return values


def read_centre(
    puzzle: Puzzle, released: Released, views: Mapping[str, View], release: Any = ""
) -> dict[str, Table]:
    """All six tables of 1823 as one puzzle; `views` says of each how its figures and its rates are to be read."""
    rates = {name for name, view in views.items() if view.true_rates}
    tables = {
        name: Table(
            puzzle,
            name,
            KEYS[name],
            COUNTS[name],
            views[name].read,
            release,
            views[name].why,
            views[name].carried,
        ).take(released[name])
        for name in KEYS
        if name in released
    }
    for name, table in tables.items():
        _years(table)
        for field, count in MEANS.get(name, ()):
            table.mean(field, count)
        for field, part, whole in RATES.get(name, ()):
            table.share_of_nobody(field, part, whole)
    _volumes(tables)
    _levels(tables, rates)
    _departments(tables, rates)
    _subjects(tables)
    _districts(tables)
    _satisfaction(tables, rates)
    return tables


def _years(table: Table) -> None:
    years = {key[0] for key in table.seen if key[1] == "calendar year"}
    for year in years:
        for rest in {key[2:] for key in table.seen if key[0].startswith(year)}:
            for column in table.counts:
                if column.startswith("open"):
                    continue
                whole = table.has(column, (year, "calendar year", *rest))
                months = [
                    table.has(column, (f"{year}-{month:02d}", "month", *rest)) for month in range(1, 13)
                ]
                if whole is not None and None not in months:
                    table.puzzle.total(whole, months)


def _codes(table: Table, key: str) -> list[str]:
    at = table.keys.index(key)
    return sorted({row[at] for row in table.seen})


def _volumes(tables: Mapping[str, Table]) -> None:
    if not (table := tables.get("contact_volumes")):
        return
    table.columns_add("cases", CASES[1:])
    table.adds(table.counts, "channel", "written", WRITTEN)
    table.adds(table.counts, "channel", "all", ("phone", "written"))
    for key in table.seen:
        if key[2] not in ("phone", "all"):
            table.puzzle.same(table.cell("contacts", key), table.cell("cases", key))


def _levels(tables: Mapping[str, Table], rates: Set[str]) -> None:
    if not (table := tables.get("service_levels")):
        return
    table.adds(table.counts, "language", "all", [code for code in _codes(table, "language") if code != "all"])
    table.columns_add("calls", ("answered", "abandoned"))
    for field, part, whole in RATES["service_levels"]:
        table.inside(part, whole)
        if table.name in rates:
            table.rate(field, part, whole)
    if volumes := tables.get("contact_volumes"):
        for key in table.seen:
            if key[2] == "all":
                phone = (*key[:2], "phone")
                table.puzzle.same(table.cell("calls", key), volumes.cell("contacts", phone))
                table.puzzle.same(table.cell("phone_enquiries", key), volumes.cell("enquiries", phone))


def _departments(tables: Mapping[str, Table], rates: Set[str]) -> None:
    if not (table := tables.get("cases_by_department")):
        return
    puzzle = table.puzzle
    departments = [code for code in _codes(table, "department") if code not in ("any", "none")]
    table.adds(table.counts, "case_type", "all", TYPES)
    table.columns_add("open_at_month_end", AGES)
    for part in ("within_3h", "shared", "open_at_month_end"):
        table.inside(part, "cases")
    if table.name in rates:
        table.rate("within_3h_pct", "within_3h", "cases")
    for rest in {key[:3] for key in table.seen}:
        cells = {
            column: {code: table.has(column, (*rest, code)) for code in (*departments, "any", "none")}
            for column in BY_DEPARTMENT
        }
        cases, shared = cells["cases"], cells["shared"]
        # A case of one department is in one row; one of several is in that many.
        terms: dict[object, float] = {cases["any"]: -1.0, shared["any"]: 1.0}
        for code in departments:
            terms |= {cases[code]: 1.0, shared[code]: -1.0}
        puzzle.holds(terms)
        puzzle.holds({shared["any"]: -2.0} | {shared[code]: 1.0 for code in departments}, 0, NO_LIMIT)
        for column, of in cells.items():  # noqa: B007
            if None in (of["any"], *(of[code] for code in departments)):
                continue
            puzzle.holds({of["any"]: -1.0} | {of[code]: 1.0 for code in departments}, 0, NO_LIMIT)
            for code in departments:
                puzzle.at_most(of[code], of["any"])
        if volumes := tables.get("contact_volumes"):
            column = "cases" if rest[2] == "all" else TYPES[rest[2]]
            whole = volumes.cell(column, (*rest[:2], "all"))
            puzzle.total(whole, (cases["any"], cases["none"]))
        if rest[2] == "all" and (levels := tables.get("service_levels")):
            key = (*rest[:2], "all")
            for column, other in (
                ("cases", "assigned_cases"),
                ("within_3h", "assigned_within_3h"),
                ("shared", "several_departments"),
            ):
                puzzle.same(cells[column]["any"], levels.cell(other, key))


def departments_lead(tables: Mapping[str, Table]) -> None:
    """What no dictionary says, and who knows the departments does: a case is with the department that leads on its
    subject, perhaps with others too."""
    table, subjects = tables["cases_by_department"], tables["cases_by_subject"]
    leads: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for each in SUBJECTS:
        leads[each.department].append((each.group, each.code))
    for *period, case_type in {key[:3] for key in table.seen if key[2] != "all"}:
        for department, led in leads.items():
            key = (*period, case_type, department)
            cases, shared = table.has("cases", key), table.has("shared", key)
            found = [subjects.has(TYPES[case_type], (*period, *subject)) for subject in led]
            if cases is None or shared is None or None in found:
                continue
            terms = dict.fromkeys(found, 1.0)
            table.puzzle.holds({**terms, cases: -1.0, shared: 1.0}, 0, NO_LIMIT)
            if case_type != "enquiry":  # of which a department has few
                table.puzzle.holds({**terms, cases: -1.0}, -NO_LIMIT, 0)


def _subjects(tables: Mapping[str, Table]) -> None:
    if not (table := tables.get("cases_by_subject")):
        return
    table.columns_add("cases", CASES[1:])
    pairs = {key[2:] for key in table.seen}
    groups = {group for group, _ in pairs if group != "all"}
    for period in {key[:2] for key in table.seen}:
        for column in CASES:
            parts = {
                group: [
                    table.has(column, (*period, *pair))
                    for pair in pairs
                    if pair[0] == group and pair[1] != "all"
                ]
                for group in groups
            }
            wholes = {group: table.has(column, (*period, group, "all")) for group in groups}
            for group in groups:
                table.puzzle.total(wholes[group], parts[group])
            table.puzzle.total(table.has(column, (*period, "all", "all")), wholes.values())
    _as_volumes(tables, table, ("all", "all"))


def _districts(tables: Mapping[str, Table]) -> None:
    if not (table := tables.get("cases_by_district")):
        return
    table.columns_add("cases", CASES[1:])
    table.adds(CASES, "district", "all", [code for code in _codes(table, "district") if code != "all"])
    _as_volumes(tables, table, ("all",))


def _as_volumes(tables: Mapping[str, Table], table: Table, all_: tuple[str, ...]) -> None:
    """The totals of every table are those of the contact volumes."""
    if volumes := tables.get("contact_volumes"):
        for period in {key[:2] for key in table.seen}:
            for column in CASES:
                table.puzzle.same(
                    table.cell(column, (*period, *all_)), volumes.cell(column, (*period, "all"))
                )


def _satisfaction(tables: Mapping[str, Table], rates: Set[str]) -> None:
    if not (table := tables.get("satisfaction")):
        return
    table.adds(table.counts, "channel", "all", ("phone", *WRITTEN))
    table.inside("satisfied", "surveys")
    if table.name in rates:
        table.rate("satisfied_pct", "satisfied", "surveys")
    if volumes := tables.get("contact_volumes"):
        for key in table.seen:
            table.puzzle.at_most(table.cell("surveys", key), volumes.cell("cases", key))
    if table.name not in rates:
        return
    for key, row in table.seen.items():
        points = table.cell("points", key)
        surveys, satisfied = table.cell("surveys", key), table.cell("satisfied", key)
        table.puzzle.number(points)
        # One to three points, or four to five.
        table.puzzle.holds({points: 1, surveys: -1, satisfied: -3}, 0, NO_LIMIT)
        table.puzzle.holds({points: 1, surveys: -3, satisfied: -2}, -NO_LIMIT, 0)
        if row.get("average_score") is not None and not table.carried("average_score", key):
            score = float(row["average_score"])
            table.puzzle.share(points, surveys, score - 0.005, score + 0.005)
    for rest in {key[:2] for key in table.seen}:
        names = [
            table.cell("points", (*rest, channel))
            for channel in ("phone", *WRITTEN)
            if (*rest, channel) in table.seen
        ]
        table.puzzle.total(table.cell("points", (*rest, "all")), names)
    for key in table.seen:
        months = [(f"{key[0]}-{month:02d}", "month", key[2]) for month in range(1, 13)]
        if key[1] == "calendar year" and all(month in table.seen for month in months):
            table.puzzle.total(table.cell("points", key), [table.cell("points", month) for month in months])
