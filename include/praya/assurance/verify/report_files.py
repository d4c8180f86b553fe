"""Editions of reports: every file against its manifest and the ledger, pointers, tombstones, and nothing else there."""

from __future__ import annotations

import json
from collections.abc import Iterator

from praya.assurance.verify.inspection import Reading
from praya.assurance.verify.ledger_facts import Known, is_in
from praya.assurance.verify.released import against
from praya.errors import IntegrityError
from praya.history.editions import MANIFEST, POINTER, REPORTS, STONE
from praya.ledger import LedgerLine
from praya.store.store_path import StorePath

Subject = tuple[str, str]


def check_report_files(known: Known, reading: Reading, part: tuple[int, int] | None) -> Iterator[str]:
    """A sentence for everything that is wrong with the editions that are out, or in this part of them."""
    root = reading.path(REPORTS)
    folders = {path.parent for name in (MANIFEST, STONE) for path in root.rglob(name)}
    folders |= {reading.path(f"released/{place}/{edition}") for place, edition in known.reports}
    for folder in sorted(folders):
        if is_in(reading.key(folder), part):
            place = reading.key(folder.parent).removeprefix("released/")
            yield from _edition(folder, known.reports.get((place, folder.name)), known, reading)
    yield from _find_unknown_files(root, folders, reading)


def _edition(folder: StorePath, line: LedgerLine | None, known: Known, reading: Reading) -> Iterator[str]:
    if line is None:
        problem = (
            f"{folder}: is not in the ledger; either it was put there by hand, or its making was interrupted"
        )
        yield reading.finding(problem, folder / MANIFEST, after=None, again="run the DAG reports again")
        return
    taken_back = [
        (dataset, version)
        for dataset, version in line.report["releases"]
        if (dataset, version) in known.withdrawn
    ]
    if (folder / STONE).is_file() or (taken_back and not (folder / MANIFEST).is_file()):
        yield from _withdrawn(folder, taken_back, reading)
        return
    for dataset, version in taken_back:
        again = f"run `praya withdraw {dataset} {version} --reason …` again"
        problem = (
            f"{folder}: was made from {dataset} {version}, which was withdrawn, and is still served; {again}"
        )
        yield reading.finding(problem, folder / MANIFEST, after=None, again=again)
    manifest = folder / MANIFEST
    if not manifest.is_file():
        yield f"{folder}: the ledger says that this report was published, and it is not there"
        return
    if reading.differs(manifest, line.report["manifest_sha256"]):
        yield f"{manifest}: is not the manifest that the ledger recorded: it was changed after publication"
    listed = {name: {"sha256": sha256} for name, sha256 in line.report["files"].items()}
    yield from against(folder, listed, {MANIFEST}, reading)


def _withdrawn(folder: StorePath, taken_back: list[Subject], reading: Reading) -> Iterator[str]:
    if not taken_back:
        yield f"{folder}: has a tombstone, and nothing that it was made from was withdrawn"
    if not (folder / STONE).is_file():
        yield f"{folder}: was taken back, and its tombstone is missing"
        return
    for path in sorted(folder.iterdir()):
        if path.name != STONE:
            problem = f"{path}: belongs to a report that was taken back, and is still served"
            yield reading.finding(problem, path, after=None, again="run the withdrawal again")


def _find_unknown_files(root: StorePath, folders: set[StorePath], reading: Reading) -> Iterator[str]:
    """Files that belong to no edition, and pointers that lead nowhere."""
    for path in sorted(root.rglob("*") if root.is_dir() else ()):
        if path.is_dir() or any(path.is_below(folder) for folder in folders):
            continue
        if path.name == POINTER and any(folder.parent == path.parent for folder in folders):
            yield from _pointer(path, reading)
        else:
            yield f"{path}: is served, and no report that Praya published"


def _pointer(path: StorePath, reading: Reading) -> Iterator[str]:
    try:
        pointer = dict(json.loads(path.read_bytes()))
        edition, sha256 = pointer["edition"], pointer.get("manifest_sha256")
    except (IntegrityError, OSError, KeyError, TypeError, ValueError, RecursionError) as error:
        yield f"{path}: is not a pointer: {error}"
        return
    manifest = path.parent / str(edition) / MANIFEST
    if edition is None and (path.parent / str(pointer.get("withdrawn")) / STONE).is_file():
        return
    if not manifest.is_file():
        yield f"{path}: points to {edition!r}, which is not there"
    elif reading.differs(manifest, sha256):
        yield f"{path}: names another manifest than the one in {manifest.parent}"
