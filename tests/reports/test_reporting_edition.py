"""A report as known on a day: the same edition for the same releases, and what is out never changes."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from made import make_contract, publish
from made.expected import stops
from made.sample_report import FIELDS, FIRST, SAMPLE
from praya.contract import Contract
from praya.errors import codes
from praya.history.editions import latest_edition
from praya.ledger import Ledger
from praya.pipeline.release.withdrawal import withdraw
from praya.reports import edition as editions
from praya.reports.edition import make
from praya.reports.edition import publish as put_out
from praya.store import Store, file_sha256

pytestmark = pytest.mark.slow

DAY_ONE, DAY_TWO = dt.date(2026, 1, 5), dt.date(2026, 1, 6)
SHELF = "released/reports/sample-report"


def bytes_below(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def test_an_edition_is_named_after_its_newest_release_and_holds_what_its_manifest_says(
    store: Store, two_days: list[Path]
) -> None:
    out = put_out(SAMPLE, store)
    assert (out.name, out.changed) == ("20260105T160030Z", True)
    folder = store.path(f"{SHELF}/{out.name}")
    manifest = json.loads((folder / "manifest.json").read_bytes())
    names = {
        f"sample-report-{short}.{suffix}"
        for short in ("en", "tc", "sc")
        for suffix in ("html", "xlsx", "pdf")
    }
    assert {file["name"]: file["sha256"] for file in manifest["files"]} == {
        name: file_sha256(folder / name) for name in names
    }
    assert {path.name for path in folder.iterdir()} == names | {"manifest.json"}
    (used,) = manifest["releases"]
    assert (used["dataset"], used["number"], used["version"]) == ("sample", "1.0.1", two_days[1].name)
    line = Ledger(store).find("report", "reports/sample-report")
    assert line and line.body["manifest_sha256"] == file_sha256(folder / "manifest.json")
    assert latest_edition(store, SHELF) == {
        "edition": out.name,
        "manifest_sha256": line.body["manifest_sha256"],
    }


def test_a_second_time_nothing_is_written_and_made_anew_it_has_the_same_bytes(
    store: Store, two_days: list[Path], clock: Callable[[str], None]
) -> None:
    out = put_out(SAMPLE, store)
    before = bytes_below(store.root)
    clock("2026-03-01T00:00:00Z")
    assert put_out(SAMPLE, store).changed is False
    assert bytes_below(store.root) == before
    assert make(SAMPLE, store, anew=True).files == out.files


def test_an_earlier_day_can_be_made_later_and_does_not_become_the_latest(
    store: Store, two_days: list[Path]
) -> None:
    now = put_out(SAMPLE, store)
    then = put_out(SAMPLE, store, DAY_ONE)
    assert (then.name, then.changed) == ("20260105T155900Z", True)
    assert b"20.4" in then.files["sample-report-en.html"] and b"18.0" in now.files["sample-report-en.html"]
    assert latest_edition(store, SHELF)["edition"] == now.name  # type: ignore[index]
    assert make(SAMPLE, store, DAY_TWO).files == now.files
    with stops(codes.history.NOTHING_RELEASED_THEN, "2026-01-04", "sample"):
        make(SAMPLE, store, dt.date(2026, 1, 4))


def test_what_was_made_before_a_new_release_is_the_same_when_it_is_made_as_of_its_day(
    store: Store, contract: Contract, clock: Callable[[str], None]
) -> None:
    clock("2026-01-05T15:59:00Z")
    publish(store, contract, FIRST)
    before = make(SAMPLE, store)
    clock("2026-01-07T00:00:00Z")
    publish(store, contract, b"year,amount\n2022,1.0\n2023,2.0\n", "2026-01-05T15:00:00Z")
    assert make(SAMPLE, store, DAY_ONE).files == before.files
    assert make(SAMPLE, store).files != before.files


def test_another_layout_of_the_same_releases_is_an_edition_of_its_own(
    store: Store, two_days: list[Path]
) -> None:
    first = put_out(SAMPLE, store)
    before = bytes_below(store.path(SHELF) / first.name)
    again = put_out(dataclasses.replace(SAMPLE, layout=2), store)
    assert again.name == f"{first.name}-2" and again.changed
    assert bytes_below(store.path(SHELF) / first.name) == before
    assert latest_edition(store, SHELF)["edition"] == again.name  # type: ignore[index]


def test_a_kill_between_folder_and_ledger_is_made_good(
    store: Store, two_days: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(editions, "_record", killed)
    with pytest.raises(KeyboardInterrupt):
        put_out(SAMPLE, store)
    monkeypatch.undo()
    assert Ledger(store).find("report", "reports/sample-report") is None
    out = put_out(SAMPLE, store)
    assert Ledger(store).find("report", "reports/sample-report", edition=out.name)
    assert latest_edition(store, SHELF)["edition"] == out.name  # type: ignore[index]


def test_without_a_font_there_is_no_pdf_and_the_manifest_says_why_until_there_is_one(
    store: Store, two_days: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(editions, "folder", lambda: None)
    poor = put_out(SAMPLE, store)
    assert {name.rpartition(".")[2] for name in poor.files} == {"html", "xlsx"}
    assert "no font with Chinese characters" in poor.manifest["missing"]["pdf"]
    assert b".pdf" not in poor.files["sample-report-en.html"]
    monkeypatch.undo()
    rich = put_out(SAMPLE, store)
    assert rich.name == f"{poor.name}-2" and rich.manifest["missing"] == {}
    assert "sample-report-tc.pdf" in rich.files


def test_a_report_that_shows_no_synthetic_figure_refuses_generated_data(store: Store) -> None:
    made_up = make_contract(*FIELDS, synthetic=True, release={"formats": ["parquet", "csv"]})
    publish(store, made_up, FIRST)
    with stops(codes.report.SYNTHETIC_NOT_SHOWN, "sample-report", "sample is"):
        make(SAMPLE, store)
    marked = make(dataclasses.replace(SAMPLE, synthetic="marked"), store)
    assert marked.manifest["synthetic"] is True
    for short, words in (("en", "Synthetic data"), ("tc", "模擬數據"), ("sc", "模拟数据")):
        assert words in marked.files[f"sample-report-{short}.html"].decode()


def test_what_was_made_from_a_withdrawn_release_goes_with_it(store: Store, two_days: list[Path]) -> None:
    then, now = put_out(SAMPLE, store, DAY_ONE), put_out(SAMPLE, store)
    withdraw(store, "sample", two_days[1].name, "A wrong figure.", "mary")
    folder = store.path(SHELF) / now.name
    assert [path.name for path in folder.iterdir()] == ["withdrawn.json"]
    assert json.loads((folder / "withdrawn.json").read_bytes())["reason"] == "A wrong figure."
    assert latest_edition(store, SHELF)["edition"] == then.name  # type: ignore[index]
    assert put_out(SAMPLE, store).name == then.name
