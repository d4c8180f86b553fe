"""Head 135 as it is released: the four columns of the Estimates, and every check that its figures have to pass.

A change in per cent is computed from the figures and held against the printed one; what does not agree is an error,
and no report is made of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from praya.contract.text import Text, text_of
from praya.errors import ReportError, codes
from praya.reports.number_format import change_pct, rounded

if TYPE_CHECKING:
    from praya.reports.sources import Sources

# Financial year (2023-24) and stage.
Point = tuple[str, str]
Figures = dict[str, dict[Point, Decimal]]


class Head(NamedTuple):
    """Everything that the report on a Head shows, checked."""

    points: list[Point]  # the four columns: actual, original, revised, estimate
    programmes: list[dict[str, Any]]  # number, name and policy area, in their order
    provision: Figures  # $m, by programme number and `total`
    marks: dict[tuple[str, Point], tuple[str, Text]]  # mark and note beside a figure of `provision`
    lines: list[dict[str, Any]]  # of the subhead table, without figures
    subheads: Figures  # $'000
    expenses: list[dict[str, Any]]
    expense: Figures  # $'000
    commitments: list[dict[str, Any]]
    establishment: dict[tuple[str, str], Decimal]  # by measure and period

    @property
    def year(self) -> str:
        """The year of the estimate."""
        return self.points[3][0]


def read(sources: Sources) -> Head:
    """The newest estimate with the year before and the actual before that. Raises ReportError where a figure is
    missing or disagrees with another."""
    provision = sources.table("head-135-provision")
    points = _points([(row["period"], row["stage"]) for row in provision])
    subheads = sources.table("head-135-subheads")
    expenses = sources.table("head-135-operational-expenses")
    head = Head(
        points,
        _firsts([row for row in provision if row["programme_no"] != "total"], "programme_no"),
        _figures(provision, "programme_no", "provision_hkd_million", points),
        {
            (row["programme_no"], (row["period"], row["stage"])): (row["mark"], text_of(row, "note"))
            for row in provision
            if row["mark"] and row["mark"] != "—"
        },
        _firsts(subheads, "line"),
        _figures(subheads, "line", "amount_hkd_thousand", points),
        _firsts(expenses, "line"),
        _figures(expenses, "line", "amount_hkd_thousand", points),
        sources.table("head-135-commitments"),
        {
            (row["measure"], str(row["period"])): Decimal(str(row["value"]))
            for row in sources.table("head-135-establishment")
        },
    )
    _check_provision(head, provision)
    _check_sums(head)
    _check_changes(head, sources.table("head-135-changes"))
    return head


def _points(there: list[Point]) -> list[Point]:
    years = [period for period, stage in there if stage == "estimate"]
    if not years:
        raise ReportError(
            codes.report.FIGURE_MISSING,
            "head-135-provision: holds no estimate, with which the report's columns begin",
        )
    year = max(years)
    before = _year_before(year)
    points = [(_year_before(before), "actual"), (before, "original"), (before, "revised"), (year, "estimate")]
    if missing := [f"{period} {stage}" for period, stage in points if (period, stage) not in there]:
        raise ReportError(
            codes.report.FIGURE_MISSING, f"head-135-provision: has no figures for {', '.join(missing)}"
        )
    return points


def _year_before(year: str) -> str:
    start = int(year[:4]) - 1
    return f"{start}-{(start + 1) % 100:02}"


def _firsts(rows: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    firsts: dict[str, dict[str, Any]] = {}
    for row in rows:
        firsts.setdefault(row[name], row)
    return list(firsts.values())


def _figures(rows: list[dict[str, Any]], name: str, value: str, points: list[Point]) -> Figures:
    by_line: Figures = {}
    for row in rows:
        point = (row["period"], row["stage"])
        if point in points:
            by_line.setdefault(row[name], {})[point] = Decimal(str(row[value]))
    for line, figures in by_line.items():
        if missing := [f"{period} {stage}" for period, stage in points if (period, stage) not in figures]:
            raise ReportError(codes.report.FIGURE_MISSING, f"{line}: has no {value} for {', '.join(missing)}")
    return by_line


def _same(what: str, computed: Decimal | None, released: Decimal) -> None:
    if computed != released:
        raise ReportError(
            codes.report.FIGURES_DISAGREE,
            f"Head 135, {what}: comes to {computed} from the figures, and {released} is released: correct one of them",
        )


def _check_provision(head: Head, rows: list[dict[str, Any]]) -> None:
    _, original, revised, estimate = head.points
    for row in rows:
        figures, point = head.provision.get(row["programme_no"], {}), (row["period"], row["stage"])
        for column, base in (
            ("printed_change_pct", {revised: original, estimate: revised}.get(point)),
            ("printed_change_on_original_pct", {estimate: original}.get(point)),
        ):
            if row[column] is not None and base is not None:
                what = f"programme {row['programme_no']}, {column} of {' '.join(point)}"
                _same(what, change_pct(figures[base], figures[point]), rounded(row[column], 1))


def _check_sums(head: Head) -> None:
    for point in head.points:
        at = " ".join(point)
        parts = sum(head.provision[programme["programme_no"]][point] for programme in head.programmes)
        _same(f"sum of the programmes, {at}", Decimal(parts), head.provision["total"][point])
        for line in head.lines:
            if line["row_kind"] == "total":
                items = [
                    entry for entry in head.lines if entry["row_kind"] == "item" and _inside(entry, line)
                ]
                total = sum(head.subheads[entry["line"]][point] for entry in items)
                _same(f"{line['line_name']}, {at}", Decimal(total), head.subheads[line["line"]][point])
        total_expense = sum(
            head.expense[expense["line"]][point] for expense in head.expenses if expense["row_kind"] == "item"
        )
        _same(f"operational expenses, {at}", Decimal(total_expense), head.expense["total"][point])
        _same(f"subhead 000, {at}", head.expense["total"][point], head.subheads["subhead-000"][point])
        total = rounded(head.subheads["total-expenditure"][point] / 1000, 1)
        _same(f"total expenditure in $m, {at}", total, head.provision["total"][point])
    for commitment in head.commitments:
        spent = commitment["accumulated_hkd_thousand"] + commitment["revised_hkd_thousand"]
        _same(
            f"balance of item {commitment['item']}",
            Decimal(commitment["approved_hkd_thousand"] - spent),
            Decimal(commitment["balance_hkd_thousand"]),
        )


def _inside(item: Mapping[str, Any], total: Mapping[str, Any]) -> bool:
    """Whether an item counts in a total, by account and category as far as the total names them."""
    return all(total[name] in (None, item[name]) for name in ("account", "category"))


def _check_changes(head: Head, rows: list[dict[str, Any]]) -> None:
    """Every change that is stated, in the tables or the text, against the figures that it compares."""
    for row in rows:
        before, after = (row["from_period"], row["from_stage"]), (row["to_period"], row["to_stage"])
        if before not in head.points or after not in head.points:
            continue
        figures = _subject(head, row["subject"])
        what = f"{row['subject']} from {' '.join(before)} to {' '.join(after)}, in the {row['printed_in']}"
        if row["change_pct"] is not None:
            _same(what, change_pct(figures[before], figures[after]), rounded(row["change_pct"], 1))
        if row["amount"] is not None:
            factor = 1000 if row["amount_unit"] == "HKD" else 1
            _same(what, (figures[after] - figures[before]) * factor, Decimal(str(row["amount"])))


def _subject(head: Head, subject: str) -> dict[Point, Decimal]:
    if subject == "head-total":
        return head.provision["total"]
    if subject.startswith("programme-"):
        return head.provision[subject.removeprefix("programme-")]
    return head.subheads[subject]
