"""Killed at a write of a withdrawal or a rollback, at every one with FULL=every: readers find the old or the new, and
the next call completes."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from chaos.crash import halts, in_child, killed, layout
from full import part_of
from made import make_contract, open_store, publish
from praya.assurance.verify import list_findings
from praya.pipeline.release.withdrawal import rollback, withdraw
from praya.site.portal import write_catalogue
from praya.store import file_sha256

pytestmark = pytest.mark.chaos

OLD, NEW = "20260105T020000Z", "20260106T020000Z"


def take_back(root: Path) -> None:
    withdraw(open_store(root), "sample", NEW, "Wrong.", "mary")
    write_catalogue(open_store(root))


def roll_back(root: Path) -> None:
    store = open_store(root)
    if json.loads((root / "released/sample/latest.json").read_bytes())["version"] != OLD:
        rollback(store, "sample", OLD, "Being checked.", "mary")
    write_catalogue(store)


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("before") / "store"
    store = open_store(root)
    contract = make_contract(release={"formats": ["csv", "parquet"]})
    publish(store, contract, b"id,name\n1,a\n")
    publish(store, contract, b"id,name\n1,a\n2,secret\n", "2026-01-06T02:00:00Z")
    write_catalogue(store)
    return root


def latest_of(root: Path) -> str:
    """The version to which pointer and index lead; everything that its manifest names has to be there."""
    area = root / "released" / "sample"
    latest = json.loads((area / "latest.json").read_bytes())
    index = json.loads((area / "versions.json").read_bytes())
    assert latest["version"] in [one["version"] for one in index["versions"]]
    folder = area / latest["version"]
    manifest = folder / "manifest.json"
    assert file_sha256(manifest) == latest["manifest_sha256"]
    for file in json.loads(manifest.read_bytes())["files"]:
        assert file_sha256(folder / file["name"]) == file["sha256"]
    # Every version that is listed is whole, or has its tombstone.
    for version in [one["version"] for one in index["versions"]]:
        assert (area / version / "manifest.json").is_file() or (area / version / "withdrawn.json").is_file()
    return str(latest["version"])


@pytest.mark.timeout(900)
@pytest.mark.parametrize("act", [take_back, roll_back])
def test_old_or_new_at_every_point_and_the_next_call_completes(
    act: Callable[[Path], None], before: Path, tmp_path: Path
) -> None:
    run = halts(act, before, tmp_path)
    assert run.count > 30 and len(run.syncs) > 8
    seen = set()
    for states in part_of(run.distinct(), 6):
        root, points = states[0].root, [state.point for state in states]
        seen.add(latest_of(root))
        assert in_child(lambda root=root: act(root)) == 0
        assert latest_of(root) == OLD, f"points {points}: the next call did not complete"
        assert list(list_findings(open_store(root))) == [], f"points {points}"
        if act is take_back:
            assert [path.name for path in (root / "released/sample" / NEW).iterdir()] == ["withdrawn.json"]
            assert not any(
                b"secret" in path.read_bytes() for path in (root / "released").rglob("*.*") if path.is_file()
            )
    print(run.told())
    assert seen == {OLD, NEW}, "the points must lie on both sides of the switch"


@pytest.mark.parametrize("act", [take_back, roll_back])
def test_a_kill_leaves_what_lay_there(act: Callable[[Path], None], before: Path, tmp_path: Path) -> None:
    for state in part_of(halts(act, before, tmp_path).whole(), 60):
        root = tmp_path / "killed"
        killed(act, before, root, state.point)
        assert layout(root) == layout(state.root), f"point {state.point}"
        assert in_child(lambda root=root: act(root)) == 0
        assert latest_of(root) == OLD and list(list_findings(open_store(root))) == []
        shutil.rmtree(root)
