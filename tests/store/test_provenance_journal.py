"""The write journal: every file of the store is bound to a line of it, an interrupted write is told from a change, and
a store that is older than its journal goes on."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from made import open_store, own_signer
from made import provenance_way as way
from praya.assurance.verify import verify_store
from praya.assurance.verify.stored import BEFORE_JOURNAL, OLDER
from praya.ledger import Ledger, merkle
from praya.ledger.growth import Growth
from praya.provenance import checkpoints
from praya.provenance.checkpoints import publish_checkpoint
from praya.provenance.keys import announce
from praya.site.portal import write_catalogue
from praya.store import Store
from praya.store.journal import Journal
from praya.store.journal_state import Replayed

KEYS = ("state/a/staged.json", "state/a/b/x.json", "marts/m/k/mart.parquet", "state/a/other.json")


class Killed(BaseException):
    """Nothing catches this but the test."""


@pytest.fixture
def older(tmp_path: Path) -> way.Made:
    """A store as version 0.1 left it: without a write journal, and without seals in the ledger."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Journal, "intend", lambda *_: 0)
        patch.setattr(Journal, "finish", lambda *_: None)
        patch.setattr(Journal, "flush", lambda *_: None)
        patch.setattr(checkpoints, "_seal", lambda store, before, anew: before)
        return way.facts(tmp_path)


def test_a_store_from_before_the_journal_verifies_and_says_what_nothing_vouches_for(older: way.Made) -> None:
    store = open_store(older.root)
    assert not store.journal.path.exists()
    done = verify_store(store)
    assert done.findings == ()
    (reason,) = [one for one in done.unverified if one.reason == OLDER]
    areas = {key.split("/")[0] for key in reason.keys}
    assert areas == {"receipts", "staged", "state", "protected"}, [
        key for key in reason.keys if "released" in key
    ]


def test_the_first_write_lists_what_is_there_and_from_then_on_a_change_shows(
    older: way.Made, tmp_path: Path
) -> None:
    store = open_store(older.root)
    (tmp_path / "more.csv").write_bytes(b"id,name\n1,a\n2,c\n")
    way.publish_anew(store, older.contract, tmp_path / "more.csv")
    write_catalogue(store)
    done = verify_store(store)
    assert done.findings == () == done.warnings
    (found,) = [one for one in done.unverified if one.reason == BEFORE_JOURNAL]
    staged = next(key for key in found.keys if key.endswith("table.parquet"))
    way.flip(store.root / staged)
    (problem,) = verify_store(store).problems
    assert problem.startswith(
        f"{store.root / staged}: was changed: it is not the file that was written by process"
    )
    way.flip(store.root / staged)
    # A journal that is taken away is not begun anew unseen.
    store.journal.path.unlink()
    store.put_json("state/fares/problem.json", {})
    assert any(
        "is not the line that the ledger sealed" in one or "was shortened" in one
        for one in verify_store(store).problems
    )


@pytest.mark.parametrize("op", ["replace", "create", "remove", "tree"])
@pytest.mark.parametrize("moved", [False, True], ids=["before the rename", "after the rename"])
def test_a_write_that_was_killed_is_unfinished_and_a_change_to_it_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, op: str, moved: bool
) -> None:
    store = open_store(tmp_path / "store")
    store.put_bytes("state/a/b.json", b"old")
    store.put_bytes("state/a/c.json", b"other")
    real = {"replace": os.replace, "rename": os.rename}

    def dying(name: str):  # type: ignore[no-untyped-def]
        def die(old: object, new: object) -> None:
            if moved:
                real[name](old, new)  # type: ignore[arg-type]
            raise Killed

        return die

    with monkeypatch.context() as patch:
        for name in real:
            patch.setattr(os, name, dying(name))
        with pytest.raises(Killed):
            _write(store, op)
    key = {"replace": "state/a/b.json", "create": "state/a/new.json", "remove": "state/a/b.json"}.get(
        op, "state/t/x"
    )
    done, path = verify_store(store), store.path(key)
    assert done.problems == [] and len(done.unfinished) == (not moved)
    for one in done.unfinished:
        assert one.startswith(f"{path}: is part of an unfinished write by process {os.getpid()} at ")
    if not (op == "remove" and moved):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"neither")
        assert len(verify_store(store).problems) == 1
        path.unlink()
    if op == "tree" and path.parent.exists():
        path.parent.rmdir()  # a folder that stands is kept as it is
    _write(store, op)
    if op != "remove" or not moved:
        assert verify_store(store).findings == ()


def _write(store: Store, op: str) -> None:
    if op == "tree":
        with store.scratch() as work:
            (work / "t").mkdir()
            (work / "t" / "x").write_bytes(b"new")
            store.adopt_tree(work / "t", "state/t")
    elif op == "remove":
        store.discard("state/a/b.json")
    else:
        store.put_bytes("state/a/b.json" if op == "replace" else "state/a/new.json", b"new")


def test_an_old_file_that_is_put_back_after_the_write_was_carried_out_is_a_change(tmp_path: Path) -> None:
    store = open_store(tmp_path / "store")
    for data in (b"old", b"new"):
        store.put_bytes("state/a/b.json", data)
    store.journal.flush()
    store.path("state/a/b.json").write_bytes(b"old")
    (problem,) = verify_store(store).problems
    assert "was changed" in problem
    store.discard("state/a/b.json")
    store.journal.flush()
    store.path("state/a/b.json").write_bytes(b"new")
    (problem,) = verify_store(store).problems
    assert "was removed by process" in problem and "lies there again" in problem


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.sampled_from(KEYS), st.sampled_from([b"1", b"2", None]), st.booleans()), max_size=12
    )
)
def test_any_history_of_writes_verifies_and_any_change_to_it_shows(
    tmp_path_factory: pytest.TempPathFactory, history: list[tuple[str, bytes | None, bool]]
) -> None:
    store = open_store(tmp_path_factory.mktemp("history"))
    for key, data, flush in history:
        store.discard(key) if data is None else store.put_bytes(key, data)
        if flush:
            store.journal.flush()
    assert verify_store(store).findings == ()
    store.journal.flush()
    for key in Replayed(store.journal).files:
        path = store.path(key)
        whole = path.read_bytes()
        path.write_bytes(b"2" if whole == b"1" else b"1")
        assert len(verify_store(store).problems) == 1
        path.unlink()
        assert len(verify_store(store).problems) == 1
        path.write_bytes(whole)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.binary(min_size=32, max_size=32), max_size=40), st.integers(0, 40))
def test_a_frontier_that_grows_has_the_root_of_the_whole_tree(leaves: list[bytes], start: int) -> None:
    frontier: list[bytes] = []
    for size, leaf in enumerate(leaves):
        frontier = merkle.grow(frontier, size, leaf)
    assert merkle.root_of_frontier(frontier) == merkle.root(leaves)
    assert len(frontier) == len(leaves).bit_count()


def test_signing_reads_only_the_lines_that_are_new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = open_store(tmp_path / "store")
    announce(store, own_signer())
    Ledger(store).record_all("downloads", "x", [{"n": number} for number in range(300)])
    publish_checkpoint(store, own_signer())
    Ledger(store).record("downloads", "x", {"n": -1})
    read: list[int] = []
    real = Growth._new

    def counted(self: Growth, path: Path):  # type: ignore[no-untyped-def]
        for raw in real(self, path):
            read.append(len(raw))
            yield raw

    monkeypatch.setattr(Growth, "_new", counted)
    publish_checkpoint(store, own_signer())
    assert len(read) == 1
    assert verify_store(store).findings == () == verify_store(store).warnings


def test_what_a_process_that_has_ended_left_open_is_settled_at_the_next_signing(tmp_path: Path) -> None:
    store = open_store(tmp_path / "store")
    announce(store, own_signer())
    store.put_bytes("state/a/b.json", b"old")
    publish_checkpoint(store, own_signer())
    child = os.fork()
    if not child:
        store.journal.intend({"state/a/new.json": "0" * 64, "state/a/b.json": "1" * 64})
        store.put_bytes("state/a/c.json", b"moved")
        os._exit(0)
    os.waitpid(child, 0)
    kept = verify_store(store)
    assert kept.problems == [] and len(kept.unfinished) == 2
    publish_checkpoint(store, own_signer())
    assert verify_store(store).findings == () == verify_store(store).warnings
    standing = Replayed(store.journal).files
    assert "state/a/new.json" not in standing and standing["state/a/c.json"].done
    way.flip(store.path("state/a/b.json"))
    (problem,) = verify_store(store).problems
    assert "was changed" in problem


def test_a_write_that_may_be_under_way_is_not_settled_by_others(tmp_path: Path) -> None:
    store = open_store(tmp_path / "store")
    announce(store, own_signer())
    number = store.journal.intend({"state/a/new.json": "0" * 64})
    publish_checkpoint(store, own_signer())
    publish_checkpoint(store, own_signer())
    (unfinished,) = verify_store(store).findings
    assert unfinished.startswith(f"{store.path('state/a/new.json')}: is part of an unfinished write")
    store.journal.finish(number)
    publish_checkpoint(store, own_signer())
    assert len(verify_store(store).problems) == 1, "it says that it was written, and it is not there"
