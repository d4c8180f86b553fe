"""The store: everything in it is either whole or not there."""

from __future__ import annotations

import os
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from made import scratch_left
from made.expected import stops
from praya.errors import codes
from praya.store import Store, canonical, content_key, file_sha256
from praya.store import folder as folder_module
from praya.store.states import Problem


def a_dead_pid() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_what_is_put_is_read_back_and_replaced(store: Store) -> None:
    store.put_json("state/a/b.json", {"x": "標題"})
    store.put_json("state/a/b.json", {"x": 2})
    assert store.get_json("state/a/b.json") == {"x": 2}
    assert store.get_json("state/a/none.json") is None


def test_a_failed_replacement_leaves_the_old_bytes_and_no_scratch(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.put_bytes("state/x", b"old")

    def full_disk(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(folder_module.os, "replace", full_disk)
    with pytest.raises(OSError, match=os.strerror(28)):
        store.put_bytes("state/x", b"new")
    assert store.path("state/x").read_bytes() == b"old"
    assert scratch_left(store) == []


def test_bytes_are_synced_before_they_get_their_name(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store.put_bytes("state/first", b"1")
    done: list[str] = []
    fsync, replace = os.fsync, os.replace
    monkeypatch.setattr(folder_module.os, "fsync", lambda handle: (done.append("sync"), fsync(handle))[1])
    monkeypatch.setattr(folder_module.os, "replace", lambda a, b: (done.append("rename"), replace(a, b))[1])
    store.put_bytes("state/x", b"1")
    assert done == ["sync", "sync", "rename", "sync"], "the file, the write journal, the name, its folder"


def test_of_several_files_none_has_its_name_before_all_are_synced(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.put_bytes("state/first", b"1")
    done: list[str] = []
    fsync, replace = os.fsync, os.replace
    monkeypatch.setattr(folder_module.os, "fsync", lambda handle: (done.append("sync"), fsync(handle))[1])
    monkeypatch.setattr(folder_module.os, "replace", lambda a, b: (done.append("rename"), replace(a, b))[1])
    store.put_jsons({"state/x": 1, "state/y": [2]})
    assert done == ["sync", "sync", "sync", "rename", "rename", "sync"]
    assert (store.get_json("state/x"), store.get_json("state/y")) == (1, [2])


def test_nan_is_no_json(store: Store) -> None:
    with pytest.raises(ValueError, match="JSON"):
        store.put_json("state/x.json", {"x": float("nan")})
    assert not store.exists("state/x.json")


def test_a_damaged_pointer_is_named(store: Store) -> None:
    store.put_bytes("state/a/problem.json", b"{")
    with stops(codes.store.FILE_DAMAGED, "state/a/problem.json"):
        store.state(Problem, "a")


@pytest.mark.parametrize("key", ["../outside", "/etc/passwd", "state/../../outside", "released/../../x"])
def test_a_key_that_leaves_the_store_is_refused(store: Store, key: str) -> None:
    with stops(codes.store.KEY_NOT_VALID, key, store.root):
        store.put_bytes(key, b"x")


def test_a_link_that_leaves_the_store_is_refused(store: Store, tmp_path: Path) -> None:
    (store.root / "state" / "link").symlink_to(tmp_path)
    with stops(codes.store.KEY_NOT_VALID, "'state/link/x'"):
        store.put_bytes("state/link/x", b"x")


def test_a_tree_is_adopted_once_and_the_second_is_dropped(store: Store) -> None:
    for content in ("first", "second"):
        with store.scratch() as work:
            tree = work / "tree"
            (tree / "deep").mkdir(parents=True)
            (tree / "deep" / "file").write_text(content)
            store.adopt_tree(tree, "staged/d/key")
    assert store.path("staged/d/key/deep/file").read_text() == "first"
    assert scratch_left(store) == []


def test_a_tree_that_another_process_adopted_meanwhile_is_kept(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename = os.rename

    def beaten(source: Path, target: Path) -> None:
        target.mkdir(parents=True)
        (target / "file").write_text("theirs")
        rename(source, target)

    monkeypatch.setattr(folder_module.os, "rename", beaten)
    with store.scratch() as work:
        (work / "tree").mkdir()
        (work / "tree" / "file").write_text("ours")
        store.adopt_tree(work / "tree", "staged/d/key")
    assert store.path("staged/d/key/file").read_text() == "theirs"


def test_only_the_publisher_reads_what_is_not_published(store: Store) -> None:
    for area in ("raw", "receipts", "staged", "marts", "protected", "state", "work"):
        assert stat.S_IMODE((store.root / area).stat().st_mode) == 0o700, area


def test_scratch_of_dead_processes_is_swept_and_of_living_ones_is_not(store: Store) -> None:
    host = socket.gethostname()
    work = store.root / "work"
    dead, living = work / f"{host}-{a_dead_pid()}-abc", work / f"{host}-{os.getppid()}-abc"
    elsewhere, long_ago = work / f"other-{a_dead_pid()}-abc", work / f"another-host-{a_dead_pid()}-abc"
    for folder in (dead, living, elsewhere, long_ago):
        folder.mkdir()
        (folder / "file").write_text("x")
    os.utime(long_ago, (0, 0))
    with store.lock("held"), store.scratch() as mine:
        assert set(work.iterdir()) == {living, elsewhere, mine, work / "locks"}


def test_locks_of_earlier_versions_are_swept_and_those_of_this_one_are_not(store: Store) -> None:
    work = store.root / "work"
    (work / "release-d.lock").touch()
    with store.lock("release-d"), store.scratch() as mine:
        assert set(work.iterdir()) == {mine, work / "locks"}
        assert [path.name for path in (work / "locks").iterdir()] == ["release-d.lock"]


def test_a_write_looks_at_no_lock_and_no_scratch_of_others(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    with store.lock("a"), store.lock("b"):
        pass
    store.put_bytes("state/first", b"1")
    listed: list[str] = []
    scandir, listdir = os.scandir, os.listdir
    monkeypatch.setattr(os, "scandir", lambda *on: (listed.append(str(on)), scandir(*on))[1])
    monkeypatch.setattr(os, "listdir", lambda *on: (listed.append(str(on)), listdir(*on))[1])
    for number in range(3):
        store.put_json("state/x.json", {"n": number})
    assert listed == []


@pytest.mark.parametrize("count", [2, 40])
def test_every_file_of_a_tree_is_synced_before_it_shows(
    store: Store, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    done: list[str] = []
    rename = os.rename
    monkeypatch.setattr(
        os, "fsync", lambda handle: done.append(Path(f"/proc/self/fd/{handle}").readlink().name)
    )
    monkeypatch.setattr(folder_module.os, "rename", lambda a, b: (done.append("rename"), rename(a, b))[1])
    with store.scratch() as work:
        (work / "tree").mkdir()
        for number in range(count):
            (work / "tree" / str(number)).write_text("x")
        store.adopt_tree(work / "tree", "staged/d/key")
    before = done[: done.index("rename")]
    assert {"tree", "writes.jsonl", *map(str, range(count))} <= set(before)
    assert before[-1] != "d" and done[-1] == "d", "the folder of the tree is synced last, under its name"


def test_a_file_that_cannot_be_synced_stops_the_write(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken_disk(_: int) -> None:
        raise OSError(5, "Input/output error")

    with store.scratch() as work:
        (work / "tree").mkdir()
        for number in range(10):
            (work / "tree" / str(number)).write_text("x")
        monkeypatch.setattr(os, "fsync", broken_disk)
        with pytest.raises(OSError, match=os.strerror(5)):
            store.adopt_tree(work / "tree", "staged/d/key")
    assert not store.exists("staged/d/key")


def test_an_unchanged_state_is_not_written_again(store: Store) -> None:
    store.set_state("d", Problem(step="stage", message="It stopped."))
    before = store.path("state/d/problem.json").stat().st_mtime_ns
    store.set_state("d", Problem(step="stage", message="It stopped."))
    assert store.path("state/d/problem.json").stat().st_mtime_ns == before


def test_a_lock_holds_among_processes_and_is_freed_when_its_holder_dies(store: Store) -> None:
    code = (
        "import sys, pathlib; from praya.project import Project; from praya.store import FolderStore\n"
        "with FolderStore(Project.from_environment(store_folder=pathlib.Path(sys.argv[1]))).lock('a/b'):\n"
        "    print('held', flush=True); sys.stdin.read()"
    )
    environment = os.environ | {"PYTHONPATH": str(Path(folder_module.__file__).parents[2])}
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(store.root)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment,
    )  # fmt: skip
    assert holder.stdin and holder.stdout
    with holder:
        assert holder.stdout.readline() == b"held\n"
        with stops(codes.store.LOCKED, "a.b.lock"), store.lock("a/b", seconds=0.05):
            pass
        with store.lock("another"):
            pass
        holder.kill()
    with store.lock("a/b", seconds=5):
        pass


def test_the_same_content_has_the_same_key_and_other_content_another() -> None:
    assert canonical({"b": 1, "a": "標"}) == '{"a":"標","b":1}'.encode()
    assert content_key({"b": 1, "a": 2}) == content_key({"a": 2, "b": 1}) != content_key({"a": 2, "b": "1"})


def test_the_hash_of_a_file_is_that_of_its_bytes(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"abc")
    assert file_sha256(tmp_path / "x") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
