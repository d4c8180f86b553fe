"""Generated figures wear the mark and real ones never do, whatever a report holds; a banner says what is marked."""

from __future__ import annotations

import datetime as dt
import io
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from praya.reports import html, sheet
from praya.reports.document import Block, Chart, Column, Document, Heading, Row, Series, Table, row, t
from praya.reports.fonts import folder
from praya.reports.marking import banner, extent_of
from praya.reports.plain import Imprint, make_plain_values
from praya.reports.report_words import WORDS
from praya.text.punctuation import marks

IMPRINT = Imprint("sample", "../", dt.datetime(2026, 1, 5, tzinfo=dt.UTC), [], ("html", "xlsx"))
SHORTS = ("en", "zh-Hant", "zh-Hans")


@dataclass
class Made:
    """A document whose figures are all different, and which of them are generated."""

    document: Document
    generated: set[int]
    real: set[int]


@st.composite
def documents(draw: st.DrawFn) -> Made:
    blocks: list[Block] = []
    generated, real = set[int](), set[int]()
    last = 1000

    def figure(synthetic: bool) -> int:
        nonlocal last
        last += 1
        (generated if synthetic else real).add(last)
        return last

    for number in range(draw(st.integers(1, 4))):
        title = t(f"Part {number}", f"第{number}部")
        if draw(st.booleans()):
            blocks.append(Heading(title))
        whole = draw(st.booleans())
        if draw(st.booleans()):
            values = [float(figure(whole)) for _ in range(draw(st.integers(1, 3)))]
            labels = [f"label {place}" for place in range(len(values))]
            series = [Series(title, values)]
            blocks.append(
                Chart(title, draw(st.sampled_from(["bar", "line"])), labels, series, "", synthetic=whole)
            )
            continue
        flags = draw(st.lists(st.booleans(), min_size=1, max_size=3))
        columns = [
            Column(""),
            *(
                Column(t(f"column {place}", f"欄{place}"), "number", synthetic=one)
                for place, one in enumerate(flags)
            ),
        ]
        rows: list[Row] = [row(title, kind="group")] if draw(st.booleans()) else []
        for one in draw(st.lists(st.booleans(), min_size=1, max_size=3)):
            rows.append(row("a row", *(figure(whole or one or flag) for flag in flags), synthetic=one))
        blocks.append(Table(title, columns, rows, synthetic=whole))
    return Made(Document("Title", "", "Office", blocks), generated, real)


def in_brackets(language: str) -> str:
    """The mark as it stands behind a text."""
    m = marks(language)
    return f"{m.left.strip()}{WORDS['made_up'].in_language(language)}{m.right}"


def marked_on_page(data: str, mark: str) -> set[int]:
    """The figures of a page that are under a mark, each by the part that it stands in."""
    found = set[int]()
    parts = re.findall(r"<figure>.*?</figure>|<section class=\"wide\".*?</section>", data, re.S)
    for part in parts:
        whole = part.startswith("<figure>") and 'class="made-up"' in part.partition("</figcaption>")[0]
        whole = whole or mark in part.partition(">")[0]
        heads = re.findall(r"<th scope=\"col\".*?</th>|<td></td>", part, re.S)
        for line in re.findall(r"<tr.*?</tr>", part, re.S):
            cells = re.findall(r"<t[hd].*?</t[hd]>", line, re.S)
            for head, cell in zip(heads, cells, strict=False):
                for number in numbers(cell):
                    if whole or "made-up" in head or "made-up" in cells[0]:
                        found.add(number)
    return found


def numbers(text: str) -> list[int]:
    return [int(one.replace(",", "")) for one in re.findall(r">(\d,\d{3})<", text)]


def marked_in_book(data: bytes, language: str) -> set[int]:
    from openpyxl import load_workbook

    mark, short = (
        in_brackets(language),
        WORDS["synthetic_short"].in_language(language),
    )
    found = set[int]()
    for one in load_workbook(io.BytesIO(data)).worksheets[1:]:
        lines = [[cell.value for cell in line] for line in one.iter_rows()]
        heads = lines[3]
        for line in lines[4:]:
            for head, value in zip(heads, line, strict=False):
                if isinstance(value, int | float) and (
                    lines[2][0] == short or mark in str(head) or mark in str(line[0])
                ):
                    found.add(int(value))
    return found


@settings(max_examples=60, deadline=None)
@given(made=documents(), language=st.sampled_from(SHORTS))
def test_generated_figures_wear_the_mark_and_real_ones_never_do(made: Made, language: str) -> None:
    report = make_plain_values(made.document, IMPRINT, language)
    web, book = html.write(report, IMPRINT).decode(), sheet.write(made.document, IMPRINT, language)
    extent = extent_of(made.document)
    assert extent == ("none" if not made.generated else "some" if made.real else "all")
    over = '<p class="mark">' in web
    assert over == (extent != "none")
    all_of_it = WORDS["synthetic"].in_language(language)
    assert (all_of_it in web) == (extent == "all")
    mark = in_brackets(language)
    if extent == "all":
        assert marked_in_book(book, language) == made.generated, "each sheet by itself"
        assert "made-up" not in web.partition("</style>")[2], "the banner says it once"
    else:
        assert marked_on_page(web, mark) == made.generated
        assert marked_in_book(book, language) == made.generated


def test_the_banner_of_a_mixed_page_counts_what_is_marked() -> None:
    columns = [Column(""), Column("n", "number")]
    made_up = Table("a", columns, [row("x", 1)], synthetic=True)
    mixed = Table("b", columns, [row("x", 1, synthetic=True), row("y", 2), row("z", 3, synthetic=True)])
    document = Document("Title", "", "Office", [made_up, mixed])
    assert "(1 table, 2 rows)" in str(banner(document, "en"))
    assert "（1個表、2行）" in str(banner(document, "zh-Hant"))
    assert "（1个表、2行）" in str(banner(document, "zh-Hans"))
    real = Document("Title", "", "Office", [Table("b", columns, [row("y", 2)])])
    assert banner(real, "en") is None


@pytest.mark.skipif(folder() is None, reason="no font with Chinese is installed")
@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils is not installed")
@pytest.mark.parametrize("language", SHORTS)
def test_the_pdf_marks_what_the_page_marks(language: str, tmp_path: Path) -> None:
    from praya.reports import pdf

    columns = [Column(""), Column("n", "number", synthetic=True), Column("m", "number")]
    chart = Chart("c", "bar", ["x"], [Series("c", [5.0])], "five", synthetic=True)
    rows = [row("x", 1, 2), row("y", 3, 4, synthetic=True)]
    document = Document("Title", "", "Office", [Table("b", columns, rows), chart])
    report = make_plain_values(document, IMPRINT, language)
    (tmp_path / "report.pdf").write_bytes(pdf.write(report, IMPRINT))
    command = ["pdftotext", "-raw", str(tmp_path / "report.pdf"), "-"]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert text.count(in_brackets(language)) == 3, "column, row and chart"


def test_a_chart_of_generated_figures_says_so_to_those_who_cannot_see_it() -> None:
    chart: Any = Chart("c", "bar", ["x"], [Series("c", [5.0])], "five", synthetic=True)
    report = make_plain_values(Document("Title", "", "Office", [chart]), IMPRINT, "en")
    assert "<desc>Synthetic data: generated, not real. five</desc>" in report["blocks"][0]["svg"]
