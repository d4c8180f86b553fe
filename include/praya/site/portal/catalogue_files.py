"""catalogue: all current releases in one index (`catalogue.json`), as DCAT, in the portal's harvest files, and on one
plain page that links to them."""

from __future__ import annotations

import datetime as dt

from praya.errors import IntegrityError, codes
from praya.history import latest as latest_of
from praya.history import tombstone, versions
from praya.history.manifests import read_manifest
from praya.history.metric_page_index import INDEX
from praya.metadata import DATA, Facts, Version, as_json, describe_catalogue, facts_of, write_turtle
from praya.provenance import Signer, load_signer
from praya.provenance.in_toto import NAME as STATEMENT
from praya.provenance.keys import announce
from praya.provenance.signed_files import publish_checkpoint, sign_catalogue
from praya.site.portal.current_reports import reports, shelves
from praya.site.portal.file_kinds import name_kind
from praya.site.portal.harvest import write_harvest_files
from praya.site.portal.news import write_news
from praya.site.portal.portal_pages import render
from praya.site.portal.redirects import make_redirects
from praya.store import Store, layout
from praya.store.documents import Catalogue, CatalogueDataset, CatalogueFile, Manifest, Tombstone


class WrittenCatalogue(Catalogue):
    """The catalogue, and whether any file of it is another than before."""

    changed: bool


def write_catalogue(
    store: Store, now: dt.datetime | None = None, by: Signer | None = None
) -> WrittenCatalogue:
    """Write `released/catalogue.json`, `.jsonld`, `.ttl`, `index.html`, the harvest files and the lists of stable
    addresses from every `latest.json` (of reports too, for the first and the page), after the changelogs and feeds
    that they lead to; sign them `by` the key at hand with a version and an expiry (`now` in UTC), and the ledger as
    it stands then. An old id of a dataset is not listed.

    Returns the catalogue with `changed` added. Raises IntegrityError when a pointer and its manifest disagree, and
    HarvestError, after everything else is written, where a harvest file had to stay as it was.
    """
    by = by or load_signer(store.project.signing_key)
    with store.lock("catalogue"):
        write_news(store)
        names = [layout.dataset_of(key) for key in store.keys(layout.RELEASED, f"*/{layout.POINTER}")]
        names = [name for name in names if not store.exists(layout.alias(name))]
        read = [_manifest(store, name) for name in names]
        manifests = [manifest for manifest in read if manifest is not None]
        listed: Catalogue = {"datasets": [_entry(manifest, sha256) for manifest, sha256 in manifests]}
        if made := reports(store):
            listed["reports"] = made
        releases = [_facts(store, manifest) for manifest, _ in manifests]
        calendar = store.exists(layout.CALENDAR)
        page = render(
            "index.html",
            name_kind=name_kind,
            datasets=listed["datasets"],
            withdrawn=_withdrawn(
                store, [name for name, there in zip(names, read, strict=True) if there is None]
            ),
            reports=shelves(made),
            calendar=calendar,
            metrics=store.exists(INDEX),
            old_ids=_old_ids(store),
        ).encode()
        moved = make_redirects(store, store.project.base_url)
        files = {
            **moved,
            "index.html": page,
            **_dcat(releases, store.project.base_url),
            "catalogue.json": as_json(listed),
        }
        changed = store.put_if_new({f"{layout.RELEASED}/{name}": data for name, data in files.items()})
        try:
            changed = write_harvest_files(store, releases) or changed
        finally:
            # A harvest file that had to stay is signed as it stands.
            announce(store, by)
            changed = sign_catalogue(store, by, now or store.project.clock()) or changed
            publish_checkpoint(store, by)
    return {**listed, "changed": changed}


def _facts(store: Store, manifest: Manifest) -> Facts:
    """The facts of a dataset's latest release, with the versions that are out, in the order of their publication."""
    folder = layout.dataset(manifest["dataset"])
    out: list[Version] = []
    for entry in versions(store, manifest["dataset"]):
        if entry["state"] != "withdrawn":
            # Of one that is being withdrawn just now the manifest may be gone already.
            manifest_then = store.get_json(f"{folder}/{entry['version']}/manifest.json") or {}
            issued = str(manifest_then.get("issued", entry["received_at"]))
            out.append(Version(entry["version"], entry.get("number"), issued))
    there = store.exists(f"{folder}/{manifest['version']}/{STATEMENT}")
    return facts_of(manifest, manifest["files"], store.project.base_url)._replace(
        statement=there, versions=tuple(out)
    )


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


def _withdrawn(store: Store, names: list[str]) -> list[Tombstone]:
    """The tombstones of the datasets of which nothing is published any more: of each that of its last version."""
    last = [(name, store.read_json(layout.pointer(name)).get("withdrawn")) for name in names]
    stones = [tombstone(store, dataset, version) for dataset, version in last if version]
    return [stone for stone in stones if stone is not None]


def _old_ids(store: Store) -> dict[str, list[str]]:
    """The ids that each dataset had before: what was released under one names a place on the page by it."""
    by_dataset: dict[str, list[str]] = {}
    for key in store.keys(layout.RELEASED, f"*/{layout.ALIAS}"):
        by_dataset.setdefault(store.read_json(key)["dataset"], []).append(layout.dataset_of(key))
    return by_dataset


def _dcat(releases: list[Facts], base_url: str) -> dict[str, bytes]:
    node = describe_catalogue(releases, base_url)
    return {"catalogue.jsonld": as_json(node), "catalogue.ttl": write_turtle(node).encode()}


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
