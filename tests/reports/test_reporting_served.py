"""Reports in the served area: verify holds every byte, the catalogue lists them, publish copies them whole."""

from __future__ import annotations

import dataclasses
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from made import make_contract, open_store, publish
from made.sample_report import FIELDS, FIRST, SAMPLE, SECOND
from praya.assurance.links import follow_links
from praya.assurance.verify import list_findings
from praya.cli.app import app
from praya.errors import codes
from praya.pipeline.release.withdrawal import withdraw
from praya.reports import report as registry
from praya.reports.edition import pending_reports
from praya.reports.edition import publish as put_out
from praya.site.portal import write_catalogue
from praya.site.portal.publish import publish_released
from praya.site.serve import make_released_app
from praya.store import Store

pytestmark = pytest.mark.slow

MONTHLY = dataclasses.replace(SAMPLE, name="by-month", periods=lambda sources: ["2022-12", "2023-01"])
FILE = "sample-report-tc.pdf"


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    """A store with an edition that is out and listed, and another report of which both months are; the key of the
    first, and the version that all are made from."""
    store = open_store(tmp_path_factory.mktemp("made") / "store")
    contract = make_contract(*FIELDS, release={"formats": ["csv", "parquet"]})
    publish(store, contract, FIRST)
    folder = publish(store, contract, SECOND, "2026-01-06T02:00:00Z")
    made = put_out(SAMPLE, store)
    for period in ("2022-12", "2023-01"):
        put_out(MONTHLY, store, period=period)
    write_catalogue(store)
    return store.root, str(made.key), folder.name


@pytest.fixture
def served(made_once: tuple[Path, str, str], tmp_path: Path) -> Store:
    """A copy of that store of one's own."""
    shutil.copytree(made_once[0], tmp_path / "served")
    return open_store(tmp_path / "served")


@pytest.fixture
def edition(made_once: tuple[Path, str, str], served: Store) -> Path:
    return served.path(made_once[1])


def test_what_is_out_verifies(served: Store, edition: Path) -> None:
    assert list(list_findings(served)) == []


def _change(edition: Path) -> None:
    (edition / FILE).write_bytes((edition / FILE).read_bytes() + b"\n")


def _manifest_too(edition: Path) -> None:
    _change(edition)
    manifest = json.loads((edition / "manifest.json").read_bytes())
    (edition / "manifest.json").write_text(json.dumps(manifest | {"files": []}))


def _by_hand(edition: Path) -> None:
    (edition.parent / "20270101T000000Z").mkdir()
    (edition.parent / "20270101T000000Z" / "manifest.json").write_bytes(
        (edition / "manifest.json").read_bytes()
    )


def _astray(edition: Path) -> None:
    (edition.parent / "latest.json").write_text('{"edition": "20270101T000000Z"}')


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (_change, rf"{FILE}: was changed"),
        (_manifest_too, rf"{FILE}: was changed"),
        (lambda edition: (edition / FILE).unlink(), rf"{FILE}: is named in the manifest and missing"),
        (lambda edition: (edition / "more.html").write_text(""), r"more\.html: is not named in the manifest"),
        (
            lambda edition: (edition.parent / "more.html").write_text(""),
            r"more\.html: is served, and no report",
        ),
        (_by_hand, r"20270101T000000Z: is not in the ledger"),
        (_astray, r"latest\.json: points to '20270101T000000Z', which is not there"),
        (lambda edition: edition.rename(edition.parents[3] / "gone"), r"says that this report was published"),
    ],
)
def test_whatever_is_done_to_an_edition_is_named(
    served: Store, edition: Path, harm: object, said: str
) -> None:
    import re

    harm(edition)  # type: ignore[operator]
    assert any(re.search(said, problem) for problem in list_findings(served)), list(list_findings(served))


def test_the_catalogue_lists_each_report_and_its_page_leads_to_every_file(
    served: Store, edition: Path
) -> None:
    listed = served.read_json("released/catalogue.json")["reports"]
    assert [(one["report"], one["period"]) for one in listed] == [
        ("by-month", "2023-01"),
        ("by-month", "2022-12"),
        ("sample-report", None),
    ]
    page = served.path("released/index.html").read_text("utf-8")
    for one in listed:
        for file in one["files"]:
            assert served.path(f"released/{file['path']}").is_file() and f'href="{file["path"]}"' in page


def test_every_link_of_a_report_leads_to_a_file(served: Store, edition: Path) -> None:
    import re

    pages = sorted(served.path("released/reports").rglob("*.html"))
    assert len(pages) == 9
    for page in pages:
        follow_links = re.findall(r'href="([^"]+)"', page.read_text("utf-8"))
        assert (
            len(follow_links) == 5
            and [link for link in follow_links if not (page.parent / link).is_file()] == []
        )


def test_the_link_check_follows_reports_and_finds_what_was_taken_back(
    served: Store, edition: Path, made_once: tuple[Path, str, str]
) -> None:
    whole = follow_links(served)
    assert whole.problems == [] and whole.tombstones == 0
    withdraw(served, "sample", made_once[2], "Figures of another month.", "mary")
    write_catalogue(served)
    taken_back = follow_links(served)
    assert taken_back.problems == [] and taken_back.tombstones > 9
    (edition / "withdrawn.json").unlink()
    place = edition.relative_to(served.path("released")).as_posix()
    named = [one for one in follow_links(served).problems if one.startswith(f"{place}/{FILE}: ")]
    assert named and "it was given by line" in named[0]


def test_a_missing_file_of_a_report_is_named_by_the_link_check(served: Store, edition: Path) -> None:
    (edition / FILE).unlink()
    place = edition.relative_to(served.path("released")).as_posix()
    assert [
        one for one in follow_links(served).problems if one.startswith(f"{place}/{FILE}: leads to no file")
    ]


def test_reports_are_copied_to_where_they_are_served_and_go_when_they_are_taken_back(
    served: Store, made_once: tuple[Path, str, str], tmp_path: Path
) -> None:
    target = tmp_path / "web"
    publish_released(served, str(target))
    area = served.path("released")
    for path in sorted(path for path in area.rglob("*") if path.is_file()):
        assert (target / path.relative_to(area)).read_bytes() == path.read_bytes(), path
    withdraw(served, "sample", made_once[2], "A wrong figure.", "mary")
    write_catalogue(served)
    assert list(list_findings(served)) == []
    publish_released(served, str(target))
    left = {path.relative_to(area).as_posix() for path in area.rglob("*") if path.is_file()}
    assert {path.relative_to(target).as_posix() for path in target.rglob("*") if path.is_file()} == left


def test_an_address_that_stays_leads_into_the_edition_of_now(
    served: Store, edition: Path, made_once: tuple[Path, str, str], serve: Callable[[Any], str]
) -> None:
    import requests

    base = serve(make_released_app(served.path("released")))
    asked = requests.get(f"{base}/reports/sample-report/latest/{FILE}", allow_redirects=False, timeout=20)
    target = f"reports/sample-report/{edition.name}/{FILE}"
    assert asked.status_code == 302 and asked.text.strip() == target
    answer = requests.get(f"{base}/reports/sample-report/latest/{FILE}", timeout=20)
    assert answer.url == f"{base}/{target}" and answer.content == (edition / FILE).read_bytes()
    assert (
        answer.headers["content-type"] == "application/pdf" and "immutable" in answer.headers["cache-control"]
    )
    monthly = requests.get(f"{base}/reports/by-month/2023-01/latest/by-month-en.html", timeout=20)
    assert monthly.status_code == 200 and "/by-month/2023-01/2" in monthly.url
    withdraw(served, "sample", made_once[2], "A wrong figure.", "mary")
    gone = requests.get(f"{base}/{target}", timeout=20)
    assert gone.status_code == 410 and "A wrong figure." in gone.text


def test_what_is_behind_is_named_until_it_is_made(
    store: Store, two_days: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "all_reports", lambda: {})
    monkeypatch.setattr(
        "praya.reports.edition.all_reports", lambda: {one.name: one for one in (SAMPLE, MONTHLY)}
    )
    assert set(pending_reports(store)) == {
        "report sample-report",
        "report by-month/2022-12",
        "report by-month/2023-01",
    }
    put_out(SAMPLE, store)
    put_out(MONTHLY, store, period="2022-12")
    assert set(pending_reports(store)) == {"report by-month/2023-01"}


def test_the_command_makes_a_report_as_of_a_day_into_a_folder(
    store: Store, two_days: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRAYA_STORE", str(store.root))
    monkeypatch.setattr(registry, "all_reports", lambda: {SAMPLE.name: SAMPLE})
    to = tmp_path / "out"
    said = CliRunner().invoke(
        app, ["reports", "make", "sample-report", "--as-of", "2026-01-05", "--to", str(to)]
    )
    assert said.exit_code == 0 and "edition 20260105T155900Z (not published)" in said.output
    assert len(list(to.iterdir())) == 9 and not store.exists("released/reports")
    said = CliRunner().invoke(app, ["reports", "make", "sample-report"])
    assert said.exit_code == 0 and "edition 20260105T160030Z (new)" in said.output
    assert "report-sample-report" in store.path("released/index.html").read_text("utf-8")
    assert "(is out already)" in CliRunner().invoke(app, ["reports", "make", "sample-report"]).output
    said = CliRunner().invoke(app, ["reports", "make", "sample-report", "--as-of", "2026-01-04"])
    assert said.exit_code == 1 and codes.history.NOTHING_RELEASED_THEN.name in said.output
    assert CliRunner().invoke(app, ["reports", "make", "nothing"]).exit_code == 1
