"""What stands in the served area beside the releases: indexes, pointers, keys, the signed catalogue; no more."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from praya.errors import IntegrityError
from praya.history import index
from praya.history.editions import REPORTS
from praya.history.pages import FOLDER
from praya.provenance.keys import PUBLISHED, keys_text
from praya.provenance.published import CHECKPOINT, SIGNED, WITNESSED, subjects
from praya.store import Store, content_key, file_sha256
from praya.verify.known import Known

SHORTS = ("en", "tc", "sc")
FEEDS = {f"feed-{short}.atom" for short in SHORTS}
CALENDAR = {"calendar.json", "calendar.ics", *(f"calendar-{short}.html" for short in SHORTS)}
CATALOGUE = {"catalogue.json", "catalogue.jsonld", "catalogue.ttl", "index.html", Path(SIGNED).name}
REDIRECTS = {"redirects.json", "_redirects", "redirects.map"}
# Beside the datasets, and beside the versions of one.
TOP = CATALOGUE | REDIRECTS | CALENDAR | FEEDS
CHANGELOG = {"changes", "changelog.json", *(f"changelog-{short}.html" for short in SHORTS)}
BESIDE = {"latest.json", "versions.json"} | CHANGELOG | FEEDS
KEYS = {Path(key).name for key in (PUBLISHED, CHECKPOINT, WITNESSED)}


def indexes(store: Store, dataset: str | None, changed: set[str]) -> Iterator[str]:
    """A sentence for every index of versions that is not what ledger and manifests give, or that does not agree with
    the pointer. Where a manifest was `changed`, its dataset's index cannot be made."""
    for path in sorted(store.path("released").glob(f"{dataset or '*'}/versions.json")):
        if path.parent.name not in changed:
            yield from _index(store, path)


def _index(store: Store, path: Path) -> Iterator[str]:
    try:
        there = store.read_json(store.key(path))
        made = index(store, path.parent.name, there["latest"])
    except (IntegrityError, KeyError, TypeError, ValueError) as error:
        yield f"{path}: cannot be held against the ledger: {error}"
        return
    if there != made:
        yield f"{path}: is not what ledger and manifests say: it was changed, or a release was interrupted"
        return
    try:
        pointed = store.read_json(store.key(path.parent / "latest.json"))["version"]
    except (IntegrityError, KeyError):
        return  # which is said of the pointer
    if pointed != there["latest"] and pointed in {entry["version"] for entry in there["versions"]}:
        yield f"{path}: names another latest version than latest.json; run the dataset again"


def pointers(store: Store, dataset: str | None) -> Iterator[str]:
    """A sentence for every pointer that does not lead to a release that is there."""
    for pointer in sorted(store.path("released").glob(f"{dataset or '*'}/latest.json")):
        try:
            latest = dict(store.get_json(store.key(pointer)) or {})
        except (IntegrityError, TypeError, ValueError) as error:
            yield f"{pointer}: is not a pointer: {error}"
            continue
        if (
            "version" in latest
            and latest["version"] is None
            and (pointer.parent / str(latest.get("withdrawn"))).is_dir()
        ):
            continue  # every version is withdrawn
        manifest = pointer.parent / str(latest.get("version")) / "manifest.json"
        if not manifest.is_file():
            yield f"{pointer}: points to {latest.get('version')!r}, which is not there"
        elif file_sha256(manifest) != latest.get("manifest_sha256"):
            yield f"{pointer}: names another manifest than the one in {manifest.parent}"


def keys(store: Store, known: Known) -> Iterator[str]:
    """A sentence where the published keys are not those of the ledger."""
    path = store.path(PUBLISHED)
    if known.keys and not path.is_file():
        yield f"{path}: is missing, so that nobody can check a signature; run `praya keys`"
    elif known.keys and path.read_bytes() != keys_text(known.keys):
        yield f"{path}: is not what the ledger says of the keys: one was changed, put in another's place or left out"


def catalogue(store: Store, known: Known, now: dt.datetime) -> Iterator[str]:
    """A sentence for everything that is wrong with the signed catalogue at `now` (UTC)."""
    path, line = store.path(SIGNED), known.catalogue
    if not path.is_file():
        if line is not None:
            yield f"{path}: is missing, so that an old catalogue could be served; run the DAG catalogue"
        return
    try:
        envelope, key, said = known.signed(path)
        version, expires = int(said["predicate"]["version"]), said["predicate"]["expires"]
        late = now >= dt.datetime.fromisoformat(expires)
    except (ValueError, KeyError, TypeError, IntegrityError) as error:
        yield f"{path}: {error}"
        return
    if late:
        yield f"{path}: expired on {expires}: an old catalogue is served, or the DAG catalogue does not run"
    if line is None:
        yield f"{path}: is not in the ledger; either it was put there by hand, or its writing was interrupted"
    elif version < int(line.body["version"]):
        yield f"{path}: is version {version}, and {line.body['version']} has been published: an old one is served"
    elif content_key(envelope) != line.body["envelope"]:
        yield f"{path}: is not the signed catalogue that the ledger recorded: it was changed after publication"
    elif refusal := key.refusal(line):
        yield f"{path}: is refused: {refusal}"
    standing = {one["name"]: one for one in subjects(store)}
    for one in said["subject"]:
        if standing.get(one["name"]) != one:
            how = "it was changed" if one["name"] in standing else "it is missing"
            yield f"{store.path('released') / one['name']}: is not what was signed with the catalogue: {how}"
    for name in sorted(set(standing) - {one["name"] for one in said["subject"]}):
        yield f"{store.path('released') / name}: was not signed with the catalogue: it was put there by hand"


def strangers(released: Path) -> Iterator[str]:
    """Files and folders in the served area that no release, pointer, key or catalogue accounts for."""
    for path in sorted(released.iterdir() if released.is_dir() else ()):
        if path.is_file() and path.name not in TOP and not path.match("psi-data-*.json"):
            yield f"{path}: is served, and nothing that Praya published"
    for path in sorted(released.glob("*/*")):
        if path.parent.name in (Path(REPORTS).name, Path(FOLDER).name):
            continue  # held against the ledger, or their index, by themselves
        if path.parent.name == Path(PUBLISHED).parent.name and path.name in KEYS:
            continue
        alias = path.name in ("alias.json", "index.html") and (path.parent / "alias.json").is_file()
        if path.name not in BESIDE and not alias and not _is_release(path):
            yield f"{path}: is served, and no release: it has no manifest"


def _is_release(folder: Path) -> bool:
    return any((folder / name).is_file() for name in ("manifest.json", "withdrawn.json"))
