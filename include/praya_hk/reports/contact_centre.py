"""The monthly performance report of 1823: measures against targets, trends, and how both came about.

Its figures are those of the synthetic 1823, marked as such on every page; those of the Estimates stand beside them.
What a measure means and aims at is what the released register of metrics says.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import dropwhile
from typing import TYPE_CHECKING, Any, NamedTuple

from praya.contract.register import Metric
from praya.contract.text import Text
from praya.reports.document import (
    Block,
    Cell,
    Chart,
    Column,
    Document,
    Heading,
    Paragraph,
    Remarks,
    Series,
    Table,
    Words,
    row,
    t,
)
from praya.reports.metric_words import BEYOND, STATUSES, in_both, target_cell
from praya.reports.metrics import Figures, held
from praya.reports.metrics.periods import ends, following
from praya.reports.metrics.printed import plain_number
from praya.reports.number_format import figure, month
from praya.reports.report_words import WORDS
from praya_hk.reports import contact_centre_words as w
from praya_hk.reports.contact_centre_tables import (
    Line,
    as_float,
    cell,
    channels,
    departments,
    districts,
    format_value,
    of_month,
    spoken,
    subjects,
)
from praya_hk.reports.kinds.contact_centre_report import (
    ESTIMATES,
    LEVELS,
    MONTHLY,
    REPORT,
    SATISFACTION,
    VOLUMES,
)

if TYPE_CHECKING:
    from praya.reports.sources import Sources

TREND_MONTHS = 13


class Measure(NamedTuple):
    """A measure of the report: its metric, where its figure lies, and how it is written."""

    metric: str
    dataset: str
    field: str
    decimals: int
    printed: str | None = None  # its name in the Estimates


MEASURES = (
    Measure(
        "answered-within-12-seconds",
        LEVELS,
        "answered_within_12s_pct",
        1,
        "calls-answered-within-12-seconds",
    ),
    Measure("calls-abandoned", LEVELS, "abandoned_pct", 1),
    Measure("first-call-resolution", LEVELS, "first_call_pct", 1, "enquiries-resolved-at-first-call"),
    Measure("assigned-within-3-hours", LEVELS, "assigned_within_3h_pct", 1),
    Measure("satisfaction", SATISFACTION, "average_score", 2, "customer-satisfaction"),
    Measure("average-handling-time", LEVELS, "average_handling_seconds", 1),
    Measure("more-than-one-department", LEVELS, "several_departments_pct", 1),
)


def periods(sources: Sources) -> list[str]:
    """The months of which every dataset has figures, the oldest first."""
    by_dataset = [
        {
            line["period"]
            for line in sources.rows(
                f"from \"{name.replace('-', '_')}\" select distinct period where period_kind = 'month'"
            )
        }
        for name in MONTHLY
    ]
    return sorted(set.intersection(*by_dataset))


def build(sources: Sources, period: str | None) -> Document:
    """The report for one month, such as `2023-01`."""
    months = trend_months([candidate for candidate in periods(sources) if candidate <= str(period)])
    figures = Figures(sources.store, releases=sources.releases)
    blocks: list[Block] = [
        *_measures(sources, figures, months),
        *_trends(sources, figures, months),
        *channels(sources, months[-1]),
        *departments(sources, months[-1]),
        *subjects(sources, months[-1]),
        *districts(sources, months[-1]),
        *_method(sources, figures),
    ]
    return Document(REPORT.title, in_month(months[-1]), w.OFFICE, blocks)


def trend_months(released: Sequence[str]) -> list[str]:
    """The months that lead up to the last one, each of them, also where one in between has no figures."""
    span = [following(released[-1], "month", later) for later in range(1 - TREND_MONTHS, 1)]
    return list(dropwhile(lambda candidate: candidate not in released, span))


def _metric(figures: Figures, name: str) -> Metric:
    return figures.metric(f"synthetic-1823-{name}")


def in_month(period: str) -> Text:
    """`January 2023`, `2023年1月`."""
    return in_both(lambda language: month(period, language))


def _whole(sources: Sources, dataset: str, period: str) -> Line | None:
    """The row of a month over all languages or channels."""
    over = "language" if dataset == LEVELS else "channel"
    return next((line for line in of_month(sources, dataset, period) if line[over] == "all"), None)


def _measures(sources: Sources, figures: Figures, months: Sequence[str]) -> Iterator[Block]:
    yield Heading(w.MEASURES)
    now, before = months[-1], following(months[-1], "month", -1)
    printed = {
        (line["measure"], line["period"]): line
        for line in sources.table(ESTIMATES)
        if line["stage"] == "actual" and line["kind"] == "performance"
    }
    year = max(period for _, period in printed)
    generated = sources.releases[LEVELS].synthetic
    columns = [
        Column(w.MEASURE, width=2.2),
        Column(w.TARGET, "number"),
        Column(in_month(now), "number", synthetic=generated),
        Column(w.BEFORE, "number", synthetic=generated),
        Column(_filled(w.PRINTED, year=year), "number"),
        Column(w.STATUS, "status", width=0.9, synthetic=generated),
    ]
    rows, shares = [], []
    for measure in MEASURES:
        metric = _metric(figures, measure.metric)
        line = _whole(sources, measure.dataset, now)
        earlier = _whole(sources, measure.dataset, before)
        target = metric.target.value
        in_print = printed.get((measure.printed or "", year))
        value = as_float(line[measure.field]) if line is not None else None
        rows.append(
            row(
                _with_unit(metric.title, figures.units[metric.unit]),
                _target(metric),
                cell(line, measure.field, decimals=measure.decimals),
                _of_trend(earlier, measure.field, decimals=measure.decimals),
                _printed(in_print) if in_print else w.NOT_COUNTED,
                STATUSES[held(metric, value, ends(now, "month"))],
            )
        )
        if metric.unit == "%" and target is not None and line is not None:
            shares.append((metric.title, value, target))
    yield Table(w.MEASURES, columns, rows, name="Measures")
    yield Paragraph(w.STATUS_NOTE, soft=True)
    summary = "; ".join(
        f"{title.en}: {format_value(value)}, target {figure(target)}" for title, value, target in shares
    )
    summary_zh = "；".join(
        f"{title.zh_hant}：{format_value(value)}，目標{figure(target)}" for title, value, target in shares
    )
    yield Chart(
        w.SHARES,
        "bullet",
        [title for title, *_ in shares],
        [Series(in_month(now), [value for _, value, _ in shares])],
        t(summary, summary_zh),
        decimals=1,
        targets=[target for *_, target in shares],
        first=w.MEASURE,
        synthetic=generated,
    )


def _target(metric: Metric) -> Cell:
    target = metric.target
    if target.value is None:
        return Cell(w.NO_TARGET)
    before = (BEYOND if target.beyond else w.AIMS)[metric.direction]
    return replace(target_cell(metric), before=before)


def _printed(line: Line) -> Cell:
    """A figure of the Estimates with the digits that they print: a score has one after the point."""
    return Cell(plain_number(line["value"], None), decimals=1 if line["unit"] == "score (1-5)" else None)


def _trends(sources: Sources, figures: Figures, months: Sequence[str]) -> Iterator[Block]:
    yield Heading(w.TRENDS)
    volumes = {
        (line["period"], line["channel"]): line for line in sources.table(VOLUMES) if line["period"] in months
    }
    levels = {line["period"]: line for line in sources.table(LEVELS) if line["language"] == "all"}
    scores = {line["period"]: line for line in sources.table(SATISFACTION) if line["channel"] == "all"}
    if len(months) == 1:
        yield Paragraph(w.NO_TREND)
    else:
        labels = [in_month(period) for period in months]
        short = [t(f"{period[5:]}/{period[2:4]}", f"{period[5:]}/{period[2:4]}") for period in months]
        voice, written = (
            [as_float(volumes.get((period, channel), {}).get("contacts")) for period in months]
            for channel in ("phone", "written")
        )
        yield Chart(
            w.CONTACTS,
            "line",
            short,
            [Series(w.VOICE, voice), Series(w.WRITTEN, written)],
            spoken([(w.VOICE, voice), (w.WRITTEN, written)], labels),
            first=w.MONTH,
            synthetic=sources.releases[VOLUMES].synthetic,
        )
        within = [as_float(levels.get(period, {}).get("answered_within_12s_pct")) for period in months]
        yield Chart(
            w.WITHIN_12,
            "line",
            short,
            [Series(w.IN_12, within)],
            spoken([(w.IN_12, within)], labels),
            decimals=1,
            target=_metric(figures, "answered-within-12-seconds").target.value,
            first=w.MONTH,
            synthetic=sources.releases[LEVELS].synthetic,
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
            in_month(period),
            _of_trend(volumes.get((period, "phone")), "contacts"),
            _of_trend(volumes.get((period, "written")), "contacts"),
            _of_trend(volumes.get((period, "all")), "cases"),
            _of_trend(levels.get(period), "answered_within_12s_pct"),
            _of_trend(levels.get(period), "abandoned_pct"),
            _of_trend(levels.get(period), "first_call_pct"),
            _of_trend(scores.get(period), "average_score"),
        )
        for period in months
    ]
    generated = sources.releases[VOLUMES].synthetic
    yield Table(w.TRENDS, columns, rows, name="Trends", synthetic=generated)


def _of_trend(line: Line | None, field: str, **how: Any) -> Cell:
    """A figure of a month; that there is none where nothing is released of the month."""
    return Cell(WORDS["gap"]) if line is None else cell(line, field, **how)


def _method(sources: Sources, figures: Figures) -> Iterator[Block]:
    """What each measure means, by the register, and what was withheld, by the releases' own notes."""
    yield Heading(w.METHOD)
    meanings: list[Words] = []
    for measure in MEASURES:
        metric = _metric(figures, measure.metric)
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


def _filled(text: Text, **values: object) -> Text:
    return t(text.en.format(**values), text.zh_hant.format(**values))


def _with_unit(title: Text, unit: Text) -> Text:
    return t(f"{title.en}, {unit.en}", f"{title.zh_hant}，{unit.zh_hant}")
