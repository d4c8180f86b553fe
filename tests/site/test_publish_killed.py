"""A copy that is killed at any write or removal, in a folder and on S3: readers find all that is named there, and the
next copy completes.

The storage is another machine: all that it knows of a kill is which requests have come. So what lies there between two
requests is what a kill there leaves, and one copy that is stopped for a look before each of them shows all of it. A
request itself is done or not done: object storage has no half of an object. A folder has, and halves are left in it.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fsspec
import pytest

from full import part_of
from made import make_contract, publish
from made.served import DATA, Target, at, whole
from praya.pipeline.release.withdrawal import withdraw
from praya.site.portal import write_catalogue
from praya.site.portal.publish import publish_released
from praya.store import Store

pytestmark = pytest.mark.slow

CHANGES = ("put_file", "pipe_file", "rm_file")
State = dict[str, bytes]
Before = Callable[[str, str], None]


class Killed(BaseException):
    """Nothing catches this but the test."""


class Watched:
    """A file system that asks before each change."""

    def __init__(self, fs: Any, before: Before) -> None:
        self._fs, self._before = fs, before

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._fs, name)
        if name not in CHANGES:
            return real

        def change(*arguments: Any, **options: Any) -> Any:
            self._before(name, str(arguments[1 if name == "put_file" else 0]))
            return real(*arguments, **options)

        return change


def watched(store: Store, target: Target, before: Before, patch: pytest.MonkeyPatch) -> None:
    """Copy to the target; `before` is called with the kind of each change and its place, and may raise."""
    fs, root = fsspec.core.url_to_fs(target[0], **target[1])
    real = os.replace

    def replace(old: str, new: str) -> None:
        if str(old).startswith(root):
            before("replace", str(new))
        real(old, new)

    with patch.context() as within:
        within.setattr(fsspec.core, "url_to_fs", lambda *_, **__: (Watched(fs, before), root))
        within.setattr(os, "replace", replace)
        publish_released(store, *target)


def states(store: Store, target: Target, patch: pytest.MonkeyPatch) -> dict[int, tuple[str, State]]:
    """What lies at the target before each change of one copy, by its number, with the kind of change; in a folder
    with half of the file that is being written."""
    found: dict[int, tuple[str, State]] = {}
    _, root = fsspec.core.url_to_fs(target[0], **target[1])

    def look(kind: str, place: str) -> None:
        half = {place.removeprefix(f"{root}/"): b"hal"} if place.endswith(".part") else {}
        found[len(found)] = (kind, at(target) | half)

    watched(store, target, look, patch)
    return found


def put(target: Target, state: State) -> None:
    """Make the target what `state` says."""
    if target[0].startswith("s3://"):
        _put_in_bucket(target, state)
        return
    root = Path(target[0])
    shutil.rmtree(root, ignore_errors=True)
    for key, data in state.items():
        (root / key).parent.mkdir(parents=True, exist_ok=True)
        (root / key).write_bytes(data)


def _put_in_bucket(target: Target, state: State) -> None:
    """By moto's own hand, not by requests: they are most of what this test costs."""
    from moto.s3.models import FakeKey, s3_backends

    bucket, _, prefix = target[0].removeprefix("s3://").partition("/")
    (backends,) = s3_backends.values()
    keys = backends["aws"].buckets[bucket].keys
    keys.clear()
    for key, data in state.items():
        keys[f"{prefix}/{key}"] = FakeKey(
            name=f"{prefix}/{key}",
            bucket_name=bucket,
            value=data,
            account_id="123456789012",
            region_name="us-east-1",
        )


def without_halves(state: State) -> State:
    return {key: data for key, data in state.items() if not key.endswith(".part")}


@pytest.fixture
def moved(store: Store, target: Target) -> State:
    """A copy of two releases at the target; since then one came, and one was withdrawn. Gives what is there."""
    contract = make_contract(release={"formats": ["csv"]})
    publish(store, contract, DATA)
    publish(store, contract, DATA + b"3,secret\n", "2026-01-06T02:00:00Z")
    write_catalogue(store)
    publish_released(store, *target)
    before = at(target)
    publish(store, contract, DATA + b"4,new\n", "2026-01-07T02:00:00Z")
    withdraw(store, "sample", "1.0.1", "Wrong.", "mary")
    write_catalogue(store)
    return before


def test_killed_before_any_change_nothing_is_missing_and_the_next_copy_completes(
    store: Store, target: Target, moved: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = {key.removeprefix("released/"): store.read_bytes(key) for key in store.keys("released")}
    halted = states(store, target, monkeypatch)
    assert at(target) == wanted
    kinds = [kind for kind, _ in halted.values()]
    told = {kind: kinds.count(kind) for kind in kinds}
    assert told["put_file"] > 15 and told["pipe_file"] > 15 and told["rm_file"] > 15, told
    stays = {key: data for key, data in moved.items() if wanted.get(key) == data}
    for number, (_, state) in part_of(list(halted.items()), 1):
        there = without_halves(state)
        assert whole(there), number
        assert {key: there.get(key) for key in stays} == stays, f"{number}: something was lost"
        put(target, state)
        publish_released(store, *target)
        assert at(target) == wanted, f"killed before change {number}, the next copy did not complete"
    print(told)


def test_a_kill_leaves_what_was_seen_there(
    store: Store, target: Target, moved: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    halted = states(store, target, monkeypatch)
    for number in part_of(range(len(halted)), 12):
        put(target, moved)
        left = number

        def die(kind: str, place: str) -> None:
            nonlocal left
            if not left:
                raise Killed
            left -= 1

        with pytest.raises(Killed):
            watched(store, target, die, monkeypatch)
        assert without_halves(at(target)) == without_halves(halted[number][1])


def test_killed_before_any_change_of_the_first_copy(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(store, make_contract(release={"formats": ["csv"]}), DATA)
    write_catalogue(store)
    wanted = {key.removeprefix("released/"): store.read_bytes(key) for key in store.keys("released")}
    target = (str(tmp_path / "served"), {})
    for number, (_, state) in part_of(list(states(store, target, monkeypatch).items()), 1):
        assert whole(without_halves(state)), number
        put(target, state)
        publish_released(store, *target)
        assert at(target) == wanted, number
