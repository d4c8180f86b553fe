"""The current edition of every report, for the catalogue and its page."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TypedDict

from praya.contract.codes import FILE_LANGUAGE
from praya.errors import IntegrityError, codes
from praya.history.editions import MANIFEST, POINTER, REPORTS, latest_edition, read_edition
from praya.store import Store
from praya.store.documents import CatalogueReport, EditionManifest, EditionPointer

SHORTS = {"en": "English", "tc": "繁體", "sc": "简体"}


class FilesInLanguage(TypedDict):
    """The files of an edition in one language: suffix and path, as the page lists them."""

    language: str
    name: str
    files: list[tuple[str, str]]


class ShownReport(CatalogueReport):
    """A report as the page shows it."""

    languages: list[FilesInLanguage]


def reports(store: Store) -> list[CatalogueReport]:
    """What the catalogue says of each report, of each period the newest edition; by name, then the newest period first.

    Raises IntegrityError where a pointer and its manifest disagree.
    """
    entries = []
    for path in store.keys(REPORTS, f"**/{POINTER}"):
        key = path.removesuffix(f"/{POINTER}")
        pointer = latest_edition(store, key)
        if pointer is None:
            continue
        manifest = f"{key}/{pointer['edition']}/{MANIFEST}"
        if not store.exists(manifest) or store.sha256(manifest) != pointer["manifest_sha256"]:
            raise IntegrityError(
                codes.verify.FILE_CHANGED,
                f"{store.describe(manifest)} is not the manifest that {store.describe(path)} points to; run "
                "`praya verify`",
            )
        entries.append(_entry(key.removeprefix("released/"), read_edition(store, manifest), pointer))
    entries.sort(key=lambda entry: str(entry["period"] or ""), reverse=True)
    return sorted(entries, key=lambda entry: str(entry["report"]))


def shelves(entries: Sequence[CatalogueReport]) -> list[list[ShownReport]]:
    """The same for the page: the periods of a report together, each with its files by language."""
    return [
        [
            {**entry, "languages": [_in_language(entry, language) for language in FILE_LANGUAGE]}
            for entry in group
        ]
        for _, group in groupby(entries, key=lambda entry: entry["report"])
    ]


def _entry(place: str, manifest: EditionManifest, pointer: EditionPointer) -> CatalogueReport:
    folder = f"{place}/{manifest['edition']}"
    return {
        "report": manifest["report"],
        "period": manifest["period"],
        "edition": manifest["edition"],
        "title": manifest["title"],
        "synthetic": manifest["synthetic"],
        "known_at": manifest["known_at"],
        "releases": manifest["releases"],
        # Editions from before 0.3.0 do not say; those that read generated data read real data too.
        "synthetic_extent": manifest.get("synthetic_extent", "some" if manifest["synthetic"] else "none"),
        "manifest": {"path": f"{folder}/{MANIFEST}", "sha256": pointer["manifest_sha256"]},
        "files": [{**file, "path": f"{folder}/{file['name']}"} for file in manifest["files"]],
    }


def _in_language(entry: CatalogueReport, language: str) -> FilesInLanguage:
    short = FILE_LANGUAGE[language]
    files = {
        file["name"].rpartition(".")[2]: file["path"]
        for file in entry["files"]
        if file["name"].rpartition(".")[0].endswith(f"-{short}")
    }
    order = [suffix for suffix in ("html", "pdf", "xlsx") if suffix in files]
    return {
        "language": language,
        "name": SHORTS[short],
        "files": [(suffix, files[suffix]) for suffix in order],
    }
