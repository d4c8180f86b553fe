"""A forger at evidence: every manipulation of every entry is caught by name, or listed as not checked.

Of each kind of manipulation some are tried, others each day; all with FULL=every.
"""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attacks.forged_evidence import (
    FOLDERS,
    UNSIGNED,
    Answer,
    Evidence,
    Files,
    answer,
    caught,
    evidence_of,
    zipped,
)
from full import examples, part_of
from made import make_contract, open_store, own_signer
from made import provenance_way as way
from made.leaves import Leaves, leaves_of
from praya.assurance.evidence import verifier, write_evidence
from praya.assurance.evidence.ledger_extract import write_proof
from praya.assurance.verify import list_findings
from praya.ledger import Ledger
from praya.ledger.checkpoint import Checkpoint, signed
from praya.ledger.line import written
from praya.ledger.note import Note
from praya.lineage import Marts
from praya.pipeline.measure import compute_marts
from praya.project.configuration import DEFAULT_ORIGIN
from praya.provenance import parse_signer, statement
from praya.provenance.keys import revoke
from praya.provenance.signed_files import publish_checkpoint
from praya.provenance.signing import new_key
from praya.store import Store

pytestmark = pytest.mark.slow

TRIED = 240


def survives(
    whole: Evidence, work: Path, manipulated: Iterator[tuple[str, tuple[str, ...], Files]]
) -> list[str]:
    """The manipulations that are neither caught by the name of what they change nor listed as not checked."""
    passed, cases = [], list(manipulated)
    assert cases
    for what, names, files in part_of(cases, max(1, len(cases) // TRIED)):
        found = answer(files, work)
        open_ = [name for name in names if not whole.listed and name in UNSIGNED]
        told = (
            found.status == 0
            and open_
            and f"{', '.join(UNSIGNED)}: no list of all files is signed" in found.said
        )
        if not caught(found, *names) and not told:
            passed.append(f"{what}: {found.status} {found.said[-300:]}")
    return passed


def test_evidence_of_every_release_passes(archive: Store, tmp_path: Path) -> None:
    datasets = [path.parent.name for path in sorted(archive.path("released").glob("*/latest.json"))]
    assert datasets == ["calls-by-kind", "fares", "fares-and-calls", "stops"]
    for dataset in datasets:
        for listed in (True, False):
            found = answer(evidence_of(archive, dataset, listed=listed).files, tmp_path)
            assert found.status == 0 and f" files of {dataset} " in found.said, found
            assert ("index.json is missing" in found.said) == (not listed)
    assert list(list_findings(archive)) == []


def test_what_is_made_from_tables_has_their_snapshots_and_lines(archive: Store) -> None:
    files = evidence_of(archive, "fares-and-calls").files
    assert len([name for name in files if name.startswith("raw/")]) == 3
    kinds = [json.loads(files[name].split(b"\n")[0])["kind"] for name in files if name.endswith(".line")]
    assert sorted(kinds) == [
        "disclosure", "key", "release", "release", "snapshot", "snapshot", "snapshot", "verdict", "verdict", "verdict",
    ]  # fmt: skip


def changed_bytes(files: Files) -> Iterator[tuple[str, tuple[str, ...], Files]]:
    for name, data in files.items():
        for at in {0, len(data) // 2, len(data) - 1}:
            other = bytearray(data)
            other[at] ^= 1
            yield f"byte {at} of {name}", (name,), files | {name: bytes(other)}
        for what, other in (
            ("cut", data[:-1]),
            ("emptied", b""),
            ("longer", data + b"\n"),
            ("twice", data + data),
        ):
            yield f"{name} {what}", (name,), files | {name: other}


def removed(files: Files) -> Iterator[tuple[str, tuple[str, ...], Files]]:
    for name in files:
        yield (
            f"without {name}",
            (name, *also(name, files)),
            {one: data for one, data in files.items() if one != name},
        )


def also(name: str, files: Files) -> tuple[str, ...]:
    """What else may be named where `name` is missing and no list has it: what the key in it signed, or the line in it
    records; and of a line that the statement names it says the number, and not whether it is sealed."""
    if "index.json" in files:
        return ()
    if name.startswith("keys/") or b'"kind":"key"' in files[name] or b'"kind":"release"' in files[name]:
        return ("ledger/checkpoint", "release/provenance.json")
    return (name.replace(".sealed", ".line"),)


def renamed(files: Files) -> Iterator[tuple[str, tuple[str, ...], Files]]:
    for name, data in files.items():
        folder, _, file = name.rpartition("/")
        places = [f"{other}/{file}" for other in FOLDERS if other != folder] + [
            f"{name}.txt",
            f"{folder or 'x'}/a-{file}",
        ]
        for place in places:
            rest = {one: each for one, each in files.items() if one != name}
            yield f"{name} as {place}", (name, place, *also(name, files)), rest | {place: data}
            yield f"{name} also as {place}", (place,), files | {place: data}


def swapped(files: Files) -> Iterator[tuple[str, tuple[str, ...], Files]]:
    names = sorted(files)
    for number, name in enumerate(names):
        for other in names[number + 1 :]:
            alike = (
                name.partition("/")[0] == other.partition("/")[0] or Path(name).suffix == Path(other).suffix
            )
            if alike and files[name] != files[other]:
                yield (
                    f"{name} and {other} swapped",
                    (name, other),
                    files | {name: files[other], other: files[name]},
                )
                yield f"{other} is {name}", (other,), files | {other: files[name]}


def added(files: Files) -> Iterator[tuple[str, tuple[str, ...], Files]]:
    data = b"put there"
    sha256 = hashlib.sha256(data).hexdigest()
    pem = parse_signer(new_key()).public_key.encode()
    key = hashlib.sha256(verifier.parse_key(pem.decode())).hexdigest()
    names = [
        "x",
        f"raw/{sha256}",
        f"inputs/{sha256}",
        "inputs/contract-x",
        "report/notes.html",
        "ledger/x.line",
    ]
    names += [
        "ledger/000000001.line",
        "ledger/000000003.sealed",
        "ledger/keys.json",
        "keys/keys.json",
        "keys/x.pem",
    ]
    names += [f"{folder}/more/{sha256}" for folder in FOLDERS] + [f"{folder}/x.csv" for folder in FOLDERS]
    for name in names:
        if name not in files:
            yield f"{name} added", (name,), files | {name: data}
    yield "a key added", (f"keys/{key}.pem",), files | {f"keys/{key}.pem": pem}


@pytest.mark.parametrize("manipulate", [changed_bytes, removed, renamed, swapped, added])
def test_every_manipulation_of_an_entry_is_caught_by_its_name(
    manipulate: Callable[[Files], Iterator[tuple[str, tuple[str, ...], Files]]],
    whole: Evidence,
    tmp_path: Path,
) -> None:
    without_list = "index.json" if manipulate is removed else None
    attacks = (one for one in manipulate(whole.files) if one[1] != (without_list,))
    assert survives(whole, tmp_path, attacks) == []


@pytest.mark.parametrize("manipulate", [changed_bytes, removed, renamed, swapped, added])
def test_without_the_signed_list_what_is_not_bound_is_said(
    manipulate: Callable[[Files], Iterator[tuple[str, tuple[str, ...], Files]]],
    unlisted: Evidence,
    tmp_path: Path,
) -> None:
    assert survives(unlisted, tmp_path, manipulate(unlisted.files)) == []


def test_a_list_that_was_taken_out_is_said_to_be_missing(whole: Evidence, tmp_path: Path) -> None:
    rest = {name: data for name, data in whole.files.items() if name != "index.json"}
    found = answer(rest, tmp_path)
    assert found.status == 0 and "index.json is missing" in found.said and "as of a revocation" in found.said


def proven(store: Store, number: int, sealed: bool) -> bytes:
    """A line of the store's ledger with its proof up to the witnessed checkpoint, or its hash with it."""
    ledger = Ledger(store)
    seen = Checkpoint.parse(Note.parse(store.path("released/keys/witnessed").read_bytes()))
    line = ledger.line(number)
    assert line is not None
    head = b"sealed " + base64.b64encode(leaves_of(ledger)[number - 1]) + b"\n" if sealed else written(line)
    return head + write_proof(number, ledger, seen)


def test_true_lines_that_nothing_names_are_refused(unlisted: Evidence, tmp_path: Path) -> None:
    """Also with a right proof: a forger who has the store cannot put more of the ledger in."""
    for line in Ledger(unlisted.store):
        for sealed in (False, True):
            name = f"ledger/{line.number:09}.{'sealed' if sealed else 'line'}"
            if name not in unlisted.files and line.number <= 20:
                files = unlisted.files | {name: proven(unlisted.store, line.number, sealed)}
                assert caught(answer(files, tmp_path), name), (line, sealed)


def test_what_is_open_may_not_be_sealed_and_what_is_sealed_not_opened(
    unlisted: Evidence, tmp_path: Path
) -> None:
    tried = 0
    for name in [one for one in unlisted.files if verifier.LINE_NAME.fullmatch(one)]:
        other = (
            name.replace(".line", ".sealed") if name.endswith(".line") else name.replace(".sealed", ".line")
        )
        number = int(name[7:16])
        rest = {one: data for one, data in unlisted.files.items() if one != name}
        found = answer(rest | {other: proven(unlisted.store, number, other.endswith(".sealed"))}, tmp_path)
        (line,) = [line for line in Ledger(unlisted.store) if line.number == number]
        if (
            line.subject == "the-calls/2023-01"
        ):  # the statement leaves to who makes the evidence whether it is shown
            assert found.status == (1 if name.endswith(".line") else 3), found
        else:
            assert caught(found, name, other, "release/provenance.json"), (name, found)
        tried += 1
    assert tried > 4


def test_a_checkpoint_of_another_ledger_is_refused(whole: Evidence, archive: Store, tmp_path: Path) -> None:
    other = way.facts(tmp_path)  # signed by the same key in the same name
    theirs = open_store(other.root).path("released/keys/checkpoint").read_bytes()
    assert caught(
        answer(whole.files | {"ledger/checkpoint": theirs}, tmp_path), "ledger/checkpoint", "index.json"
    )
    leaves = leaves_of(Ledger(archive))
    for older in (leaves[:-1], leaves[: len(leaves) // 2]):
        note = str(signed(Leaves(older), own_signer().private, DEFAULT_ORIGIN)).encode()
        assert answer(whole.files | {"ledger/checkpoint": note}, tmp_path).status == 1
    elsewhere = (
        str(signed(leaves, own_signer().private, DEFAULT_ORIGIN))
        .replace("praya.invalid", "other.invalid", 1)
        .encode()
    )
    assert caught(answer(whole.files | {"ledger/checkpoint": elsewhere}, tmp_path), "ledger/checkpoint")


def test_what_is_signed_anew_with_another_key_has_not_the_key_that_is_known(
    whole: Evidence, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = own_signer().keyid
    assert answer(whole.files, tmp_path, known).status == 0
    monkeypatch.setenv("PRAYA_SIGNING_KEY_FILE", str(tmp_path / "forger.key"))
    forged = way.facts(tmp_path)
    version = open_store(forged.root).read_json("released/fares/latest.json")["version"]
    (tmp_path / "none").touch()
    write_evidence(open_store(forged.root), "fares", version, tmp_path / "forged.zip", tmp_path / "none")
    found = answer((tmp_path / "forged.zip").read_bytes(), tmp_path, known)
    assert caught(found, known)
    with zipfile.ZipFile(tmp_path / "forged.zip") as file:
        theirs = {name: file.read(name) for name in file.namelist()}
    for name in ("release/provenance.json", "index.json", "ledger/checkpoint"):
        assert caught(answer(whole.files | {name: theirs[name]}, tmp_path), name), name
    key = next(name for name in theirs if name.startswith("keys/"))
    for name in ("release/provenance.json", "index.json", "ledger/checkpoint"):
        assert answer(whole.files | {name: theirs[name], key: theirs[key]}, tmp_path).status == 1, name


def test_a_key_that_was_revoked_signs_no_checkpoint_after_that(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRAYA_SIGNING_KEY_FILE", str(tmp_path / "own.key"))
    made = way.facts(tmp_path)
    store = open_store(made.root)
    (tmp_path / "none").touch()
    thief = own_signer()
    revoke(store, thief.keyid, "The machine was broken into.", since=None)
    publish_checkpoint(store, thief)
    write_evidence(store, "fares", made.version, tmp_path / "x.zip", tmp_path / "none")
    assert caught(answer((tmp_path / "x.zip").read_bytes(), tmp_path), "ledger/checkpoint")


def test_an_input_without_a_hash_is_not_taken_whatever_it_is(archive: Store, tmp_path: Path) -> None:
    files = dict(evidence_of(archive, "fares-and-calls", listed=False).files)
    envelope = json.loads(files["release/provenance.json"])
    said = json.loads(base64.b64decode(envelope["payload"]))
    for one in said["predicate"]["buildDefinition"]["resolvedDependencies"]:
        if one["name"] == "policy":
            del one["digest"]
    envelope["payload"] = base64.b64encode(json.dumps(said).encode()).decode()
    files["release/provenance.json"] = json.dumps(envelope).encode()
    assert caught(answer_signed(files, tmp_path), "inputs/policy")


def test_the_list_of_other_evidence_is_refused(archive: Store, tmp_path: Path) -> None:
    one, other = evidence_of(archive, "fares"), evidence_of(archive, "stops")
    found = answer(one.files | {"index.json": other.files["index.json"]}, tmp_path)
    assert caught(found, "index.json")


def record_anew(files: Files) -> None:
    """Let the statement name the manifest that is there, and the line of the release name both."""
    envelope = json.loads(files["release/provenance.json"])
    said = json.loads(base64.b64decode(envelope["payload"]))
    sha256 = hashlib.sha256(files["release/manifest.json"]).hexdigest()
    for one in said["subject"] if isinstance(said, dict) and isinstance(said.get("subject"), list) else ():
        if isinstance(one, dict) and one.get("name") == "manifest.json":
            one["digest"] = {"sha256": sha256}
    envelope["payload"] = base64.b64encode(json.dumps(said).encode()).decode()
    files["release/provenance.json"] = json.dumps(envelope).encode()
    for name in [one for one in files if one.endswith(".line")]:
        first, end, proof = files[name].partition(b"\n")
        line = json.loads(first)
        if (
            line.get("subject") == "fares-and-calls"
            and line.get("kind") == "release"
            and isinstance(line["body"], dict)
        ):
            line["body"] |= {
                "provenance_sha256": hashlib.sha256(files["release/provenance.json"]).hexdigest(),
                "manifest_sha256": sha256,
            }
            files[name] = json.dumps(line).encode() + end + proof


ODD = st.sampled_from(
    [None, True, -1, 1e308, "", "\x1b[2J", "x" * 70, "a/../b", [], [[]], {}, {"sha256": 1}, "source x"]
)


def nodes(value: Any) -> list[tuple[Any, Any]]:
    """Every place in a JSON value: what it is in, and its key or index."""
    places = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for key, each in places for found in ((value, key), *nodes(each))]


def answer_signed(files: Files, work: Path) -> Answer:
    """What the verifier says when statements are signed and recorded whatever is in them, and every line is proven."""
    record_anew(files)
    root = base64.b64decode(files["ledger/checkpoint"].split(b"\n")[2])
    holds = verifier.has_signed
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(verifier, "compute_root", lambda *_: root)
        patch.setattr(verifier, "has_signed", lambda *of: of[2].startswith(b"DSSE") or holds(*of))
        return answer(files, work)


def test_such_signatures_let_evidence_through(archive: Store, tmp_path: Path) -> None:
    files = evidence_of(archive, "fares-and-calls", listed=False).files
    assert answer_signed(dict(files), tmp_path).status == 0, "or the next test looks at nothing"


@settings(max_examples=examples(300), deadline=None)
@given(data=st.data())
def test_whatever_a_forger_signs_the_verifier_answers(archive: Store, data: st.DataObject) -> None:
    """With signatures and proofs that hold for anything: what was not thought of is no traceback, and does not pass
    for the release unless it says the same."""
    files = evidence_of(archive, "fares-and-calls", listed=False).files
    names = [name for name in files if name.endswith(".line")] + [
        "release/provenance.json",
        "release/manifest.json",
    ]
    name = data.draw(st.sampled_from(sorted(names)))
    first, end, proof = files[name].partition(b"\n") if name.endswith(".line") else (files[name], b"", b"")
    said = json.loads(first)
    inner = json.loads(base64.b64decode(said["payload"])) if "payload" in said else said
    place, key = data.draw(st.sampled_from(nodes(inner)))
    place[key] = data.draw(ODD)
    if inner is not said:
        said["payload"] = base64.b64encode(json.dumps(inner).encode()).decode()
    work = archive.root.parent / "signed"
    work.mkdir(exist_ok=True)
    found = answer_signed(files | {name: json.dumps(said).encode() + end + proof}, work)
    assert found.status in (0, 1, 3) and "\x1b" not in found.said


def test_of_a_statement_from_before_it_is_said_which_names_are_not_bound(
    archive: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Older statements do not name the snapshots behind a table."""
    module = sys.modules[statement.__module__]
    behind = module.behind  # type: ignore[attr-defined]
    monkeypatch.setattr(module, "behind", lambda *given: [one._replace(open=False) for one in behind(*given)])
    store = open_store(tmp_path / "store")
    source, metrics = tmp_path / "fares.csv", tmp_path / "metrics"
    source.write_bytes(b"id,name\n1,a\n")
    metrics.mkdir()
    (metrics / "old.sql").write_text("select id, name from fares")
    monkeypatch.setenv("PRAYA_METRICS", str(metrics))
    fares = make_contract(dataset="fares", source={"url": source.as_uri()})
    old = make_contract(dataset="old", source={"url": None, "mart": "old", "format": "parquet"})
    way.take(store, fares, tmp_path)
    marts = Marts(metrics, [fares, old])
    compute_marts(store, *marts)
    version = way.take(store, old, tmp_path, marts=marts)
    (tmp_path / "none").touch()
    write_evidence(store, "old", version, tmp_path / "old.zip", tmp_path / "none")
    data = (tmp_path / "old.zip").read_bytes()
    found = answer(data, tmp_path)
    sha256 = hashlib.sha256(source.read_bytes()).hexdigest()
    assert found.status == 3 and "All " not in found.said, found
    assert f"raw/{sha256}: the ledger has it as received for fares" in found.said
    assert "table fares: the statement does not name its snapshots" in found.said
    with zipfile.ZipFile(tmp_path / "old.zip") as file:
        files = {name: file.read(name) for name in file.namelist() if name != "index.json"}
    assert caught(answer(files | {f"raw/{sha256}": b"other"}, tmp_path), f"raw/{sha256}")


def test_the_program_in_the_zip_does_the_same(whole: Evidence, tmp_path: Path) -> None:
    (tmp_path / "verify.py").write_bytes(whole.files["verify.py"])
    first, second = [name for name in sorted(whole.files) if name.startswith("inputs/")][:2]
    forged = whole.files | {first: whole.files[second], second: whole.files[first]}
    for files, status in ((whole.files, 0), (forged, 1)):
        zipped(files, tmp_path / "evidence.zip")
        command = [
            sys.executable,
            "-I",
            str(tmp_path / "verify.py"),
            str(tmp_path / "evidence.zip"),
            own_signer().keyid,
        ]
        done = subprocess.run(
            command, capture_output=True, text=True, env={"PATH": "/usr/bin:/bin"}, check=False
        )
        assert done.returncode == status and done.stderr == "", done
        assert (f"{first}: was changed" in done.stdout) == bool(status)
    done = subprocess.run(command, capture_output=True, text=True, env={"PATH": "/nowhere"}, check=False)
    assert done.returncode == 2 and "openssl" in done.stderr
