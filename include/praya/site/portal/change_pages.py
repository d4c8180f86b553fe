"""changes: what changed between two releases, as JSON, CSV and a page in three languages."""

from __future__ import annotations

from collections.abc import Set
from pathlib import Path

from praya.errors import IntegrityError, codes
from praya.history import compare, compare_rows, level_of, read, versions
from praya.history.manifests import read_manifest_in
from praya.history.rows import HASHES, ComparedRows, comparable, rows_into
from praya.metadata import as_json
from praya.site.portal.portal_pages import in_languages
from praya.store import Store, file_sha256, layout
from praya.store.documents import (
    ChangedVersion,
    ChangesSummary,
    Manifest,
)


def write_changes(
    store: Store, dataset: str, before: str, after: str, folder: Path, work: Path
) -> ChangesSummary:
    """Write `changes.json`, `changes.csv` and `changes-{en,tc,sc}.html` into `folder`; returns the summary.

    Only released files are read. The summary has `level`, `structure` (differences in columns, codes, key, formats),
    `counts`, `columns` (changed cells of each) and `comparable`. `work` is a scratch folder. Raises IntegrityError
    for a version whose files are not there.
    """
    old, new = (store.local(layout.version(dataset, version)) for version in (before, after))
    earlier, later = _manifest(old), _manifest(new)
    differences = compare(read(old, dataset), read(new, dataset))
    key = list(read(new, dataset).primary_key)
    if key == list(read(old, dataset).primary_key) and all(
        comparable(dataset, folder) for folder in (old, new)
    ):
        rows = compare_rows(dataset, old, new, key, folder, work)
    else:
        rows = ComparedRows(False, {"before": earlier["rows"], "after": later["rows"]})
    summary: ChangesSummary = {
        "dataset": dataset,
        "title": later["title"],
        "from": _version(earlier),
        "to": _version(later),
        "synthetic": earlier["synthetic"] or later["synthetic"],
        "level": level_of(differences),
        "structure": [difference.as_dict() for difference in differences],
        "key": key,
        "comparable": rows.comparable,
        "counts": rows.counts,
        "columns": rows.columns,
    }
    rows_into(summary, folder / "rows.json", folder / "changes.json")
    (folder / "rows.json").unlink(missing_ok=True)
    for name, page in in_languages("changes.html", "changes", c=summary, shown=rows.shown).items():
        (folder / name).write_bytes(page)
    return summary


def publish_changes(store: Store, dataset: str, published: Set[str] = frozenset()) -> bool:
    """Put what each version changed beside the versions, in `<dataset>/changes/<before>--<after>/`; whether
    anything was added. A pair of which one is withdrawn has none. What is there already is not made again; of the pairs
    in `published` (`<before>--<after>`), which a changelog has, it is enough that the folder is there."""
    added = False
    there = {entry["version"]: entry for entry in versions(store, dataset) if entry["state"] != "withdrawn"}
    done = published & {*store.children(f"{layout.dataset(dataset)}/changes")}
    for version, entry in there.items():
        before = str(entry.get("replaces"))
        key = layout.change(dataset, before, version)
        if before not in there or f"{before}--{version}" in done or store.exists(f"{key}/{HASHES}"):
            continue
        with store.scratch() as work:
            folder = work / "tree"
            folder.mkdir()
            write_changes(store, dataset, before, version, folder, work)
            (folder / "index.html").write_bytes((folder / "changes-en.html").read_bytes())
            hashes = {path.name: file_sha256(path) for path in sorted(folder.iterdir())}
            (folder / HASHES).write_bytes(as_json(hashes))
            # A withdrawal in the meantime has swept already, and must not find its rows again afterwards.
            with store.lock(f"release-{dataset}"):
                now = {entry["version"]: entry["state"] for entry in versions(store, dataset)}
                if "withdrawn" not in (now[before], now[version]):
                    store.discard(key)  # of a store from before there were hashes
                    store.adopt_tree(folder, key)
                    added = True
    return added


def _version(manifest: Manifest) -> ChangedVersion:
    return {
        "version": manifest["version"],
        "number": manifest.get("number"),
        "received_at": manifest["received_at"],
    }


def _manifest(folder: Path) -> Manifest:
    try:
        return read_manifest_in(folder)
    except FileNotFoundError as error:
        gone = "it was withdrawn" if (folder / "withdrawn.json").exists() else "there is no such version"
        raise IntegrityError(
            codes.release.VERSION_UNKNOWN,
            f"{folder}: {gone}; what changed can be told of versions that are out",
        ) from error
