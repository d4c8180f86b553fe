"""ocfl: the releases as an OCFL 1.1 storage root (https://ocfl.io/1.1/spec/): a dataset an object, a release a version.

Bytes that several versions share are kept once. A withdrawn version is there by its tombstone alone. A version that
stands in an object is not made again. By the standard, version folders should have an inventory of their own. Each of
them lists every version before, so that here the last version has one, and 1, 2, 4, 8 …, which together are as large.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from pathlib import Path
from typing import Any

from praya.errors import IntegrityError, codes
from praya.history import versions
from praya.metadata import as_json
from praya.store import Store, layout
from praya.store.documents import VersionEntry

LAYOUT = {
    "extension": "0002-flat-direct-storage-layout",
    "description": "one folder an object, named as the dataset",
}
SPEC = "https://ocfl.io/1.1/spec/#inventory"
CHUNK = 1 << 20
CONTENT, INVENTORY = "content", ("inventory.json", "inventory.json.sha512")


def write_ocfl(store: Store, folder: Path) -> list[str]:
    """Write every dataset's releases below `folder`, which is made or is such a storage root; returns the datasets
    whose object is new or another.

    An object that has another version by now is made beside the root, from links to the versions that stand and from
    what is new, and changes places with the old one by renames. Where the inventory does not have its digest, or a
    version was withdrawn since, all of it is made. Raises IntegrityError for a folder that holds something else, and
    for a release that is not what its manifest says; releases that stand are not read again.
    """
    _root(folder)
    written = []
    for key in store.keys(layout.RELEASED, f"*/{layout.VERSIONS}"):
        dataset = layout.dataset_of(key)
        target, entries = folder / dataset, versions(store, dataset)
        standing = _standing(store, dataset, entries, target)
        if standing is not None and len(standing["versions"]) == len(entries):
            continue
        made = folder.parent / f".{folder.name}-{dataset}.part"
        shutil.rmtree(made, ignore_errors=True)
        made.mkdir()
        try:
            if standing is not None:
                _link_versions(target, made, standing)
            _object(store, dataset, entries, made, standing)
            _swap(made, target)
            written.append(dataset)
        finally:
            shutil.rmtree(made, ignore_errors=True)
    return written


def _standing(store: Store, dataset: str, entries: list[VersionEntry], target: Path) -> dict[str, Any] | None:
    """The inventory of an object whose versions are the first of these; None where there is none, or it is not whole
    or not the same."""
    try:
        data = (target / "inventory.json").read_bytes()
        sidecar = (target / "inventory.json.sha512").read_text("utf-8")
        if sidecar != _sidecar_of(data):
            return None
        inventory: dict[str, Any] = json.loads(data)
        listed: dict[str, Any] = inventory["versions"]
        same = len(listed) <= len(entries) and all(
            _is_same(store.local(layout.version(dataset, entry["version"])), block)
            for entry, block in zip(entries, listed.values(), strict=False)
        )
    except (OSError, ValueError, KeyError, AttributeError):
        return None
    return inventory if same else None


def _is_same(source: Path, block: dict[str, Any]) -> bool:
    """Whether a version's block has the manifest, or the tombstone, that names what is released now."""
    named = _manifest_of(source)
    names: list[str] = block["state"].get(hashlib.sha512(named.read_bytes()).hexdigest(), [])
    return named.name in names


def _link_versions(target: Path, made: Path, inventory: dict[str, Any]) -> None:
    """Put the versions that stand into another folder: as links, where the file system has them."""
    for place, name in enumerate(inventory["versions"], 1):
        (made / name).mkdir()
        if (target / name / CONTENT).exists():
            shutil.copytree(target / name / CONTENT, made / name / CONTENT, copy_function=_link)
        for file in INVENTORY:
            if _has_inventory(place) and (target / name / file).exists():
                _link(str(target / name / file), str(made / name / file))


def _has_inventory(place: int) -> bool:
    """Whether a version that is not the last has an inventory: where its place is a power of two."""
    return place & (place - 1) == 0


def _link(source: str, target: str) -> str:
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
    return target


def _root(folder: Path) -> None:
    mark = folder / "0=ocfl_1.1"
    if folder.exists() and any(folder.iterdir()) and not mark.exists():
        raise IntegrityError(
            codes.evidence.PLACE_NOT_USABLE,
            f"{folder}: holds something else than an OCFL 1.1 storage root; name an empty folder",
        )
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "ocfl_layout.json").write_text(json.dumps(LAYOUT, indent=2) + "\n", "utf-8")
    mark.write_text("ocfl_1.1\n", "utf-8")


def _object(
    store: Store, dataset: str, entries: list[VersionEntry], made: Path, standing: dict[str, Any] | None
) -> None:
    """Write one object, in which the versions of `standing` are there already."""
    (made / "0=ocfl_object_1.1").write_text("ocfl_object_1.1\n", "utf-8")
    inventory: dict[str, Any] = standing or {
        "id": dataset,
        "type": SPEC,
        "digestAlgorithm": "sha512",
        "head": "",
        "manifest": {},
        "versions": {},
    }
    for place, entry in list(enumerate(entries, 1))[len(inventory["versions"]) :]:
        name = f"v{place}"
        source = store.local(layout.version(dataset, entry["version"]))
        inventory["head"] = name
        inventory["versions"][name] = _version(source, entry, inventory["manifest"], made, name)
        (made / name).mkdir(exist_ok=True)
        if _has_inventory(place):
            _inventory(inventory, made / name)
    for folder in (made / inventory["head"], made):
        _inventory(inventory, folder)


def _version(
    source: Path, entry: VersionEntry, manifest: dict[str, list[str]], made: Path, name: str
) -> dict[str, Any]:
    """One version's block of the inventory; files that are new in the object are copied."""
    published = json.loads(_manifest_of(source).read_bytes())
    hashes = (
        {} if entry["state"] == "withdrawn" else {file["name"]: file["sha256"] for file in published["files"]}
    )
    state: dict[str, list[str]] = {}
    for path in sorted(path for path in source.iterdir() if path.is_file()):
        if path.is_symlink():
            raise IntegrityError(
                codes.verify.NOT_A_FILE,
                f"{path}: is a link, and no file of a release is one; run `praya verify`",
            )
        content = f"{name}/content/{path.name}"
        target = made / content
        target.parent.mkdir(parents=True, exist_ok=True)
        sha512, sha256 = _copy(path, target)
        if hashes.get(path.name, sha256) != sha256:
            raise IntegrityError(
                codes.verify.FILE_CHANGED, f"{path}: is not what its manifest says; run `praya verify`"
            )
        if sha512 in manifest:
            target.unlink()
        manifest.setdefault(sha512, [content])
        state.setdefault(sha512, []).append(path.name)
    if not any((made / name / "content").iterdir()):
        (made / name / "content").rmdir()
    gone = entry.get("withdrawn")
    contact = published.get("contact", {}).get("email")
    return {
        "created": published["received_at"],
        "message": f"withdrawn: {gone['reason']}"
        if gone
        else f"release {entry.get('number', entry['version'])}",
        "user": {"name": published.get("provider", "Praya")}
        | ({"address": f"mailto:{contact}"} if contact else {}),
        "state": {digest: sorted(names) for digest, names in sorted(state.items())},
    }


def _manifest_of(source: Path) -> Path:
    stone = source / "withdrawn.json"
    return stone if stone.exists() else source / "manifest.json"


def _copy(path: Path, target: Path) -> tuple[str, str]:
    """Copy a file; gives the SHA-512 and SHA-256 of what was copied."""
    sha512, sha256 = hashlib.sha512(), hashlib.sha256()
    with path.open("rb") as file, target.open("wb") as out:
        while chunk := file.read(CHUNK):
            sha512.update(chunk)
            sha256.update(chunk)
            out.write(chunk)
    return sha512.hexdigest(), sha256.hexdigest()


def _inventory(inventory: dict[str, Any], folder: Path) -> None:
    data = as_json(inventory)
    (folder / "inventory.json").write_bytes(data)
    (folder / "inventory.json.sha512").write_text(_sidecar_of(data), "utf-8")


def _sidecar_of(data: bytes) -> str:
    return f"{hashlib.sha512(data).hexdigest()} inventory.json\n"


def _swap(made: Path, target: Path) -> None:
    old = made.with_suffix(".old")
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        os.rename(target, old)
    os.rename(made, target)
    shutil.rmtree(old, ignore_errors=True)
