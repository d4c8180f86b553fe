"""One release: files against manifest, manifest against ledger and statement, statement against its key."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from praya.assurance.verify.inspection import Reading
from praya.assurance.verify.ledger_facts import Known
from praya.errors import IntegrityError
from praya.ledger import LedgerLine
from praya.provenance.in_toto import NAME, subjects
from praya.store.documents import Manifest
from praya.store.store_path import StorePath

# Beside what the manifest lists.
OWN = {"manifest.json", NAME}


def check_release(folder: StorePath, known: Known, reading: Reading) -> Iterator[str]:
    """A sentence for everything that is wrong in the folder of a release."""
    manifest = folder / "manifest.json"
    line = known.releases.get((folder.parent.name, folder.name))
    if line is None:
        problem = (
            f"{folder}: is not in the ledger; either it was put there by hand, or its release was interrupted"
        )
        yield reading.finding(problem, manifest, after=None, again=f"run {folder.parent.name} again")
    elif reading.differs(manifest, line.release["manifest_sha256"]):
        yield f"{manifest}: is not the manifest that the ledger recorded: it was changed after publication"
        return
    try:
        content: Manifest = json.loads(manifest.read_bytes())
        listed = {file["name"]: file for file in content["files"]}
        _ = [file["sha256"] for file in content["files"]]
    except (OSError, IntegrityError, ValueError, KeyError, TypeError, RecursionError) as error:
        yield f"{manifest}: cannot be read as a manifest: {error!r}"
        return
    yield from against(folder, listed, OWN, reading)
    yield from _statement(folder, content, line, known, reading)


def check_withdrawn(folder: StorePath, line: LedgerLine, reading: Reading) -> Iterator[str]:
    """What is wrong with a version that the ledger's `line` withdrew: its files have to be gone, and its tombstone says
    what the ledger says."""
    again = f"run `praya withdraw {folder.parent.name} {folder.name} --reason …` again"
    for path in sorted(folder.iterdir() if folder.is_dir() else ()):
        if path.name != "withdrawn.json":
            problem = f"{path}: belongs to a version that was withdrawn, and is still served; {again}"
            yield reading.finding(problem, path, after=None, again=again)
    stone = folder / "withdrawn.json"
    try:
        content = dict(json.loads(stone.read_bytes()))
    except (OSError, IntegrityError, ValueError, TypeError, RecursionError):
        yield f"{folder}: was withdrawn, and its tombstone is missing or cannot be read; {again}"
        return
    if any(
        content.get(name) != line.body[name] for name in ("version", "reason", "manifest_sha256", "files")
    ):
        yield f"{stone}: does not say what the ledger says of the withdrawal: it was changed"


def against(
    folder: StorePath,
    listed: dict[str, Any],
    own: set[str],
    reading: Reading,
    by: str = "the manifest",
    after: tuple[str, str] | None = None,
) -> Iterator[str]:
    """A sentence for every file in the folder, but its `own`, that is not as `by` lists it (name → sha256, bytes).

    `after` is for lists that are written again: the key of a file that is written after files and list, and what to
    run where that was interrupted.
    """
    there = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if not path.is_dir() or not any(path.iterdir())
    } - own
    problems = [(name, f"is named in {by} and missing") for name in sorted(set(listed) - there)]
    problems += [(name, f"is not named in {by}") for name in sorted(there - set(listed))]
    for name in sorted(there & set(listed)):
        if reading.differs(folder / name, listed[name]["sha256"]):
            problems.append((name, _changed(folder / name, listed[name], reading)))
    for name, what in problems:
        problem = f"{folder / name}: {what}"
        yield (
            problem
            if after is None
            else reading.finding(problem, folder / name, after=after[0], again=after[1])
        )


def _changed(path: StorePath, published: dict[str, Any], reading: Reading) -> str:
    size = reading.inventory.files.get(reading.key(path), 0)
    bytes_ = f"{published['bytes']:,} " if "bytes" in published else "those "
    return (
        f"was changed: {size:,} bytes with SHA-256 {reading.sha256(path)}, "
        f"published were {bytes_}with {published['sha256']}"
    )


def _statement(
    folder: StorePath, manifest: Manifest, line: LedgerLine | None, known: Known, reading: Reading
) -> Iterator[str]:
    path = folder / NAME
    if not path.is_file():
        yield f"{path}: is missing, so that nothing signed says where this release comes from"
        return
    if line is not None and reading.differs(path, line.release.get("provenance_sha256")):
        yield f"{path}: is not the statement that the ledger recorded: it was changed after publication"
        return
    try:
        _, key, statement = known.signed(path)
    except (ValueError, IntegrityError) as error:
        yield f"{path}: {error}"
        return
    if line is not None and (refusal := key.refusal(line)):
        yield f"{path}: is refused: {refusal}"
    if statement.get("subject") != subjects(manifest, reading.sha256(folder / "manifest.json") or ""):
        yield f"{path}: speaks of other files than the manifest beside it"
