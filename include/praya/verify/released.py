"""One release: files against manifest, manifest against ledger and statement, statement against its key."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from praya.errors import IntegrityError
from praya.ledger import LedgerLine
from praya.provenance.statement import NAME, subjects
from praya.store import file_sha256
from praya.verify.known import Known

# Beside what the manifest lists.
OWN = {"manifest.json", NAME}


def released(folder: Path, known: Known) -> Iterator[str]:
    """A sentence for everything that is wrong in the folder of a release."""
    manifest = folder / "manifest.json"
    line = known.releases.get((folder.parent.name, folder.name))
    if line is None:
        yield f"{folder}: is not in the ledger; either it was put there by hand, or its release was interrupted"
    elif file_sha256(manifest) != line.body["manifest_sha256"]:
        yield f"{manifest}: is not the manifest that the ledger recorded: it was changed after publication"
        return
    try:
        told = json.loads(manifest.read_text("utf-8"))
        listed = {file["name"]: file for file in told["files"]}
    except (ValueError, KeyError, TypeError) as error:
        yield f"{manifest}: cannot be read as a manifest: {error!r}"
        return
    yield from against(folder, listed, OWN)
    yield from _statement(folder, told, line, known)


def withdrawn(folder: Path, line: LedgerLine) -> Iterator[str]:
    """What is wrong with a version that the ledger's `line` withdrew: its files have to be gone, and its tombstone says
    what the ledger says."""
    again = f"run `praya withdraw {folder.parent.name} {folder.name} --reason …` again"
    for path in sorted(folder.iterdir() if folder.is_dir() else ()):
        if path.name != "withdrawn.json":
            yield f"{path}: belongs to a version that was withdrawn, and is still served; {again}"
    try:
        stone = json.loads((folder / "withdrawn.json").read_bytes())
    except (OSError, ValueError):
        yield f"{folder}: was withdrawn, and its tombstone is missing or cannot be read; {again}"
        return
    if any(stone.get(name) != line.body[name] for name in ("version", "reason", "manifest_sha256", "files")):
        yield f"{folder / 'withdrawn.json'}: does not say what the ledger says of the withdrawal: it was changed"


def against(folder: Path, listed: dict[str, Any], own: set[str], by: str = "the manifest") -> Iterator[str]:
    """A sentence for every file in the folder, but its `own`, that is not as `by` lists it (name → sha256, bytes)."""
    there = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if not path.is_dir() or not any(path.iterdir())
    } - own
    for name in sorted(set(listed) - there):
        yield f"{folder / name}: is named in {by} and missing"
    for name in sorted(there - set(listed)):
        yield f"{folder / name}: is not named in {by}"
    for name in sorted(there & set(listed)):
        size, sha256 = (folder / name).stat().st_size, file_sha256(folder / name)
        if sha256 != listed[name]["sha256"]:
            published = listed[name]
            bytes_ = f"{published['bytes']:,} " if "bytes" in published else "those "
            yield (
                f"{folder / name}: was changed: {size:,} bytes with SHA-256 {sha256}, "
                f"published were {bytes_}with {published['sha256']}"
            )


def _statement(
    folder: Path, manifest: dict[str, Any], line: LedgerLine | None, known: Known
) -> Iterator[str]:
    path = folder / NAME
    if not path.is_file():
        yield f"{path}: is missing, so that nothing signed says where this release comes from"
        return
    if line is not None and file_sha256(path) != line.body.get("provenance_sha256"):
        yield f"{path}: is not the statement that the ledger recorded: it was changed after publication"
        return
    try:
        _, key, statement = known.signed(path)
    except (ValueError, IntegrityError) as error:
        yield f"{path}: {error}"
        return
    if line is not None and (refusal := key.refusal(line)):
        yield f"{path}: is refused: {refusal}"
    if statement.get("subject") != subjects(manifest, file_sha256(folder / "manifest.json")):
        yield f"{path}: speaks of other files than the manifest beside it"
