"""catalogue: all current releases in one index (`catalogue.json`), as DCAT, in the portal's harvest files, and on one
plain page that links to them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from praya import paths
from praya.describe import DATA, Facts, as_json, dcat_catalogue, facts_of, turtle
from praya.errors import IntegrityError
from praya.portal.harvest import harvest
from praya.store import Store, file_sha256

TEMPLATES = Path(__file__).parent / "templates"


def catalogue(store: Store) -> dict[str, Any]:
    """Write `released/catalogue.json`, `.jsonld`, `.ttl`, `index.html` and the harvest files from every `latest.json`.

    Returns the catalogue with `changed` added. Raises IntegrityError when a pointer and its manifest disagree, and
    HarvestError, after everything else is written, where a harvest file had to stay as it was.
    """
    with store.lock("catalogue"):
        manifests = [_manifest(store, one) for one in sorted(store.path("released").glob("*/latest.json"))]
        listed = {"datasets": [_entry(manifest, sha256) for manifest, sha256 in manifests]}
        releases = [facts_of(manifest, paths.base_url()) for manifest, _ in manifests]
        files = {"index.html": _page(listed).encode(), **_dcat(releases), "catalogue.json": as_json(listed)}
        changed = [store.put_if_new(f"released/{name}", data) for name, data in files.items()]
        changed.append(harvest(store, releases))
    return listed | {"changed": any(changed)}


def _manifest(store: Store, pointer: Path) -> tuple[dict[str, Any], str]:
    """The manifest that the pointer names, and its hash."""
    latest = json.loads(pointer.read_text("utf-8"))
    manifest = store.path(f"released/{latest['dataset']}/{latest['version']}/manifest.json")
    if file_sha256(manifest) != latest["manifest_sha256"]:
        raise IntegrityError(f"{manifest} is not the manifest that {pointer} points to; run `praya verify`")
    return json.loads(manifest.read_text("utf-8")), latest["manifest_sha256"]


def _dcat(releases: list[Facts]) -> dict[str, bytes]:
    node = dcat_catalogue(releases, paths.base_url())
    return {"catalogue.jsonld": as_json(node), "catalogue.ttl": turtle(node).encode()}


def _entry(described: dict[str, Any], sha256: str) -> dict[str, Any]:
    folder = f"{described['dataset']}/{described['version']}"
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
        "manifest": {"path": f"{folder}/manifest.json", "sha256": sha256},
        "files": _data_first(
            [
                # Releases from before there was metadata have no roles.
                {"role": DATA} | file | {"path": f"{folder}/{file['name']}"}
                for file in described["files"]
            ]
        ),
    }


def _data_first(files: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(files, key=lambda file: (file["role"] != DATA, file["name"]))


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
