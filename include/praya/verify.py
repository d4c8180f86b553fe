"""verify: every stored byte against what a name, a manifest or the ledger says of it, offline."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

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
        withdrawn = {
            (line.subject, str(line.body["version"])): line.body
            for line in ledger
            if line.kind == "withdrawal" and dataset in (None, line.subject)
        }
    except IntegrityError as error:
        yield str(error)
        return
    yield from unapproved(line for line in ledger if dataset in (None, line.subject))
    for name, version in sorted(recorded):
        folder = store.path(f"released/{name}/{version}")
        if (name, version) in withdrawn:
            yield from _withdrawn(folder, withdrawn[name, version])
        elif not (folder / "manifest.json").is_file():
            yield f"{folder}: the ledger says that this release was published, and it is not there"
    for name in sorted({name for name, _ in recorded}):
        if not (pointer := store.path(f"released/{name}/latest.json")).is_file():
            yield f"{pointer}: is missing, so that no release of {name} is current; run the dataset again"
    changed = set()
    for manifest in sorted(store.path("released").glob(f"{dataset or '*'}/*/manifest.json")):
        name = manifest.parent.parent.name
        if (name, manifest.parent.name) not in withdrawn:
            problems = list(_release(manifest, recorded))
            yield from problems
            changed |= {name} if problems else set()
    for index in sorted(store.path("released").glob(f"{dataset or '*'}/versions.json")):
        if index.parent.name not in changed:
            yield from _index(store, index)
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


def _withdrawn(folder: Path, body: dict[str, Any]) -> Iterator[str]:
    """What is wrong with a withdrawn version: its files have to be gone, its tombstone says what the ledger says."""
    import json

    again = f"run `praya withdraw {folder.parent.name} {folder.name} --reason …` again"
    for path in sorted(folder.iterdir() if folder.is_dir() else ()):
        if path.name != "withdrawn.json":
            yield f"{path}: belongs to a version that was withdrawn, and is still served; {again}"
    try:
        stone = json.loads((folder / "withdrawn.json").read_bytes())
    except (OSError, ValueError):
        yield f"{folder}: was withdrawn, and its tombstone is missing or cannot be read; {again}"
        return
    if any(stone.get(name) != body[name] for name in ("version", "reason", "manifest_sha256", "files")):
        yield f"{folder / 'withdrawn.json'}: does not say what the ledger says of the withdrawal: it was changed"


def _index(store: Store, path: Path) -> Iterator[str]:
    """The index of versions has to be what ledger and manifests give, and to agree with the pointer."""
    from praya.history import index

    try:
        there = store.read_json(store.key(path))
        made = index(store, path.parent.name, there["latest"])
    except (IntegrityError, KeyError, TypeError, ValueError) as error:
        yield f"{path}: cannot be held against the ledger: {error}"
        return
    if there != made:
        yield f"{path}: is not what ledger and manifests say: it was changed, or a release was interrupted"
        return
    try:
        pointed = store.read_json(store.key(path.parent / "latest.json"))["version"]
    except (IntegrityError, KeyError):
        return  # which is said of the pointer
    if pointed != there["latest"] and pointed in {entry["version"] for entry in there["versions"]}:
        yield f"{path}: names another latest version than latest.json; run the dataset again"


def _pointer(store: Store, pointer: Path) -> Iterator[str]:
    try:
        latest = dict(store.get_json(store.key(pointer)) or {})
    except (IntegrityError, TypeError, ValueError) as error:
        yield f"{pointer}: is not a pointer: {error}"
        return
    if (
        "version" in latest
        and latest["version"] is None
        and (pointer.parent / str(latest.get("withdrawn"))).is_dir()
    ):
        return  # every version is withdrawn
    manifest = pointer.parent / str(latest.get("version")) / "manifest.json"
    if not manifest.is_file():
        yield f"{pointer}: points to {latest.get('version')!r}, which is not there"
    elif file_sha256(manifest) != latest.get("manifest_sha256"):
        yield f"{pointer}: names another manifest than the one in {manifest.parent}"


def _strangers(released: Path) -> Iterator[str]:
    """Files and folders in the served area that no release, pointer or catalogue accounts for."""
    shorts = ("en", "tc", "sc")
    feeds = {f"feed-{short}.atom" for short in shorts}
    known = {
        "catalogue.json",
        "catalogue.jsonld",
        "catalogue.ttl",
        "index.html",
        "calendar.json",
        "calendar.ics",
        *feeds,
    }
    known |= {f"calendar-{short}.html" for short in shorts}
    harvested = {path.name for path in released.glob("psi-data-*.json")}
    for path in sorted(released.iterdir() if released.is_dir() else ()):
        if path.is_file() and path.name not in known | harvested:
            yield f"{path}: is served, and nothing that Praya published"
    beside = {"latest.json", "versions.json", "changelog.json", "changes", *feeds}
    beside |= {f"changelog-{short}.html" for short in shorts}
    for path in sorted(released.glob("*/*")):
        alias = path.name in ("alias.json", "index.html") and (path.parent / "alias.json").is_file()
        if path.name not in beside and not alias and not _is_release(path):
            yield f"{path}: is served, and no release: it has no manifest"


def _is_release(folder: Path) -> bool:
    return any((folder / name).is_file() for name in ("manifest.json", "withdrawn.json"))


def _snapshots(store: Store) -> Iterator[str]:
    for path in sorted(store.path("raw").iterdir()):
        if file_sha256(path) != path.name:
            yield f"{path}: its bytes no longer have the SHA-256 that is its name: the snapshot was changed"
