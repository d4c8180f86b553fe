"""evidence: a ZIP that is checked without Praya, and names whatever in it is not as it was published."""

from __future__ import annotations

import ast
import datetime as dt
import hashlib
import json
import shutil
import sys
from pathlib import Path

import pytest

from made import open_store, own_signer, project
from made import provenance_way as way
from made.expected import stops
from made.leaves import leaves_of
from praya.assurance.evidence import verifier, write_evidence
from praya.errors import codes
from praya.ledger import Ledger
from praya.ledger.checkpoint import request
from praya.ledger.note import VerifierKey
from praya.ledger.witness import Witness
from praya.pipeline.retention import purge_snapshots
from praya.project.configuration import DEFAULT_ORIGIN
from praya.provenance import parse_signer
from praya.provenance.keys import known_keys, note_keys, revoke, rotate
from praya.provenance.signed_files import publish_checkpoint, take_witnessed
from praya.provenance.signing import new_key
from praya.site.portal import write_catalogue
from praya.store import file_sha256

pytestmark = pytest.mark.slow

# What is no part of what is checked: the page, and the one that checks.
OWN = ("README.html", "verify.py")


def witnessed(made: way.Made, folder: Path, witnesses: Path) -> VerifierKey:
    """Have the store's ledger cosigned by a witness of its own; gives the witness's key."""
    store, witness = open_store(made.root), Witness(folder)
    for key in note_keys(known_keys(store), DEFAULT_ORIGIN):
        witness.believe(key)
    asked = request(leaves_of(Ledger(store)), 0, publish_checkpoint(store, own_signer()))
    cosigned = folder / "cosigned"
    cosigned.write_text(str(witness.cosign(asked, 1_790_000_000)))
    witnesses.write_text(f"# ours\n{witness.vkey}\n")
    take_witnessed(store, cosigned, witnesses)
    return witness.vkey


def files(folder: Path) -> list[str]:
    names = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return sorted(set(names) - {*OWN})


def test_one_changed_byte_of_any_file_is_named_every_time(
    facts: way.Made, tmp_path: Path, witnesses: Path
) -> None:
    witnessed(facts, tmp_path / "witness", witnesses)
    folder = way.unpacked(facts, tmp_path / "evidence", witnesses)
    status, said = way.check(folder)
    assert status == 0, said
    names = files(folder)
    assert {name.partition("/")[0] for name in names} == {
        "index.json", "inputs", "keys", "ledger", "raw", "release", "report",
    }  # fmt: skip
    assert len(names) > 20
    for number, name in enumerate(names):
        whole = (folder / name).read_bytes()
        way.flip(folder / name, number * 7919 % len(whole))
        status, said = way.check(folder)
        assert status == 1 and any(line.startswith(f"{name}: ") for line in said.splitlines()), (name, said)
        (folder / name).write_bytes(whole)
    assert way.check(folder)[0] == 0


def test_every_byte_of_what_is_small_and_signed_matters(
    facts: way.Made, tmp_path: Path, witnesses: Path
) -> None:
    witnessed(facts, tmp_path / "witness", witnesses)
    folder = way.unpacked(facts, tmp_path / "evidence", witnesses)
    key = next(name for name in files(folder) if name.startswith("keys/"))
    for name in (key, "ledger/checkpoint"):
        whole = (folder / name).read_bytes()
        for at in range(0, len(whole), 5):
            way.flip(folder / name, at)
            status, said = way.check(folder)
            assert status == 1 and f"{name}: " in said, (name, at, said)
            (folder / name).write_bytes(whole)


@pytest.mark.parametrize("name", ["release/fares.csv", "release/manifest.json", "release/provenance.json"])
def test_a_missing_file_is_named(facts: way.Made, tmp_path: Path, witnesses: Path, name: str) -> None:
    folder = way.unpacked(facts, tmp_path / "evidence", witnesses)
    (folder / name).unlink()
    status, said = way.check(folder)
    assert status == 1 and f"{name}: missing" in said


@pytest.mark.parametrize("name", ["release/more.csv", "report/other.html", "raw/0"])
def test_a_file_that_nobody_signed_for_is_named(
    facts: way.Made, tmp_path: Path, witnesses: Path, name: str
) -> None:
    folder = way.unpacked(facts, tmp_path / "evidence", witnesses)
    (folder / name).write_text("more")
    status, said = way.check(folder)
    assert status == 1 and f"{name}: " in said


def test_a_key_in_another_s_place_is_found(facts: way.Made, tmp_path: Path, witnesses: Path) -> None:
    folder = way.unpacked(facts, tmp_path / "evidence", witnesses)
    (path,) = (folder / "keys").iterdir()
    path.write_text(parse_signer(new_key()).public_key)
    status, said = way.check(folder)
    assert status == 1 and f"keys/{path.name}: " in said


def test_the_keys_that_are_known_from_elsewhere_must_have_signed(
    facts: way.Made, tmp_path: Path, witnesses: Path
) -> None:
    witness = witnessed(facts, tmp_path / "witness", witnesses)
    folder = way.unpacked(facts, tmp_path / "evidence", witnesses)
    der = bytes.fromhex("302a300506032b6570032100") + witness.public
    known = (own_signer().keyid, hashlib.sha256(der).hexdigest())
    assert way.check(folder, *known)[0] == 0
    stranger = parse_signer(new_key()).keyid
    status, said = way.check(folder, stranger)
    assert status == 1 and f"{stranger}: did not sign" in said


def test_the_same_evidence_has_the_same_bytes(facts: way.Made, tmp_path: Path, witnesses: Path) -> None:
    for name in "ab":
        write_evidence(open_store(facts.root), "fares", facts.version, tmp_path / name, witnesses)
    assert file_sha256(tmp_path / "a") == file_sha256(tmp_path / "b")


def test_a_revoked_key_is_refused_by_the_evidence_s_own_verifier(
    facts: way.Made, tmp_path: Path, witnesses: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, path = open_store(facts.root), tmp_path / "own.key"
    shutil.copyfile(project().signing_key, path)
    monkeypatch.setenv("PRAYA_SIGNING_KEY_FILE", str(path))
    revoke(
        store,
        own_signer().keyid,
        "The machine was broken into.",
        since="2026-01-01T00:00:00Z",
    )
    rotate(store, path)
    write_catalogue(store)
    folder = way.unpacked(facts, tmp_path / "evidence", witnesses)
    status, said = way.check(folder)
    assert status == 1 and "release/provenance.json: " in said and "revoked" in said


def test_after_the_raw_records_were_purged_the_evidence_says_what_is_still_provable(
    counts: way.Made, tmp_path: Path, witnesses: Path
) -> None:
    store = open_store(counts.root)
    before = way.unpacked(counts, tmp_path / "before", witnesses)
    assert "Reproducible from raw" in (before / "README.html").read_text()
    assert purge_snapshots(store, counts.records, dt.datetime(2999, 1, 1, tzinfo=dt.UTC))
    write_catalogue(store)
    publish_checkpoint(store, own_signer())
    after = way.unpacked(counts, tmp_path / "after", witnesses)
    page = (after / "README.html").read_text()
    assert "Reproducible from the protected mart" in page and "可由受保護的數據表重製" in page
    assert "可由受保护的数据表重制" in page
    assert way.check(after)[0] == 0
    # How many snapshots of records were purged would tell how many records there were.
    assert "snapshots" not in page.partition("<h2>")[2]
    assert kinds(after) == {"key", "release"}


def test_of_counts_neither_the_true_table_nor_its_hash_is_in_the_evidence(
    counts: way.Made, tmp_path: Path, witnesses: Path
) -> None:
    folder = way.unpacked(counts, tmp_path / "evidence", witnesses)
    assert not (folder / "raw").exists() and not (folder / "report").exists()
    sealed = [
        line for line in Ledger(open_store(counts.root)) if line.kind in ("snapshot", "verdict", "disclosure")
    ]
    lines = {
        line.number: line for line in sealed if line.subject != "the-calls/2023-01" or line.kind == "verdict"
    }
    assert {path.name for path in (folder / "ledger").glob("*.sealed")} == {
        f"{one:09}.sealed" for one in lines
    }
    assert kinds(folder) == {"key", "release"}
    text = "".join(path.read_text("utf-8", "replace") for path in folder.rglob("*") if path.is_file())
    for line in lines.values():
        assert line.salt not in text and line.event not in text
        assert line.body.get("sha256", line.event) not in text
    status, said = way.check(folder)
    assert status == 0 and all(f"ledger/{one:09}.sealed: what it says" in said for one in lines)
    assert "sealed" in (folder / "README.html").read_text()


def kinds(folder: Path) -> set[str]:
    """The kinds of the ledger's lines that are shown."""
    lines = [path.read_text().partition("\n")[0] for path in (folder / "ledger").glob("*.line")]
    return {json.loads(line)["kind"] for line in lines}


def test_without_a_checkpoint_that_goes_so_far_there_is_no_evidence(
    facts: way.Made, tmp_path: Path, witnesses: Path
) -> None:
    store = open_store(facts.root)
    (facts.root.parent / "other.csv").write_bytes(b"id,name\n1,z\n")
    version = way.publish_anew(store, facts.contract, facts.root.parent / "other.csv")
    with stops(codes.ledger.CHECKPOINT_TOO_SHORT, "`praya checkpoint`"):
        write_evidence(store, "fares", version, tmp_path / "x.zip", witnesses)
    with stops(codes.release.VERSION_UNKNOWN, "1999", "fares"):
        write_evidence(store, "fares", "1999", tmp_path / "x.zip", witnesses)


def test_the_verifier_needs_nothing_but_the_standard_library(
    facts: way.Made, tmp_path: Path, witnesses: Path
) -> None:
    text = (way.unpacked(facts, tmp_path / "evidence", witnesses) / "verify.py").read_text()
    assert text == Path(verifier.__file__).read_text()
    nodes = list(ast.walk(ast.parse(text)))
    names = {one.module or "." for one in nodes if isinstance(one, ast.ImportFrom)}
    names |= {each.name for one in nodes if isinstance(one, ast.Import) for each in one.names}
    assert "hashlib" in names and {name.partition(".")[0] for name in names} <= sys.stdlib_module_names


def test_without_a_key_evidence_has_no_list_and_says_what_that_leaves_open(
    facts: way.Made, tmp_path: Path, witnesses: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, key in (("none", tmp_path / "none.key"), ("other", tmp_path / "other.key")):
        monkeypatch.setenv("PRAYA_SIGNING_KEY_FILE", str(key))
        if name == "other":
            key.write_text(new_key())
        folder = way.unpacked(facts, tmp_path / name, witnesses)
        assert not (folder / "index.json").exists() and key.exists() == (name == "other")
        status, said = way.check(folder)
        assert status == 0 and "README.html, verify.py: no list of all files is signed" in said
        way.flip(folder / "inputs" / "contract")
        assert way.check(folder)[0] == 1
