"""The monthly report of 1823: every figure from the releases, withheld ones as C, the mark on every page."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from made import field, make_contract, open_store, project, publish
from made.expected import stops
from made.released_register import release_register
from pages.checkers import CHECKERS, Complaints, complaints
from praya.contract import Field, load_contract
from praya.errors import codes
from praya.reports.edition import Edition, due_periods, make, periods_of
from praya.reports.edition import publish as put_out
from praya.store import Store
from praya_hk.reports.kinds.contact_centre_report import (
    ESTIMATES,
    LEVELS,
    MONTHLY,
    REPORT,
    SATISFACTION,
    VOLUMES,
)
from reports.report_reading import Rows, sheets, tables

pytestmark = pytest.mark.slow

MONTHS = ["2022-12", "2023-01"]
Line = dict[str, Any]


def lines(dataset: str, month: str, number: int) -> list[Line]:
    """Made-up rows of a month in the shape in which the dataset is released; `number` makes months differ."""
    period = {"period": month, "period_kind": "month"}
    cases = {
        "cases": 400 + number,
        "enquiries": 300 + number,
        "service_requests_or_complaints": 80,
        "suggestions": 15,
        "compliments": None,
        "compliments_conf_status": "C",
    }
    if dataset == VOLUMES:
        channels = {"phone": 200, "email": 150, "written": 200, "all": 400}
        return [
            {**period, "channel": name, "contacts": some + number, **cases} for name, some in channels.items()
        ]
    if dataset == LEVELS:
        counts = {
            "calls": 200 + number,
            "answered": 180 + number,
            "abandoned": 20,
            "abandoned_pct": 10.0,
            "abandoned_target_met": "no",
            "answered_within_12s": 150,
            "answered_within_12s_pct": 80.0 + number,
            "answered_within_12s_target_met": "yes",
            "average_handling_seconds": 450.5,
            "phone_enquiries": 100,
            "resolved_at_first_call": 90,
            "first_call_pct": 90.0,
            "first_call_target_met": "no",
            "assigned_cases": 80,
            "assigned_within_3h": 60,
            "assigned_within_3h_pct": 75.0,
            "assigned_within_3h_target_met": "yes",
            "several_departments": 20,
            "several_departments_pct": 25.0,
        }
        return [{**period, "language": "all", **counts}]
    if dataset == SATISFACTION:
        counts = {
            "surveys": 50,
            "average_score": 4.61,
            "target_met": "yes",
            "satisfied": 40,
            "satisfied_pct": 80.0,
        }
        return [{**period, "channel": "all", **counts}]
    if dataset.endswith("district"):
        return [{**period, "district": code, **cases} for code in ("CW", "KC", "none", "all")]
    if dataset.endswith("subject"):
        return [{**period, "subject_group": code, "subject": "all", **cases} for code in ("roads", "all")]
    department = {"case_type": "all", "cases": 90, "within_3h": 80, "within_3h_pct": 88.9, "shared": 20}
    open_ = {
        "open_at_month_end": 60,
        "open_under_7_days": 30,
        "open_7_to_13_days": 20,
        "open_14_days_or_more": 10,
    }
    return [{**period, "department": code, **department, **open_} for code in ("FEHD", "TD", "any")]


def contract_path(dataset: str) -> Path:
    (path,) = project().contracts.glob(f"*/{dataset}.yaml")
    return path


def codes_of(coded: Field) -> dict[str, Any]:
    """The code list of a field of a shipped contract, for one in its name."""
    described = coded.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return {"codes": described["codes"], "constraints": {"enum": described["constraints"]["enum"]}}


def release(store: Store, dataset: str, rows: list[Line]) -> None:
    """Release rows in the dataset's name; all of them text but the figures."""
    figures = {name for row in rows for name, value in row.items() if isinstance(value, int | float)}
    figures |= {"compliments"} & set(rows[0])
    names = list(rows[0])
    coded = {one.name: one for one in load_contract(contract_path(dataset), project()).fields if one.codes}
    fields = [
        field(name, "number" if name in figures else "string")
        | (codes_of(coded[name]) if name in coded else {})
        for name in names
    ]
    key = [name for name in names if name not in figures and not name.endswith(("_status", "_met"))]
    contract = make_contract(
        *fields,
        dataset=dataset,
        synthetic=True,
        schema={"primaryKey": key},
        release={"formats": ["parquet", "csv"]},
    )
    text = io.StringIO()
    writer = csv.DictWriter(text, names)
    writer.writeheader()
    writer.writerows(rows)
    publish(store, contract, text.getvalue().encode())


def release_all(store: Store, months: list[str]) -> None:
    for dataset in MONTHLY:
        release(
            store,
            dataset,
            [row for number, month in enumerate(months) for row in lines(dataset, month, number)],
        )
    (path,) = project().contracts.glob(f"*/{ESTIMATES}.yaml")
    contract = load_contract(path, project())
    publish(store, contract, (project().sources / str(contract.source.path).lstrip("/")).read_bytes())
    release_register(store)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    store = open_store(tmp_path_factory.mktemp("1823") / "store")
    release_all(store, MONTHS)
    return store


@pytest.fixture(scope="module")
def report(store: Store) -> Edition:
    return make(REPORT, store)


@pytest.fixture(scope="module")
def page(report: Edition) -> dict[str, Rows]:
    # A chart's figures stand after the table of the same name.
    return dict(reversed(tables(report.files["1823-monthly-en.html"])))


def test_the_newest_month_is_made_and_each_month_that_is_released_can_be(
    store: Store, report: Edition
) -> None:
    assert report.period == "2023-01" and periods_of(REPORT, store) == MONTHS
    assert due_periods(REPORT, store, MONTHS) == MONTHS
    with stops(codes.history.PERIOD_UNKNOWN, "1823-monthly", "2023-02", "2022-12, 2023-01"):
        make(REPORT, store, period="2023-02")


def test_measures_stand_against_their_targets_and_the_estimates(page: dict[str, Rows]) -> None:
    head, *rows = page["Measures against targets"]
    assert head[2:5] == ["January 2023 synthetic", "Month\nbefore synthetic", "Estimates\n2023"]
    assert [row[1:] for row in rows] == [
        ["at least 80", "81.0", "80.0", "74", "● On target"],
        ["under 10", "10.0", "10.0", "–", "▲ Off target"],  # the target itself does not count
        ["at least 95", "90.0", "90.0", "99", "▲ Off target"],
        ["over 70", "75.0", "75.0", "–", "● On target"],
        ["at least 4.0", "4.61", "4.61", "4.6", "● On target"],
        ["none", "450.5", "450.5", "–", "– No target"],
        ["none", "25.0", "25.0", "–", "– No target"],
    ]


def test_trends_have_a_row_a_month_and_charts_from_the_second(page: dict[str, Rows], store: Store) -> None:
    assert [row[:4] for row in page["Trends"][1:]] == [
        ["December 2022", "200", "200", "400"],
        ["January 2023", "201", "201", "401"],
    ]
    assert page["Contacts by month"][1:] == [["12/22", "200", "200"], ["01/23", "201", "201"]]
    first = make(REPORT, store, period="2022-12").files["1823-monthly-en.html"].decode()
    assert "No figures are released of the twelve months before" in first and "Contacts by month" not in first


def test_a_month_without_figures_is_no_month_before_and_has_its_place_in_the_trend(tmp_path: Path) -> None:
    store = open_store(tmp_path / "store")
    release_all(store, ["2022-10", "2023-01"])
    page = dict(reversed(tables(make(REPORT, store).files["1823-monthly-en.html"])))
    assert {row[3] for row in page["Measures against targets"][1:]} == {"no figure"}
    assert [row[:2] for row in page["Trends"][1:]] == [
        ["October 2022", "200"],
        ["November 2022", "no figure"],
        ["December 2022", "no figure"],
        ["January 2023", "201"],
    ]
    assert [row[0] for row in page["Contacts by month"][1:]] == ["10/22", "11/22", "12/22", "01/23"]


def test_what_is_withheld_is_a_c_and_not_a_zero(page: dict[str, Rows], report: Edition) -> None:
    for caption in ("Contacts by channel", "Subjects", "Districts"):
        assert {row[-1] for row in page[caption][1:]} == {"C"}
    assert "C: withheld" in report.files["1823-monthly-en.html"].decode()


def test_names_stand_for_codes_and_totals_come_last(page: dict[str, Rows], report: Edition) -> None:
    assert [row[0] for row in page["Departments"][1:]] == [
        "Food and Environmental Hygiene Department",
        "Transport Department",
        "All departments",
    ]
    in_chinese = dict(tables(report.files["1823-monthly-tc.html"]))
    assert [row[0] for row in in_chinese["地區"][1:]] == ["中西區", "葵青", "沒有地區", "所有地區"]


@pytest.mark.parametrize("short", ["en", "tc", "sc"])
def test_generated_figures_are_marked_and_those_of_the_estimates_are_not(report: Edition, short: str) -> None:
    from openpyxl import load_workbook

    assert report.manifest["synthetic_extent"] == "some"
    mark = {"en": "Synthetic data", "tc": "模擬數據", "sc": "模拟数据"}[short]
    over = {
        "en": "Some figures here are synthetic",
        "tc": "此處部分數字為模擬數據",
        "sc": "此处部分数字为模拟数据",
    }
    column = {"en": "(synthetic)", "tc": "（模擬）", "sc": "（模拟）"}[short]
    page = report.files[f"1823-monthly-{short}.html"].decode()
    assert page.index(over[short]) < page.index("<h1>")
    book = load_workbook(io.BytesIO(report.files[f"1823-monthly-{short}.xlsx"]))
    about, measures, *others = book.worksheets
    assert any(over[short] in str(cell.value) for row in about.iter_rows(max_row=10) for cell in row)
    # Of the measures a column is of the Estimates and another the targets: both are real.
    assert measures.oddHeader.center.text is None
    heads = [str(cell.value) for cell in measures[4]]
    assert [column in head for head in heads] == [False, False, True, True, False, True]
    for sheet in others:
        assert mark in str(sheet.oddHeader.center.text)
        assert any(mark in str(cell.value) for row in sheet.iter_rows(max_row=10) for cell in row), (
            sheet.title
        )
    assert len(sheets(report.files[f"1823-monthly-{short}.xlsx"])) == len(book.worksheets) - 1


def test_a_month_that_has_an_edition_is_not_made_again_but_the_newest_is(store: Store) -> None:
    put_out(REPORT, store, period="2022-12")
    put_out(REPORT, store)
    assert due_periods(REPORT, store, MONTHS) == ["2023-01"]


@pytest.mark.parametrize("check", CHECKERS)
def test_validators_accept_its_pages(
    report: Edition, tmp_path: Path, check: Callable[..., Complaints]
) -> None:
    assert complaints(check, tmp_path, report.files) == {}
