"""What every backend of the store does alike, and a dataset that goes the whole way on each with the same bytes."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from made import field, make_contract, scratch_left
from made.copying_store import CopyingStore
from praya.assurance.evidence import write_evidence
from praya.assurance.links import follow_links
from praya.assurance.reproduce import reproduce_release
from praya.assurance.verify import list_findings, list_states
from praya.errors import IntegrityError, StoreBusy
from praya.history import latest, point, versions
from praya.lineage import Marts
from praya.pipeline.measure import compute_marts
from praya.pipeline.order import Pipeline, publish_release
from praya.pipeline.protect import protect_table
from praya.pipeline.release.withdrawal import withdraw
from praya.project import Project
from praya.provenance import load_signer
from praya.provenance.checkpoints import sign_end
from praya.site.export import write_ocfl
from praya.site.portal import write_catalogue
from praya.site.portal.publish import publish_released
from praya.store import FolderStore, PackedFolderStore, Store, layout
from praya.store.journal_state import Replayed
from praya.store.migration import migrate_store
from praya.store.states import Problem

Open = Callable[[Path], Store]


def on_folder(root: Path) -> Store:
    return FolderStore(_project(root))


def in_memory(root: Path) -> Store:
    return CopyingStore(_project(root), root / "disk")


class EagerStore(PackedFolderStore):
    """A store that packs whatever can be packed at once, so that every reader meets packs."""

    def adopt_tree(self, folder: Path, key: str) -> None:
        super().adopt_tree(folder, key)
        self.pack(key)

    def adopt_all(self, files: Mapping[str, Path], mode: int = 0o644) -> None:
        super().adopt_all(files, mode)
        for key in files:
            if key.startswith("raw/"):
                self.pack(key)


def in_packs(root: Path) -> Store:
    return EagerStore(_project(root))


def _project(root: Path) -> Project:
    project = Project.from_environment(store_folder=root / "store")
    now = dt.datetime(2026, 2, 1, 4, tzinfo=dt.UTC)
    return replace(project, clock=lambda: now, metrics=root / "metrics", contracts=root / "contracts")


BACKENDS = pytest.mark.parametrize("open_backend", [on_folder, in_memory, in_packs])

FOLDERS = ("state/a", "state/a-b", "state/a.b", "released")
KEYS = st.builds(
    "{}/{}".format, st.sampled_from(FOLDERS), st.sampled_from(("x", "x.json", "y.json", "x-1/x.json"))
)
DATA = st.binary(max_size=20)
CALLS = st.lists(
    st.one_of(
        st.tuples(st.just("put"), st.dictionaries(KEYS, DATA, min_size=1, max_size=3)),
        st.tuples(st.just("put new"), st.dictionaries(KEYS, DATA, min_size=1, max_size=3)),
        st.tuples(st.just("replace"), KEYS, st.none() | DATA, DATA),
        st.tuples(st.just("discard"), KEYS | st.sampled_from(FOLDERS)),
    ),
    max_size=8,
)
PATTERNS = ("*", "*.json", "**/*", "**/*.json", "*/x.json", "a*/*", "**/x.json", "none/*")


def has_same(store: Store, files: dict[str, bytes], tree: Path) -> None:
    """Hold what the store says against the same files in the folder `tree`."""
    for key, data in files.items():
        (tree / key).parent.mkdir(parents=True, exist_ok=True)
        (tree / key).write_bytes(data)
        assert store.get_bytes(key) == store.read_bytes(key) == store.local(key).read_bytes() == data
        assert store.exists(key) and store.size(key) == len(data)
        assert store.local(key).as_posix().endswith(key)
    for folder in ("state", *FOLDERS):
        # A folder may stay that nothing lies in any more.
        there = [
            name
            for name in store.children(folder)
            if f"{folder}/{name}" in files or store.keys(f"{folder}/{name}")
        ]
        assert there == sorted(path.name for path in (tree / folder).glob("*"))
        for pattern in PATTERNS:
            found = sorted(path for path in (tree / folder).glob(pattern) if path.is_file())
            assert store.keys(folder, pattern) == [path.relative_to(tree).as_posix() for path in found]
    assert {key for key in store.keys("") if key.split("/")[0] in ("state", "released")} == set(files)


@BACKENDS
@settings(max_examples=30)
@given(calls=CALLS)
def test_a_store_has_what_was_put_and_nothing_else(open_backend: Open, calls: list[tuple]) -> None:
    files: dict[str, bytes] = {}
    with TemporaryDirectory() as root, TemporaryDirectory() as tree:
        store = open_backend(Path(root).resolve())
        for call, *arguments in calls:
            if call == "put":
                store.put_all(arguments[0])
                files |= arguments[0]
            elif call == "put new":
                assert store.put_if_new(arguments[0]) == any(
                    files.get(k) != v for k, v in arguments[0].items()
                )
                files |= arguments[0]
            elif call == "replace":
                key, expected, data = arguments
                assert store.replace(key, expected, data) == (files.get(key) == expected)
                files |= {key: data} if files.get(key) == expected else {}
            else:
                gone = arguments[0]
                store.discard(gone)
                files = {k: v for k, v in files.items() if k != gone and not k.startswith(f"{gone}/")}
        has_same(store, files, Path(tree))
        replayed = Replayed(store.journal)
        assert replayed.problems == []
        hashes = {key: store.sha256(key) for key in files}
        assert {key: one.sha256 for key, one in replayed.files.items() if one.sha256} == hashes


@BACKENDS
class TestBackend:
    """What is promised of single calls."""

    @pytest.fixture
    def store(self, open_backend: Open, tmp_path: Path) -> Store:
        return open_backend(tmp_path)

    def test_what_is_not_there_is_none_where_it_may_be_and_an_error_where_it_must(self, store: Store) -> None:
        key = "state/a/x.json"
        assert store.get_bytes(key) is None and store.get_json(key) is None and not store.exists(key)
        assert store.state(Problem, "a") is None and store.keys("state/a") == store.children("state/a") == []
        assert not store.local(key).exists()
        for read in (store.read_bytes, store.read_json, store.sha256, store.size):
            with pytest.raises(IntegrityError) as caught:
                read(key)
            assert caught.value.code.name == "PRAYA-STORE-003"
        store.discard(key)

    @pytest.mark.parametrize("key", ["", ".", "/etc/passwd", "../x", "state/../../x", "a\nb", "x" * 300])
    def test_a_key_that_is_none_is_refused(self, store: Store, key: str) -> None:
        for call in (store.exists, store.get_bytes, store.discard, lambda one: store.put_bytes(one, b"")):
            with pytest.raises(IntegrityError) as caught:
                call(key)
            assert caught.value.code.name == "PRAYA-STORE-001"

    def test_a_key_is_written_by_a_plain_name_only(self, store: Store) -> None:
        for key in ("state/é", "state/.x", "state//x", "state/x y"):
            with pytest.raises(IntegrityError):
                store.put_bytes(key, b"")
        with pytest.raises(IntegrityError):
            store.put_all({"state/a": b"1", "state/A": b"2"})
        assert store.keys("state") == []

    def test_a_tree_is_adopted_whole_and_once(self, store: Store) -> None:
        for content in (b"1", b"2"):
            with store.scratch() as work:
                (work / "tree" / "deep").mkdir(parents=True)
                (work / "tree" / "x").write_bytes(content)
                (work / "tree" / "deep" / "y").write_bytes(content)
                store.adopt_tree(work / "tree", "raw/tree")
        assert store.keys("raw") == ["raw/tree/deep/y", "raw/tree/x"]
        assert [path.read_bytes() for path in sorted(store.local("raw/tree").rglob("?"))] == [b"1", b"1"]
        with pytest.raises(IntegrityError):
            store.get_bytes("raw/tree")
        assert len(Replayed(store.journal).files) == 2

    def test_a_write_that_is_killed_leaves_the_old_and_is_found_in_the_journal(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        store.put_bytes("state/x", b"old")

        class Killed(BaseException):
            pass

        def kill(*_: object) -> None:
            raise Killed

        monkeypatch.setattr(store.journal, "finish", kill)
        monkeypatch.setattr(os, "replace", kill)
        with suppress(Killed):
            store.put_bytes("state/x", b"new")
        assert store.get_bytes("state/x") in (b"old", b"new")
        standing = Replayed(store.journal).files["state/x"]
        assert not standing.done and store.sha256("state/x") in {standing.sha256, *standing.before}
        assert scratch_left(store) == []

    def test_a_pointer_that_somebody_else_moved_stays(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def move(*_: object) -> None:
            store.put_json(layout.pointer("sample"), {"version": "theirs", "sequence": 1})

        monkeypatch.setattr("praya.history.pointer.write_index", move)
        with pytest.raises(StoreBusy) as caught:
            point(store, "sample", {"version": "ours"})
        assert caught.value.code.name == "PRAYA-STORE-008"
        assert latest(store, "sample") == {"version": "theirs", "sequence": 1}


FACTS = make_contract(dataset="facts")
TOTALS = make_contract(
    field("name"),
    field("rows", "integer"),
    dataset="totals",
    source={"url": None, "mart": "totals", "format": "parquet"},
)


def publish(store: Store, source: Path, suites: Path) -> None:
    """Collect, stage, validate, protect and release `source`, its mart, and the catalogue."""
    facts = FACTS.model_copy(update={"source": FACTS.source.model_copy(update={"url": source.as_uri()})})
    by, now = load_signer(store.project.signing_key), store.project.clock()
    steps = Pipeline(store, suites, by=by)
    marts = Marts(store.project.metrics, [facts, TOTALS])
    for contract in (facts, TOTALS):
        if contract is TOTALS:
            assert compute_marts(store, *marts)["totals"].is_made
        steps.collect(contract)
        steps.stage(contract)
        steps.validate(contract)
        publish_release(protect_table(contract, store, marts), contract, store, now, suites, by=by)
    write_catalogue(store, now, by)
    sign_end(store, lambda: by)


def files_below(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


@pytest.mark.slow
def test_a_dataset_goes_the_whole_way_on_every_backend_with_the_same_bytes(tmp_path: Path) -> None:
    source, suites = tmp_path / "source.csv", tmp_path / "suites"
    suites.mkdir()
    stores = {}
    for open_backend in (on_folder, in_memory, in_packs):
        root = tmp_path / open_backend.__name__
        (root / "metrics").mkdir(parents=True)
        (root / "contracts").mkdir()
        (root / "metrics" / "totals.sql").write_text(
            "-- What: a test.\nselect name, count(*)::bigint as rows from facts group by name;\n"
        )
        stores[open_backend] = store = open_backend(root)
        for rows in (b"id,name\n1,a\n2,b\n3,a\n", b"id,name\n1,a\n2,b\n3,a\n4,c\n"):
            source.write_bytes(rows)
            publish(store, source, suites)
        newest = store.read_json(layout.pointer("facts"))["version"]
        withdraw(store, "facts", newest, reason="A test that takes it back.", by="Mary Chan")
        write_catalogue(store, by=load_signer(store.project.signing_key))
        assert list(list_findings(store, now=store.project.clock())) == []
        states = [one.state for one in list_states(store)]
        assert states == ["reproducible from raw", "tombstoned", *["reproducible from raw"] * 2]
        assert follow_links(store, [FACTS, TOTALS]).problems == []
        assert list(migrate_store(store))[-1][1] == []
        first = versions(store, "totals")[0]["version"]
        assert (
            write_evidence(store, "totals", first, root / "evidence.zip", store.project.witnesses).state
            == states[0]
        )
        assert reproduce_release(store, "totals", first).same
        assert publish_released(store, str(root / "published")).written
        assert write_ocfl(store, root / "ocfl") == ["facts", "totals"]
    folder, memory = stores[on_folder], stores[in_memory]
    # The checkpoint signs the seal of the write journal, which has the process and the time of each write.
    folder.discard(layout.CHECKPOINT)
    memory.discard(layout.CHECKPOINT)
    released = {key: memory.read_bytes(key) for key in memory.keys(layout.RELEASED)}
    assert released == {key: folder.read_bytes(key) for key in folder.keys(layout.RELEASED)}
    assert {key.split("/")[1] for key in released} >= {"facts", "totals", "catalogue.json", "keys"}
    assert files_below(tmp_path / "in_memory" / "ocfl") == files_below(tmp_path / "on_folder" / "ocfl")
    published = files_below(tmp_path / "in_memory" / "published")
    assert published.keys() == {key.removeprefix("released/") for key in released} | {"keys/checkpoint"}
    assert isinstance(memory, CopyingStore) and memory.changed_copies() == []
    assert not memory.project.store_folder.exists()
