"""verify: every stored byte against what a name, a manifest or the ledger says of it, offline."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from praya.errors import IntegrityError
from praya.ledger import Ledger
from praya.protect.approval import unapproved
from praya.store import Store, file_sha256


def verify(store: Store, dataset: str | None = None) -> Iterator[str]:
    """Yield a sentence for everything that is wrong with the releases (of `dataset`, or all) and the ledger.

    Checks: each file of each version against its manifest (hash, size, nothing missing or extra), each
    manifest against the ledger, each pointer against its manifest, each recorded release still there, nothing
    else in the area that is served, raw snapshots against their names, the ledger's own chain, and that whatever
    was released under weaker rules than before had been approved by a second person.
    """
    ledger = Ledger(store)
    try:
        problems = ledger.problems()
        yield from problems
        if problems:
            return
        recorded = {
            (line.subject, str(line.body["version"])): str(line.body["manifest_sha256"])
            for line in ledger
            if line.kind == "release" and dataset in (None, line.subject)
        }
    except IntegrityError as error:
        yield str(error)
        return
    yield from unapproved(line for line in ledger if dataset in (None, line.subject))
    for name, version in sorted(recorded):
        folder = store.path(f"released/{name}/{version}")
        if not (folder / "manifest.json").is_file():
            yield f"{folder}: the ledger says that this release was published, and it is not there"
    for name in sorted({name for name, _ in recorded}):
        if not (pointer := store.path(f"released/{name}/latest.json")).is_file():
            yield f"{pointer}: is missing, so that no release of {name} is current; run the dataset again"
    for manifest in sorted(store.path("released").glob(f"{dataset or '*'}/*/manifest.json")):
        yield from _release(manifest, recorded)
    for pointer in sorted(store.path("released").glob(f"{dataset or '*'}/latest.json")):
        yield from _pointer(store, pointer)
    if dataset is None:
        yield from _strangers(store.path("released"))
        yield from _snapshots(store)


def _release(manifest: Path, recorded: dict[tuple[str, str], str]) -> Iterator[str]:
    import json

    folder = manifest.parent
    expected = recorded.get((folder.parent.name, folder.name))
    if expected is None:
        yield f"{folder}: is not in the ledger; either it was put there by hand, or its release was interrupted"
    elif file_sha256(manifest) != expected:
        yield f"{manifest}: is not the manifest that the ledger recorded: it was changed after publication"
        return
    try:
        listed = {file["name"]: file for file in json.loads(manifest.read_text("utf-8"))["files"]}
    except (ValueError, KeyError, TypeError) as error:
        yield f"{manifest}: cannot be read as a manifest: {error!r}"
        return
    there = {path.name for path in folder.iterdir()} - {"manifest.json"}
    for name in sorted(set(listed) - there):
        yield f"{folder / name}: is named in the manifest and missing"
    for name in sorted(there - set(listed)):
        yield f"{folder / name}: is not named in the manifest"
    for name in sorted(there & set(listed)):
        size, sha256 = (folder / name).stat().st_size, file_sha256(folder / name)
        if sha256 != listed[name]["sha256"]:
            published = listed[name]
            yield (
                f"{folder / name}: was changed: {size:,} bytes with SHA-256 {sha256}, "
                f"published were {published['bytes']:,} with {published['sha256']}"
            )


def _pointer(store: Store, pointer: Path) -> Iterator[str]:
    try:
        latest = dict(store.get_json(store.key(pointer)) or {})
    except (IntegrityError, TypeError, ValueError) as error:
        yield f"{pointer}: is not a pointer: {error}"
        return
    manifest = pointer.parent / str(latest.get("version")) / "manifest.json"
    if not manifest.is_file():
        yield f"{pointer}: points to {latest.get('version')!r}, which is not there"
    elif file_sha256(manifest) != latest.get("manifest_sha256"):
        yield f"{pointer}: names another manifest than the one in {manifest.parent}"


def _strangers(released: Path) -> Iterator[str]:
    """Files and folders in the served area that no release, pointer or catalogue accounts for."""
    known = {"catalogue.json", "catalogue.jsonld", "catalogue.ttl", "index.html"}
    harvested = {path.name for path in released.glob("psi-data-*.json")}
    for path in sorted(released.iterdir() if released.is_dir() else ()):
        if path.is_file() and path.name not in known | harvested:
            yield f"{path}: is served, and nothing that Praya published"
    for path in sorted(released.glob("*/*")):
        if path.name != "latest.json" and not (path / "manifest.json").is_file():
            yield f"{path}: is served, and no release: it has no manifest"


def _snapshots(store: Store) -> Iterator[str]:
    for path in sorted(store.path("raw").iterdir()):
        if file_sha256(path) != path.name:
            yield f"{path}: its bytes no longer have the SHA-256 that is its name: the snapshot was changed"
