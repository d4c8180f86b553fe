"""The text facts, read again from the documents: milestones, posts of officers, lists and initiatives."""

from __future__ import annotations

import calendar
import csv
import re
from pathlib import Path

import duckdb
import pytest

from made.tables import INCLUDE, SHARED, records
from praya.contract import Contract
from praya.contract.register import load_register

HERE = Path(__file__).parent
MONTHS = [calendar.month_name[number] for number in range(1, 13)]
BULLETS = {
    "Programme (2), para 7": ("7 In 2023–24, the Bureau:", "8 During 2024–25"),
    "Programme (2), para 8": ("8 During 2024–25, the Bureau will:", "Programme (3): Efficiency Office"),
    "Programme (3), para 12": ("12 During 2024–25, the Efficiency Office will:", "ANALYSIS OF FINANCIAL"),
}


def document(number: str) -> str:
    found = sorted((SHARED / "seeds").glob(f"{number}_*.txt"))
    if not found:
        pytest.skip(f"the source document is not here: {number}")
    return found[0].read_text("utf-8")


def dated(words: str) -> str:
    """A date of the history as data: `May 1992` is 1992-05."""
    month, _, year = words.rpartition(" ")
    return f"{year}-{MONTHS.index(month) + 1:02d}" if month else year


def test_every_date_of_the_office_s_history_is_a_milestone() -> None:
    lines = [line for line in document("000").splitlines() if line.strip()]
    heads = [i for i, line in enumerate(lines) if line == "History of the Efficiency Office"][1:]
    printed = [lines[i + 1].strip() for i in heads]
    ours = [
        r
        for r in records("/programmes/milestones.csv")
        if r["Source Document"] == "efficiency-office-role-and-history"
    ]
    assert [f"{r['Date']}-{r['Date To']}".rstrip("-") for r in ours] == [
        words if "-" in words else dated(words) for words in printed
    ]
    assert len(ours) == 30
    assert all(words in r["Source Locator"] for words, r in zip(printed, ours, strict=True))


def test_years_of_the_fact_sheet_s_milestones_are_in_it() -> None:
    text = document("002")
    for row in records("/programmes/milestones.csv"):
        if row["Source Document"] == "innovation-fact-sheet-2022":
            assert row["Date"][:4] in text, row["Milestone"]
            month = row["Date"][5:7]
            assert not month or re.search(rf"{MONTHS[int(month) - 1]}(\s1,)?\s+{row['Date'][:4]}", text), row


def test_officers_are_where_the_document_says() -> None:
    printed = re.findall(r"^(?:Bureaux/d|D)epartments: (.+?)\.?$", document("001"), re.MULTILINE)
    ours: dict[str, list[str]] = {}
    for row in records("/programmes/management-services-officers.csv"):
        ours.setdefault(row["Field of Work"], []).append(row["Name (English)"])
    assert [[name.lower() for name in names] for names in ours.values()] == [
        line.lower().split(", ") for line in printed
    ]
    assert sum(map(len, ours.values())) == 15


@pytest.mark.parametrize("place", BULLETS)
def test_every_item_of_the_estimates_has_an_initiative(place: str) -> None:
    text = document("003")
    start, end = BULLETS[place]
    body = text[text.index(start) : text.index(end, text.index(start) + len(start))]
    items = {
        row["Source Locator"].removeprefix(f"{place}, item ")
        for row in records("/programmes/initiatives.csv")
        if row["Source Locator"].startswith(place)
    }
    assert items == {str(n) for n in range(1, len(re.findall(r"^- ", body, re.MULTILINE)) + 1)}


def test_initiatives_are_the_golden_ones(content: duckdb.DuckDBPyConnection) -> None:
    with (HERE / "golden_initiatives.csv").open(encoding="utf-8", newline="") as file:
        golden = [tuple(value or None for value in row) for row in list(csv.reader(file))[1:]]
    found = content.execute(
        "select initiative, period, programme, owner, stage, status, due_from, due, due_precision"
        " from programme_initiatives"
    ).fetchall()
    assert len(golden) == 27
    assert set(golden) <= set(found)
    assert {row[0] for row in found if row[1] == "2025-26"} - {row[0] for row in golden} == {
        "electronic-permits",
        "works-risk-analysis",
        "construction-robots",
    }


def test_counts_that_the_documents_state(content: duckdb.DuckDBPyConnection) -> None:
    stated = content.execute(
        "select list, any_value(stated_count), count(*) from programme_lists"
        " where stated_count is not null group by list order by list"
    ).fetchall()
    assert stated == [
        ("innohk-clusters", 2, 2),
        ("innoparks", 3, 3),
        ("itc-core-strategies", 5, 5),
        ("lamppost-locations", 4, 4),
        ("ogcio-core-missions", 5, 5),
        ("policy-address-2017-areas", 8, 8),
        ("rd-centre-focus-areas", 5, 5),
        ("smart-areas", 6, 6),
        ("talent-admission-areas", 13, 13),
    ]


def test_codes_have_names(content: duckdb.DuckDBPyConnection, contracts: dict[str, Contract]) -> None:
    """Each office has its name in the list of offices, each programme its file in the register."""
    offices = {
        code
        for (code,) in content.execute("select code from programme_lists where list = 'offices'").fetchall()
    }
    programmes = {each.programme for each in load_register(INCLUDE / "metrics" / "register")}
    for dataset, office in (("programme-initiatives", "owner"), ("programme-milestones", "office")):
        listed = {field.name: set(field.constraints.enum or []) for field in contracts[dataset].fields}
        assert listed[office] == offices
        assert listed["programme"] <= programmes


def test_no_sentence_of_a_document_is_copied(content: duckdb.DuckDBPyConnection) -> None:
    """Titles are in our own words: no run of nine words is a document's; a scheme's name may have eight."""
    texts = [" ".join(re.findall(r"\w+", document(n).lower())) for n in ("000", "001", "002", "003", "004")]
    for table, column in (
        ("programme_milestones", "title_en"),
        ("programme_initiatives", "title_en"),
        ("programme_lists", "name_en"),
    ):
        for (title,) in content.execute(f"select distinct {column} from {table}").fetchall():
            words = re.findall(r"\w+", title.lower())
            runs = (" ".join(words[i : i + 9]) for i in range(len(words) - 8))
            assert not any(run in text for run in runs for text in texts), title


NAMED = {
    "000": "efficiency-office-role-and-history",
    "001": "efficiency-office-team",
    "003": "estimates-2024-25-head-135",
    "004": "budget-speech-2025-26",
}


@pytest.mark.parametrize(
    ("metric", "number", "pattern", "value"),
    [
        ("sie-fund-first-batch-ventures", "000", r"first batch of 25 innovative ventures", 25),
        ("1823-departments-served", "001", r"enquiries for over 20 departments", 20),
        ("1823-hours-of-service", "003", r"24-hour one-stop service", 24),
        ("enterprises-contacted", "003", r"contacted over 230 high-potential", 230),
        ("enterprises-set-up", "003", r"nearly 30 enterprises", 30),
        ("blueprint-directions", "003", r"four broad development directions", 4),
        ("iam-smart-users", "004", r"exceeded 3\.2 million", 3_200_000),
        ("iam-smart-services", "004", r"about 500 services", 500),
        ("iam-smart-forms", "004", r"nearly 600 electronic government forms", 600),
        ("digital-government-pilot-estates", "004", r"selected 10 public rental housing estates", 10),
    ],
)
def test_a_figure_of_the_running_text(
    content: duckdb.DuckDBPyConnection, metric: str, number: str, pattern: str, value: float
) -> None:
    assert re.search(pattern, document(number))
    assert content.execute(
        "select value from programme_figures where metric = ? and source_document = ?",
        [metric, NAMED[number]],
    ).fetchall() == [(value,)]


def test_counts_are_of_the_latest_stage_that_a_document_can_tell(content: duckdb.DuckDBPyConnection) -> None:
    """A year that runs is revised, a year to come a plan; what counts is what the register has."""
    found = content.execute(
        "select stage, period, sum(value) from programme_counts where unit = 'initiatives' group by all"
    ).fetchall()
    programmes = "('business-facilitation', 'it-strategy', 'digital-inclusion', 'cyber-security', 'digital-government')"
    rows = dict(
        content.execute(
            f"select period, count(*) from programme_initiatives where programme in {programmes} group by period"
        ).fetchall()
    )
    assert {(stage, period): int(value) for stage, period, value in found} == {
        ("actual", "2022-06"): rows["2022-06"],
        ("revised", "2023-24"): rows["2023-24"],
        ("plan", "2024-25"): rows["2024-25"],
        ("plan", "2025-26"): rows["2025-26"],
    }
