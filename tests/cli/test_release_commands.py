"""The commands on what is released: what they say, what they leave, and how they end."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from made import contract_dict, make_contract, publish
from praya.cli.app import app
from praya.ledger import Ledger
from praya.site.portal import write_catalogue
from praya.store import Store

DATA = b"id,name\n1,a\n2,b\n"


@pytest.fixture(autouse=True)
def _here(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "contracts" / "hk-dpo" / "sample.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(contract_dict()))
    monkeypatch.setenv("PRAYA_STORE", str(store.root))
    monkeypatch.setenv("PRAYA_CONTRACTS", str(tmp_path / "contracts"))
    publish(store, make_contract(), DATA)
    publish(store, make_contract(), DATA + b"3,c\n", "2026-01-06T02:00:00Z")
    write_catalogue(store)


def praya(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def latest(store: Store) -> str:
    return str(store.read_json("released/sample/latest.json")["version"])


def test_a_version_is_corrected_rolled_back_and_withdrawn_by_number_with_a_name_behind_it(
    store: Store,
) -> None:
    said = praya("correct", "sample", "1.0.1", "--reason", "One too many.", "--by", "mary")
    assert said.exit_code == 0 and "the next release of sample corrects 20260106T020000Z" in said.output
    assert "Known to be wrong" in store.path("released/feed-en.atom").read_text()
    said = praya("rollback", "sample", "--reason", "Until it is right.", "--by", "mary")
    assert said.exit_code == 0 and latest(store) == "20260105T020000Z"
    said = praya("withdraw", "sample", "1.0.1", "--reason", "One too many.", "--by", "mary")
    assert (
        said.exit_code == 0
        and "withdrawn: sample 20260106T020000Z; the latest is 20260105T020000Z" in said.output
    )
    people = {
        line.body["by"] for line in Ledger(store) if line.kind in ("correction", "rollback", "withdrawal")
    }
    assert people == {"mary"}
    assert "Withdrawn: 1.0.1" in store.path("released/feed-en.atom").read_text()
    assert praya("verify").exit_code == 0


def test_what_cannot_be_done_is_a_sentence_and_an_exit_status(store: Store) -> None:
    for command in (
        ("withdraw", "sample", "7.0.0", "--reason", "x"),
        ("correct", "other", "1.0.0", "--reason", "x"),
        ("rollback", "sample", "--to", "7.0.0", "--reason", "x"),
        ("diff", "sample", "1.0.0", "7.0.0"),
        ("diff", "other"),
        ("preview", "other", "--to", "x", "--until", "2027-01-04T16:30:00", "--reason", "x"),
    ):
        done = praya(*command)
        assert done.exit_code == 1 and done.output.strip(), command
    assert latest(store) == "20260106T020000Z"


def test_who_sees_figures_before_is_on_record_in_hong_kong_time(store: Store) -> None:
    done = praya(
        "preview", "sample", "--to", "Secretary", "--until", "2027-01-04T16:30", "--reason", "Briefing.",
        "--on-record",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    line = Ledger(store).find("preview", "sample")
    assert line is not None and line.body["until"] == "2027-01-04T08:30:00+00:00"


def test_calendar_publish_and_export_leave_what_they_say(store: Store, tmp_path: Path) -> None:
    assert praya("calendar").exit_code == 0 and store.path("released/calendar.ics").is_file()
    done = praya("publish", str(tmp_path / "served"))
    assert done.exit_code == 0 and (tmp_path / "served" / "calendar.ics").is_file()
    done = praya("export", "ocfl", str(tmp_path / "ocfl"))
    assert done.exit_code == 0 and "1 objects written: sample" in done.output
    assert (tmp_path / "ocfl" / "sample" / "inventory.json").is_file()
