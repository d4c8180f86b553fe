"""publish: the released area copied to where it is served from: a folder, or S3-compatible storage.

There nothing can be renamed as a whole, so the order does it: what never changes comes first and each manifest after
the files that it names, then the pages, then the pointers, and last what is withdrawn goes.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from praya.errors import IntegrityError, PackageMissing, codes
from praya.store import Store, layout
from praya.store.store_path import StorePath
from praya.text.names import is_file_name
from praya.text.outside import quote

# What readers start from, in the order in which it changes: a reader who starts at any of them finds all it names.
POINTERS = (
    "alias.json",
    "versions.json",
    "latest.json",
    "index.html",
    "catalogue.json",
    "catalogue.signed.json",
)


class Copied(NamedTuple):
    """What was done: objects written, those that were there already, and those removed."""

    written: int
    there: int
    removed: int


def publish_released(store: Store, target: str, options: Mapping[str, object] | None = None) -> Copied:
    """Copy `released/` to `target`, an fsspec address such as `s3://bucket/prefix` or a folder.

    `options` are handed to fsspec (an endpoint; credentials come from where the storage's own client looks for
    them). It may be killed anywhere and run again. Raises IntegrityError where a file of a release is not what its
    manifest says: nothing of that release is copied then. Raises PackageMissing where the driver of the storage is not
    installed.
    """
    fs, root = _open(target, options or {})
    # Pointers are read first: what they name is there by then, and stays, or has a tombstone.
    pointers = {key: store.read_bytes(f"{layout.RELEASED}/{key}") for key in _pointers(store)}
    there = _there(fs, root)
    written = 0
    _check_names(store.local(layout.RELEASED))
    served = StorePath(store, layout.RELEASED)
    # Of datasets, and of reports, whose editions lie one or two folders deeper.
    manifests = sorted(served.rglob("manifest.json"))
    for manifest in manifests:
        written += _release(fs, root, there, manifest, served)
    immutable = {path.parent for path in manifests}
    for path in sorted(path for path in served.rglob("*") if path.is_file()):
        key = path.relative_to(served).as_posix()
        if path.parent not in immutable and key not in pointers:
            written += _changed(fs, root, there, key, path.read_bytes())
    for key, data in pointers.items():
        written += _changed(fs, root, there, key, data)
    removed = _remove_withdrawn(fs, root, store, there)
    return Copied(written, len(there) - removed, removed)


def _open(target: str, options: Mapping[str, object]) -> tuple[Any, str]:
    """The file system of an address, and the path in it."""
    import fsspec

    try:
        return fsspec.core.url_to_fs(target, **options)  # type: ignore[no-any-return]
    except ImportError as error:
        raise PackageMissing(
            codes.package.DRIVER_MISSING,
            f"{quote(target)}: the driver of this storage is not installed ({quote(error)}); for s3:// install what "
            "requirements-s3.txt locks: make s3",
        ) from error


def _check_names(served: Path) -> None:
    """Raise IntegrityError for a link, or for anything else that is neither file nor folder: what it leads to is not
    released."""
    for path in served.rglob("*"):
        try:
            mode = path.lstat().st_mode
        except FileNotFoundError:
            continue  # withdrawn, or made again, while the area is read
        if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
            raise IntegrityError(
                codes.verify.NOT_A_FILE,
                f"{path}: is neither a file nor a folder; nothing is published while it is there",
            )


def _pointers(store: Store) -> list[str]:
    keys = [key for name in POINTERS for key in store.keys(layout.RELEASED, f"**/{name}")]
    pointers = [key.removeprefix(f"{layout.RELEASED}/") for key in keys]
    return [
        key for key in pointers if key.count("/") < 2 or (key.startswith("reports/") and "latest.json" in key)
    ]


def _there(fs: Any, root: str) -> dict[str, int]:
    """The keys that stand at the target, with their sizes in bytes."""
    if not fs.exists(root):
        return {}
    fs.invalidate_cache()
    prefix = root.rstrip("/") + "/"
    return {name.removeprefix(prefix): info["size"] for name, info in fs.find(root, detail=True).items()}


def _release(fs: Any, root: str, there: dict[str, int], manifest: StorePath, served: StorePath) -> int:
    """Copy one version, its manifest last; one whose manifest is there is whole already."""
    folder = manifest.parent
    prefix = folder.relative_to(served).as_posix()
    if f"{prefix}/manifest.json" in there:
        return 0
    try:
        text = manifest.read_bytes()
        listed = json.loads(text)["files"]
        if wrong := [file["name"] for file in listed if not is_file_name(str(file["name"]))]:
            raise IntegrityError(
                codes.verify.FILE_CHANGED,
                f"{manifest}: '{quote(wrong[0], 120)}' is no name of a file; nothing of {prefix} is published",
            )
        known = {file["name"] for file in listed} | {"manifest.json", "withdrawn.json"}
        for file in listed:
            if (folder / file["name"]).sha256() != file["sha256"]:
                raise IntegrityError(
                    codes.verify.FILE_CHANGED,
                    f"{folder / file['name']}: is not what its manifest says; nothing of {prefix} is published",
                )
        names = [file["name"] for file in listed] + sorted({path.name for path in folder.iterdir()} - known)
        for name in names:
            _put(fs, f"{root}/{prefix}/{name}", folder / name)
    except FileNotFoundError:
        if (folder / "withdrawn.json").exists():
            return 0  # withdrawn while it was read
        raise
    _put(fs, f"{root}/{prefix}/manifest.json", text)
    return len(names) + 1


def _changed(fs: Any, root: str, there: dict[str, int], key: str, data: bytes) -> int:
    """Write what is another there; whether it was written, as a number."""
    if there.get(key) == len(data) and fs.cat_file(f"{root}/{key}") == data:
        return 0
    _put(fs, f"{root}/{key}", data)
    return 1


def _put(fs: Any, name: str, data: bytes | StorePath) -> None:
    """Write one object, whole or not at all: object storage does it so, a folder by a rename."""
    local = "file" in (fs.protocol if isinstance(fs.protocol, tuple) else (fs.protocol,))
    place = f"{name}.part" if local else name
    if local:
        fs.makedirs(name.rpartition("/")[0], exist_ok=True)
    if isinstance(data, StorePath):
        fs.put_file(str(data.local()), place)
    else:
        fs.pipe_file(place, data)
    if local:
        with Path(place).open("rb") as file:
            os.fsync(file.fileno())
        os.replace(place, name)


def _remove_withdrawn(fs: Any, root: str, store: Store, there: dict[str, int]) -> int:
    """Remove what belongs to withdrawn versions, now that no pointer leads there; and halves of interrupted copies."""
    stones = store.keys(layout.RELEASED, f"**/{layout.TOMBSTONE}")
    gone = {key.removeprefix(f"{layout.RELEASED}/").removesuffix(f"/{layout.TOMBSTONE}") for key in stones}
    doomed = [key for key in sorted(there) if _doomed(key, gone)]
    for key in doomed:
        # Of a half whose whole was written since nothing is left.
        with suppress(FileNotFoundError):
            fs.rm_file(f"{root}/{key}")
    return len(doomed)


def _doomed(key: str, gone: set[str]) -> bool:
    dataset, _, rest = key.partition("/")
    parts = rest.split("/")
    if parts[0] == "changes" and len(parts) > 1:
        return any(f"{dataset}/{version}" in gone for version in parts[1].split("--"))
    folders = ("/".join(key.split("/")[:depth]) for depth in (2, 3, 4))
    return key.endswith(".part") or (
        parts[-1] != "withdrawn.json" and any(folder in gone for folder in folders)
    )
