"""reproduce: made again from raw or from the protected mart, the bytes are the same, and what differs is named."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
from pathlib import Path

import pytest

from made import open_store, scratch_left
from made import provenance_way as way
from made.expected import stops
from praya.assurance.reproduce import reproduce_release
from praya.assurance.reproduce.code import MODULES, at_commit, module_in
from praya.assurance.verify import list_findings, list_states
from praya.errors import codes
from praya.ledger import Ledger
from praya.pipeline.retention import purge_snapshots

pytestmark = pytest.mark.slow

SAME = "all 23 files and the manifest are the same, byte for byte"


def test_from_raw_every_byte_is_the_same(facts: way.Made) -> None:
    done = reproduce_release(open_store(facts.root), "fares", facts.version)
    assert done.same and done.messages[-1] == SAME
    assert "reproducible from raw (1 of 1 snapshots are there)" in done.messages[0]
    assert list(list_findings(open_store(facts.root))) == []


def test_of_counts_too_and_after_the_purge_from_the_protected_mart(counts: way.Made) -> None:
    store = open_store(counts.root)
    dataset, version = counts.contract.dataset, counts.version
    done = reproduce_release(store, dataset, version)
    assert done.same and "reproducible from raw (2 of 2" in done.messages[0]
    assert purge_snapshots(store, counts.records, dt.datetime(2999, 1, 1, tzinfo=dt.UTC))
    assert list(list_findings(store)) == []
    (state,) = list_states(store)
    assert state.state == "reproducible from the protected mart"
    assert state.why.startswith("1 of 2 snapshots were removed, purged on 20")
    done = reproduce_release(store, dataset, version)
    assert done.same and done.messages[-1] == SAME
    assert "reproducible from the protected mart" in done.messages[0]


def test_code_of_before_the_layout_of_today_is_asked_by_its_own_name(tmp_path: Path) -> None:
    today, before = MODULES
    assert module_in(Path(__file__).parents[2]) == today
    file = tmp_path / "include" / Path(*before.split(".")).with_suffix(".py")
    file.parent.mkdir(parents=True)
    file.touch()
    assert module_in(tmp_path) == before


def test_what_is_not_the_same_is_named(facts: way.Made) -> None:
    way.flip(facts.folder / "fares.csv")
    manifest = facts.folder / "manifest.json"
    told = json.loads(manifest.read_text())
    manifest.write_text(json.dumps(told | {"rows": 3}, indent=2, ensure_ascii=False) + "\n")
    done = reproduce_release(open_store(facts.root), "fares", facts.version)
    assert not done.same
    assert done.messages[-2:] == ["fares.csv: is not the same", "manifest.json: is not the same in rows"]


def test_a_second_release_of_the_same_time_is_made_again_too(facts: way.Made) -> None:
    store = open_store(facts.root)
    contract = facts.contract.model_copy(
        update={"title": facts.contract.title.model_copy(update={"en": "Another title"})}
    )
    version = way.take(store, contract, facts.root)
    assert version == f"{facts.version}-2"
    assert reproduce_release(store, "fares", version).same


def test_without_raw_and_protected_table_it_says_so(facts: way.Made) -> None:
    store = open_store(facts.root)
    for area in ("raw", "protected"):
        for path in sorted(store.path(area).rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
    (state,) = list_states(store)
    assert state.state == "not reproducible"
    with stops(codes.evidence.NOT_REPRODUCIBLE, f"fares {facts.version}", "1 of 1 snapshots"):
        reproduce_release(store, "fares", facts.version)


def test_a_withdrawn_version_is_a_tombstone(facts: way.Made) -> None:
    for path in facts.folder.iterdir():
        path.unlink()
    (facts.folder / "withdrawn.json").write_text("{}")
    (state,) = list_states(open_store(facts.root))
    assert (state.version, state.state) == (facts.version, "tombstoned")


def test_the_code_is_that_of_the_commit_where_there_is_a_repository(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    git = ["git", "-C", str(root), "-c", "user.name=x", "-c", "user.email=x@example.org"]
    with at_commit(("0" * 40, False), tmp_path, root) as (path, said):
        assert path == root and "there is no repository with commit 000000000000 here" in said
    (root / "file").write_text("old")
    for command in (["init", "-q"], ["add", "file"], ["commit", "-qm", "one"]):
        subprocess.run([*git, *command], check=True)
    head = subprocess.run(
        [*git, "rev-parse", "HEAD"], check=True, capture_output=True, text=True
    ).stdout.strip()
    (root / "file").write_text("new")
    with at_commit((head, False), tmp_path, root) as (path, said):
        assert (path / "file").read_text() == "old" and said == f"made by the code of commit {head[:12]}"
    assert not (tmp_path / "code").exists()
    with at_commit((head, True), tmp_path, root) as (path, said):
        assert path == root and "was changed after commit" in said
    with at_commit(None, tmp_path, root) as (path, said):
        assert path == root and "names no commit" in said


def test_nothing_of_it_is_left_in_the_store(facts: way.Made) -> None:
    store = open_store(facts.root)
    lines = len(list(Ledger(store)))
    reproduce_release(store, "fares", facts.version)
    assert scratch_left(store) == []
    assert len(list(Ledger(store))) == lines
