"""catalogue: all current releases in one index (`catalogue.json`) and one plain page that links to them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from praya.errors import IntegrityError
from praya.history import latest as latest_of
from praya.history import tombstone
from praya.portal.news import news
from praya.portal.pages import as_json, put_if_new, render
from praya.store import Store, file_sha256


def catalogue(store: Store) -> dict[str, Any]:
    """Write `released/catalogue.json` and `released/index.html` from every `latest.json`, after the changelogs and
    feeds that they lead to. An old id of a dataset is not listed.

    Returns the catalogue with `changed` added. Raises IntegrityError when a pointer and its manifest disagree.
    """
    with store.lock("catalogue"):
        news(store)
        pointers = sorted(store.path("released").glob("*/latest.json"))
        entries = [
            _entry(store, pointer) for pointer in pointers if not (pointer.parent / "alias.json").exists()
        ]
        listed = {"datasets": [entry for entry in entries if entry is not None]}
        calendar = store.exists("released/calendar.json")
        page = render("index.html", datasets=listed["datasets"], calendar=calendar).encode()
        files = {"released/index.html": page, "released/catalogue.json": as_json(listed)}
        changed = put_if_new(store, files)
    return listed | {"changed": changed}


def _entry(store: Store, pointer: Path) -> dict[str, Any] | None:
    latest = latest_of(store, pointer.parent.name)
    if latest is None:
        return None
    folder = f"{latest['dataset']}/{latest['version']}"
    manifest = store.path(f"released/{folder}/manifest.json")
    if tombstone(store, latest["dataset"], latest["version"]) is not None:
        # It is being withdrawn: the pointer moves before anything goes.
        return _entry(store, pointer) if latest_of(store, latest["dataset"]) != latest else None
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
        "number": described.get("number"),  # what was released before there were numbers has none
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
