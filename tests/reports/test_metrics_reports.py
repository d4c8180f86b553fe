"""The scorecard, the progress of open data, the command, and what a breaking change would break."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from made import field, make_contract
from made.expected import refuses, stops
from made.small_house import NOTE, House
from pages.checkers import CHECKERS, Complaints, complaints
from praya.cli import terminal
from praya.cli.app import app
from praya.errors import codes
from praya.history import Difference
from praya.pipeline.release.dependants import readers
from praya.reports import report_of
from praya.reports.document import Paragraph, Table, words
from praya.reports.edition import make, publish
from praya.reports.open_data_progress import downloads

pytestmark = pytest.mark.slow


@pytest.fixture
def ask(house: House, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """`praya` on the store of the small house."""
    monkeypatch.setenv("PRAYA_STORE", str(house.store.root))
    monkeypatch.setattr(terminal.out, "width", 200)
    return lambda *words: CliRunner().invoke(app, [str(word) for word in words])


def test_the_scorecard_says_in_words_what_is_on_target_and_why_there_is_none(house: House) -> None:
    made = make(report_of("programme-scorecard"), house.store)
    page = made.files["programme-scorecard-en.html"].decode()
    for said in (
        "1 programmes and systems, 3 metrics",
        "▲ Off target",
        "better, from 61 in 2022",
        "Nothing is set.",
        "Gap: Nobody counted.",
        "2024–25, estimate",
    ):
        assert said in page, said
    for short, off, gap in (("tc", "未達標", "缺口：沒有統計。"), ("sc", "未达标", "缺口：没有统计。")):
        page = made.files[f"programme-scorecard-{short}.html"].decode()
        assert off in page and gap in page
    assert make(report_of("programme-scorecard"), house.store, anew=True).files == made.files


def test_progress_tells_age_by_the_day_it_is_made_for_and_what_is_not_counted(house: House) -> None:
    report = report_of("open-data-progress")
    then, later = (make(report, house.store, dt.date(2026, month, 28)) for month in (2, 3))
    assert (then.period, later.period) == ("2026-02", "2026-03")
    pages = [one.files["open-data-progress-en.html"].decode() for one in (then, later)]
    assert "As at 28 February 2026." in pages[0] and "As at 28 March 2026." in pages[1]
    for page in pages:
        assert "downloads were not counted" in page and "no plan has been released" in page
        assert "metrics-register" in page
    assert then.manifest["basis"] != later.manifest["basis"], "the day is part of it"


def test_progress_tells_downloads_most_first_and_over_which_months() -> None:
    def planned(dataset: str, n: int | None) -> dict[str, Any]:
        one = {"dataset": dataset, "title_en": dataset, "title_tc": "數據", "provider": "hk-dpo"}
        span = {"downloads_from_month": "2026-10", "downloads_to_month": "2026-11"}
        return one | {"downloads": n} | (span if n is not None else {})

    table = downloads([planned("a", 0), planned("b", 1204), planned("c", 7)], {})
    assert isinstance(table, Table)
    assert words(table.caption, "en") == "Data files handed out whole, October 2026 to November 2026"
    assert words(table.caption, "zh-Hans") == "完整提供数据文件的次数，2026年10月至2026年11月"
    assert [one.cells[-1].value for one in table.rows] == [1204, 7, 0]
    assert isinstance(downloads([planned("a", None)], {}), Paragraph)


def test_a_report_of_a_month_points_to_its_newest_edition(house: House) -> None:
    report = report_of("month-end")
    publish(report, house.store, dt.date(2026, 2, 28))
    pointer = house.store.path("released/reports/month-end/2026-02/latest.json")
    first = pointer.read_bytes()
    house.rows += "1823-answered,2024,calendar year,actual,77,%\n"
    house.on("2026-02-20")
    publish(report, house.store, dt.date(2026, 2, 28))
    newest = pointer.read_bytes()
    assert newest != first
    publish(report, house.store, dt.date(2026, 2, 10))
    assert pointer.read_bytes() == newest, "an earlier day does not take its place"


def test_the_command_tells_meaning_and_figures_with_document_place_and_release(
    house: House, ask: Callable[..., Any], tmp_path: Path
) -> None:
    told = ask("metric", "1823-answered").output
    for said in (
        "1823-answered: Calls answered in time (準時接聽的來電)",
        "80 % (estimates-2024-25-head-135: Targets)",
        "off target; better",
        "annual",
        "estimates-2024-25-head-135: Table",
        "programme-observations 1.0.0",
    ):
        assert said in told, said
    known = json.loads(ask("metric", "1823-provision", "--json", "--to", tmp_path / "pages").output)
    written = sorted((tmp_path / "pages").iterdir())
    assert len(written) == 4
    for path in written:
        assert path.read_bytes() == house.store.path(f"released/metrics/{path.name}").read_bytes()
    assert known["observations"][0] | {"value": 386.5, "obs_status": "F"} == known["observations"][0]
    assert known["title"]["zh-Hans"] == "拨款"
    assert known["observations"][0]["note"]["zh-Hant"] == NOTE["tc"]


def test_the_command_lists_filters_and_helps_with_a_name_that_is_none(ask: Callable[..., Any]) -> None:
    told = ask("metric").output
    assert "off target  1823-answered: 74 %, 2023 actual" in told
    assert "no figure   1823-planned" in told or "no target   1823-planned" in told
    assert len(json.loads(ask("metric", "--programme", "1823", "--json").output)) == 3
    wrong = ask("metric", "--programme", "1832")
    assert wrong.exit_code == 2 and "there are: 1823" in wrong.output
    wrong = ask("metric", "1823-answred")
    assert wrong.exit_code == 2 and "1823-answered" in wrong.output
    early = ask("metric", "1823-answered", "--as-of", "2026-01-01")
    assert early.exit_code == 2 and "2026-01-01" in early.output


def test_the_command_closes_a_month_once(ask: Callable[..., Any]) -> None:
    told = ask("close", "--month", "2026-02").output
    assert "2026-02: closed" in told and "1 metrics with figures due" in told
    assert "stays as it was" in ask("close", "--month", "2026-02").output
    assert ask("close", "--month", "02/2026").exit_code == 2
    assert ask("close", "--month", "2199-01").exit_code == 1


def test_what_reads_a_dataset_is_listed_with_what_a_change_touches(house: House) -> None:
    publish(report_of("programme-scorecard"), house.store)
    (house.folder / "metrics" / "reads_it.sql").write_text(
        "select value from released_programme_observations"
    )
    found = readers(house.store, "programme-observations", [Difference("column removed", "value")])
    assert found.marts == ["reads_it"] and found.pages == 3
    assert found.metrics == ["1823-answered", "1823-provision", "1823-planned"]
    assert found.reports == ["programme-scorecard"]
    assert found.touched == ["reads_it", *found.metrics]
    for said in (
        "Marts that read it: reads_it.",
        "Reports that are out: programme-scorecard.",
        "Pages of metrics: 3.",
    ):
        assert said in str(found)
    assert str(readers(house.store, "public-holidays")) == ""


def test_a_register_that_is_wrong_is_not_collected(house: House) -> None:
    from praya.pipeline.collect import collect_source

    path = house.folder / "metrics" / "register" / "1823.yaml"
    path.write_text(path.read_text().replace("direction: more is better", "direction: up"))
    with stops(codes.contract.VALUE_NOT_VALID, "1823.yaml", "direction"):
        collect_source(house.released[0], house.store, {})


def test_a_register_stands_alone_as_a_source() -> None:
    with refuses("source.format", "`register`"):
        make_contract(field("id"), source={"register": "metrics", "format": "csv", "url": None})


@pytest.mark.parametrize("check", CHECKERS)
def test_validators_accept_the_pages_of_metrics_and_of_reports(
    house: House, tmp_path: Path, check: Callable[..., Complaints]
) -> None:
    files = {path.name: path.read_bytes() for path in house.store.path("released/metrics").glob("*.html")}
    assert {"index-en.html", "1823-answered-tc.html"} <= files.keys()
    for name in ("programme-scorecard", "open-data-progress", "month-end"):
        files |= make(report_of(name), house.store, dt.date(2026, 2, 28)).files
    (tmp_path / "pages").mkdir()
    assert complaints(check, tmp_path / "pages", files) == {}
