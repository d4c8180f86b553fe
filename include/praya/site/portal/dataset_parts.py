"""What one folder of the released area adds to the files that are about all of them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from praya.errors import IntegrityError, codes
from praya.history import latest as latest_of
from praya.history import tombstone, versions
from praya.history.manifests import read_manifest
from praya.metadata import DATA, Facts, Version, facts_of, psi_entry, psi_problems
from praya.metadata.dcat_nodes import describe_dataset
from praya.provenance.in_toto import NAME as STATEMENT
from praya.site.portal.composed_file import Piece
from praya.site.portal.file_kinds import name_kind
from praya.site.portal.list_file import json_part
from praya.site.portal.portal_pages import render
from praya.site.portal.redirects import Redirect, make_old_redirects, make_redirects, write_redirects
from praya.site.portal.turtle_parts import TurtlePart, make_turtle_part
from praya.store import Store, layout
from praya.store.documents import CatalogueDataset, CatalogueFile, Manifest

# Sections: what stands in a whole file, in the order in which it does there.
ENTRY, NODE, TURTLE, ARTICLE, WITHDRAWN, HARVEST = (
    "entry",
    "node",
    "turtle",
    "article",
    "withdrawn",
    "harvest",
)
OLD = "old "  # before the name of a list of redirects: those of old ids come first


class FolderParts(NamedTuple):
    """The parts of a folder by section. `version` is the latest of a dataset that is listed; `provider` whose harvest
    file it is in; `is_sound` whether the portal takes its entry."""

    sections: Mapping[str, Sequence[Piece]]
    version: str | None = None
    turtle: TurtlePart | None = None
    provider: str | None = None
    is_sound: bool = True


def make_old_id_parts(store: Store, alias: str, dataset: str) -> FolderParts:
    """The parts of an old id: where its addresses lead."""
    return FolderParts(_redirects(store, make_old_redirects(store, alias, dataset), OLD))


def make_dataset_parts(
    store: Store, dataset: str, old_ids: Sequence[str], issued: Mapping[str, str]
) -> FolderParts:
    """The parts of a dataset. `old_ids` are the ids that it had before; `issued` says of versions
    from when each could show, as far as it is known.

    Raises IntegrityError when pointer and manifest disagree.
    """
    sections: dict[str, Sequence[Piece]] = {}
    if store.exists(layout.versions(dataset)):
        sections |= _redirects(store, make_redirects(store, dataset))
    if not store.exists(layout.pointer(dataset)):
        return FolderParts(sections)
    read = _manifest(store, dataset)
    if read is None:
        return FolderParts(sections | _withdrawn(store, dataset, old_ids))
    manifest, sha256 = read
    entry, facts = _entry(manifest, sha256), _facts(store, manifest, issued)
    node = describe_dataset(facts)
    article = render("index_dataset.html", name_kind=name_kind, dataset=entry, old_ids=old_ids)
    sections |= {
        ENTRY: [json_part(entry, 2)],
        NODE: [json_part(node, 2)],
        ARTICLE: [f"{article}\n".encode()],
    }
    is_sound = True
    if not facts.synthetic:
        harvested = psi_entry(facts, store.project.has_stable_addresses)
        sections[HARVEST] = [json_part(harvested, 1)]
        is_sound = not any(psi_problems([harvested]))
    turtle = make_turtle_part(node, dataset, store.project.base_url)
    provider = None if facts.synthetic else facts.provider
    return FolderParts(sections, manifest["version"], turtle, provider, is_sound)


def issued_in(node: bytes) -> dict[str, str]:
    """Of each version that a dataset's part of the JSON-LD lists, from when it could show."""
    listed: Sequence[Mapping[str, Any]] = json.loads(node)["dcat:hasVersion"]
    return {version["dcat:version"]: version["dct:issued"]["@value"] for version in listed}


def _redirects(store: Store, redirects: Sequence[Redirect], before: str = "") -> dict[str, Sequence[Piece]]:
    texts = write_redirects(redirects, store.project.base_url)
    return {f"{before}{name}": [text] if text else [] for name, text in texts.items()}


def _withdrawn(store: Store, dataset: str, old_ids: Sequence[str]) -> dict[str, Sequence[Piece]]:
    """Of a dataset of which nothing is published any more, the tombstone of its last version."""
    version = store.read_json(layout.pointer(dataset)).get("withdrawn")
    stone = tombstone(store, dataset, version) if version else None
    if stone is None:
        return {}
    return {WITHDRAWN: [f"{render('index_withdrawn.html', stone=stone, old_ids=old_ids)}\n".encode()]}


def _facts(store: Store, manifest: Manifest, issued: Mapping[str, str]) -> Facts:
    """The facts of a dataset's latest release, with the versions that are out, in the order of their publication."""
    folder = layout.dataset(manifest["dataset"])
    out: list[Version] = []
    for entry in versions(store, manifest["dataset"]):
        if entry["state"] != "withdrawn":
            version = entry["version"]
            moment = issued.get(version) or _issued(store, manifest["dataset"], version, entry["received_at"])
            out.append(Version(version, entry.get("number"), moment))
    there = store.exists(f"{folder}/{manifest['version']}/{STATEMENT}")
    return facts_of(manifest, manifest["files"], store.project.base_url)._replace(
        statement=there, versions=tuple(out)
    )


def _issued(store: Store, dataset: str, version: str, received_at: str) -> str:
    # Of one that is being withdrawn just now the manifest may be gone already.
    manifest = store.get_json(layout.manifest(dataset, version)) or {}
    return str(manifest.get("issued", received_at))


def _manifest(store: Store, dataset: str) -> tuple[Manifest, str] | None:
    """The manifest that the pointer of a dataset names, and its hash; None where every version is withdrawn."""
    latest = latest_of(store, dataset)
    if latest is None:
        return None
    manifest = layout.manifest(latest["dataset"], latest["version"])
    if tombstone(store, latest["dataset"], latest["version"]) is not None:
        # It is being withdrawn: the pointer moves before anything goes.
        return _manifest(store, dataset) if latest_of(store, latest["dataset"]) != latest else None
    if store.sha256(manifest) != latest["manifest_sha256"]:
        raise IntegrityError(
            codes.verify.FILE_CHANGED,
            f"{store.describe(manifest)} is not the manifest that {store.describe(layout.pointer(dataset))} points to; "
            "run `praya verify`",
        )
    return read_manifest(store, dataset, latest["version"]), latest["manifest_sha256"]


def _entry(described: Manifest, sha256: str) -> CatalogueDataset:
    folder = f"{described['dataset']}/{described['version']}"
    return {
        "dataset": described["dataset"],
        "version": described["version"],
        "provider": described["provider"],
        "title": described["title"],
        "description": described["description"],
        "category": described["category"],
        "frequency": described["frequency"],
        "licence": described["licence"],
        "contact": described["contact"],
        "number": described.get("number"),  # what was released before there were numbers has none
        "synthetic": described["synthetic"],
        "received_at": described["received_at"],
        "rows": described["rows"],
        "manifest": {"path": f"{folder}/manifest.json", "sha256": sha256},
        "provenance": f"{folder}/{STATEMENT}",
        "files": _data_first(
            [
                # Releases from before there was metadata have no roles.
                {"role": DATA, **file, "path": f"{folder}/{file['name']}"}
                for file in described["files"]
            ]
        ),
    }


def _data_first(files: list[CatalogueFile]) -> list[CatalogueFile]:
    """Data before what describes it; all rows before those of a year."""
    return sorted(
        files, key=lambda file: (file.get("role", DATA) != DATA, file.get("part", ""), file["name"])
    )
