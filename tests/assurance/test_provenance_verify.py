"""verify: one byte of anything behind a release, a key in another's place, a ledger written anew, an old catalogue."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from pathlib import Path

import pytest

from made import make_contract, open_store, own_signer, project, publish
from made import provenance_way as way
from made.expected import stops
from praya.assurance.verify import list_findings, list_states, verify_store
from praya.assurance.verify.ledger_facts import unsigned
from praya.assurance.verify.stored import LATER, SCRATCH
from praya.errors import Code, codes
from praya.ledger import Ledger
from praya.ledger.line import LedgerLine, hash_of, written
from praya.pipeline.release.withdrawal import withdraw
from praya.provenance import parse_signer
from praya.provenance.keys import announce, known_keys, revoke, rotate
from praya.provenance.signed_files import CHECKPOINT, SIGNED, publish_checkpoint, subjects
from praya.provenance.signing import envelope, new_key
from praya.site.portal import write_calendar, write_catalogue
from praya.store import Store

pytestmark = pytest.mark.slow


@pytest.fixture
def own_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the signing key, to rotate and revoke."""
    path = tmp_path / "own" / "signing.key"
    path.parent.mkdir()
    shutil.copyfile(project().signing_key, path)
    monkeypatch.setenv("PRAYA_SIGNING_KEY_FILE", str(path))
    return path


def behind(made: way.Made) -> list[str]:
    """Everything on the store that a release rests on, as keys."""
    root = made.root
    areas = ("raw", "verdicts", "protected", "inputs")
    paths = [path for area in areas for path in (root / area).rglob("*") if path.is_file()]
    paths += [path for path in made.folder.iterdir() if path.is_file()]
    paths += [path for path in (root / "released").iterdir() if path.is_file()]
    paths += [path for path in (root / "released/keys").iterdir() if path.is_file()]
    # What protect keeps for itself beside a table is no part of what was published.
    kept = [path for path in paths if path.name not in ("found.json", "publication.json")]
    return sorted(path.relative_to(root).as_posix() for path in kept)


def test_one_changed_byte_of_anything_is_named_every_time(facts: way.Made) -> None:
    store = open_store(facts.root)
    assert list(list_findings(store)) == []
    keys = behind(facts)
    assert len(keys) == 53
    for key in keys:
        path = facts.root / key
        whole = path.read_bytes()
        for at in (0, len(whole) // 2, len(whole) - 1):
            way.flip(path, at)
            named = [problem for problem in list_findings(store) if problem.startswith(f"{path}: ")]
            assert named, f"byte {at} of {key}"
            path.write_bytes(whole)
    assert list(list_findings(store)) == []


def test_one_changed_byte_of_anything_that_is_served_is_named(facts: way.Made, tmp_path: Path) -> None:
    """Changelogs, feeds, what changed between versions, and what leads on from old ids among it."""
    store = open_store(facts.root)
    (tmp_path / "more.csv").write_bytes(b"id,name\n1,a\n2,c\n3,d\n")
    way.publish_anew(store, facts.contract, tmp_path / "more.csv")
    publish(store, make_contract(dataset="old"), b"id,name\n1,a\n")
    publish(store, make_contract(dataset="new", aliases=["old"]), b"id,name\n1,a\n", "2026-01-06T02:00:00Z")
    write_calendar(store, [facts.contract], dt.date(2026, 1, 9))
    write_catalogue(store)
    assert list(list_findings(store)) == []
    served = sorted(path for path in store.path("released").rglob("*") if path.is_file())
    kinds = {path.name for path in served}
    assert {
        "changes.csv",
        "hashes.json",
        "changelog-tc.html",
        "feed-sc.atom",
        "alias.json",
        "versions.json",
    } <= kinds
    assert len(served) > 90
    unnamed = []
    for path in served:
        whole = path.read_bytes()
        way.flip(path, len(whole) // 2)
        if not any(problem.startswith(f"{path}: ") for problem in list_findings(store)):
            unnamed.append(path.name)
        path.write_bytes(whole)
    assert unnamed == []
    (pair,) = store.path("released/fares/changes").iterdir()
    (pair / "more.csv").write_bytes(b"")
    shutil.copytree(pair, pair.with_name("a--b"))
    (pair / "changes.csv").unlink()
    said = [problem.removeprefix(f"{pair.parent}/") for problem in list_findings(store)]
    assert said == [
        f"{pair.name}/changes.csv: is named in hashes.json and missing",
        f"{pair.name}/more.csv: is not named in hashes.json",
        "a--b: is not in the changelog; run the DAG catalogue, or it was put there by hand",
    ]


def test_rows_of_a_withdrawn_version_must_not_be_told_by_what_changed(
    facts: way.Made, tmp_path: Path
) -> None:
    store = open_store(facts.root)
    (tmp_path / "more.csv").write_bytes(b"id,name\n1,a\n2,c\n")
    version = way.publish_anew(store, facts.contract, tmp_path / "more.csv")
    write_catalogue(store)
    (pair,) = store.path("released/fares/changes").iterdir()
    shutil.copytree(pair, tmp_path / "pair")
    withdraw(store, "fares", version, "Wrong.", "mary")
    assert [one for one in list_findings(store) if "/changes/" in one] == [], (
        "the changelog has it until it is made again"
    )
    shutil.copytree(tmp_path / "pair", pair)
    (problem,) = [one for one in list_findings(store) if one.startswith(f"{pair}: ")]
    assert "tells the rows of a version that was withdrawn" in problem
    withdraw(store, "fares", version, "Wrong.", "mary")
    write_catalogue(store)
    assert list(list_findings(store)) == []


def test_one_changed_byte_of_any_line_of_the_ledger_is_named(counts: way.Made) -> None:
    store = open_store(counts.root)
    path = Ledger(store).path
    lines = path.read_bytes().splitlines(keepends=True)
    assert len(lines) >= 8 and list(list_findings(store)) == []
    for number, line in enumerate(lines):
        changed = bytearray(line)
        changed[len(line) // 2] ^= 1
        path.write_bytes(b"".join([*lines[:number], bytes(changed), *lines[number + 1 :]]))
        assert next(list_findings(store)).startswith(f"{path}:{number + 1}: ")


def test_of_tables_of_counts_the_statement_tells_no_hash_of_the_true_table(counts: way.Made) -> None:
    store = open_store(counts.root)
    assert list(list_findings(store)) == []
    public = b"".join(path.read_bytes() for path in (counts.root / "released").rglob("*") if path.is_file())
    said = json.dumps(unsigned(counts.folder / "provenance.json"))
    secret = [path.name for path in (counts.root / "raw").iterdir()]
    for line in Ledger(store):
        if line.kind in ("snapshot", "verdict"):
            secret += [line.event, line.hash]
            secret += [value for name, value in line.body.items() if name.endswith("sha256") or name == "key"]
    assert len(secret) > 8
    assert [each for each in secret if each in said or each.encode() in public] == []
    assert "ledgerLine" in said


def test_two_lines_of_the_same_content_have_different_hashes(tmp_path: Path) -> None:
    # Else who guesses a table could try whether a line with its hash has the leaf hash that a proof tells.
    lines = [Ledger(open_store(tmp_path / name)).record("snapshot", "x", {"sha256": "0"}) for name in "ab"]
    same = [line._replace(at="", hash="", salt="") for line in lines]
    assert same[0] == same[1] and lines[0].salt != lines[1].salt


def test_a_statement_by_a_key_that_is_not_the_publisher_s_is_refused(facts: way.Made) -> None:
    path = facts.folder / "provenance.json"
    stranger = parse_signer(new_key())
    path.write_text(json.dumps(envelope(unsigned(path), stranger)))
    _recorded_again(facts)
    problems = [each for each in list_findings(open_store(facts.root)) if each.startswith(f"{path}: ")]
    assert problems == [
        f"{path}: is signed by the key {stranger.keyid[:16]}, which is none of the publisher's in the ledger"
    ]


def test_a_key_that_is_put_in_another_s_place_is_found(facts: way.Made) -> None:
    path = facts.root / "released/keys/keys.json"
    stranger = parse_signer(new_key())
    keys = json.loads(path.read_text())
    keys["keys"][0] |= {"keyid": stranger.keyid, "public_key": stranger.public_key}
    path.write_text(json.dumps(keys, indent=2))
    problems = list(list_findings(open_store(facts.root)))
    assert all(problem.startswith(f"{path}: ") for problem in problems)
    assert "is not what the ledger says of the keys" in problems[0]


def test_what_was_signed_before_a_rotation_stays_good(facts: way.Made, own_key: Path) -> None:
    store, old = open_store(facts.root), own_signer()
    new = rotate(store, own_key)
    assert new.keyid != old.keyid and own_key.with_name(f"signing.key.{old.keyid[:16]}").exists()
    assert oct(own_key.stat().st_mode & 0o777) == "0o600"
    keys = known_keys(store)
    assert keys[old.keyid].until and keys[new.keyid].until is None
    write_catalogue(store)
    assert list(list_findings(store)) == []
    with stops(codes.key.REFUSED, old.keyid[:16], "was replaced"):
        announce(store, old)


def test_a_statement_signed_by_a_key_revoked_before_is_refused(facts: way.Made, own_key: Path) -> None:
    store, keyid = open_store(facts.root), own_signer().keyid
    (line,) = [line for line in Ledger(store) if line.kind == "release"]
    revoke(store, keyid[:12], "The machine was broken into.", since=line.at)
    refused = [
        each for each in list_findings(store) if each.startswith(str(facts.folder / "provenance.json"))
    ]
    assert refused and "is refused" in refused[0] and "The machine was broken into." in refused[0]
    with stops(codes.key.REFUSED, keyid[:16], "The machine was broken into."):
        write_catalogue(store)
    rotate(store, own_key)
    write_catalogue(store)
    assert [each for each in list_findings(store) if "catalogue" in each] == []


def test_a_key_that_is_revoked_from_now_on_leaves_what_it_signed(facts: way.Made, own_key: Path) -> None:
    store = open_store(facts.root)
    revoke(store, own_signer().keyid, "The person left the office.", since=None)
    assert [each for each in list_findings(store) if "is refused" in each] == []
    # A release that is recorded after the revocation is refused, whatever time it claims.
    contract, by = facts.contract, own_signer()
    (facts.root.parent / "other.csv").write_bytes(b"id,name\n1,z\n")
    with stops(codes.key.REFUSED, by.keyid[:16], "The person left the office."):
        way.publish_anew(store, contract, facts.root.parent / "other.csv", by)


@pytest.mark.parametrize(
    ("keyid", "reason", "code"),
    [
        ("zz", "A good reason.", codes.key.UNKNOWN),
        ("", "short", codes.key.REVOCATION_NOT_VALID),
    ],
)
def test_a_revocation_needs_a_key_and_a_reason(facts: way.Made, keyid: str, reason: str, code: Code) -> None:
    with stops(code, f"'{keyid or reason}'"):
        revoke(open_store(facts.root), keyid, reason, None)


@pytest.mark.parametrize("since", ["yesterday", "2026-11-01T00:00:00"])
def test_a_revocation_since_no_moment_is_refused(facts: way.Made, since: str) -> None:
    with stops(codes.key.REVOCATION_NOT_VALID, f"'{since}'", "2026-11-01T00:00:00Z"):
        revoke(
            open_store(facts.root),
            own_signer().keyid,
            "The person left the office.",
            since,
        )


def test_a_revocation_s_zone_counts(facts: way.Made) -> None:
    store = open_store(facts.root)
    revoke(
        store,
        own_signer().keyid,
        "The machine was broken into.",
        "2026-11-01T08:00:00+08:00",
    )
    (key,) = known_keys(store).values()
    assert key.revoked is not None and key.revoked["since"] == "2026-11-01T00:00:00.000Z"


@pytest.mark.parametrize(
    "change",
    [
        lambda said: said.clear(),
        lambda said: said["predicate"].pop("buildDefinition"),
        lambda said: said["predicate"]["buildDefinition"].update(resolvedDependencies=[{"digest": {}}]),
        lambda said: said["predicate"]["buildDefinition"].update(
            resolvedDependencies=[{"name": "snapshot", "digest": 1}]
        ),
        lambda said: said["predicate"]["buildDefinition"].update(resolvedDependencies=7),
        lambda said: said.update(subject=None),
    ],
)
def test_a_statement_of_another_shape_is_named_and_nothing_breaks(facts: way.Made, change: object) -> None:
    path = facts.folder / "provenance.json"
    said = unsigned(path)
    change(said)  # type: ignore[operator]
    path.write_text(json.dumps(envelope(said, own_signer())))
    found = list(list_findings(open_store(facts.root)))
    assert [each for each in found if each.startswith(f"{path}: ")]
    assert len(list(list_states(open_store(facts.root)))) == 1


def test_last_month_s_catalogue_served_again_is_caught(facts: way.Made) -> None:
    store = open_store(facts.root)
    names = [one["name"] for one in subjects(store)] + ["catalogue.signed.json"]
    assert len(names) == 25
    old = {name: (facts.root / "released" / name).read_bytes() for name in names}
    (facts.root.parent / "other.csv").write_bytes(b"id,name\n1,z\n")
    later = dt.datetime.now(dt.UTC) + dt.timedelta(days=30)
    way.publish_anew(store, facts.contract, facts.root.parent / "other.csv")
    write_catalogue(store, later)
    assert list(list_findings(store, now=later)) == []
    for name, data in old.items():
        (facts.root / "released" / name).write_bytes(data)
    *problems, pair = sorted(list_findings(store, now=later), key=lambda one: "/changes/" in one)
    assert "is not in the changelog" in pair, "which is the old one"
    put_back = [f"{store.path(f'released/{name}')}: was changed: it is not the file that was" for name in old]
    signed = f"{store.path(SIGNED)}: "
    assert all(problem.startswith((signed, *put_back)) for problem in problems)
    assert any("expired on" in problem for problem in problems)
    assert any("an old one is served" in problem for problem in problems)


def test_the_calendar_is_signed_and_a_page_put_beside_it_is_named(facts: way.Made) -> None:
    store = open_store(facts.root)
    signed = {one["name"] for one in subjects(store)}
    assert {f"calendar{end}" for end in (".json", ".ics", "-en.html", "-tc.html", "-sc.html")} <= signed
    page = store.path("released/calendar-tc.html")
    way.flip(page)
    assert list(list_findings(store)) == [
        f"{page}: is not what was signed with the catalogue: it was changed"
    ]
    page.unlink()
    assert list(list_findings(store)) == [f"{page}: is not what was signed with the catalogue: it is missing"]
    assert write_catalogue(store)["changed"], "what stands is signed anew"
    (problem,) = list_findings(store)
    assert problem.startswith(f"{page}: is missing, and a file was written there by"), (
        "the journal knows it still"
    )
    write_calendar(store, [facts.contract], dt.date(2026, 1, 9))
    write_catalogue(store)
    assert list(list_findings(store)) == []


def test_a_catalogue_that_nobody_renews_expires(facts: way.Made) -> None:
    store = open_store(facts.root)
    (problem,) = list_findings(store, now=dt.datetime.now(dt.UTC) + dt.timedelta(days=8))
    assert problem.startswith(f"{store.path(SIGNED)}: expired on")
    assert not write_catalogue(store)["changed"], "on the same day it stays"
    assert write_catalogue(store, dt.datetime.now(dt.UTC) + dt.timedelta(days=2))["changed"]


def test_a_ledger_that_was_rewritten_and_signed_anew_is_caught_by_an_older_checkpoint(
    facts: way.Made, tmp_path: Path
) -> None:
    store = open_store(facts.root)
    older = tmp_path / "older"
    shutil.copyfile(store.path(CHECKPOINT), older)
    _rewrite(store)
    with stops(codes.ledger.LINES_CHANGED, "ledger.jsonl: line 9 "):
        publish_checkpoint(store, own_signer())
    publish_checkpoint(store, own_signer(), anew="The disk was lost, and this is from a backup.")
    inside = [each for each in list_findings(store) if "catalogue" not in each]
    assert inside == [], "nothing in the ledger itself tells"
    found = [each for each in list_findings(store, checkpoint=older) if each.startswith(f"{older}: ")]
    assert len(found) == 1 and "they were rewritten" in found[0]


def test_a_ledger_that_was_cut_short_is_caught_by_the_checkpoint(facts: way.Made) -> None:
    store = open_store(facts.root)
    path = Ledger(store).path
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))
    assert any("it was shortened" in problem for problem in list_findings(store))


def test_a_missing_snapshot_is_a_fault_unless_the_ledger_says_that_it_was_purged(facts: way.Made) -> None:
    store = open_store(facts.root)
    (raw,) = store.path("raw").iterdir()
    raw.unlink()
    (problem,) = list_findings(store)
    assert problem.startswith(f"{raw}: is missing, and no line of the ledger says that it was purged")
    (state,) = list_states(store)
    assert state.state == "reproducible from the protected mart" and "no line of the ledger" in state.why


def test_each_part_of_the_month_looks_at_other_versions_and_all_of_them_at_the_latest(
    facts: way.Made, tmp_path: Path
) -> None:
    store = open_store(facts.root)
    (tmp_path / "more.csv").write_bytes(b"id,name\n1,a\n2,c\n")
    latest = way.publish_anew(store, facts.contract, tmp_path / "more.csv")
    write_catalogue(store)
    way.flip(facts.folder / "fares.csv")
    found = [bool(list(list_findings(store, part=(number, 28)))) for number in range(28)]
    assert sum(found) == 1
    way.flip(facts.folder.with_name(latest) / "fares.csv")
    assert all(list(list_findings(store, part=(number, 28))) for number in range(28))


def test_what_a_night_leaves_out_is_listed_and_every_file_is_read_within_a_month(facts: way.Made) -> None:
    store = open_store(facts.root)
    whole = verify_store(store)
    assert not whole.findings and {one.reason for one in whole.unverified} == {SCRATCH}
    nights = [verify_store(store, part=(number, 28)) for number in range(28)]
    left = [{key for one in night.unverified if one.reason == LATER for key in one.keys} for night in nights]
    assert all(left) and not set.intersection(*left)
    assert [night.files + len(keys) for night, keys in zip(nights, left, strict=True)] == [whole.files] * 28


def test_a_run_s_context_stands_in_the_statement(tmp_path: Path) -> None:
    source = tmp_path / "fares.csv"
    source.write_bytes(b"id,name\n1,a\n")
    contract = way.make_contract(dataset="fares", source={"url": source.as_uri()})
    run = {
        "builder": "urn:praya:builder:airflow",
        "dag_id": "fares",
        "run_id": "manual",
        "task_id": "release",
    }
    store = open_store(tmp_path / "store")
    version = way.take(store, contract, tmp_path, run)
    said = unsigned(store.path(f"released/fares/{version}/provenance.json"))["predicate"]
    assert said["runDetails"]["builder"]["id"] == "urn:praya:builder:airflow"
    assert said["runDetails"]["metadata"] == {"invocationId": "fares/manual/release"}
    assert said["buildDefinition"]["internalParameters"]["context"] == {
        "dag_id": "fares", "run_id": "manual", "task_id": "release",
    }  # fmt: skip


def test_the_key_file_is_made_once_and_for_its_owner_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "secrets" / "signing.key"
    monkeypatch.setenv("PRAYA_SIGNING_KEY_FILE", str(path))
    assert own_signer().keyid == own_signer().keyid
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    path.write_text("no key")
    with stops(codes.key.NOT_USABLE, "signing.key"):
        own_signer()
    assert [each.name for each in path.parent.iterdir()] == ["signing.key"]


def _recorded_again(made: way.Made) -> None:
    """Make the ledger say that the statement is what it is now."""
    store = open_store(made.root)
    from praya.store import file_sha256

    sha256 = file_sha256(made.folder / "provenance.json")
    _rewrite(store, {"release": {"provenance_sha256": sha256}})


def _rewrite(store: Store, changes: dict[str, dict[str, str]] | None = None) -> None:
    """Write the whole ledger anew with other times, as one would who holds everything but the witness's key."""
    ledger = Ledger(store)
    lines, prev = list(ledger), "0" * 64
    data = b""
    for line in lines:
        body = line.body | (changes or {}).get(line.kind, {})
        new = LedgerLine(*line[:4], body, line.event, "f" * 32, prev, "")
        new = new._replace(hash=hash_of(new))
        data, prev = data + written(new), new.hash
    ledger.path.write_bytes(data)
