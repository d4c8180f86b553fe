"""What a reader finds where the released area was copied to, and whether all that is named there is there."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

DATA = b"id,name\n1,a\n2,b\n"

# Where to publish to, and fsspec's options.
Target = tuple[str, dict[str, Any]]

# An object's ETag → its bytes; of objects written at once it is their MD5.
_READ: dict[str, bytes] = {}


def served(folder: Path) -> dict[str, bytes]:
    """Path → bytes of every file of a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def at(target: Target) -> dict[str, bytes]:
    """Key → bytes of every object at a target. What S3 says has the hash of what was read before is not read again."""
    import fsspec

    fs, root = fsspec.core.url_to_fs(target[0], **target[1])
    fs.invalidate_cache()
    tags = {name: info.get("ETag") for name, info in fs.find(root, detail=True).items()}
    new = [name for name, tag in tags.items() if tag is None or tag not in _READ]
    found = fs.cat(new) if new else {}
    _READ.update({tags[name]: data for name, data in found.items() if tags[name]})
    return {
        name.removeprefix(f"{root}/"): found[name] if tag is None else _READ[tag]
        for name, tag in tags.items()
    }


def whole(there: dict[str, bytes]) -> bool:
    """Whether everything that a reader reaches from the catalogue, a pointer or an index is there as it is named."""
    for key, data in there.items():
        if key.endswith("/latest.json"):
            latest = json.loads(data)
            folder = f"{latest['dataset']}/{latest['version']}"
            manifest = there[f"{folder}/manifest.json"]
            assert hashlib.sha256(manifest).hexdigest() == latest["manifest_sha256"]
            for file in json.loads(manifest)["files"]:
                assert hashlib.sha256(there[f"{folder}/{file['name']}"]).hexdigest() == file["sha256"]
        if key.endswith("/versions.json"):
            for one in json.loads(data)["versions"]:
                folder = f"{key.removesuffix('versions.json')}{one['version']}"
                assert f"{folder}/manifest.json" in there or f"{folder}/withdrawn.json" in there
    for dataset in json.loads(there.get("catalogue.json", b'{"datasets": []}'))["datasets"]:
        for file in [*dataset["files"], dataset["manifest"]]:
            assert hashlib.sha256(there[file["path"]]).hexdigest() == file["sha256"]
    return True
