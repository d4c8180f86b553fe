"""A reader of all that goes out of a small table of counts, who can make every step again, tries tables until a hash,
a size or a key is right: nothing that is published or put into evidence answers."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
import re
import shutil
import zipfile
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from made import open_store, own_signer, project
from made import provenance_way as way
from made.leaves import leaves_of
from praya.assurance.evidence import write_evidence
from praya.assurance.verify import list_findings
from praya.contract import Contract
from praya.ledger import Ledger
from praya.ledger.checkpoint import request
from praya.lineage import Marts
from praya.pipeline.collect import collect_source
from praya.pipeline.current import TodaysRules
from praya.pipeline.protect import protect_table
from praya.pipeline.release.preview import grant_preview
from praya.pipeline.stage import stage_table
from praya.pipeline.validate import validate_table
from praya.provenance.signed_files import publish_checkpoint
from praya.site.export.ocfl import write_ocfl
from praya.store import Store

pytestmark = pytest.mark.slow

THEN = dt.datetime(2026, 3, 1, 2, 0, tzinfo=dt.UTC)
FIXED = "2026-03-01T02:00:00Z"
METHODS = ("10-5 rule", "suppression")


class Out(NamedTuple):
    """A store, the dataset of counts in it, and everything that goes out of it: name → bytes."""

    store: Store
    contract: Contract
    files: dict[str, bytes]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is received and recorded has one time, so that only the records tell one store from another."""
    monkeypatch.setattr("made.basics.now", lambda: THEN)


def make(target: Path, monkeypatch: pytest.MonkeyPatch, small: int, method: str) -> Out:
    """The way of 41 calls of one kind, 57 of another and `small` of a third, from records to all that goes out. It is
    gone in one place, so that no path tells one store from another, and kept in `target`."""
    work = target.parent / "work"
    work.mkdir()
    monkeypatch.setenv("PRAYA_METRICS", str(work / "metrics"))
    kinds = ["a"] * 41 + ["b"] * 57 + ["c"] * small
    store, contract, calls = way.counted(work, work / "metrics", kinds, method)
    marts = Marts(work / "metrics", [calls, contract])
    looked_at = previewed(open_store(shutil.copytree(store.root, work / "copy")), contract, work, marts)
    way.take(store, contract, work, marts=marts)
    files = looked_at | outgoing(store, contract, work)
    work.rename(target)
    return Out(open_store(target / "store"), contract, files)


def previewed(store: Store, contract: Contract, work: Path, marts: Marts) -> dict[str, bytes]:
    """What a reader sees before it is out."""
    collect_source(contract, store, {})
    stage_table(contract, store)
    validate_table(contract, store, work)
    now, table = dt.datetime.now(dt.UTC), protect_table(contract, store, marts)
    until, why = now + dt.timedelta(days=1), "figures for a hearing"
    terms: dict[str, Any] = {"to": "a reader", "start": now, "until": until, "reason": why, "by": "mary"}
    grant, _ = grant_preview(table, contract, store, checks=TodaysRules(store, project().suites), **terms)
    return {f"preview/{name}": data for name, data in below(store.path(f"previews/{grant.id}/files")).items()}


def outgoing(store: Store, contract: Contract, work: Path) -> dict[str, bytes]:
    """The served area, the archive for preservation, the request to a witness, and the evidence."""
    found = {f"released/{name}": data for name, data in below(store.path("released")).items()}
    write_ocfl(store, work / "ocfl")
    found |= {f"ocfl/{name}": data for name, data in below(work / "ocfl").items()}
    found["request"] = request(leaves_of(Ledger(store)), 1, publish_checkpoint(store, own_signer()))
    (work / "witnesses").touch()
    version = store.read_json(f"released/{contract.dataset}/latest.json")["version"]
    write_evidence(store, contract.dataset, version, work / "evidence.zip", work / "witnesses")
    with zipfile.ZipFile(work / "evidence.zip") as file:
        return found | {f"evidence/{name}": file.read(name) for name in file.namelist()}


def below(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def tokens(files: dict[str, bytes]) -> set[str]:
    """Every hash that can be read in files, as hex: of 32 bytes in hex or base64, also inside what is in base64, and
    its first 12 or 16 digits, as names have them."""
    found = set[str]()
    for name, data in files.items():
        texts = [name, data.decode("utf-8", "replace")]
        for text in re.findall(r"[A-Za-z0-9+/]{40,}={0,2}", texts[1]):
            text = text.rstrip("=")
            raw = base64.b64decode(text[: len(text) - (len(text) % 4 == 1)] + "==")
            texts.append(raw.decode("utf-8", "replace"))
            found |= {raw.hex()} if len(raw) == 32 else set()
        for text in texts:
            found |= set(
                re.findall(r"(?<![0-9a-f])(?:[0-9a-f]{64}|[0-9a-f]{16}|[0-9a-f]{12})(?![0-9a-f])", text)
            )
    return found | {one[:length] for one in found if len(one) == 64 for length in (12, 16)}


def computable(store: Store) -> set[str]:
    """Every hash that somebody gets who makes the steps on a guess: what is in the store, and the hashes of all files
    in it, and of what each line of the ledger says, also with the salts that are known (`line.salt`)."""
    files = below(store.root)
    found = tokens(files) | {hashlib.sha256(data).hexdigest() for data in files.values()}
    for line in Ledger(store):
        for said in (line.body, {"kind": line.kind, "subject": line.subject, "body": line.body}):
            text = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
            found.add(hashlib.sha256(text.encode()).hexdigest())
    return found | {one[:length] for one in found if len(one) == 64 for length in (12, 16)}


@pytest.mark.parametrize("method", METHODS)
def test_no_hash_that_goes_out_tells_a_guess_that_is_right_from_one_that_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: None, method: str
) -> None:
    published = make(tmp_path / "published", monkeypatch, 7, method)
    right, wrong = (make(tmp_path / name, monkeypatch, n, method) for name, n in (("right", 7), ("wrong", 8)))
    told_apart = computable(right.store) - computable(wrong.store)
    kept = below(published.store.root)
    assert len(told_apart & tokens({"ledger": kept["ledger/ledger.jsonl"]})) >= 10, (
        "or the search finds nothing"
    )
    found = {
        name: sorted(hits)
        for name, data in published.files.items()
        if (hits := tokens({name: data}) & told_apart)
    }
    assert found == {}


@pytest.mark.parametrize("method", METHODS)
def test_two_tables_that_are_published_alike_go_out_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: None, method: str
) -> None:
    """Not only hashes: sizes, numbers of lines and words too. What differs are hashes of salted lines, and what is made
    from those."""
    one, other = (make(tmp_path / name, monkeypatch, n, method) for name, n in (("one", 7), ("other", 8)))
    assert one.files.keys() == other.files.keys()
    chained = re.compile(
        r"evidence/(ledger/.*|index\.json)|request|released/(keys/checkpoint|catalogue\.signed\.json)|released/.*atom"
    )
    differ = {name for name, data in one.files.items() if data != other.files[name]}
    assert {name for name in differ if not chained.fullmatch(name)} == set()
    for name in sorted(differ):
        if name.endswith(".line"):
            lines = [json.loads(each.files[name].split(b"\n")[0]) for each in (one, other)]
            assert {key for key in lines[0] if lines[0][key] != lines[1][key]} <= {"salt", "prev", "hash"}
        assert len(one.files[name]) == len(other.files[name]), name


def test_no_salt_of_a_sealed_line_goes_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: None
) -> None:
    made = make(tmp_path / "made", monkeypatch, 7, METHODS[0])
    shown = {int(Path(name).stem) for name in made.files if name.endswith(".line")}
    texts = b"\0".join(made.files.values())
    hidden = [line for line in Ledger(made.store) if line.number not in shown]
    assert len(hidden) >= 5 and {line.kind for line in hidden} >= {"snapshot", "verdict", "disclosure"}
    for line in hidden:
        assert line.salt.encode() not in texts and line.event.encode() not in texts, line


def test_the_protected_table_holds_no_more_than_what_is_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: None
) -> None:
    """For its hash is published."""
    import duckdb

    made = make(tmp_path / "made", monkeypatch, 7, METHODS[0])
    (protected,) = made.store.path("protected/calls-by-kind").glob("*/table.parquet")
    (released,) = made.store.path("released/calls-by-kind").glob("*/calls-by-kind.parquet")
    with duckdb.connect() as con:
        tables = [con.sql(f"select * from '{path}' order by kind") for path in (protected, released)]
        assert tables[0].columns == tables[1].columns and tables[0].fetchall() == tables[1].fetchall()


def test_who_has_the_store_verifies_it_as_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: None
) -> None:
    made = make(tmp_path / "made", monkeypatch, 7, METHODS[0])
    assert list(list_findings(made.store)) == []
    (true,) = made.store.path("marts/calls_by_kind").glob("*/mart.parquet")
    shutil.copyfile(true, tmp_path / "true.parquet")
    raw = made.store.path(f"raw/{hashlib.sha256(true.read_bytes()).hexdigest()}")
    raw.chmod(0o600)
    way.flip(raw)
    assert any(str(raw) in problem for problem in list_findings(made.store))


def test_the_page_of_a_verdict_on_counts_has_no_key_made_from_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: None
) -> None:
    made = make(tmp_path / "made", monkeypatch, 7, METHODS[0])
    pages = [*made.store.path("verdicts").rglob("report*.html")]
    assert len(pages) == 6
    for page in pages:
        assert not re.search(r"[0-9a-f]{64}", page.read_text("utf-8")), page
