"""catalogue: all current releases in one index (`catalogue.json`) and one plain page that links to them."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

from praya.errors import IntegrityError
from praya.provenance import Signer, signer
from praya.provenance.keys import announce
from praya.provenance.published import publish_checkpoint, sign_catalogue
from praya.store import Store, file_sha256

TEMPLATES = Path(__file__).parent / "templates"


def catalogue(store: Store, now: dt.datetime | None = None, by: Signer | None = None) -> dict[str, Any]:
    """Write `released/catalogue.json` and `released/index.html` from every `latest.json`; sign both `by` the key at
    hand with a version and an expiry (`now` in UTC), and the ledger as it stands then.

    Returns the catalogue with `changed` added. Raises IntegrityError when a pointer and its manifest disagree.
    """
    by = by or signer()
    with store.lock("catalogue"):
        listed = {
            "datasets": [
                _entry(store, pointer) for pointer in sorted(store.path("released").glob("*/latest.json"))
            ]
        }
        text = json.dumps(listed, indent=2, ensure_ascii=False, allow_nan=False).encode() + b"\n"
        page = _page(listed).encode()
        changed = _put_if_new(store, "released/index.html", page)
        changed = _put_if_new(store, "released/catalogue.json", text) or changed
        announce(store, by)
        changed = sign_catalogue(store, by, now or dt.datetime.now(dt.UTC)) or changed
        publish_checkpoint(store, by)
    return listed | {"changed": changed}


def _entry(store: Store, pointer: Path) -> dict[str, Any]:
    latest = json.loads(pointer.read_text("utf-8"))
    folder = f"{latest['dataset']}/{latest['version']}"
    manifest = store.path(f"released/{folder}/manifest.json")
    if file_sha256(manifest) != latest["manifest_sha256"]:
        raise IntegrityError(f"{manifest} is not the manifest that {pointer} points to; run `praya verify`")
    described = json.loads(manifest.read_text("utf-8"))
    kept = (
        "dataset",
        "version",
        "provider",
        "title",
        "description",
        "category",
        "frequency",
        "licence",
        "contact",
    )
    return {
        **{name: described[name] for name in kept},
        "synthetic": described["synthetic"],
        "received_at": described["received_at"],
        "rows": described["rows"],
        "manifest": {"path": f"{folder}/manifest.json", "sha256": latest["manifest_sha256"]},
        "files": [
            file | {"path": f"{folder}/{file['name']}"}
            for file in _data_first(latest["dataset"], described["files"])
        ],
    }


def _data_first(dataset: str, files: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(files, key=lambda file: (not file["name"].startswith(f"{dataset}."), file["name"]))


def _page(listed: dict[str, Any]) -> str:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("index.html").render(datasets=listed["datasets"])


def _put_if_new(store: Store, key: str, data: bytes) -> bool:
    path = store.path(key)
    if path.exists() and path.read_bytes() == data:
        return False
    store.put_bytes(key, data)
    return True
