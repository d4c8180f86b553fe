"""The monthly performance report of 1823: measures against targets, trends, channels, departments, subjects, districts.

Its figures are those of the synthetic 1823, marked as such on every page; those of the Estimates stand beside them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from praya.contract.text import Text
from praya.reporting import contact_centre_words as w
from praya.reporting.document import (
    Block,
    Cell,
    Chart,
    Column,
    Document,
    Heading,
    Paragraph,
    Remarks,
    Row,
    Series,
    Status,
    Table,
    Words,
    row,
    status_of,
    t,
)
from praya.reporting.numbers import figure, month
from praya.reporting.report import Report

if TYPE_CHECKING:
    from praya.reporting.sources import Sources

VOLUMES, LEVELS, SATISFACTION = "1823-contact-volumes", "1823-service-levels", "1823-satisfaction"
BY_DEPARTMENT, BY_SUBJECT, BY_DISTRICT = (
    "1823-cases-by-department",
    "1823-cases-by-subject",
    "1823-cases-by-district",
)
MONTHLY = (VOLUMES, LEVELS, SATISFACTION, BY_DEPARTMENT, BY_SUBJECT, BY_DISTRICT)
ESTIMATES = "1823-performance-measures"
TREND_MONTHS, MOST = 13, 10

Line = dict[str, Any]


class Measure(NamedTuple):
    """A measure of the report: its metric, where its figure lies, and how it is written."""

    metric: str
    dataset: str
    field: str
    decimals: int
    met: str | None = None  # the released column that says whether the target is met
    sense: Text | None = None  # how the target is meant
    printed: str | None = None  # its name in the Estimates


MEASURES = (
    Measure(
        "answered-within-12-seconds",
        LEVELS,
        "answered_within_12s_pct",
        1,
        "answered_within_12s_target_met",
        w.AT_LEAST,
        "calls-answered-within-12-seconds",
    ),
    Measure("calls-abandoned", LEVELS, "abandoned_pct", 1, "abandoned_target_met", w.UNDER),
    Measure(
        "first-call-resolution",
        LEVELS,
        "first_call_pct",
        1,
        "first_call_target_met",
        w.AT_LEAST,
        "enquiries-resolved-at-first-call",
    ),
    Measure(
        "assigned-within-3-hours",
        LEVELS,
        "assigned_within_3h_pct",
        1,
        "assigned_within_3h_target_met",
        w.OVER,
    ),
    Measure(
        "satisfaction", SATISFACTION, "average_score", 2, "target_met", w.AT_LEAST, "customer-satisfaction"
    ),
    Measure("average-handling-time", LEVELS, "average_handling_seconds", 1),
    Measure("more-than-one-department", LEVELS, "several_departments_pct", 1),
)


def periods(sources: Sources) -> list[str]:
    """The months of which every dataset has figures, the oldest first."""
    found = [
        {
            one["period"]
            for one in sources.rows(
                f"from \"{name.replace('-', '_')}\" select distinct period where period_kind = 'month'"
            )
        }
        for name in MONTHLY
    ]
    return sorted(set.intersection(*found))


def build(sources: Sources, period: str | None) -> Document:
    """The report for one month, such as `2023-01`."""
    months = [one for one in periods(sources) if one <= str(period)][-TREND_MONTHS:]
    blocks: list[Block] = [
        *_measures(sources, months),
        *_trends(sources, months),
        *_channels(sources, months[-1]),
        *_departments(sources, months[-1]),
        *_subjects(sources, months[-1]),
        *_districts(sources, months[-1]),
        *_method(sources),
    ]
    return Document(w.TITLE, in_month(months[-1]), w.OFFICE, blocks)


def in_month(period: str) -> Text:
    """`January 2023`, `2023年1月`."""
    return t(month(period, "en"), month(period, "zh-Hant"))


def _of(sources: Sources, dataset: str, period: str) -> list[Line]:
    return [
        one for one in sources.table(dataset) if one["period"] == period and one["period_kind"] == "month"
    ]


def _cell(one: Line | None, field: str, **how: Any) -> Cell:
    """A released figure, or what its status says of it: withheld, or not counted here."""
    value = one[field] if one is not None else None
    if value is None:
        withheld = one is not None and one.get(f"{field}_conf_status") == "C"
        return Cell(w.WITHHELD if withheld else w.NOT_COUNTED)
    return Cell(value, **how)


def _whole(sources: Sources, dataset: str, period: str) -> Line | None:
    """The row of a month over all languages or channels."""
    over = "language" if dataset == LEVELS else "channel"
    return next((one for one in _of(sources, dataset, period) if one[over] == "all"), None)


def _measures(sources: Sources, months: Sequence[str]) -> Iterator[Block]:
    yield Heading(w.MEASURES)
    now, before = months[-1], months[-2] if len(months) > 1 else None
    printed = {
        (one["measure"], one["period"]): one
        for one in sources.table(ESTIMATES)
        if one["stage"] == "actual" and one["kind"] == "performance"
    }
    year = max(period for _, period in printed)
    columns = [
        Column(w.MEASURE, width=2.2),
        Column(w.TARGET, "number"),
        Column(in_month(now), "number"),
        Column(w.BEFORE, "number"),
        Column(_filled(w.PRINTED, year=year), "number"),
        Column(w.STATUS, "status", width=0.9),
    ]
    rows, shares = [], []
    for one in MEASURES:
        metric = sources.metric(f"synthetic-1823-{one.metric}")
        line = _whole(sources, one.dataset, now)
        earlier = _whole(sources, one.dataset, before) if before else None
        target = metric.target.value
        in_print = printed.get((one.printed or "", year))
        label = _with_unit(metric.title, metric.unit)
        rows.append(
            row(
                label,
                Cell(target, before=one.sense or "", decimals=1 if metric.unit != "%" else 0)
                if target is not None
                else w.NO_TARGET,
                _cell(line, one.field, decimals=one.decimals),
                _cell(earlier, one.field, decimals=one.decimals),
                Cell(in_print["value"]) if in_print else w.NOT_COUNTED,
                _status(one, line, target, metric.direction),
            )
        )
        if metric.unit == "%" and target is not None and line is not None:
            shares.append((metric.title, line[one.field], target))
    yield Table(w.MEASURES, columns, rows, name="Measures")
    yield Paragraph(w.STATUS_NOTE, soft=True)
    told = "; ".join(
        f"{title.en}: {_told(value)}, target {figure(target)}" for title, value, target in shares
    )
    told_zh = "；".join(
        f"{title.zh_hant}：{_told(value)}，目標{figure(target)}" for title, value, target in shares
    )
    yield Chart(
        w.SHARES,
        "bullet",
        [title for title, *_ in shares],
        [Series(in_month(now), [_float(value) for _, value, _ in shares])],
        t(told, told_zh),
        decimals=1,
        targets=[target for *_, target in shares],
        first=w.MEASURE,
    )


def _status(one: Measure, line: Line | None, target: float | None, direction: str) -> Status:
    """By what is released of it, which knows whether the target itself counts; else by the register."""
    value = _float(line[one.field]) if line is not None else None
    told = line.get(one.met) if line is not None and one.met else None
    if target is None or value is None or told is None:
        return status_of(value, target, direction)
    return Status.ON_TARGET if told == "yes" else Status.OFF_TARGET


def _trends(sources: Sources, months: Sequence[str]) -> Iterator[Block]:
    yield Heading(w.TRENDS)
    volumes = {
        (one["period"], one["channel"]): one for one in sources.table(VOLUMES) if one["period"] in months
    }
    levels = {one["period"]: one for one in sources.table(LEVELS) if one["language"] == "all"}
    scores = {one["period"]: one for one in sources.table(SATISFACTION) if one["channel"] == "all"}
    if len(months) == 1:
        yield Paragraph(w.FIRST_MONTH)
    else:
        labels = [in_month(one) for one in months]
        short = [t(f"{one[5:]}/{one[2:4]}", f"{one[5:]}/{one[2:4]}") for one in months]
        voice, written = (
            [_float(volumes.get((one, channel), {}).get("contacts")) for one in months]
            for channel in ("phone", "written")
        )
        yield Chart(
            w.CONTACTS,
            "line",
            short,
            [Series(w.VOICE, voice), Series(w.WRITTEN, written)],
            _spoken([(w.VOICE, voice), (w.WRITTEN, written)], labels),
            first=w.MONTH,
        )
        within = [_float(levels.get(one, {}).get("answered_within_12s_pct")) for one in months]
        yield Chart(
            w.WITHIN_12,
            "line",
            short,
            [Series(w.IN_12, within)],
            _spoken([(w.IN_12, within)], labels),
            decimals=1,
            target=sources.metric("synthetic-1823-answered-within-12-seconds").target.value,
            first=w.MONTH,
        )
    columns = [
        Column(w.MONTH),
        Column(w.VOICE, "number"),
        Column(w.WRITTEN, "number"),
        Column(w.CASES, "number"),
        Column(w.IN_12, "number", 1),
        Column(w.ABANDONED, "number", 1),
        Column(w.FIRST_CALL, "number", 1),
        Column(w.SCORE, "number", 2),
    ]
    rows = [
        row(
            in_month(one),
            _cell(volumes.get((one, "phone")), "contacts"),
            _cell(volumes.get((one, "written")), "contacts"),
            _cell(volumes.get((one, "all")), "cases"),
            _cell(levels.get(one), "answered_within_12s_pct"),
            _cell(levels.get(one), "abandoned_pct"),
            _cell(levels.get(one), "first_call_pct"),
            _cell(scores.get(one), "average_score"),
        )
        for one in months
    ]
    yield Table(w.TRENDS, columns, rows, name="Trends")


CASE_COLUMNS = (
    ("enquiries", w.ENQUIRIES),
    ("service_requests_or_complaints", w.REQUESTS),
    ("suggestions", w.SUGGESTIONS),
    ("compliments", w.COMPLIMENTS),
)


def _channels(sources: Sources, now: str) -> Iterator[Block]:
    yield Heading(w.CHANNELS)
    lines = _ordered(_of(sources, VOLUMES, now), "channel", w.CHANNEL_NAMES)
    volumes = (("contacts", w.CONTACTS_COLUMN), ("cases", w.CASES), *CASE_COLUMNS)
    yield _by(w.BY_CHANNEL, w.CHANNEL, lines, "channel", w.CHANNEL_NAMES, volumes, "Channels")
    single = [one for one in lines if one["channel"] not in ("all", "written")]
    yield _bars(w.BY_CHANNEL, w.CHANNEL, single, "channel", w.CHANNEL_NAMES, "contacts", w.CONTACTS_COLUMN)
    levels = _ordered(_of(sources, LEVELS, now), "language", w.LANGUAGE_NAMES)
    yield _by(
        w.CALLS,
        w.LANGUAGE,
        levels,
        "language",
        w.LANGUAGE_NAMES,
        (
            ("calls", w.VOICE),
            ("answered", w.ANSWERED),
            ("abandoned_pct", w.ABANDONED),
            ("answered_within_12s_pct", w.IN_12),
            ("average_handling_seconds", w.HANDLING),
            ("first_call_pct", w.FIRST_CALL),
        ),
        "Calls",
    )
    scores = _ordered(_of(sources, SATISFACTION, now), "channel", w.CHANNEL_NAMES)
    fields = (("surveys", w.SURVEYS), ("average_score", w.SCORE), ("satisfied_pct", w.SATISFIED))
    yield _by(w.SATISFACTION, w.CHANNEL, scores, "channel", w.CHANNEL_NAMES, fields, "Satisfaction")


def _departments(sources: Sources, now: str) -> Iterator[Block]:
    yield Heading(w.DEPARTMENTS)
    lines = [one for one in _of(sources, BY_DEPARTMENT, now) if one["case_type"] == "all"]
    fields = (
        ("cases", w.CASES),
        ("within_3h_pct", w.IN_3H),
        ("shared", w.SHARED),
        ("open_at_month_end", w.OPEN),
        ("open_under_7_days", w.UNDER_7),
        ("open_7_to_13_days", w.TO_13),
        ("open_14_days_or_more", w.FROM_14),
    )
    ordered = _ordered(lines, "department", w.DEPARTMENT_NAMES)
    yield _by(w.DEPARTMENTS, w.DEPARTMENT, ordered, "department", w.DEPARTMENT_NAMES, fields, "Departments")
    single = [one for one in lines if one["department"] not in ("any", "none") and one["cases"] is not None]
    most = sorted(single, key=lambda one: (-one["cases"], one["department"]))[:MOST]
    yield _bars(w.MOST_CASES, w.DEPARTMENT, most, "department", w.DEPARTMENT_NAMES, "cases", w.CASES)


def _subjects(sources: Sources, now: str) -> Iterator[Block]:
    yield Heading(w.SUBJECTS)
    groups = [one for one in _of(sources, BY_SUBJECT, now) if one["subject"] == "all"]
    lines = _ordered(groups, "subject_group", w.SUBJECT_NAMES)
    fields = (("cases", w.CASES), *CASE_COLUMNS)
    yield _by(w.SUBJECTS, w.SUBJECT, lines, "subject_group", w.SUBJECT_NAMES, fields, "Subjects")


def _districts(sources: Sources, now: str) -> Iterator[Block]:
    yield Heading(w.DISTRICTS)
    lines = _ordered(_of(sources, BY_DISTRICT, now), "district", w.DISTRICT_NAMES)
    fields = (("cases", w.CASES), *CASE_COLUMNS)
    yield _by(w.DISTRICTS, w.DISTRICT, lines, "district", w.DISTRICT_NAMES, fields, "Districts")
    places = [one for one in lines if one["district"] not in ("all", "none")]
    field = "service_requests_or_complaints"
    yield _bars(w.BY_DISTRICT, w.DISTRICT, places, "district", w.DISTRICT_NAMES, field, w.REQUESTS)


def _method(sources: Sources) -> Iterator[Block]:
    """What each measure means, by the register, and what was withheld, by the releases' own notes."""
    yield Heading(w.METHOD)
    meanings: list[Words] = []
    for one in MEASURES:
        metric = sources.metric(f"synthetic-1823-{one.metric}")
        meanings.append(
            t(
                f"{metric.title.en}: {metric.definition.en}",
                f"{metric.title.zh_hant}：{metric.definition.zh_hant}",
            )
        )
    # The last sentence of each counts its own cells; the others are the same for datasets under the same rules.
    rules = [text for name in MONTHLY for text in sources.notes(name, "disclosure")[:-1]]
    seen = {text.en: text for text in rules}
    yield Remarks([*meanings, *seen.values(), w.WITHHELD_NOTE, w.NOT_COUNTED_NOTE, w.PRINTED_NOTE])


def _by(
    title: Text,
    first: Text,
    lines: Sequence[Line],
    key: str,
    names: dict[str, Text],
    fields: Sequence[tuple[str, Text]],
    sheet: str,
) -> Table:
    """A table with a row a code; what is a sum of others is set as a total, at the end."""
    columns = [Column(first, width=2), *(Column(label, "number", _decimals(name)) for name, label in fields)]
    rows = [
        Row(
            (Cell(w.name(names, one[key])), *(_cell(one, name) for name, _ in fields)),
            "total" if one[key] in ("all", "any", "written") else "plain",
        )
        for one in lines
    ]
    return Table(title, columns, rows, name=sheet)


def _decimals(field: str) -> int:
    return 2 if field == "average_score" else 1 if field.endswith(("_pct", "_seconds")) else 0


def _bars(
    title: Text, first: Text, lines: Sequence[Line], key: str, names: dict[str, Text], field: str, unit: Text
) -> Chart:
    labels, values = [w.name(names, one[key]) for one in lines], [_float(one[field]) for one in lines]
    return Chart(
        title,
        "bar",
        labels,
        [Series(unit, values)],
        _spoken([(unit, values)], labels),
        decimals=0,
        first=first,
    )


def _ordered(lines: Sequence[Line], key: str, names: dict[str, Text]) -> list[Line]:
    """By the order of the names; sums last, the widest at the very end."""
    last = {"none": 1, "written": 2, "any": 2, "all": 3}
    order = list(names)
    return sorted(
        lines,
        key=lambda one: (
            last.get(one[key], 0),
            order.index(one[key]) if one[key] in order else len(order),
            one[key],
        ),
    )


def _spoken(series: Sequence[tuple[Text, Sequence[float | None]]], labels: Sequence[Text]) -> Text:
    """What a chart shows, value by value, for those who cannot see it."""
    parts = [
        (
            f"{title.en}: "
            + ", ".join(f"{label.en} {_told(value)}" for label, value in zip(labels, values, strict=True)),
            f"{title.zh_hant}："
            + "，".join(
                f"{label.zh_hant} {_told(value)}" for label, value in zip(labels, values, strict=True)
            ),
        )
        for title, values in series
    ]
    en, zh = ("; ".join(one[0] for one in parts), "；".join(one[1] for one in parts))
    return t(en.replace("\n", " "), zh.replace("\n", ""))


def _told(value: Any) -> str:
    return "C" if value is None else figure(value)


def _float(value: Any) -> float | None:
    return None if value is None else float(value)


def _filled(text: Text, **values: object) -> Text:
    return t(text.en.format(**values), text.zh_hant.format(**values))


def _with_unit(title: Text, unit: str) -> Text:
    told = {"%": ("%", "%"), "seconds": ("seconds", "秒"), "score (1-5)": ("of 5 points", "以5分為滿分")}[
        unit
    ]
    return t(f"{title.en} ({told[0]})", f"{title.zh_hant}（{told[1]}）")


REPORT = Report(
    "1823-monthly",
    w.TITLE,
    (*MONTHLY, ESTIMATES),
    build,
    synthetic="marked",
    programmes=("synthetic-1823",),
    periods=periods,
)
