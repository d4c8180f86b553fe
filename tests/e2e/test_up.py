"""An Airflow that `make up` started, on PostgreSQL where there is one, with a year of 1823 in it: what it shows and to
whom; what changes at the source runs its own months and their year again, and nothing else; so does a backfill; who may
lower disclosure control."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import requests

from e2e.centre import RECORDS, YEAR, Centre, command, started
from e2e.office import APPROVAL, DATASET, Office
from e2e.postgres import database
from full import EVERY
from made import project
from praya.contract import load_contracts

pytestmark = [pytest.mark.e2e, pytest.mark.full, pytest.mark.timeout(3600)]
REASON = "The bureau's own enquiry lines are to be in it."


@pytest.fixture(scope="module")
def postgresql() -> Iterator[str]:
    with database() as url:
        yield url


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory, postgresql: str) -> Iterator[Centre]:
    with started(tmp_path_factory.mktemp("centre"), postgresql) as one:
        yield one


def test_all_of_it_runs_on_postgresql(centre: Centre, postgresql: str) -> None:
    contracts = load_contracts(project(contracts=centre.bench.home / "contracts"))
    assert set(centre.bench.latest()) == {one.dataset for one in contracts if one.released}
    if not postgresql:
        pytest.skip("no PostgreSQL at PRAYA_TEST_POSTGRES (default: loopback): the year was run on SQLite")
    assert not list((centre.bench.home / "var").rglob("airflow.db")), "SQLite was used beside PostgreSQL"


def test_the_year_is_there_and_is_the_truth(centre: Centre) -> None:
    # On the first days of a month the schedule brings the month before as well.
    assert set(YEAR) <= set(centre.switched_in())
    centre.is_the_truth()


def test_reports_are_shown_to_who_is_logged_in_and_to_nobody_else(centre: Centre) -> None:
    base = centre.base
    assert base in centre.said and "login: viewer" in centre.said
    assert "working with the Airflow that make up started" in centre.printed
    for page in ("reports/head-135-provision", "reports/synthetic-1823", "released/index.html"):
        assert requests.get(f"{base}/praya/{page}", timeout=30).status_code == 401
    login = {"username": "viewer", "password": centre.passwords["viewer"]}
    token = requests.post(f"{base}/auth/token", json=login, timeout=30).json()["access_token"]
    reader = requests.Session()
    reader.headers["Authorization"] = f"Bearer {token}"

    report = reader.get(f"{base}/praya/reports/head-135-provision", timeout=30)
    assert report.status_code == 200 and "總目135" in report.text
    assert "default-src 'none'" in report.headers["content-security-policy"]
    months = reader.get(f"{base}/praya/reports/synthetic-1823", timeout=30)
    links = re.findall(r'href="([^"]+)"', months.text)
    calls = "/praya/reports/synthetic-1823/1823-calls/2023-01?language=en"
    assert calls in links
    of_month = reader.get(base + calls, timeout=30)
    assert of_month.status_code == 200 and "These figures were generated; they are not real." in of_month.text
    catalogue = reader.get(f"{base}/praya/released/catalogue.json", timeout=30).json()
    assert len(catalogue["datasets"]) == len(centre.bench.latest())
    nothing = reader.get(f"{base}/praya/reports/no-such", timeout=30).text
    assert "The DAG no-such has no dataset of its own" in nothing
    for beyond in (
        "released/../raw",
        "released/%2e%2e/ledger/ledger.jsonl",
        "released/..%2fledger%2fledger.jsonl",
    ):
        assert reader.get(f"{base}/praya/{beyond}", timeout=30).status_code == 404
    assert (centre.bench.home / "var" / "store" / "ledger" / "ledger.jsonl").is_file()


def test_an_amendment_and_a_deletion_run_their_months_and_the_year_again(centre: Centre) -> None:
    before, months = {name: centre.measures(name) for name in (*YEAR, "2023")}, centre.switched_in()
    versions = centre.bench.latest()
    centre.archive.apply("2023-03", "amended", 60)  # fewer may move no figure: they are rounded to 5
    centre.archive.apply("2023-05", "deleted", 1)
    since = datetime.now(UTC)
    centre.client.trigger(f"{RECORDS}-changes")
    runs = centre.settle(since)

    assert {run["dag_id"] for run in runs} == {f"{RECORDS}-changes", f"{RECORDS}-years"}
    assert {run["partition_key"] for run in runs if run["dag_id"].endswith("-years")} == {"2023"}
    tasks = [task for task in centre.client.list_tasks(since=since) if task["task_id"] == "month.switch_in"]
    assert {task["rendered_map_index"] for task in tasks} == {"2023-03", "2023-05"}
    now = centre.switched_in()
    assert {month for month in YEAR if now[month] != months[month]} == {"2023-03", "2023-05"}

    centre.is_the_truth()
    after = {name: centre.measures(name) for name in (*YEAR, "2023")}
    assert {name for name in YEAR if after[name] != before[name]} == {"2023-03", "2023-05"}
    assert before["2023-05"]["subject all all"] - after["2023-05"]["subject all all"] == 1
    assert before["2023"]["subject all all"] - after["2023"]["subject all all"] == 1
    for name in before["2023"]:
        if not isinstance(before["2023"][name], int) or name.startswith("open"):
            continue
        moved = sum(after[month].get(name, 0) - before[month].get(name, 0) for month in YEAR)
        assert after["2023"].get(name, 0) - before["2023"][name] == moved, name
    fresh = {name for name, version in centre.bench.latest().items() if version != versions[name]}
    assert fresh <= {name for name in versions if name.startswith("1823-")} and fresh

    since = datetime.now(UTC)
    centre.client.trigger(f"{RECORDS}-changes")
    assert [run["dag_id"] for run in centre.settle(since)] == [f"{RECORDS}-changes"], (
        "nothing has changed since"
    )


def test_a_backfill_from_the_command_line_takes_a_range_of_months_again(centre: Centre) -> None:
    centre.archive.apply("2023-07", "late", 5)
    centre.archive.apply("2023-07", "merged", 2)
    before = centre.switched_in()
    since = datetime.now(UTC)
    said = command(
        centre.bench,
        "airflow",
        *("backfill", "create", "--dag-id", RECORDS, "--reprocess-behavior", "completed"),
        *("--from-date", "2023-06-01", "--to-date", "2023-07-31"),
    )
    runs = centre.settle(since)
    taken = [run["partition_key"] for run in runs if run["dag_id"] == RECORDS]
    assert sorted(taken) == ["2023-06-01T00:00:00", "2023-07-01T00:00:00"], said
    now = centre.switched_in()
    assert [month for month in YEAR if now[month] != before[month]] == ["2023-07"]
    centre.is_the_truth()


@pytest.mark.skipif(not EVERY, reason="FULL=every: the command line asks for the same")
def test_a_backfill_from_the_ui_takes_a_range_of_months_again(centre: Centre) -> None:
    """What comes back as it was makes no new release."""
    before, versions = centre.switched_in(), centre.bench.latest()
    since = datetime.now(UTC)
    centre.client._call(  # what the form in the UI sends
        "POST",
        "/backfills",
        json={
            "dag_id": RECORDS,
            "from_date": "2023-09-01T00:00:00Z",
            "to_date": "2023-10-31T00:00:00Z",
            "reprocess_behavior": "completed",
            "max_active_runs": 1,
        },
    )
    runs = centre.settle(since)
    taken = [run["partition_key"] for run in runs if run["dag_id"] == RECORDS]
    assert sorted(taken) == ["2023-09-01T00:00:00", "2023-10-01T00:00:00"]
    assert centre.switched_in() == before and centre.bench.latest() == versions
    centre.is_the_truth()


def test_a_month_that_comes_back_broken_stays_aside(centre: Centre) -> None:
    before, measures = centre.switched_in(), centre.measures("2023-11")
    centre.archive.apply("2023-11", "unknown-codes", 600)
    since = datetime.now(UTC)
    centre.client.trigger(f"{RECORDS}-changes")
    runs = centre.settle(since, well=False)
    assert [(run["dag_id"], run["state"]) for run in runs] == [(f"{RECORDS}-changes", "failed")]
    states = {task["task_id"]: task["state"] for task in centre.client.list_tasks(since=since)}
    assert states["month.1823-calls"] == "success" and states["month.1823-cases"] == "failed"
    assert states["month.switch_in"] == "upstream_failed"
    assert centre.switched_in() == before and centre.measures("2023-11") == measures


def test_weaker_disclosure_control_takes_a_second_person(centre: Centre) -> None:
    """Refused, proposed by one, approved by another, released. It leaves a contract changed behind, and comes last."""
    office = Office(centre)
    office.until(DATASET, office.trigger("admin", DATASET), "success")
    assert len(office.ledger("release")) == 1
    text = office.contract.read_text("utf-8")
    assert "class: public facts" in text
    office.contract.write_text(text.replace("class: public facts", "class: public register"), "utf-8")

    run = office.trigger("admin", DATASET)
    said = office.said(DATASET, run, office.until(DATASET, run, "failed"))
    assert "the class was public facts, and is public register" in said and APPROVAL in said

    # Who proposed it may answer, as far as Airflow goes; Praya takes it for no approval, and asks again.
    run = office.trigger("admin", APPROVAL, dataset=DATASET, reason=REASON)
    asked = office.until(APPROVAL, run, "awaiting_input")
    assert office.answer("viewer", run) == 403
    assert office.answer("admin", run) == 200
    again = office.until(APPROVAL, run, "awaiting_input", after=asked["approve"])
    assert "takes a second person" in office.log(again["approve"])

    # A no is a no.
    assert office.answer("officer", run, "Reject") == 200
    assert office.until(APPROVAL, run, "success")["record"]["state"] == "skipped"
    assert office.ledger("approval") == []

    run = office.trigger("admin", APPROVAL, dataset=DATASET, reason=REASON)
    office.until(APPROVAL, run, "awaiting_input")
    assert office.answer("officer", run) == 200
    office.until(APPROVAL, run, "success")
    (approval,) = office.ledger("approval")
    assert (approval["proposed_by"], approval["approved_by"]) == ("admin", "officer")
    assert (approval["reason"], approval["how"]["run"]) == (REASON, run)
    deadline = time.monotonic() + 60
    while len(office.ledger("release")) < 2 and time.monotonic() < deadline:
        time.sleep(0.5)
    decision = office.ledger("disclosure")[-1]
    assert len(office.ledger("release")) == 2
    assert decision["class"] == "public register"
