"""A small report on one dataset, with every kind of block."""

from __future__ import annotations

from made.basics import field
from praya.reports import Report
from praya.reports.document import (
    Cell,
    Chart,
    Column,
    Document,
    Heading,
    Note,
    Paragraph,
    Remarks,
    Series,
    Status,
    Table,
    row,
    t,
)
from praya.reports.number_format import SPACE, change
from praya.reports.sources import Sources

FIELDS = (field("year", "integer"), field("amount", "number", decimals=1))
FIRST, SECOND = b"year,amount\n2022,20.0\n2023,20.4\n", b"year,amount\n2022,20.0\n2023,18.0\n"


def build(sources: Sources, period: str | None) -> Document:
    """A document with every kind of block."""
    rows = sources.table("sample")
    generated = sources.synthetic
    before, after = rows[0]["amount"], rows[1]["amount"]
    percent = (after - before) / before * 100
    columns = [Column(t("Year", "年度")), Column(t("Provision\n($m)", "撥款\n（百萬元）"), "number", 1)]
    columns += [Column(t("Contacts", "聯絡"), "number", 0, SPACE), Column(t("Status", "狀況"), "status")]
    table = Table(
        t("What was provided", "撥款"),
        columns,
        [
            row(t("Operating", "經營帳目"), kind="group"),
            row(
                "2022",
                Cell(before, mark="Ψ"),
                Cell(2807000, before=t("around", "約")),
                Status.ON_TARGET,
                kind="sub",
            ),
            row(
                "2023",
                Cell(after, after=change(percent)),
                t("not held", "沒有資料"),
                Status.OFF_TARGET,
                kind="sub",
            ),
            row(t("Total", "總額"), before + after, Cell(0), Status.NO_TARGET, kind="total"),
        ],
        [Note("Ψ", t("Adjusted & <compared>.", "經調整，以供比較。衞"))],
        synthetic=generated,
    )
    chart = Chart(
        t("Provision", "撥款"),
        "line",
        ["2022", "2023"],
        [Series(t("Provision", "撥款"), [float(before), float(after)])],
        t("Two years.", "兩年的撥款。"),
        unit=t("$m", "百萬元"),
        decimals=1,
        synthetic=generated,
    )
    blocks = [Heading(t("Provision", "撥款")), Paragraph(t("In short.", "簡述。")), table, chart]
    return Document(
        t("A sample", "樣本"),
        period or "",
        t("The office", "辦公室"),
        [*blocks, Remarks([t("A note.", "備註。")])],
    )


SAMPLE = Report("sample-report", t("A sample", "樣本"), ("sample",), build)
