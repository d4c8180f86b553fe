"""Killed at a write, rename or sync (at every one with FULL=every): the old release shows, or the new one."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from chaos.crash import halts, in_child, killed, layout, take_the_whole_way
from full import part_of
from made import open_store, project, scratch_left
from praya.assurance.verify import list_findings, verify_store
from praya.contract import Contract, load_contract
from praya.store import file_sha256

pytestmark = pytest.mark.chaos

CONTRACT = """
dataset: ferry-fares
provider: hk-demo
title: {en: Ferry fares, zh-Hant: 渡輪票價}
description: {en: Fares by route, zh-Hant: 按航線劃分的票價}
category: transport
frequency: daily
licence: data-gov-hk
contact: {name: {en: Office, zh-Hant: 辦事處}, email: opendata@example.gov.hk}
owner: demo
source: {url: "%s", format: csv}
schema:
  fields:
    - {name: route, type: string, title: {en: Route, zh-Hant: 航線}, constraints: {required: true}}
    - {name: fare, type: number, decimals: 1, title: {en: Fare, zh-Hant: 票價}, unit: HKD}
  primaryKey: [route]
disclosure: {class: public facts, reason: published fares}
release: {formats: [csv, jsonl, xlsx, xml, parquet]}
"""
OLD, NEW = b"route,fare\nA,2.5\nB,3.0\n", b"route,fare\nA,2.7\nB,3.0\nC,9.9\n"


@pytest.fixture(scope="module")
def contract(tmp_path_factory: pytest.TempPathFactory) -> Contract:
    folder = tmp_path_factory.mktemp("contract")
    source = folder / "fares.csv"
    source.write_bytes(OLD)
    path = folder / "hk-demo" / "ferry-fares.yaml"
    path.parent.mkdir()
    path.write_text(CONTRACT % source.as_uri())
    return load_contract(path, project())


@pytest.fixture(scope="module")
def before(contract: Contract, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store in which the old data is released; the source now has the new data."""
    root = tmp_path_factory.mktemp("before") / "store"
    suites = root.parent / "none"
    take_the_whole_way(contract, root, suites)
    Path(str(contract.source.url).removeprefix("file://")).write_bytes(NEW)
    return root


def visible(root: Path) -> dict[str, bytes]:
    """What a consumer gets who starts at the catalogue: every file, held against its hash on the way."""
    released = root / "released"
    listed = json.loads((released / "catalogue.json").read_text())
    files = {}
    for dataset in listed["datasets"]:
        manifest = released / dataset["manifest"]["path"]
        assert file_sha256(manifest) == dataset["manifest"]["sha256"]
        for file in json.loads(manifest.read_text())["files"]:
            path = manifest.parent / file["name"]
            assert file_sha256(path) == file["sha256"]
            files[file["name"]] = path.read_bytes()
    latest = json.loads((released / "ferry-fares" / "latest.json").read_text())
    assert (released / "ferry-fares" / latest["version"] / "manifest.json").is_file()
    return files


@pytest.mark.timeout(1200)
def test_old_or_new_at_every_point_and_the_next_run_completes(
    contract: Contract, before: Path, tmp_path: Path
) -> None:
    def act(root: Path) -> None:
        take_the_whole_way(contract, root, tmp_path / "none")

    run = halts(act, before, tmp_path)
    assert run.count > 50 and len(run.syncs) > 15
    old = visible(before)
    seen = set()
    for states in part_of(run.distinct(), 6):
        root, points = states[0].root, [state.point for state in states]
        assert verify_store(open_store(root)).problems == [], (
            f"points {points}: a kill is no change by somebody else"
        )
        now = visible(root)
        seen.add(now == old)
        if now != old:
            assert b"C,9.9" in now["ferry-fares.csv"], f"points {points}: neither the old nor the new release"
        assert in_child(lambda root=root: act(root)) == 0
        after = visible(root)
        assert b"C,9.9" in after["ferry-fares.csv"], f"points {points}: the next run did not complete"
        assert list(list_findings(open_store(root))) == [], f"points {points}"
        assert scratch_left(open_store(root)) == [], f"points {points}: scratch left"
    print(run.told())
    assert seen == {True, False}, "the points must lie on both sides of the switch"


def test_a_kill_leaves_what_lay_there(contract: Contract, before: Path, tmp_path: Path) -> None:
    def act(root: Path) -> None:
        take_the_whole_way(contract, root, tmp_path / "none")

    run = halts(act, before, tmp_path)
    for state in part_of(run.whole(), 80):
        root = tmp_path / "killed"
        killed(act, before, root, state.point)
        assert layout(root) == layout(state.root), f"point {state.point}"
        assert in_child(lambda root=root: act(root)) == 0
        assert b"C,9.9" in visible(root)["ferry-fares.csv"] and list(list_findings(open_store(root))) == []
        shutil.rmtree(root)
