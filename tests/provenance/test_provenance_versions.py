"""Versions and provenance together: taken back, made again after others, and every file that the catalogue signs."""

from __future__ import annotations

from pathlib import Path

import pytest

from made import open_store
from made import provenance_way as way
from made.expected import stops
from praya.assurance.evidence import write_evidence
from praya.assurance.reproduce import reproduce_release
from praya.assurance.verify import list_findings, list_states
from praya.errors import codes
from praya.pipeline.release.withdrawal import withdraw
from praya.provenance.keys import rotate
from praya.site.portal import write_catalogue
from praya.store import Store

pytestmark = pytest.mark.slow

REASON = "The figures are wrong."


@pytest.fixture
def two(facts: way.Made) -> tuple[Store, str, str]:
    """A store with two versions of the same time, under two titles."""
    store = open_store(facts.root)
    return store, facts.version, way.take(store, titled(facts, "Another title"), facts.root)


def titled(made: way.Made, title: str) -> way.Contract:
    return made.contract.model_copy(update={"title": made.contract.title.model_copy(update={"en": title})})


def test_what_depends_on_the_versions_before_is_left_out_and_named(two: tuple[Store, str, str]) -> None:
    store, _, second = two
    done = reproduce_release(store, "fares", second)
    assert done.same
    assert done.messages[-1].endswith(
        "byte for byte, but for what the manifest tells of the versions before: level, number, replaces"
    )


def test_a_withdrawn_version_is_gone_and_the_rest_holds(
    two: tuple[Store, str, str], tmp_path: Path, witnesses: Path
) -> None:
    store, first, second = two
    withdraw(store, "fares", second, REASON, "officer")
    write_catalogue(store)
    assert list(list_findings(store)) == []
    found = {one.version: one.state for one in list_states(store)}
    assert found == {first: "reproducible from raw", second: "tombstoned"}
    assert reproduce_release(store, "fares", first).same
    assert write_evidence(store, "fares", first, tmp_path / "first.zip", witnesses).version == first
    with stops(codes.release.VERSION_UNKNOWN, second, "fares"):
        write_evidence(store, "fares", second, tmp_path / "second.zip", witnesses)
    left = store.path(f"released/fares/{second}/provenance.json")
    left.write_bytes(b"{}")
    assert [problem.partition(": ")[0] for problem in list_findings(store)] == [str(left)]


def test_a_version_is_made_again_after_the_one_before_was_withdrawn(two: tuple[Store, str, str]) -> None:
    store, first, second = two
    withdraw(store, "fares", first, REASON, "officer")
    write_catalogue(store)
    assert list(list_findings(store)) == []
    assert reproduce_release(store, "fares", second).same


def test_a_tombstone_that_the_ledger_does_not_know_hides_nothing(facts: way.Made) -> None:
    (facts.folder / "withdrawn.json").write_text("{}")
    problems = list(list_findings(open_store(facts.root), "fares"))
    assert f"{facts.folder / 'withdrawn.json'}: is not named in the manifest" in problems
    for path in facts.folder.iterdir():
        if path.name != "withdrawn.json":
            path.unlink()
    told = f"{facts.folder}: the ledger says that this release was published, and it is not there"
    assert told in list(list_findings(open_store(facts.root), "fares"))


def test_a_version_that_comes_again_after_its_key_was_retired_still_holds(
    facts: way.Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRAYA_SIGNING_KEY_FILE", str(tmp_path / "signing.key"))
    store = open_store(facts.root)
    way.take(store, titled(facts, "Another title"), facts.root)
    rotate(store, tmp_path / "signing.key")
    assert way.take(store, facts.contract, facts.root) == facts.version
    assert list(list_findings(store)) == []


@pytest.mark.parametrize(
    "name", ["index.html", "catalogue.json", "catalogue.jsonld", "catalogue.ttl", "feed-tc.atom"]
)
def test_each_file_of_the_catalogue_is_signed(facts: way.Made, name: str) -> None:
    path = way.flip(facts.root / "released" / name)
    assert list(list_findings(open_store(facts.root))) == [
        f"{path}: is not what was signed with the catalogue: it was changed"
    ]


def test_a_harvest_file_is_signed_and_another_is_a_stranger(facts: way.Made) -> None:
    store = open_store(facts.root)
    harvested = sorted(store.path("released").glob("psi-data-*.json"))
    assert len(harvested) == 1
    planted = store.path("released/psi-data-hk-nobody.json")
    planted.write_bytes(harvested[0].read_bytes())
    assert list(list_findings(store)) == [
        f"{planted}: was not signed with the catalogue: it was put there by hand"
    ]
    planted.unlink()
    way.flip(harvested[0])
    assert list(list_findings(store)) == [
        f"{harvested[0]}: is not what was signed with the catalogue: it was changed"
    ]


def test_the_catalogue_is_signed_also_where_a_harvest_file_has_to_stay(facts: way.Made) -> None:
    store = open_store(facts.root)
    withdraw(store, "fares", facts.version, REASON, "officer")
    with stops(codes.portal.HARVEST_NOT_VALID, "fares", "`deletions`"):
        write_catalogue(store)
    assert list(list_findings(store)) == []


@pytest.mark.parametrize("name", ["report.html", "report-tc.html", "report-sc.html"])
def test_the_report_in_each_language_is_held_against_the_ledger(
    facts: way.Made, name: str, tmp_path: Path, witnesses: Path
) -> None:
    folder = way.unpacked(facts, tmp_path / "evidence", witnesses)
    assert way.check(folder)[0] == 0
    way.flip(folder / "report" / name)
    status, told = way.check(folder)
    assert status == 1 and f"report/{name}: " in told
    (path,) = facts.root.glob(f"verdicts/fares/*/{name}")
    way.flip(path)
    told = f"{path}: was changed: it is not the validation report of fares {facts.version}"
    assert list(list_findings(open_store(facts.root))) == [told]
