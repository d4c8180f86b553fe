"""The nightly verification reads every latest release, says what it read and what it did not, and keeps when."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from made import open_store, own_signer
from made import provenance_way as way
from praya.assurance.audit import audit_datasets
from praya.assurance.audit.audit_page import render
from praya.assurance.verify import Night, verify_night, verify_store
from praya.assurance.verify.night import PARTS
from praya.ledger.witness import Witness
from praya.provenance.checkpoints import publish_checkpoint
from praya.site.portal import write_catalogue
from praya.store import Store


def nights(store: Store, witnesses: Path, first: dt.datetime, days: int) -> list[Night]:
    return [verify_night(store, witnesses, first + dt.timedelta(day)) for day in range(days)]


@pytest.fixture
def two(facts: way.Made, tmp_path: Path) -> way.Made:
    """A second version is out; the first one is older."""
    (tmp_path / "more.csv").write_bytes(b"id,name\n1,a\n2,c\n")
    way.publish_anew(open_store(facts.root), facts.contract, tmp_path / "more.csv")
    write_catalogue(open_store(facts.root))
    return facts


def test_a_broken_byte_of_a_latest_release_is_found_the_same_night(two: way.Made, witnesses: Path) -> None:
    store = open_store(two.root)
    latest = store.read_json("released/fares/latest.json")["version"]
    for path in sorted(store.path(f"released/fares/{latest}").iterdir()):
        way.flip(path)
        for night in nights(store, witnesses, dt.datetime.now(dt.UTC), 2):
            assert any(one.startswith(f"{path}: ") for one in night.verified.problems)
        way.flip(path)


def test_a_night_says_what_it_read_and_when_the_rest_was_read(
    two: way.Made, witnesses: Path, tmp_path: Path
) -> None:
    store, now = open_store(two.root), dt.datetime.now(dt.UTC)
    publish_checkpoint(store, own_signer())
    whole = verify_store(store)
    first = verify_night(store, witnesses, now)
    assert first.verified.findings == () and 0 < first.verified.files < whole.files
    left = whole.files - first.verified.files
    assert f"part {first.part + 1} of {PARTS}" in first.latest and f"; {left:,} older files (" in first.latest
    assert first.rest.startswith(
        "27 parts were never read whole by this DAG; `praya verify` reads everything"
    )
    second = verify_night(store, witnesses, now + dt.timedelta(1))
    assert (
        f"1 other parts were read before, part {first.part + 1} longest ago, on {now.date()}" in second.rest
    )
    assert "26 parts were never read" in second.rest
    index = audit_datasets([], store, tmp_path, witnesses, now)
    assert index["verified"] == {
        "day": (now + dt.timedelta(1)).date().isoformat(),
        "files": second.verified.files,
        "bytes": second.verified.bytes,
        "parts": 2,
        "of": PARTS,
        "oldest": now.date().isoformat(),
    }
    page = render(index)
    assert f"{second.verified.files} files" in page and "2 have been read" in page
    assert "This page verifies nothing itself" in page


def test_a_night_with_a_finding_does_not_count_as_read(
    two: way.Made, witnesses: Path, tmp_path: Path
) -> None:
    store, now = open_store(two.root), dt.datetime.now(dt.UTC)
    way.flip(store.path("released/calendar.json"))
    assert verify_night(store, witnesses, now).verified.problems
    assert audit_datasets([], store, tmp_path, witnesses, now)["verified"] is None
    assert "has ended without a finding yet" in render(audit_datasets([], store, tmp_path, witnesses, now))


def test_a_cosignature_that_does_not_hold_does_not_count_as_witnessed(
    facts: way.Made, witnesses: Path, tmp_path: Path
) -> None:
    store = open_store(facts.root)
    store.put_bytes("released/keys/witnessed", store.path("released/keys/checkpoint").read_bytes())
    witnesses.write_text(f"{Witness(tmp_path / 'witness', 'second.example/praya').vkey}\n")
    assert (
        audit_datasets([], store, tmp_path, witnesses, dt.datetime.now(dt.UTC))["witness"]["witnessed"] == 0
    )
