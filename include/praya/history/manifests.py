"""Manifests of releases, as they lie in the released area or in a folder that is not out yet."""

from __future__ import annotations

import json
from pathlib import Path
from typing import cast

from praya.store import Store, layout
from praya.store.documents import Manifest
from praya.store.store_path import StorePath


def read_manifest(store: Store, dataset: str, version: str) -> Manifest:
    """The manifest of a release; raises IntegrityError where there is none."""
    return cast(Manifest, store.read_json(layout.manifest(dataset, version)))


def find_manifest(store: Store, dataset: str, version: str) -> Manifest | None:
    """The same; None where there is none."""
    return store.get_json(layout.manifest(dataset, version))


def read_manifest_in(folder: Path | StorePath) -> Manifest:
    """The manifest of the release in `folder`; raises FileNotFoundError where there is none."""
    return cast(Manifest, json.loads((folder / layout.MANIFEST).read_bytes()))
