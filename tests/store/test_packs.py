"""Packs: what lies in one reads as before, at any kill too, and a pack that somebody else wrote is refused."""

from __future__ import annotations

import os
import subprocess
import tarfile
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from made import open_store
from made.expected import stops
from praya.errors import codes
from praya.store import Store
from praya.store.journal_state import Replayed
from praya.store.pack import MAX_BYTES, read_index, read_packed, write_pack

TREES = ("released/a/1", "released/a/2", "released/a/changes/1--2", "verdicts/a/k", "verdicts/a/2026-01/k")
FILES = ("x.json", "y.csv", "deep/z.csv", "deep/x.json")
CALLS = st.lists(
    st.one_of(
        st.tuples(
            st.just("adopt"),
            st.sampled_from(TREES),
            st.dictionaries(st.sampled_from(FILES), st.binary(max_size=900), min_size=1),
        ),
        st.tuples(
            st.just("put"),
            st.sampled_from(TREES),
            st.sampled_from((*FILES, "new.json")),
            st.binary(max_size=20),
        ),
        st.tuples(st.just("raw"), st.sampled_from("abc"), st.binary(max_size=20)),
        st.tuples(st.just("pack"), st.sampled_from((*TREES, "raw/a", "raw/b", "raw/none"))),
        st.tuples(
            st.just("discard"),
            st.sampled_from((*TREES, "released/a", "raw/a", "released/a/1/deep", "verdicts/a/k/x.json")),
        ),
    ),
    max_size=14,
)
PATTERNS = ("*", "**/*", "*/x.json", "**/x.json", "*/*/x.json", "*.json", "1/*")


class Killed(BaseException):
    """Nothing catches this but the test."""


def adopt(store: Store, tree: str, files: dict[str, bytes]) -> None:
    with store.scratch() as work:
        for name, data in files.items():
            (work / "tree" / name).parent.mkdir(parents=True, exist_ok=True)
            (work / "tree" / name).write_bytes(data)
        store.adopt_tree(work / "tree", tree)


def apply(store: Store, files: dict[str, bytes], call: tuple) -> None:
    """Make one call on the store, and the same on the files that it should have."""
    what, *arguments = call
    if what == "adopt":
        tree, new = arguments
        there = store.exists(tree)
        adopt(store, tree, new)
        files |= {} if there else {f"{tree}/{name}": data for name, data in new.items()}
    elif what == "put":
        tree, name, data = arguments
        store.put_bytes(f"{tree}/{name}", data)
        files[f"{tree}/{name}"] = data
    elif what == "raw":
        store.put_bytes(f"raw/{arguments[0]}", arguments[1])
        files[f"raw/{arguments[0]}"] = arguments[1]
    elif what == "pack":
        store.pack(arguments[0])
    else:
        store.discard(arguments[0])
        for key in [key for key in files if key == arguments[0] or key.startswith(f"{arguments[0]}/")]:
            del files[key]


def has(store: Store, files: dict[str, bytes], plain: Path) -> None:
    """Hold every way of reading the store against the same files in the folder `plain`."""
    for key, data in files.items():
        (plain / key).parent.mkdir(parents=True, exist_ok=True)
        (plain / key).write_bytes(data)
        assert store.get_bytes(key) == data == store.local(key).read_bytes()
        assert store.exists(key) and store.size(key) == len(data)
        assert store.local(key).as_posix().endswith(key)
    ours = [key for key in store.keys("") if key.split("/")[0] in ("raw", "released", "verdicts")]
    assert ours == sorted(files, key=lambda key: key.split("/"))
    for folder in ("released", "released/a", "released/a/1", "released/a/1/deep", "verdicts/a", "raw"):
        for pattern in PATTERNS:
            there = sorted(path for path in (plain / folder).glob(pattern) if path.is_file())
            assert store.keys(folder, pattern) == [path.relative_to(plain).as_posix() for path in there]
        names = [
            name
            for name in store.children(folder)
            if store.keys(f"{folder}/{name}") or f"{folder}/{name}" in files
        ]
        assert names == sorted(path.name for path in (plain / folder).glob("*"))
    replayed = Replayed(store.journal)
    assert not replayed.problems
    assert {key: store.sha256(key) for key in files} == {
        key: standing.sha256 for key, standing in replayed.files.items() if standing.sha256 is not None
    }


@given(calls=CALLS)
def test_whatever_is_packed_the_store_has_the_same_files(calls: list[tuple]) -> None:
    files: dict[str, bytes] = {}
    with TemporaryDirectory() as root, TemporaryDirectory() as plain:
        store = open_store(Path(root).resolve())
        for call in calls:
            apply(store, files, call)
        has(store, files, Path(plain).resolve())


@given(
    data=st.dictionaries(st.sampled_from(FILES), st.binary(max_size=300), min_size=1),
    then=st.sampled_from(("pack", "discard", "part")),
)
def test_a_kill_at_any_rename_leaves_every_file_or_takes_the_tree(data: dict[str, bytes], then: str) -> None:
    key, calls = "released/a/1", 0
    with TemporaryDirectory() as folder:
        for at in range(12):
            store = open_store(Path(folder).resolve() / str(at))
            adopt(store, key, data)
            if then != "pack":
                store.pack(key)
            first = min(data)
            with pytest.MonkeyPatch.context() as patch:
                calls = _die_at(patch, at)
                try:
                    _act(store, key, then, first)
                    died = False
                except Killed:
                    died = True
            left = {name: store.get_bytes(f"{key}/{name}") for name in data}
            if then == "pack":
                assert left == data
            for name, content in left.items():
                assert content in (data[name], None)
            _act(store, key, then, first)
            expected = (
                data
                if then == "pack"
                else {name: c for name, c in data.items() if then == "part" and name != first}
            )
            assert {name: store.get_bytes(f"{key}/{name}") for name in expected} == expected
            assert store.keys("released") == sorted(
                (f"{key}/{name}" for name in expected), key=lambda one: one.split("/")
            )
            if not died:
                return
    pytest.fail(f"more renames than were tried: {calls}")


def _act(store: Store, key: str, then: str, first: str) -> None:
    if then == "pack":
        store.pack(key)
    else:
        store.discard(key if then == "discard" else f"{key}/{first}")


def _die_at(patch: pytest.MonkeyPatch, at: int) -> list[int]:
    count = [0]

    def counted(real):  # type: ignore[no-untyped-def]
        def call(old: object, new: object) -> None:
            if count[0] == at:
                raise Killed
            count[0] += 1
            real(old, new)

        return call

    for name in ("rename", "replace"):
        patch.setattr(os, name, counted(getattr(os, name)))
    return count


def test_a_packed_tree_is_one_file_that_tar_opens(tmp_path: Path, store: Store) -> None:
    files = {"x.csv": b"id,name\r\n1,a\r\n" * 400, "deep/y.json": b"{}"}
    adopt(store, "released/a/1", files)
    assert store.pack("released/a/1") and not store.pack("released/a/1")
    (pack,) = [path for path in (store.root / "released").rglob("*") if path.is_file()]
    assert pack.name == "1.tar.zst" and pack.stat().st_size < 400
    with tarfile.open(fileobj=BytesIO(pa.input_stream(str(pack), compression="zstd").read())) as tar:
        assert {member.name: tar.extractfile(member).read() for member in tar} == files  # type: ignore[union-attr]
    out = tmp_path / "out"
    out.mkdir()
    done = subprocess.run(["tar", "--zstd", "-xf", pack, "-C", out], capture_output=True, check=False)
    if done.returncode == 0:  # where the machine has zstd
        assert (out / "x.csv").read_bytes() == files["x.csv"]


def test_what_is_not_of_a_finished_area_or_is_large_stays_as_it_is(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.put_bytes("state/a/x.json", b"{}")
    assert not store.pack("state/a") and not store.pack("released/none")
    monkeypatch.setattr("praya.store.pack.MAX_BYTES", 5)
    adopt(store, "released/a/1", {"x": b"123456"})
    assert not store.pack("released/a/1") and store.path("released/a/1/x").exists()
    with stops(codes.store.KEY_NOT_VALID):
        store.put_bytes("released/a/1.tar.zst", b"")


def test_files_that_differ_from_the_pack_in_their_place_are_not_taken_away(store: Store) -> None:
    adopt(store, "released/a/1", {"x": b"1", "y": b"2"})
    assert store.pack("released/a/1")
    store.put_bytes("released/a/1/x", b"other")
    assert not store.pack("released/a/1")
    assert store.get_bytes("released/a/1/x") == b"other" and store.get_bytes("released/a/1/y") == b"2"


def test_a_damaged_pack_is_refused(tmp_path: Path) -> None:
    tree, pack = tmp_path / "tree", tmp_path / "pack"
    tree.mkdir()
    (tree / "x").write_bytes(b"1" * 2000)
    (tree / "y").write_bytes(bytes(range(256)) * 9)
    assert write_pack(tree, pack)
    good = pack.read_bytes()
    index = read_index(pack)
    assert {name: file.size for name, file in index.files.items()} == {"x": 2000, "y": 2304}
    for place in range(0, len(good), 7):
        bad = bytearray(good)
        bad[place] ^= 0x11
        pack.write_bytes(bad)
        os.utime(pack, ns=(place + 1, place + 1))
        try:
            read = {name: read_packed(pack, name) for name in read_index(pack).files}
        except Exception as error:  # every kind of it is looked at
            assert getattr(error, "code", None) == codes.store.FILE_DAMAGED, (place, error)
        else:
            # A byte that nothing hangs on, or a changed file: its hash is in journal and manifest.
            assert set(read) == {"x", "y"} or index.start > place


def test_a_pack_that_says_it_is_huge_is_refused_before_it_is_opened(tmp_path: Path) -> None:
    tree, pack = tmp_path / "tree", tmp_path / "pack"
    tree.mkdir()
    (tree / "x").write_bytes(b"1")
    assert write_pack(tree, pack)
    data = pack.read_bytes()
    for before, after in ((b'"x":1', b'"x":9'), (b'"bytes":10240', b'"bytes":99999')):
        pack.write_bytes(data.replace(before, after))
        with stops(codes.store.FILE_DAMAGED):
            read_packed(pack, "x")
    assert MAX_BYTES == 32 << 20
