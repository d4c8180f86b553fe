"""Editions of reports: `released/reports/<report>/[<period>/]<edition>/`, each made from releases that it names.

An edition never changes. Like a release it can only go as a whole: when a release that it was made from is withdrawn.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from praya.store import Store, layout
from praya.store.documents import EditionManifest, EditionPointer

REPORTS = layout.REPORTS
MANIFEST, STONE, POINTER = layout.MANIFEST, layout.TOMBSTONE, layout.POINTER


def shelf(report: str, period: str | None = None) -> str:
    """The key of the folder in which a report's editions lie, those of one period where it has periods."""
    return f"{REPORTS}/{report}/{period}" if period else f"{REPORTS}/{report}"


def list_editions(store: Store, key: str | None = None) -> Iterator[tuple[str, EditionManifest]]:
    """Key and manifest of every edition that is out (on the shelf `key`, or of all reports), in their order."""
    for manifest in store.keys(key or REPORTS, f"*/{MANIFEST}" if key else f"**/{MANIFEST}"):
        edition = manifest.removesuffix(f"/{MANIFEST}")
        if not store.exists(f"{edition}/{STONE}"):
            yield edition, read_edition(store, manifest)


def latest_edition(store: Store, key: str) -> EditionPointer | None:
    """The pointer of a shelf; None before the first edition, and when every one was withdrawn."""
    pointer: EditionPointer | None = store.get_json(f"{key}/{POINTER}")
    return pointer if pointer is not None and pointer.get("edition") else None


def point_edition(store: Store, key: str, edition: str) -> None:
    """Make `edition` the latest of its shelf."""
    sha256 = store.sha256(f"{key}/{edition}/{MANIFEST}")
    pointer = {"edition": edition, "manifest_sha256": sha256}
    if store.get_json(f"{key}/{POINTER}") != pointer:
        store.put_json(f"{key}/{POINTER}", pointer)


def withdraw_editions(store: Store, dataset: str, version: str, reason: str, at: str) -> list[str]:
    """Take back every edition that was made from a withdrawn version: a tombstone, the pointer, then the files.

    Returns their keys. What an earlier call left half done is completed.
    """
    keys = []
    for path in store.keys(REPORTS, f"**/{MANIFEST}"):
        manifest = read_edition(store, path)
        used = {(release["dataset"], release["version"]) for release in manifest["releases"]}
        if (dataset, version) not in used:
            continue
        key = path.removesuffix(f"/{MANIFEST}")
        kept = {name: manifest[name] for name in ("report", "period", "edition", "title", "synthetic")}
        stone = {**kept, "manifest_sha256": store.sha256(path), "reason": reason, "at": at}
        store.put_json(f"{key}/{STONE}", stone | {"dataset": dataset, "version": version})
        _fall_back(store, key.rpartition("/")[0], manifest["edition"])
        # The manifest goes last: until then a second call finds what is left.
        for name in sorted(store.children(key), key=lambda path: path == MANIFEST):
            if name != STONE:
                store.discard(f"{key}/{name}")
        keys.append(key)
    return keys


def read_edition(store: Store, key: str) -> EditionManifest:
    """The manifest of an edition under `key`; raises IntegrityError where there is none."""
    return cast(EditionManifest, store.read_json(key))


def _fall_back(store: Store, key: str, gone: str) -> None:
    pointer = latest_edition(store, key)
    if pointer is None or pointer["edition"] != gone:
        return
    newest = max((manifest["edition"] for _, manifest in list_editions(store, key)), key=_age, default=None)
    if newest is None:
        store.put_json(f"{key}/{POINTER}", {"edition": None, "withdrawn": gone})
    else:
        point_edition(store, key, newest)


def _age(edition: str) -> tuple[str, int]:
    """`20261125T104319Z-2` after `20261125T104319Z`."""
    moment, _, number = edition.partition("-")
    return moment, int(number or 1)
