"""Tables and charts of 1823 by channel, department, subject and district, as released: what is withheld says so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from praya.contract.text import Text
from praya.reports.document import Block, Cell, Chart, Column, Heading, Row, Series, Table, t
from praya.reports.number_format import figure
from praya_hk.reports import contact_centre_words as w
from praya_hk.reports.kinds.contact_centre_report import (
    BY_DEPARTMENT,
    BY_DISTRICT,
    BY_SUBJECT,
    LEVELS,
    SATISFACTION,
    VOLUMES,
)

if TYPE_CHECKING:
    from praya.reports.sources import Sources

MOST = 10

Line = dict[str, Any]

CASE_COLUMNS = (
    ("enquiries", w.ENQUIRIES),
    ("service_requests_or_complaints", w.REQUESTS),
    ("suggestions", w.SUGGESTIONS),
    ("compliments", w.COMPLIMENTS),
)


def channels(sources: Sources, now: str) -> Iterator[Block]:
    volume, rated = _generated(sources, VOLUMES), _generated(sources, SATISFACTION)
    yield Heading(w.CHANNELS)
    names = sources.labels(VOLUMES, "channel")
    lines = _ordered(of_month(sources, VOLUMES, now), "channel", names)
    volumes = (("contacts", w.CONTACTS_COLUMN), ("cases", w.CASES), *CASE_COLUMNS)
    yield _by(w.BY_CHANNEL, w.CHANNEL, lines, "channel", names, volumes, "Channels", volume)
    single = [line for line in lines if line["channel"] not in ("all", "written")]
    yield _bars(
        w.BY_CHANNEL,
        w.CHANNEL,
        single,
        "channel",
        names,
        "contacts",
        w.CONTACTS_COLUMN,
        volume,
    )
    names = sources.labels(LEVELS, "language")
    levels = _ordered(of_month(sources, LEVELS, now), "language", names)
    yield _by(
        w.CALLS,
        w.LANGUAGE,
        levels,
        "language",
        names,
        (
            ("calls", w.VOICE),
            ("answered", w.ANSWERED),
            ("abandoned_pct", w.ABANDONED),
            ("answered_within_12s_pct", w.IN_12),
            ("average_handling_seconds", w.HANDLING),
            ("first_call_pct", w.FIRST_CALL),
        ),
        "Calls",
        _generated(sources, LEVELS),
    )
    names = sources.labels(SATISFACTION, "channel")
    scores = _ordered(of_month(sources, SATISFACTION, now), "channel", names)
    fields = (("surveys", w.SURVEYS), ("average_score", w.SCORE), ("satisfied_pct", w.SATISFIED))
    yield _by(
        w.SATISFACTION,
        w.CHANNEL,
        scores,
        "channel",
        names,
        fields,
        "Satisfaction",
        rated,
    )


def departments(sources: Sources, now: str) -> Iterator[Block]:
    generated = _generated(sources, BY_DEPARTMENT)
    yield Heading(w.DEPARTMENTS)
    lines = [line for line in of_month(sources, BY_DEPARTMENT, now) if line["case_type"] == "all"]
    fields = (
        ("cases", w.CASES),
        ("within_3h_pct", w.IN_3H),
        ("shared", w.SHARED),
        ("open_at_month_end", w.OPEN),
        ("open_under_7_days", w.UNDER_7),
        ("open_7_to_13_days", w.TO_13),
        ("open_14_days_or_more", w.FROM_14),
    )
    names = sources.labels(BY_DEPARTMENT, "department")
    ordered = _ordered(lines, "department", names)
    yield _by(
        w.DEPARTMENTS,
        w.DEPARTMENT,
        ordered,
        "department",
        names,
        fields,
        "Departments",
        generated,
    )
    single = [
        line for line in lines if line["department"] not in ("any", "none") and line["cases"] is not None
    ]
    most = sorted(single, key=lambda line: (-line["cases"], line["department"]))[:MOST]
    yield _bars(
        w.MOST_CASES,
        w.DEPARTMENT,
        most,
        "department",
        names,
        "cases",
        w.CASES,
        generated,
    )


def subjects(sources: Sources, now: str) -> Iterator[Block]:
    generated = _generated(sources, BY_SUBJECT)
    yield Heading(w.SUBJECTS)
    groups = [line for line in of_month(sources, BY_SUBJECT, now) if line["subject"] == "all"]
    names = sources.labels(BY_SUBJECT, "subject_group")
    lines = _ordered(groups, "subject_group", names)
    fields = (("cases", w.CASES), *CASE_COLUMNS)
    yield _by(
        w.SUBJECTS,
        w.SUBJECT,
        lines,
        "subject_group",
        names,
        fields,
        "Subjects",
        generated,
    )


def districts(sources: Sources, now: str) -> Iterator[Block]:
    generated = _generated(sources, BY_DISTRICT)
    yield Heading(w.DISTRICTS)
    names = sources.labels(BY_DISTRICT, "district")
    lines = _ordered(of_month(sources, BY_DISTRICT, now), "district", names)
    fields = (("cases", w.CASES), *CASE_COLUMNS)
    yield _by(
        w.DISTRICTS,
        w.DISTRICT,
        lines,
        "district",
        names,
        fields,
        "Districts",
        generated,
    )
    places = [line for line in lines if line["district"] not in ("all", "none")]
    field = "service_requests_or_complaints"
    yield _bars(
        w.BY_DISTRICT,
        w.DISTRICT,
        places,
        "district",
        names,
        field,
        w.REQUESTS,
        generated,
    )


def _generated(sources: Sources, dataset: str) -> bool:
    return sources.releases[dataset].synthetic


def _by(
    title: Text,
    first: Text,
    lines: Sequence[Line],
    key: str,
    names: dict[str, Text],
    fields: Sequence[tuple[str, Text]],
    sheet: str,
    generated: bool,
) -> Table:
    """A table with a row a code; what is a sum of others is set as a total, at the end."""
    columns = [Column(first, width=2), *(Column(label, "number", _decimals(name)) for name, label in fields)]
    rows = [
        Row(
            (Cell(w.name(names, line[key])), *(cell(line, name) for name, _ in fields)),
            "total" if line[key] in ("all", "any", "written") else "plain",
        )
        for line in lines
    ]
    return Table(title, columns, rows, name=sheet, synthetic=generated)


def _decimals(field: str) -> int:
    return 2 if field == "average_score" else 1 if field.endswith(("_pct", "_seconds")) else 0


def _bars(
    title: Text,
    first: Text,
    lines: Sequence[Line],
    key: str,
    names: dict[str, Text],
    field: str,
    unit: Text,
    generated: bool,
) -> Chart:
    labels, values = [w.name(names, line[key]) for line in lines], [as_float(line[field]) for line in lines]
    return Chart(
        title,
        "bar",
        labels,
        [Series(unit, values)],
        spoken([(unit, values)], labels),
        decimals=0,
        first=first,
        synthetic=generated,
    )


def _ordered(lines: Sequence[Line], key: str, names: dict[str, Text]) -> list[Line]:
    """By the order of the names; sums last, the widest at the very end."""
    last = {"none": 1, "written": 2, "any": 2, "all": 3}
    order = list(names)
    return sorted(
        lines,
        key=lambda line: (
            last.get(line[key], 0),
            order.index(line[key]) if line[key] in order else len(order),
            line[key],
        ),
    )


def spoken(series: Sequence[tuple[Text, Sequence[float | None]]], labels: Sequence[Text]) -> Text:
    """What a chart shows, value by value, for those who cannot see it."""
    parts = [
        (
            f"{title.en}: "
            + ", ".join(
                f"{label.en} {format_value(value)}" for label, value in zip(labels, values, strict=True)
            ),
            f"{title.zh_hant}："
            + "，".join(
                f"{label.zh_hant} {format_value(value)}" for label, value in zip(labels, values, strict=True)
            ),
        )
        for title, values in series
    ]
    en, zh = ("; ".join(part[0] for part in parts), "；".join(part[1] for part in parts))
    return t(en.replace("\n", " "), zh.replace("\n", ""))


def format_value(value: Any) -> str:
    return "C" if value is None else figure(value)


def as_float(value: Any) -> float | None:
    return None if value is None else float(value)


def of_month(sources: Sources, dataset: str, period: str) -> list[Line]:
    return [
        line for line in sources.table(dataset) if line["period"] == period and line["period_kind"] == "month"
    ]


def cell(line: Line | None, field: str, **how: Any) -> Cell:
    """A released figure, or what its status says of it: withheld, or not counted here."""
    value = line[field] if line is not None else None
    if value is None:
        withheld = line is not None and line.get(f"{field}_conf_status") == "C"
        return Cell(w.WITHHELD if withheld else w.NOT_COUNTED)
    return Cell(value, **how)
