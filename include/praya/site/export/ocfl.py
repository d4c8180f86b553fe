"""ocfl: the releases as an OCFL 1.1 storage root (https://ocfl.io/1.1/spec/): a dataset an object, a release a version.

Bytes that several versions share are kept once. A withdrawn version is there by its tombstone alone.
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
from praya.store import Store, layout
from praya.store.documents import VersionEntry

LAYOUT = {
    "extension": "0002-flat-direct-storage-layout",
    "description": "one folder an object, named as the dataset",
}
SPEC = "https://ocfl.io/1.1/spec/#inventory"
CHUNK = 1 << 20


def write_ocfl(store: Store, folder: Path) -> list[str]:
    """Write every dataset's releases below `folder`, which is made or is such a storage root; returns the datasets
    whose object is new or another.

    An object is made beside the root and changes places with the old one by renames. An object that would be the
    same is left alone. Raises IntegrityError for a folder that holds something else, and for a release that is not
    what its manifest says.
    """
    _root(folder)
    written = []
    for key in store.keys(layout.RELEASED, f"*/{layout.VERSIONS}"):
        dataset = layout.dataset_of(key)
        made = folder.parent / f".{folder.name}-{dataset}.part"
        shutil.rmtree(made, ignore_errors=True)
        made.mkdir()
        try:
            sidecar = _object(store, dataset, made)
            target = folder / dataset
            if (target / sidecar.name).exists() and (
                target / sidecar.name
            ).read_bytes() == sidecar.read_bytes():
                continue
            _swap(made, target)
            written.append(dataset)
        finally:
            shutil.rmtree(made, ignore_errors=True)
    return written


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


def _object(store: Store, dataset: str, made: Path) -> Path:
    """Write one object; gives the sidecar of its inventory, which names its content."""
    (made / "0=ocfl_object_1.1").write_text("ocfl_object_1.1\n", "utf-8")
    inventory: dict[str, Any] = {
        "id": dataset,
        "type": SPEC,
        "digestAlgorithm": "sha512",
        "head": "",
        "manifest": {},
        "versions": {},
    }
    sidecar = made
    for place, entry in enumerate(versions(store, dataset), 1):
        name = f"v{place}"
        source = store.local(layout.version(dataset, entry["version"]))
        inventory["head"] = name
        inventory["versions"][name] = _version(source, entry, inventory["manifest"], made, name)
        (made / name).mkdir(exist_ok=True)
        for folder in (made / name, made):
            sidecar = _inventory(inventory, folder)
    return sidecar


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


def _inventory(inventory: dict[str, Any], folder: Path) -> Path:
    data = json.dumps(inventory, indent=2, ensure_ascii=False).encode() + b"\n"
    (folder / "inventory.json").write_bytes(data)
    sidecar = folder / "inventory.json.sha512"
    sidecar.write_text(f"{hashlib.sha512(data).hexdigest()} inventory.json\n", "utf-8")
    return sidecar


def _swap(made: Path, target: Path) -> None:
    old = made.with_suffix(".old")
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        os.rename(target, old)
    os.rename(made, target)
    shutil.rmtree(old, ignore_errors=True)
