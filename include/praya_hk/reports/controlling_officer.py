"""The Controlling Officer's Report on Head 135, in the order and the tables of the Estimates; real figures only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from praya.contract.text import Text, text_of
from praya.errors import ReportError, codes
from praya.reports.amounts import counted
from praya.reports.document import (
    Block,
    Cell,
    Column,
    Document,
    Heading,
    Note,
    Paragraph,
    Remarks,
    Row,
    Table,
    Words,
    row,
    t,
)
from praya.reports.metric_words import QUALIFIERS, STATUSES
from praya.reports.metrics import Figures, held
from praya.reports.metrics.periods import ends
from praya.reports.number_format import SPACE, change, change_pct, figure, signed
from praya_hk.reports import head_135_words as w
from praya_hk.reports.head_135 import Head, read
from praya_hk.reports.kinds.controlling_officer_report import INITIATIVES, MEASURES

if TYPE_CHECKING:
    from praya.reports.sources import Sources

Values = dict[tuple[str, str], dict[str, Any]]


def build(sources: Sources, _: str | None) -> Document:
    """The whole report. Raises ReportError where figures are missing or disagree."""
    head = read(sources)
    blocks: list[Block] = [*_summary(head), *_programmes(head), Heading(w.DETAIL)]
    for programme in head.programmes:
        blocks += _programme(head, programme)
        blocks += _initiatives(sources, head, programme)
        if programme["programme_no"] == "3":
            blocks += _contact_centre(sources)
    blocks += [*_analysis(head), *_subheads(head), *_details(head), *_commitments(head)]
    return Document(w.TITLE, w.in_year(w.HEAD, head.year), w.OFFICE, blocks)


def _summary(head: Head) -> Iterator[Block]:
    """What stands at the top of a Head: estimate, ceiling and posts, commitments."""
    year, posts = head.year, head.establishment
    start, end = f"{year[:4]}-03-31", f"{int(year[:4]) + 1}-03-31"
    first, last = posts["posts-non-directorate", start], posts["posts-non-directorate", end]
    if last - first != posts["posts-non-directorate-increase", year]:
        raise ReportError(
            codes.report.FIGURES_DISAGREE,
            f"Head 135: non-directorate posts go from {first} to {last}, which is not the stated rise",
        )
    total = next(commitment for commitment in head.commitments if commitment["row_kind"] == "total")
    yield Table(
        w.HEAD,
        [Column(""), Column("", "number", 1)],
        [
            row(w.in_year(w.ESTIMATE, year), _million(head.provision["total"][head.points[3]])),
            row(w.in_year(w.CEILING, year), _million(posts["salary-ceiling-rounded", year])),
            row(w.at(w.NON_DIRECTORATE, start), Cell(first, decimals=0)),
            row(w.at(w.NON_DIRECTORATE, end), Cell(last, decimals=0)),
            row(w.at(w.DIRECTORATE, start), Cell(posts["posts-directorate", start], decimals=0)),
            row(w.at(w.DIRECTORATE, end), Cell(posts["posts-directorate", end], decimals=0)),
            row(w.BALANCE, _million(Decimal(str(total["balance_hkd_million"])))),
        ],
        name="Summary",
    )


def _million(value: Decimal) -> Cell:
    return Cell(value, before="$", after="m", joint="", decimals=1, dollars=10**6)


def _programmes(head: Head) -> Iterator[Block]:
    yield Heading(w.PROGRAMMES)
    yield Table(
        w.PROGRAMMES,
        [Column(w.PROGRAMME, width=1.2), Column(w.POLICY_AREA)],
        [
            row(
                w.programme(programme),
                t(f"{programme['policy_area_no']}: {programme['policy_area']}", w.policy_area(programme)),
            )
            for programme in head.programmes
        ],
        name="Programmes",
    )


def _programme(head: Head, programme: dict[str, Any]) -> Iterator[Block]:
    """Heading and the table of financial provision of one programme."""
    number = programme["programme_no"]
    yield Heading(w.programme(programme), 3)
    columns = [Column(""), *(Column(w.point(point), "number", 1) for point in head.points)]
    rows = _provision_rows(head, number, w.PROVISION, with_changes=True)
    yield Table(w.PROVISION_OF, columns, rows, _notes(head, [number]), name=f"Programme {number}")


def _provision_rows(
    head: Head, number: str, label: Words, with_changes: bool, kind: Any = "plain"
) -> list[Row]:
    """The figures of a programme or of the total; `with_changes` on the column before and on the original, and with
    the marks, which the Estimates print in the same places."""
    figures = head.provision[number]
    cells = [Cell(label)]
    for place, point in enumerate(head.points):
        mark = head.marks[number, point][0] if with_changes and (number, point) in head.marks else ""
        behind = ""
        if with_changes and place >= 2:
            percent = change_pct(figures[head.points[place - 1]], figures[point])
            behind = change(percent) if percent is not None else ""
        cells.append(Cell(figures[point], after=behind, mark=mark))
    rows = [Row(tuple(cells), kind)]
    percent = change_pct(figures[head.points[1]], figures[head.points[3]])
    if with_changes and percent is not None:
        on_original = w.on_original(signed(percent), head.points[1][0])
        rows.append(row("", "", "", "", on_original))
    return rows


def _notes(head: Head, numbers: Sequence[str]) -> list[Note]:
    """What the marks stand for, in the words of the released notes."""
    return [Note(mark, text) for (number, _), (mark, text) in head.marks.items() if number in numbers]


def _initiatives(sources: Sources, head: Head, programme: dict[str, Any]) -> Iterator[Block]:
    """What the programme did and is to do, from the register of initiatives where that is released."""
    area = str(programme["policy_area_no"])
    if programme["programme_no"] == "1" or not sources.has(INITIATIVES):
        return
    rows = [
        initiative
        for initiative in sources.table(INITIATIVES)
        if initiative["policy_area"] == area and initiative["period_kind"] == "financial year"
    ]
    for year, label in ((head.points[1][0], w.DONE), (head.year, w.TO_COME)):
        titles = [text_of(initiative, "title") for initiative in rows if initiative["period"] == year]
        if titles:
            yield Paragraph(w.in_year(label, year))
            yield Remarks(titles)


def _contact_centre(sources: Sources) -> Iterator[Block]:
    """1823: how much came in, the table of targets, and the last year's figure against each target."""
    rows = sources.table(MEASURES)
    register = Figures(sources.store, releases=sources.releases)
    values: Values = {}
    for estimate in rows:
        key = "target" if estimate["stage"] == "target" else f"{estimate['period']}-{estimate['stage']}"
        values[estimate["measure"], key] = estimate
    actuals = sorted(
        {
            estimate["period"]
            for estimate in rows
            if estimate["stage"] == "actual" and estimate["kind"] == "performance"
        }
    )[-2:]
    plan = max(estimate["period"] for estimate in rows if estimate["stage"] == "plan")
    yield Paragraph(_volumes(values, actuals[-1]))
    keys = ["target", *(f"{year}-actual" for year in actuals), f"{plan}-plan"]
    columns = [Column(""), Column(w.TARGET, "number")]
    columns += [Column(w.of_year(w.ACTUAL, year), "number") for year in actuals]
    columns.append(Column(w.of_year(w.PLAN, plan), "number"))
    table, latest = [], []
    for measure, (label, decimals) in w.MEASURES.items():
        cells = [Cell(_value(values, measure, key), decimals=decimals) for key in keys]
        table.append(Row((Cell(label), *cells)))
        target, now = (float(_value(values, measure, key)) for key in ("target", f"{actuals[-1]}-actual"))
        ended = ends(str(actuals[-1]), "calendar year")
        status = STATUSES[held(register.metric(f"1823-{measure}"), now, ended)]
        latest.append(row(label, Cell(target, decimals=decimals), Cell(now, decimals=decimals), status))
    yield Table(w.TARGETS, columns, table, name="1823 targets")
    against = [Column(""), Column(w.TARGET, "number"), Column(w.of_year(w.ACTUAL, actuals[-1]), "number")]
    yield Table(w.AGAINST, [*against, Column(w.STATUS, "status", width=0.5)], latest, name="1823 status")


def _value(values: Values, measure: str, key: str) -> Any:
    if (measure, key) not in values:
        raise ReportError(codes.report.FIGURE_MISSING, f"{MEASURES}: has no {key} of {measure}")
    return values[measure, key]["value"]


def _volumes(values: Values, year: Any) -> Text:
    def spell(measure: str) -> tuple[str, str]:
        estimate = values[measure, f"{year}-actual"]
        value = Decimal(str(estimate["value"]))
        number, chinese = figure(value, group=SPACE), counted(value)
        before = QUALIFIERS.get(estimate["qualifier"]) if estimate["qualifier"] else None
        if before is None:
            return number, chinese
        return f"{before.en} {number}", f"{before.zh_hant}{chinese}"

    calls, written, served = (
        spell(measure) for measure in ("calls-received", "written-contacts-received", "departments-served")
    )
    return t(
        f"1823 in {year}: {calls[0]} calls and {written[0]} e-mails and other written contacts; enquiries are answered "
        f"for {served[0]} departments.",
        f"{year}年，1823接獲{calls[1]}個來電及{written[1]}封電郵及其他書面聯絡，並為{served[1]}個部門解答查詢。",
    )


def _analysis(head: Head) -> Iterator[Block]:
    """Analysis of financial provision, and of what changes in money and posts."""
    yield Heading(w.ANALYSIS)
    columns = [
        Column(w.PROGRAMME),
        *(Column(w.in_unit(w.point(point), w.MILLION), "number", 1) for point in head.points),
    ]
    rows = [
        line
        for programme in head.programmes
        for line in _provision_rows(
            head, programme["programme_no"], w.numbered(programme), with_changes=False
        )
    ]
    rows += _provision_rows(head, "total", "", with_changes=True, kind="total")
    yield Table(w.ANALYSIS, columns, rows, _notes(head, ["total"]), name="Financial provision")
    _, _, revised, estimate = head.points
    changes, posts = [], Decimal(0)
    for programme in head.programmes:
        figures, number = head.provision[programme["programme_no"]], programme["programme_no"]
        more = head.establishment[f"posts-increase-programme-{number}", head.year]
        posts += more
        changes.append(
            row(
                w.numbered(programme),
                figures[estimate] - figures[revised],
                signed(change_pct(figures[revised], figures[estimate]) or 0),
                Cell(more, decimals=0),
            )
        )
    if posts != head.establishment["posts-net-increase", head.year]:
        raise ReportError(
            codes.report.FIGURES_DISAGREE,
            "Head 135: the posts of the programmes do not add up to the stated net increase",
        )
    columns = [
        Column(w.PROGRAMME),
        Column(w.MORE_MONEY, "number", 1),
        Column(w.MORE_PERCENT, "number"),
        Column(w.MORE_POSTS, "number", 0),
    ]
    yield Table(w.in_years(w.STAFFING, head.year, revised[0]), columns, changes, name="Staffing")


def _subheads(head: Head) -> Iterator[Block]:
    """The table of expenditure by subhead: accounts and their categories as groups, totals under each."""
    yield Heading(w.SUBHEADS)
    columns = [Column(w.SUBHEAD_CODE, width=0.3), Column("")]
    columns += [Column(w.subhead_point(point), "number", 0) for point in head.points]

    def line(entry: dict[str, Any], kind: Any) -> Row:
        cells = (Cell(head.subheads[entry["line"]][point]) for point in head.points)
        return Row((Cell(entry["subhead"] or ""), Cell(w.line(entry)), *cells), kind)

    def total(level: str, **of: Any) -> Iterator[Row]:
        for entry in head.lines:
            if entry["total_level"] == level and all(entry[name] == value for name, value in of.items()):
                yield line(entry, "total")

    rows = list[Row]()
    for account, categories in w.ACCOUNTS.items():
        rows.append(row(w.GROUPS[account], kind="group"))
        for category in categories:
            rows.append(row(w.GROUPS[category], kind="group"))
            rows += [
                line(entry, "plain")
                for entry in head.lines
                if entry["row_kind"] == "item"
                and (entry["account"], entry["category"]) == (account, category)
            ]
            rows += total("category", account=account, category=category)
        rows += total("account", account=account)
    rows += total("head")
    yield Table(w.SUBHEADS, columns, rows, name="Subheads")


def _details(head: Head) -> Iterator[Block]:
    """What changes by subhead, the establishment, and the analysis of operational expenses."""
    actual, _, revised, estimate = head.points
    yield Heading(w.in_year(w.DETAILS, head.year))
    columns = [
        Column(""),
        Column(w.estimate_k(head.year), "number", 0),
        Column(w.over("revised", revised[0]), "number", 0),
        Column(w.MORE_PERCENT, "number"),
        Column(w.over("actual", actual[0]), "number", 0),
    ]
    rows = []
    for line in ("total-expenditure", "subhead-000", "subhead-697"):
        entry = next(each for each in head.lines if each["line"] == line)
        figures = head.subheads[line]
        rows.append(
            row(
                w.line_with_code(entry),
                figures[estimate],
                figures[estimate] - figures[revised],
                signed(change_pct(figures[revised], figures[estimate]) or 0),
                figures[estimate] - figures[actual],
            )
        )
    yield Table(w.CHANGES, columns, rows, name="Changes by subhead")
    posts, start = head.establishment, f"{head.year[:4]}-03-31"
    if (
        posts["posts-total", start]
        != posts["posts-directorate", start] + posts["posts-non-directorate", start]
    ):
        raise ReportError(
            codes.report.FIGURES_DISAGREE,
            f"Head 135: directorate and other posts at {start} do not add up to the total",
        )
    yield Table(
        w.ESTABLISHMENT,
        [Column(""), Column("", "number", 0)],
        [
            row(w.at(w.POSTS, start), posts["posts-total", start]),
            row(w.in_year(w.NET_INCREASE, head.year), posts["posts-net-increase", head.year]),
            row(
                w.in_year(w.CEILING, head.year),
                Cell(posts["salary-ceiling", head.year], before="$", joint="", dollars=1),
            ),
        ],
        name="Establishment",
    )
    columns = [
        Column(""),
        *(Column(w.in_unit(w.point(point), w.THOUSAND), "number", 0) for point in head.points),
    ]
    rows = []
    for group, label in w.EXPENSE_GROUPS.items():
        rows.append(row(label, kind="group"))
        inside = [expense for expense in head.expenses if expense["expense_group"] == group]
        rows += [_expense(head, expense, "sub") for expense in sorted(inside, key=w.place)]
    rows += [_expense(head, expense, "total") for expense in head.expenses if expense["row_kind"] == "total"]
    yield Table(w.EXPENSES, columns, rows, name="Operational expenses")


def _expense(head: Head, expense: dict[str, Any], kind: Any) -> Row:
    label = "" if kind == "total" else w.line(expense)
    return Row((Cell(label), *(Cell(head.expense[expense["line"]][point]) for point in head.points)), kind)


def _commitments(head: Head) -> Iterator[Block]:
    yield Heading(w.COMMITMENTS)
    before, revised = head.points[0][0], head.points[2][0]
    columns = [Column(w.SUBHEAD_CODE, width=0.3), Column(w.ITEM_CODE, width=0.3), Column(w.AMBIT)]
    columns += [
        Column(w.in_unit(title, w.THOUSAND), "number", 0)
        for title in (
            w.APPROVED,
            w.accumulated(int(before[:4]) + 1),
            w.revised_spending(revised),
            w.BALANCE_SHORT,
        )
    ]
    figures = ("approved", "accumulated", "revised", "balance")
    rows = [
        Row(
            (
                Cell(commitment["subhead"] or "" if commitment["row_kind"] == "item" else ""),
                Cell(commitment["item"] if commitment["row_kind"] == "item" else ""),
                Cell(w.TOTAL if commitment["row_kind"] == "total" else w.item(commitment)),
                *(Cell(commitment[f"{name}_hkd_thousand"]) for name in figures),
            ),
            "total" if commitment["row_kind"] == "total" else "plain",
        )
        for commitment in head.commitments
    ]
    yield Table(w.COMMITMENTS, columns, rows, name="Commitments")
    yield Paragraph(w.METHOD, soft=True)
