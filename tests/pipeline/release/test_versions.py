"""Versions of a dataset: their numbers, what must be settled before one goes out, and what is taken back."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from made import (
    accept,
    contract_dict,
    field,
    make_contract,
    not_of_a_mart,
    open_store,
    project,
    publish,
    text,
)
from made.expected import stops
from praya.assurance.verify import list_findings
from praya.contract import Contract, read_contracts
from praya.errors import PrayaError, ReleaseRefused, codes
from praya.history import latest, tombstone, versions
from praya.ledger import Ledger
from praya.pipeline.order import publish_release
from praya.pipeline.protect import protect_table
from praya.pipeline.release.corrections import correct
from praya.pipeline.release.preview import on_record
from praya.pipeline.release.release_step import Released
from praya.pipeline.release.withdrawal import rollback, withdraw
from praya.site.portal import write_catalogue
from praya.store import Store

pytestmark = pytest.mark.slow

DATA = b"id,name\n1,a\n2,b\n"
ID, NAME = field("id", "integer"), field("name")
NOTICE = {"breaking": {"notice": "2026-01-10", "reason": text("The name is left out")}}


def day(number: int) -> str:
    return f"2026-01-{number:02}T02:00:00Z"


def manifest(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / "manifest.json").read_bytes()))


def index(store: Store, dataset: str = "sample") -> dict[str, Any]:
    return store.read_json(f"released/{dataset}/versions.json")


def try_release(store: Store, contract: Any, data: bytes, received: str, now: str | None = None) -> Released:
    accept(store, contract, data, received)
    moment = dt.datetime.fromisoformat(now) if now else None
    return publish_release(protect_table(not_of_a_mart(contract), store), contract, store, now=moment)


# --- numbers ---------------------------------------------------------------------------------------------


def test_data_is_a_patch_an_addition_minor_and_a_removal_major_with_their_ground(store: Store) -> None:
    first = publish(store, make_contract(), DATA)
    patch = publish(store, make_contract(), DATA + b"3,c\n", day(6))
    more = make_contract(ID, NAME, field("more"))
    minor = publish(store, more, b"id,name,more\n1,a,x\n", day(7))
    less = make_contract(ID, field("more"), release=NOTICE)
    major = publish(store, less, b"id,more\n1,x\n", day(8))
    first, patch = (
        store.local(f"released/sample/{folder.name}") for folder in (first, patch)
    )  # in packs by now
    assert [manifest(folder)["number"] for folder in (first, patch, minor, major)] == [
        "1.0.0",
        "1.0.1",
        "1.1.0",
        "2.0.0",
    ]
    assert manifest(patch)["ground"] == [] and manifest(patch)["level"] == "patch"
    assert manifest(minor)["ground"] == [
        {"level": "minor", "kind": "column added", "what": "more", "after": "string"}
    ]
    assert manifest(major)["ground"] == [{"level": "major", "kind": "column removed", "what": "name"}]
    assert manifest(major)["breaking"]["notice"] == "2026-01-10"
    assert manifest(major)["replaces"] == minor.name
    found = index(store)
    assert found["latest"] == major.name
    assert found["lines"] == {
        "1": minor.name,
        "1.0": patch.name,
        "1.1": minor.name,
        "2": major.name,
        "2.0": major.name,
    }
    assert found["archive"]["20260106-1000"] == patch.name
    assert list(list_findings(store)) == []


def test_the_same_history_gives_the_same_index(store: Store, tmp_path: Path) -> None:
    other = open_store(tmp_path / "other")
    for one in (store, other):
        publish(one, make_contract(), DATA)
        publish(one, make_contract(), DATA + b"3,c\n", day(6))
        write_catalogue(one)
    served = [
        path.relative_to(store.root) for path in sorted(store.path("released").rglob("*")) if path.is_file()
    ]
    # Since when a key is known, the ledger's salts, and until when the catalogue is good hang on the moment.
    served = [path for path in served if path.parent.name != "keys" and path.name != "catalogue.signed.json"]
    assert len(served) > 30
    for path in served:
        assert (store.root / path).read_bytes() == (other.root / path).read_bytes(), path


# --- before it goes out ----------------------------------------------------------------------------------


def test_a_breaking_change_without_notice_is_refused_with_what_it_breaks(
    store: Store, monkeypatch: Any, tmp_path: Path
) -> None:
    metrics = tmp_path / "metrics"
    metrics.mkdir()
    (metrics / "reads_it.sql").write_text("select more from released_sample")
    (metrics / "other.sql").write_text("select * from released_sample_2")
    monkeypatch.setenv("PRAYA_METRICS", str(metrics))
    coded = field("name", constraints={"enum": ["a", "b"]})
    first = publish(store, make_contract(ID, coded, field("more")), b"id,name,more\n1,a,x\n")
    fewer = make_contract(ID, field("name", constraints={"enum": ["a"]}))
    with stops(
        codes.release.BREAKS_READERS,
        "column removed: more",
        "code removed: name (b)",
        "read it: reads_it",
        "would change: reads_it",
        "notice",
    ):
        try_release(store, fewer, b"id,name\n1,a\n", day(6))
    assert [path.name for path in sorted(first.parent.iterdir())] == [
        first.name,
        "latest.json",
        "versions.json",
    ]


def test_a_breaking_change_waits_for_its_notice_and_a_notice_is_good_for_one(store: Store) -> None:
    publish(store, make_contract(ID, NAME, field("more")), b"id,name,more\n1,a,x\n")
    less = make_contract(release=NOTICE)
    with stops(codes.release.WAITS_FOR_NOTICE, "10 January 2026, 00:00", "column removed: more") as caught:
        try_release(store, less, DATA, day(6), "2026-01-09T15:59:59Z")
    assert caught.value.due == dt.datetime(2026, 1, 9, 16, tzinfo=dt.UTC)
    assert try_release(store, less, DATA, day(6), "2026-01-09T16:00:00Z").changed
    with stops(codes.release.BREAKS_READERS, "column removed: name", "used for an earlier change"):
        try_release(store, make_contract(ID, release=NOTICE), b"id\n1\n", day(20))


def test_nothing_goes_out_on_a_verdict_older_than_its_rules(store: Store, tmp_path: Path) -> None:
    accept(store, make_contract(), DATA)
    table = protect_table(make_contract(), store)
    stricter = make_contract(ID, field("name", constraints={"maxLength": 3}))
    with stops(codes.release.CHANGED_SINCE_CHECKED, "run validate again"):
        publish_release(table, stricter, store)
    (tmp_path / "sample.json").write_text(
        json.dumps(
            {
                "name": "sample",
                "expectations": [
                    {
                        "type": "expect_table_row_count_to_be_between",
                        "kwargs": {"min_value": 1},
                        "severity": "critical",
                    }
                ],
            }
        )
    )
    with stops(codes.release.CHANGED_SINCE_CHECKED, "run validate again"):
        publish_release(table, make_contract(), store, suites=tmp_path)
    assert publish_release(table, make_contract(), store).changed


def test_a_table_is_not_released_when_policy_or_table_have_moved_on(
    store: Store, monkeypatch: Any, tmp_path: Path
) -> None:

    accept(store, make_contract(), DATA)
    table = protect_table(make_contract(), store)
    accept(store, make_contract(), DATA + b"3,c\n", day(6))
    with stops(codes.release.CHANGED_SINCE_CHECKED, "another table", "run protect again"):
        publish_release(table, make_contract(), store)
    accept(store, make_contract(), DATA)
    policy = tmp_path / "policy.yaml"
    policy.write_text(project().policy_file.read_text().replace("metres: 100", "metres: 200"))
    monkeypatch.setenv("PRAYA_POLICY", str(policy))
    with stops(codes.release.CHANGED_SINCE_CHECKED, "policy", "run protect again"):
        publish_release(table, make_contract(), store)


def shown(store: Store) -> dict[Path, bytes]:
    """Everything that is served but the checkpoint, which tells how many lines the ledger has, and not of what."""
    files = {path: path.read_bytes() for path in store.path("released").rglob("*") if path.is_file()}
    del files[store.path("released/keys/checkpoint")]
    return files


def test_before_its_time_nothing_of_a_release_can_be_found_anywhere_that_is_shown(store: Store) -> None:
    publish(store, make_contract(), DATA)
    write_catalogue(store)
    before = shown(store)
    secret = DATA + b"3,not yet\n"
    contract = make_contract(release={"embargo_until": "2027-01-04T16:30:00+08:00"})
    with stops(codes.release.WAITS_FOR_TIME, "sample", "4 January 2027, 16:30"):
        try_release(store, contract, secret, day(6), "2027-01-04T08:29:59Z")
    write_catalogue(store)
    assert shown(store) == before
    assert [line.body["version"] for line in Ledger(store) if line.kind == "release"] == ["20260105T020000Z"]
    assert try_release(store, contract, secret, day(6), "2027-01-04T08:30:00Z").version == "20260106T020000Z"
    assert index(store)["latest"] == "20260106T020000Z"


# --- taken back ------------------------------------------------------------------------------------------


@pytest.fixture
def three(store: Store) -> Store:
    """A store with three releases of a dataset, and all that is made of them."""
    for number in range(3):
        publish(store, make_contract(), DATA + b"%d,secret-%d\n" % (number + 3, number), day(5 + number))
    write_catalogue(store)
    return store


def test_a_withdrawal_removes_the_files_keeps_hashes_and_reason_and_moves_the_latest_back(
    three: Store,
) -> None:
    folder = three.path("released/sample/20260107T020000Z")
    files = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}
    manifest_sha256 = files.pop("manifest.json")
    assert files.pop("provenance.json")
    assert (
        withdraw(three, "sample", "1.0.2", "Holds another fund's figures.", "mary")["latest"]
        == "20260106T020000Z"
    )
    write_catalogue(three)
    assert [path.name for path in folder.iterdir()] == ["withdrawn.json"]
    stone = tombstone(three, "sample", folder.name)
    assert stone is not None
    assert (stone["files"], stone["manifest_sha256"]) == (files, manifest_sha256)
    assert (stone["number"], stone["reason"]) == ("1.0.2", "Holds another fund's figures.")
    line = Ledger(three).find("withdrawal", "sample")
    assert line is not None and line.body["by"] == "mary" and line.at == stone["at"]
    found = index(three)
    assert found["latest"] == "20260106T020000Z" and found["lines"]["1"] == "20260106T020000Z"
    assert found["versions"][2]["state"] == "withdrawn"
    assert list(list_findings(three)) == []
    # Nothing of its rows is served any more, also not as what changed.
    for path in three.path("released").rglob("*"):
        assert path.is_dir() or b"secret-2" not in path.read_bytes(), path
    feed = three.path("released/sample/feed-en.atom").read_text()
    assert "Withdrawn: 1.0.2" in feed and "Holds another fund&apos;s figures." in feed.replace("'", "&apos;")


def test_the_changes_to_and_from_a_withdrawn_version_go_with_it(three: Store) -> None:
    assert len(list(three.path("released/sample/changes").iterdir())) == 2
    withdraw(three, "sample", "1.0.1", "Wrong.", "mary")
    write_catalogue(three)
    assert list(three.path("released/sample/changes").iterdir()) == []
    assert (latest(three, "sample") or {})["version"] == "20260107T020000Z"


def test_what_was_withdrawn_does_not_come_back_by_itself(three: Store) -> None:
    rows = DATA + b"5,secret-2\n"
    withdraw(three, "sample", "20260107T020000Z", "Wrong title.", "mary")
    with stops(codes.release.REPEATS_TAKEN_BACK, "20260107T020000Z (1.0.2)", "Wrong title"):
        try_release(three, make_contract(), rows, day(7))
    titled = make_contract(title=text("The right title"))
    with stops(codes.release.REPEATS_TAKEN_BACK, "praya correct sample 20260107T020000Z"):
        try_release(three, titled, rows, day(7))
    correct(three, "sample", "1.0.2", "The title was another fund's.", "mary")
    version = try_release(three, titled, rows, day(7)).version
    assert version == "20260107T020000Z-2"
    told = manifest(three.path(f"released/sample/{version}"))
    assert told["corrects"] == {
        "version": "20260107T020000Z",
        "number": "1.0.2",
        "reason": "The title was another fund's.",
    }
    assert told["number"] == "1.0.3"
    assert index(three)["versions"][2]["corrected_by"] == version
    assert list(list_findings(three)) == []


def test_rows_that_another_version_has_too_are_not_withdrawn_with_one_of_them(store: Store) -> None:
    first = publish(store, make_contract(), DATA)
    publish(store, make_contract(title=text("A wrong title")), DATA)
    withdraw(store, "sample", "1.0.1", "Wrong title.", "mary")
    assert try_release(store, make_contract(), DATA, day(5)).version == first.name
    assert manifest(publish(store, make_contract(title=text("A better title")), DATA))["number"] == "1.0.2"
    with stops(codes.release.REPEATS_TAKEN_BACK, "(1.0.1)", "Wrong title"):
        try_release(store, make_contract(title=text("A wrong title")), DATA, day(5))


def test_when_every_version_is_withdrawn_the_pointer_says_so_and_the_next_is_a_line_of_its_own(
    store: Store,
) -> None:
    publish(store, make_contract(), DATA)
    assert withdraw(store, "sample", "1.0.0", "Wrong.", "mary")["latest"] is None
    assert write_catalogue(store)["datasets"] == [] and list(list_findings(store)) == []
    assert store.read_json("released/sample/latest.json")["version"] is None
    # What is left of the rows that were wrong waits for somebody to say that they are right.
    with stops(codes.release.REPEATS_TAKEN_BACK, "(1.0.0)", "2 rows"):
        publish(store, make_contract(), DATA + b"3,c\n", day(6))
    correct(store, "sample", "1.0.0", "A row was missing.", "mary")
    folder = publish(store, make_contract(), DATA + b"3,c\n", day(6))
    assert manifest(folder)["number"] == "2.0.0" and list(list_findings(store)) == []


def test_withdrawing_twice_is_withdrawing_once_and_what_is_not_there_is_said(three: Store) -> None:
    first = withdraw(three, "sample", "1.0.2", "Wrong.", "mary")
    assert withdraw(three, "sample", "20260107T020000Z", "Another reason.", "john") == first
    assert sum(line.kind == "withdrawal" for line in Ledger(three)) == 1
    with stops(codes.release.VERSION_UNKNOWN, "'9.9.9'", "20260105T020000Z (1.0.0)"):
        withdraw(three, "sample", "9.9.9", "Wrong.", "mary")


def test_a_rollback_moves_the_pointer_and_what_was_left_stays_and_does_not_come_back_by_itself(
    three: Store,
) -> None:
    assert rollback(three, "sample", None, "Being checked.", "mary")["version"] == "20260106T020000Z"
    found = index(three)
    assert (found["latest"], found["lines"]["1"]) == ("20260106T020000Z", "20260106T020000Z")
    assert [entry["state"] for entry in found["versions"]] == ["published", "published", "rolled back"]
    assert three.path("released/sample/20260107T020000Z/sample.csv").is_file()
    assert list(list_findings(three)) == []
    with stops(
        codes.release.REPEATS_TAKEN_BACK, "20260107T020000Z (1.0.2)", "Being checked", "praya rollback sample"
    ):
        try_release(three, make_contract(), DATA + b"5,secret-2\n", day(7))
    rollback(three, "sample", "1.0.2", "It was right.", "mary")
    assert index(three)["latest"] == "20260107T020000Z"
    # There and back again is on record each time.
    rollback(three, "sample", "1.0.1", "Being checked.", "mary")
    assert sum(line.kind == "rollback" for line in Ledger(three)) == 3 and list(list_findings(three)) == []
    with stops(codes.release.NO_VERSION_TO_ROLL_BACK_TO, "sample: 1.0.1"):
        rollback(three, "sample", "1.0.1", "Why not.", "mary")


def test_after_a_rollback_a_line_still_loses_nothing_that_it_had(store: Store) -> None:
    publish(store, make_contract(), DATA)
    publish(store, make_contract(ID, NAME, field("more")), b"id,name,more\n1,a,x\n", day(6))
    rollback(store, "sample", None, "Being checked.", "mary")
    folder = publish(store, make_contract(), DATA + b"3,c\n", day(7))
    # A reader of 1.* may have come to rely on the column of 1.1.0.
    assert manifest(folder)["number"] == "2.0.0"
    assert manifest(folder)["ground"] == [{"level": "major", "kind": "column removed", "what": "more"}]


def test_content_that_comes_and_goes_is_on_record_each_time(store: Store) -> None:
    for data, received in ((DATA, day(5)), (DATA + b"3,c\n", day(6))) * 2:
        publish(store, make_contract(), data, received)
    lines = [line.body for line in Ledger(store) if line.kind == "release"]
    assert [body["sequence"] for body in lines] == [1, 2, 3, 4]
    assert [body["number"] for body in lines] == ["1.0.0", "1.0.1", "1.0.0", "1.0.1"] and list(
        list_findings(store)
    ) == []


def test_who_saw_figures_before_their_release_stands_in_its_manifest_and_in_that_one_only(
    store: Store,
) -> None:
    on_record(store, "sample", "Secretary", dt.datetime(2026, 1, 5, 3, tzinfo=dt.UTC), "Briefing.", "mary")
    (seen,) = manifest(publish(store, make_contract(), DATA))["pre_release_access"]
    assert (seen["to"], seen["until"]) == ("Secretary", "2026-01-05T03:00:00+00:00")
    assert manifest(publish(store, make_contract(), DATA + b"3,c\n", day(6)))["pre_release_access"] == []


# --- old ids ---------------------------------------------------------------------------------------------


def test_an_old_id_leads_to_the_dataset_and_what_was_released_under_it_stays(store: Store) -> None:
    old = publish(store, make_contract(dataset="hk-effo-sample"), DATA)
    renamed = make_contract(dataset="hk-dpo-sample", aliases=["hk-effo-sample"])
    publish(store, renamed, DATA, day(6))
    assert write_catalogue(store)["datasets"] == ["hk-dpo-sample"]
    pointer = store.read_json("released/hk-effo-sample/alias.json")
    assert (store.path("released/hk-effo-sample") / pointer["latest"]).resolve().is_file()
    page = store.path("released/hk-effo-sample/index.html").read_text()
    assert "../hk-dpo-sample/changelog-en.html" in page and old.joinpath("hk-effo-sample.csv").is_file()
    assert list(list_findings(store)) == []
    # An alias that is given later is there without a new release.
    later = make_contract(dataset="hk-dpo-sample", aliases=["hk-effo-sample", "older-still"])
    accept(store, later, DATA, day(6))
    assert publish_release(protect_table(later, store), later, store).changed is False
    assert store.path("released/older-still/alias.json").is_file()


def test_an_alias_that_is_somebody_else_s_id_is_an_error_of_the_contract(tmp_path: Path) -> None:
    for name, aliases in (("first", ["second"]), ("second", ["third"]), ("fourth", ["third"])):
        path = tmp_path / "hk-dpo" / f"{name}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(contract_dict(dataset=name, aliases=aliases)))
    _, problems = read_contracts(project(contracts=tmp_path))
    assert sorted(problem.partition("aliases[0]: ")[2] for problem in problems) == [
        "'second' is a dataset's id; expected an id that nobody else has",
        "'third' is an alias of fourth; expected an id that nobody else has",
    ]


# --- verify ----------------------------------------------------------------------------------------------


def test_verify_names_what_was_done_to_tombstone_index_or_a_withdrawn_version(three: Store) -> None:
    withdraw(three, "sample", "1.0.2", "Wrong.", "mary")
    folder = three.path("released/sample/20260107T020000Z")
    (folder / "sample.csv").write_text("back again")
    assert "still served" in next(iter(list_findings(three)))
    (folder / "sample.csv").unlink()
    stone = three.read_json("released/sample/20260107T020000Z/withdrawn.json")
    three.put_json("released/sample/20260107T020000Z/withdrawn.json", stone | {"reason": "No reason."})
    assert any("does not say what the ledger says" in problem for problem in list_findings(three))
    three.put_json("released/sample/20260107T020000Z/withdrawn.json", stone)
    made = index(three)
    three.path("released/sample/versions.json").write_text(json.dumps(made | {"lines": {}}))
    assert any(
        "versions.json: is not what ledger and manifests say" in problem for problem in list_findings(three)
    )


def test_the_entries_tell_number_state_and_time(three: Store) -> None:
    assert [(one["number"], one["state"], one["archive"]) for one in versions(three, "sample")] == [
        ("1.0.0", "published", "20260105-1000"),
        ("1.0.1", "published", "20260106-1000"),
        ("1.0.2", "published", "20260107-1000"),
    ]
    assert issubclass(ReleaseRefused, PrayaError)


def test_what_is_made_from_an_embargoed_table_is_held_with_it(
    store: Store, tmp_path: Path, monkeypatch: Any
) -> None:
    held = contract_dict(dataset="held", release={"embargo_until": "2027-01-04T16:30:00+08:00"})

    source = {"mart": "sums", "format": "parquet"}
    made = contract_dict(dataset="sums-of-held") | {"source": source}
    folder, metrics = tmp_path / "contracts" / "hk-dpo", tmp_path / "metrics"
    folder.mkdir(parents=True)
    metrics.mkdir()
    for one in (held, made):
        (folder / f"{one['dataset']}.yaml").write_text(json.dumps(one))
    (metrics / "between.sql").write_text("select id, name from held")
    (metrics / "sums.sql").write_text("select id, name from between")
    monkeypatch.setenv("PRAYA_CONTRACTS", str(folder.parent))
    monkeypatch.setenv("PRAYA_METRICS", str(metrics))
    accept(store, make_contract(dataset="held", release=held["release"]), DATA)
    contract = Contract.model_validate(made)
    rows = io.BytesIO()
    pq.write_table(pa.table({"id": [1], "name": ["a"]}), rows)
    with stops(codes.release.WAITS_FOR_TIME, "sums-of-held", "4 January 2027, 16:30"):
        try_release(store, contract, rows.getvalue(), day(5), "2027-01-04T08:29:59Z")
    assert not store.path("released").exists()
    # From what is released of it, it may be made at any time.
    (metrics / "between.sql").write_text("select id, name from released_held")
    assert try_release(store, contract, rows.getvalue(), day(5), "2026-01-06T00:00:00Z").changed
