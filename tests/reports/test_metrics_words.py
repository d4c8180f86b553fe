"""Digits and words of a figure stay with it: on pages, in charts and their alternatives, in JSON and in workbooks."""

from __future__ import annotations

import io
import json
import re
import unicodedata
from typing import Literal

import pytest

from made.small_house import House
from praya.reports import report_of
from praya.reports.charts import WIDTH, drawing
from praya.reports.document import Cell, Chart, Series
from praya.reports.edition import make
from praya.reports.metric_words import QUALIFIERS

PROVISION = "1823-provision,2022-23,financial year,actual,439.0,HKD million\n"
PLANNED = "1823-planned,2022-06,month,actual,50,sessions\n1823-planned,2023,calendar year,plan,100,sessions\n"


@pytest.fixture
def told(house: House) -> House:
    """The house with a printed 439.0, and with figures of "more than"."""
    house.rows += PROVISION + PLANNED
    house.on("2026-02-10")
    return house


def test_digits_and_words_stay_with_a_figure_everywhere(told: House) -> None:
    def served(name: str) -> str:
        return told.store.path(f"released/metrics/{name}").read_text()

    page = served("1823-provision-en.html")
    assert "439.0 HK$ million, 2022–23, actual" in page and "386.5 HK$ million, 2024–25, estimate" in page
    assert "2023–24, due by 31 March 2025; overdue where it is missing after that day" in page
    assert not re.search(r">439[^.]", page)
    known = json.loads(served("1823-provision.json"))
    assert (known["latest_actual"]["printed"], known["latest_estimate"]["printed"]) == ("439.0", "386.5")
    assert '"value": 439.0' in served("1823-provision.json")
    assert '"value": 74,' in served("1823-answered.json")
    for short, said in (("en", "more than 50"), ("tc", "超過50"), ("sc", "超过50")):
        page = served(f"1823-planned-{short}.html")
        (svg,) = re.findall(r"<svg.*?</svg>", page, re.S)
        assert said in svg.partition("</desc>")[0] and said in svg.partition("</desc>")[2]
        chart_table = page.partition("<details>")[2].partition("</details>")[0]
        assert said in chart_table
    index = json.loads(served("index.json"))
    (planned,) = [one for one in index["metrics"] if one["id"] == "1823-planned"]
    assert planned["latest_plan"]["printed"] == "100" and planned["latest_estimate"] is None

    from openpyxl import load_workbook

    book = make(report_of("programme-scorecard"), told.store).files["programme-scorecard-en.xlsx"]
    forms = {
        (cell.value, cell.number_format.split(";")[0])
        for sheet in load_workbook(io.BytesIO(book)).worksheets
        for line in sheet.iter_rows()
        for cell in line
        if cell.value in (439, 50)
    }
    assert forms == {(439, "#,##0.0"), (50, '"more than "#,##0')}


@pytest.mark.parametrize("language", ["en", "zh-Hant", "zh-Hans"])
@pytest.mark.parametrize("kind", ["bar", "bullet"])
def test_a_value_with_a_long_word_fits_into_its_chart(language: str, kind: Literal["bar", "bullet"]) -> None:
    cells = [Cell(12_345_678, before=QUALIFIERS["not exceeding"]), Cell(1, before=QUALIFIERS["about"])]
    series = [Series("s", [12_345_678.0, 1.0], cells)]
    chart = Chart("c", kind, ["2023", "2024"], series, "two", targets=[12_345_678.0] * 2)
    for label in drawing(chart, language).labels:
        wide = sum(12 if unicodedata.east_asian_width(one) in "WF" else 12 * 0.57 for one in label.text)
        assert label.anchor != "start" or label.x + wide <= WIDTH, label.text
