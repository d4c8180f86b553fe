"""Every page of a dataset loads after any two commands, and says what was tried last and what is out.

A quarter of the pairs of commands is tried, another one each day; all with FULL=1.
"""

from __future__ import annotations

import datetime as dt
import itertools
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import yaml

from full import part_of
from made import contract_dict, field, make_contract, open_store, put_snapshot
from made.expected import stops
from praya.assurance.status import record_problem
from praya.contract import Contract
from praya.errors import DisclosureError, PrayaError, codes
from praya.history import latest
from praya.ledger.chain import KINDS
from praya.pipeline.order import publish_release
from praya.pipeline.protect import protect_table
from praya.pipeline.release.corrections import correct
from praya.pipeline.release.preview import on_record
from praya.pipeline.release.withdrawal import rollback, withdraw
from praya.pipeline.retention import purge_snapshots
from praya.pipeline.stage import stage_table
from praya.pipeline.validate import validate_table
from praya.pipeline.validate.messages import catalogue as messages
from praya.reports.closing import close
from praya.site.views import present
from praya.store import Store

pytestmark = pytest.mark.slow

LANGUAGES = ("en", "zh-Hant", "zh-Hans")
NOW = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
GOOD = b"id,name\n1,a\n2,b\n"
OTHER = b"id,name\n1,a\n2,c\n3,d\n"
NAME = field("name", constraints={"pattern": "[a-z]+"})
FIELDS = (field("id", "integer"), NAME)
MOST = {"quality": {"max_quarantined_rows": 0, "min_rows": 1}}
PAGES = ("/reports/sample", "/disclosure/sample", "/audit", "/audit.json", "/released/index.html")


def contract(**changes: Any) -> Contract:
    return make_contract(*FIELDS, **(MOST | changes))


class Office:
    """One project with one dataset: what people and runs do to it, each as its command does."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store, self.folder, self.suites = store, folder, folder / "expectations"
        self.day = 5

    def write(self, **changes: Any) -> None:
        described = contract_dict(*FIELDS, **(MOST | changes))
        path = self.folder / "contracts" / "hk-dpo" / "sample.yaml"
        path.write_text(yaml.safe_dump(described, allow_unicode=True), "utf-8")

    def do(self, command: str) -> None:
        # What is refused is refused; the property is that pages load all the same.
        with suppress(PrayaError, ZeroDivisionError):
            COMMANDS[command](self)

    def step(self, name: str, run: Callable[[], object]) -> None:
        with record_problem(self.store, "sample", name):
            run()

    def collect(self, data: bytes) -> None:
        self.day += 1
        self.step(
            "collect", lambda: put_snapshot(self.store, contract(), data, f"2026-01-{self.day:02}T02:00:00Z")
        )

    def stage(self, **changes: Any) -> None:
        self.step("stage", lambda: stage_table(contract(**changes), self.store))

    def validate(self) -> None:
        self.step("validate", lambda: validate_table(contract(), self.store, self.suites))

    def protect(self) -> None:
        self.step("release", lambda: protect_table(contract(), self.store))

    def release(self) -> None:
        self.step(
            "release", lambda: publish_release(protect_table(contract(), self.store), contract(), self.store)
        )

    def run(self, data: bytes) -> None:
        self.collect(data)
        self.stage()
        self.validate()
        self.release()

    def version(self) -> str:
        pointer = latest(self.store, "sample")
        return str(pointer["version"]) if pointer else "1.0.0"

    def fail(self, step: str, error: Exception) -> None:
        def stop() -> None:
            raise error

        self.step(step, stop)

    def failing_rule(self) -> None:
        """A suite that the data fails."""
        (self.suites / "sample.json").write_text(
            '{"name": "sample", "expectations": [{"type": "expect_table_row_count_to_be_between", '
            '"kwargs": {"min_value": 99}, "meta": {"name": "many"}}]}'
        )
        self.validate()

    def broken_suite(self) -> None:
        (self.suites / "sample.json").write_text("{")
        self.validate()

    def held(self) -> None:
        until = {"release": {"embargo_until": "2199-01-01T00:00:00+08:00"}}
        self.write(**until)
        held = contract(**until)
        self.collect(OTHER)
        self.stage()
        self.step("validate", lambda: validate_table(held, self.store, self.suites))
        self.step("release", lambda: publish_release(protect_table(held, self.store), held, self.store))

    def withdraw(self) -> None:
        withdraw(self.store, "sample", self.version(), "Of <another> fund.", "Mary Chan")
        present(self.store)

    def on_paper(self) -> None:
        on_record(self.store, "sample", "Office", NOW, "Briefing.", "Mary Chan")


COMMANDS: dict[str, Callable[[Office], object]] = {
    "collect": lambda o: o.collect(OTHER),
    "collect what does not fit": lambda o: o.collect(b"id,name\n1,a\nx,B2\n"),
    "stage": Office.stage,
    "validate": Office.validate,
    "protect": Office.protect,
    "release": Office.release,
    "run": lambda o: o.run(OTHER),
    "held release": Office.held,
    "correct": lambda o: correct(o.store, "sample", o.version(), "A name is wrong.", "Mary Chan"),
    "withdraw": Office.withdraw,
    "rollback": lambda o: rollback(o.store, "sample", None, "Being checked.", "Mary Chan"),
    "preview": Office.on_paper,
    "purge": lambda o: purge_snapshots(o.store, [contract()], NOW),
    "close": lambda o: close(o.store, "2026-01", NOW, "Mary Chan"),
    "present": lambda o: present(o.store),
    "failed collect": lambda o: o.fail("collect", PrayaError(codes.source.TIMED_OUT, "the source did not answer")),
    "refused release": lambda o: o.fail(
        "release",
        DisclosureError(
            codes.disclosure.SMALL_COUNTS_RECOVERABLE, "sample: a small count could be worked out"
        ),
    ),
    "crash": lambda o: o.fail("stage", ZeroDivisionError("1/0")),
    "failing rule": Office.failing_rule,
    "broken suite": Office.broken_suite,
    "broken contract": lambda o: o.write(category="no such category"),
    "edited contract": lambda o: o.write(title={"en": "Another title", "zh-Hant": "另一標題"}),
}  # fmt: skip
PAIRS = part_of(list(itertools.product(COMMANDS, COMMANDS)), 1)


@pytest.fixture
def pages(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Office], Any]]:
    """The real app, and a browser that is logged in, on the project of an office."""
    from airflow.api_fastapi.core_api.security import get_user
    from fastapi.testclient import TestClient

    from praya_airflow.pages import app

    class Anyone:
        def get_id(self) -> str:
            return "mary"

        def get_name(self) -> str:
            return "mary"

    app.dependency_overrides[get_user] = Anyone
    # Who may read the DAG is asked of Airflow's database, which these tests have none of.
    for route in app.routes:
        for one in getattr(getattr(route, "dependant", None), "dependencies", []):
            if one.call is not None and "requires_access_dag" in getattr(one.call, "__qualname__", ""):
                app.dependency_overrides[one.call] = lambda: None

    with TestClient(app, raise_server_exceptions=False) as browser:

        def on(office: Office) -> Any:
            for name, path in {
                "CONTRACTS": office.folder / "contracts",
                "EXPECTATIONS": office.suites,
                "STORE": office.store.root,
            }.items():
                monkeypatch.setenv(f"PRAYA_{name}", str(path))
            return browser

        yield on
    app.dependency_overrides.clear()


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose dataset has two releases; each sequence begins on a copy of it."""
    folder = tmp_path_factory.mktemp("office")
    for each in ("contracts/hk-dpo", "expectations"):
        (folder / each).mkdir(parents=True)
    office = Office(open_store(folder / "store"), folder)
    office.write()
    office.run(GOOD)
    office.run(b"id,name\n1,a\n2,b\n3,e\n")
    present(office.store)
    return folder


def copy_of(folder: Path, to: Path) -> Office:
    shutil.copytree(folder, to, symlinks=True)
    return Office(open_store(to / "store"), to)


def loads(browser: Any, paths: tuple[str, ...], language: str = "en") -> list[str]:
    """The addresses that do not load."""
    answers = [(path, browser.get(path, params={"language": language})) for path in paths]
    return [f"{path} {answer.status_code}" for path, answer in answers if answer.status_code != 200]


@pytest.mark.parametrize("first", COMMANDS)
def test_every_page_loads_after_any_two_commands(
    pages: Callable[[Office], Any], published: Path, tmp_path: Path, first: str
) -> None:
    begun = copy_of(published, tmp_path / "first")
    begun.day = 10
    begun.do(first)
    for language in LANGUAGES:
        assert loads(pages(begun), PAGES, language) == [], f"{first} ({language})"
    for number, second in enumerate(second for one, second in PAIRS if one == first):
        office = copy_of(begun.folder, tmp_path / str(number))
        office.day = 20
        office.do(second)
        browser = pages(office)
        assert loads(browser, PAGES[:2]) == [], f"{first}, {second}"
        assert loads(browser, PAGES[2:3], "zh-Hant") == [], f"{first}, {second}"
        shutil.rmtree(office.folder)


@pytest.mark.parametrize("first", COMMANDS)
def test_every_page_loads_where_nothing_was_there_before(
    pages: Callable[[Office], Any], tmp_path: Path, first: str
) -> None:
    for each in ("contracts/hk-dpo", "expectations"):
        (tmp_path / each).mkdir(parents=True)
    office = Office(open_store(tmp_path / "store"), tmp_path)
    office.write()
    assert loads(pages(office), PAGES) == []
    office.do(first)
    for language in LANGUAGES:
        assert loads(pages(office), PAGES, language) == [], language


@pytest.fixture
def office(published: Path, tmp_path: Path) -> Office:
    return copy_of(published, tmp_path / "office")


def text_of(browser: Any, path: str = "/reports/sample", language: str = "en") -> str:
    answer = browser.get(path, params={"language": language})
    assert answer.status_code == 200
    return str(answer.text)


def test_a_withdrawal_of_the_only_version_is_on_every_page(pages, office: Office) -> None:  # type: ignore[no-untyped-def]
    office.do("withdraw")
    office.do("withdraw")
    browser = pages(office)
    page = text_of(browser)
    assert "Nothing of it is out now" in page and "Version 1.0.0 was withdrawn" in page
    assert "Of &lt;another&gt; fund." in page and '<div class="verdict passed">' not in page
    (entry,) = browser.get("/audit.json").json()["datasets"]
    assert entry["out"] is None and entry["last_attempt"]["outcome"] == "waits"
    assert "nothing" in text_of(browser, "/audit")
    assert "withdrawn" in text_of(browser, "/released/index.html")
    assert "撤回" in text_of(browser, language="zh-Hant")


@pytest.mark.parametrize("command", ["failed collect", "collect what does not fit", "failing rule"])
def test_what_fails_since_is_said_before_the_verdict_that_passed(pages, office: Office, command: str) -> None:  # type: ignore[no-untyped-def]
    office.do(command)
    office.do("stage") if command == "collect what does not fit" else None
    page = text_of(pages(office))
    assert page.index("Stopped at:") < page.rindex('<div class="verdict ')
    assert "Out now: version 1.0.1" in page and '<div class="verdict passed">' not in page
    (entry,) = pages(office).get("/audit.json").json()["datasets"]
    assert entry["last_attempt"]["outcome"] == "stopped" and entry["out"]["number"] == "1.0.1"


def test_what_disclosure_control_refused_is_on_its_tab_and_in_the_index(pages, office: Office) -> None:  # type: ignore[no-untyped-def]
    office.do("refused release")
    browser = pages(office)
    for path in ("/disclosure/sample", "/audit", "/reports/sample"):
        page = text_of(browser, path)
        assert "Stopped at: disclosure control and release" in page, path
        assert "a small count could be worked out" in page, path
    assert "停於：披露控制及發布" in text_of(browser, "/audit", "zh-Hant")
    office.do("release")
    assert "Stopped" not in text_of(browser)


def test_a_stop_at_stage_shows_the_quarantine_with_values_masked(pages, office: Office) -> None:  # type: ignore[no-untyped-def]
    office.collect(b"id,name\n1,a\n2,password=Tr0ub4dor&3x\n3,<B>\n")
    office.do("stage")
    page = text_of(pages(office))
    assert "first of pattern: line 3, column" in page and "Rows for which staging stopped" in page
    assert "Tr0ub4dor" not in page and "(masked)" in page and "&lt;B&gt;" in page and "<B>" not in page
    office.collect(OTHER)
    office.do("stage")
    assert "Rows for which staging stopped" not in text_of(pages(office))


@pytest.mark.parametrize(
    ("changes", "shown", "not_shown"),
    [
        ({"disclosure": {"class": "public facts"}}, ["line 3", "column 'size'", "value 'B2'"], []),
        (
            {
                "disclosure": {"class": "personal records"},
                "retention": {"raw_days": 30, "ground": "A law that is made for tests."},
            },
            ["column 'size'"],
            ["line 3", "B2"],
        ),
        (
            {"disclosure": {"class": "aggregated counts", "counts": ["size"], "threshold": 10}},
            ["line 3", "column 'size'"],
            ["B2"],
        ),
    ],
)
def test_what_a_stop_names_follows_the_class(
    store: Store, changes: dict[str, Any], shown: list[str], not_shown: list[str]
) -> None:
    changes["disclosure"] |= {"reason": "What it says of people."}
    made = make_contract(field("id"), field("size", "integer"), **(MOST | changes))
    put_snapshot(store, made, b"id,size\n1,1\n2,B2\n")
    with pytest.raises(PrayaError) as caught:
        stage_table(made, store)
    said = str(caught.value).partition("the rows with line")[0]
    assert all(each in said for each in shown) and not any(each in said for each in not_shown), said


def test_what_waits_for_its_release_time_is_no_failure(pages, office: Office) -> None:  # type: ignore[no-untyped-def]
    office.do("held release")
    page = text_of(pages(office))
    assert "held until its release time" in page and "Stopped" not in page and "version 1.0.1" in page


def test_a_month_that_stopped_before_its_verdict_is_listed(pages, office: Office) -> None:  # type: ignore[no-untyped-def]
    changes = MOST | {
        "dataset": "calls",
        "partition": "month",
        "disclosure": {"class": "personal records", "reason": "What it says of people."},
        "retention": {"raw_days": 30, "ground": "A law that is made for tests."},
        "source": {"url": None, "connection": "api", "path": "/calls", "pages": "cursor"},
    }
    described = contract_dict(*FIELDS, **changes)
    path = office.folder / "contracts" / "centre" / "calls.yaml"
    path.parent.mkdir()
    path.write_text(yaml.safe_dump(described | {"provider": "centre"}), "utf-8")
    month = Contract.model_validate(described).at("2026-01")
    put_snapshot(office.store, month, b"id,name\n1,a\n2,B2\n")
    with suppress(PrayaError), record_problem(office.store, month.subject, "stage"):
        stage_table(month, office.store)
    with suppress(PrayaError), record_problem(office.store, "calls/2026-02", "collect"):
        raise PrayaError(codes.source.TIMED_OUT, "the source did not answer")
    browser = pages(office)
    listed = text_of(browser, "/reports/centre")
    assert "calls/2026-01" in listed and "calls/2026-02" in listed and "Stopped at: collect" in listed
    page = text_of(browser, "/reports/centre/calls/2026-01")
    assert "Stopped at: stage" in page and "Nothing of this dataset is ever released" in page
    assert browser.get("/reports/centre/calls/2026-13").status_code == 404
    for other in ("/reports/catalogue", "/disclosure/catalogue"):
        assert "has no dataset of its own" in text_of(browser, other)


def test_every_kind_of_line_has_words() -> None:
    assert {f"kind_{kind}" for kind in KINDS} <= set(messages())


def test_a_provider_without_datasets_is_presented(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    from typer.testing import CliRunner

    from praya.cli.app import app
    from praya.cli.terminal import WRONG

    monkeypatch.setenv("PRAYA_STORE", str(office.store.root))
    for number in ("1.0.1", "1.0.0"):
        result = CliRunner().invoke(app, ["withdraw", "sample", number, "--reason", "Wrong figures."])
    assert result.exit_code == WRONG and "it is done and on record" in result.output
    assert "Traceback" not in result.output and "deletions" in result.output
    assert latest(office.store, "sample") is None
    with stops(codes.portal.HARVEST_NOT_VALID):
        present(office.store)
    assert office.store.read_json("released/catalogue.json")["datasets"] == []
