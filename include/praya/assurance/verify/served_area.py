"""What stands in the served area beside the releases: indexes, pointers, keys, the signed catalogue; no more."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import PurePosixPath

from praya.assurance.verify.finding import Unfinished
from praya.assurance.verify.inspection import CATALOGUE_AGAIN, Reading
from praya.assurance.verify.ledger_facts import Known
from praya.contract.zone import show_moment
from praya.errors import IntegrityError
from praya.history import index
from praya.history.editions import REPORTS
from praya.history.metric_page_index import FOLDER
from praya.provenance.keys import PUBLISHED, keys_of, keys_text
from praya.provenance.signed_files import CHECKPOINT, SIGNED, SUBJECTS, WITNESSED
from praya.store import content_key, layout
from praya.store.store_path import StorePath

SHORTS = ("en", "tc", "sc")
FEEDS = {f"feed-{short}.atom" for short in SHORTS}
CALENDAR = {"calendar.json", "calendar.ics", *(f"calendar-{short}.html" for short in SHORTS)}
CATALOGUE = {"catalogue.json", "catalogue.jsonld", "catalogue.ttl", "index.html", PurePosixPath(SIGNED).name}
REDIRECTS = {"redirects.json", "_redirects", "redirects.map"}
# Beside the datasets, and beside the versions of one.
TOP = CATALOGUE | REDIRECTS | CALENDAR | FEEDS
CHANGELOG = {"changes", "changelog.json", *(f"changelog-{short}.html" for short in SHORTS)}
DATASET_FILES = {"latest.json", "versions.json"} | CHANGELOG | FEEDS
KEYS = {PurePosixPath(key).name for key in (PUBLISHED, CHECKPOINT, WITNESSED)}


def check_indexes(dataset: str | None, changed: set[str], known: Known, reading: Reading) -> Iterator[str]:
    """A sentence for every index of versions that is not what ledger and manifests give, or that does not agree with
    the pointer. Where a manifest was `changed`, its dataset's index cannot be made."""
    for path in sorted(reading.path(layout.RELEASED).glob(f"{dataset or '*'}/{layout.VERSIONS}")):
        if path.parent.name not in changed:
            yield from _index(path, known, reading)
    for name in sorted({name for name, _ in known.releases if dataset in (None, name)}):
        path = reading.path(layout.versions(name))
        if not path.exists() and reading.path(layout.pointer(name)).exists():
            yield f"{path}: is missing, so that nobody can find the other versions; run {name} again"


def _index(path: StorePath, known: Known, reading: Reading) -> Iterator[str]:
    store = reading.store
    try:
        there = store.read_json(reading.key(path))
        made = index(store, path.parent.name, there["latest"])
    except (IntegrityError, KeyError, TypeError, ValueError, AttributeError) as error:
        yield f"{path}: cannot be held against the ledger: {error}"
        return
    reading.sha256(path)  # it is verified here, by what it says
    again = f"run {path.parent.name}, or the withdrawal, again"
    if there != made:
        line = known.last.get(path.parent.name)
        if line and reading.is_behind(path, line.at):
            yield reading.unfinished(path, again)
        else:
            yield f"{path}: is not what ledger and manifests say: it was changed, or a release was interrupted"
        return
    pointer = path.parent / "latest.json"
    try:
        pointed = store.read_json(reading.key(pointer))["version"]
    except (IntegrityError, KeyError):
        return  # which is said of the pointer
    if pointed != there["latest"] and pointed in {entry["version"] for entry in there["versions"]}:
        problem = f"{path}: names another latest version than latest.json; run the dataset again"
        written = reading.finding(problem, path, after=None, again=again)
        yield written if reading.sound(pointer) else problem


def check_pointers(dataset: str | None, reading: Reading) -> Iterator[str]:
    """A sentence for every pointer that does not lead to a release that is there."""
    store = reading.store
    for pointer in sorted(reading.path(layout.RELEASED).glob(f"{dataset or '*'}/{layout.POINTER}")):
        try:
            latest = dict(store.get_json(reading.key(pointer)) or {})
        except (IntegrityError, TypeError, ValueError) as error:
            yield f"{pointer}: is not a pointer: {error}"
            continue
        reading.sha256(pointer)  # it is verified here, by what it says
        if (
            "version" in latest
            and latest["version"] is None
            and (pointer.parent / str(latest.get("withdrawn"))).is_dir()
        ):
            continue  # every version is withdrawn
        manifest = pointer.parent / str(latest.get("version")) / "manifest.json"
        if not manifest.is_file():
            yield f"{pointer}: points to {latest.get('version')!r}, which is not there"
        elif reading.differs(manifest, latest.get("manifest_sha256")):
            yield f"{pointer}: names another manifest than the one in {manifest.parent}"


def check_keys(known: Known, reading: Reading) -> Iterator[str]:
    """A sentence where the published keys are not those of the ledger."""
    path = reading.path(PUBLISHED)
    if not known.keys:
        return
    if not path.is_file():
        problem = f"{path}: is missing, so that nobody can check a signature; run `praya keys list`"
        yield problem if reading.journal.number(PUBLISHED) else _keys_to_come(path)
        return
    try:
        there = path.read_bytes()
    except IntegrityError:
        return  # which the inventory names
    origin = reading.store.project.ledger_origin
    if there == keys_text(known.keys, origin):
        reading.sha256(path)
        return
    earlier = (keys_of(known.key_lines[:size]) for size in range(1, len(known.key_lines)))
    if any(there == keys_text(key, origin) for key in earlier) and (
        reading.sound(path) or not reading.journal.size
    ):
        yield _keys_to_come(path)
    else:
        yield f"{path}: is not what the ledger says of the keys: one was changed, put in another's place or left out"


def _keys_to_come(path: StorePath) -> Unfinished:
    return Unfinished(
        f"{path}: is to be written again for the ledger's last line on keys: run `praya keys list`"
    )


def check_catalogue(known: Known, reading: Reading, now: dt.datetime) -> Iterator[str]:
    """A sentence for everything that is wrong with the signed catalogue at `now` (UTC)."""
    path, line = reading.path(SIGNED), known.catalogue
    standing = _standing(reading)
    if not path.is_file():
        if line is not None:
            yield f"{path}: is missing, so that an old catalogue could be served; run the DAG catalogue"
        elif "catalogue.json" in standing and reading.journal.size:
            yield from _check_signed(standing, {}, reading)
        return
    try:
        envelope, key, said = known.signed(path)
        version, expires = int(said["predicate"]["version"]), said["predicate"]["expires"]
        late = now >= dt.datetime.fromisoformat(expires)
        signed = {str(file["name"]): file["digest"]["sha256"] for file in said["subject"]}
    except (ValueError, KeyError, TypeError, AttributeError, IntegrityError) as error:
        yield f"{path}: {error}"
        return
    reading.sha256(path)  # it is verified here, by its signature and the ledger
    if late:
        since = show_moment(expires)
        yield f"{path}: expired on {since}: an old catalogue is served, or the DAG catalogue does not run"
    last = line.catalogue["version"] if line else 0
    if version == last + 1:
        problem = (
            f"{path}: is not in the ledger; either it was put there by hand, or its writing was interrupted"
        )
        yield reading.finding(problem, path, after=None, again=CATALOGUE_AGAIN)
    elif line is None or version > last:
        yield f"{path}: is version {version}, and the ledger has {last}: it was put there by hand"
    elif version < last:
        yield f"{path}: is version {version}, and {last} has been published: an old one is served"
    elif content_key(envelope) != line.catalogue["envelope"]:
        yield f"{path}: is not the signed catalogue that the ledger recorded: it was changed after publication"
    elif refusal := key.refusal(line):
        yield f"{path}: is refused: {refusal}"
    yield from _check_signed(standing, signed, reading)


def _standing(reading: Reading) -> dict[str, str | None]:
    """What is signed with the catalogue, as it is: name → SHA-256."""
    released = reading.path(layout.RELEASED)
    paths = (path for pattern in SUBJECTS for path in released.glob(pattern))
    return {path.relative_to(released).as_posix(): reading.sha256(path) for path in paths}


def _check_signed(standing: dict[str, str | None], signed: dict[str, str], reading: Reading) -> Iterator[str]:
    """A sentence for each file that is not what was signed; one that was written since, or is being written, waits for
    its signature."""
    released = reading.path(layout.RELEASED)
    for name in sorted({*standing, *signed}):
        path = released / name
        if reading.inventory.is_irregular(reading.key(path)) or standing.get(name) == signed.get(name):
            continue
        if name not in signed:
            problem = f"{path}: was not signed with the catalogue: it was put there by hand"
        else:
            how = "it was changed" if name in standing else "it is missing"
            problem = f"{path}: is not what was signed with the catalogue: {how}"
        yield reading.finding(problem, path, after=SIGNED, again=CATALOGUE_AGAIN)


def find_unknown_files(released: StorePath) -> Iterator[str]:
    """Files and folders in the served area that no release, pointer, key or catalogue accounts for."""
    for path in sorted(released.iterdir() if released.is_dir() else ()):
        if path.is_file() and path.name not in TOP and not PurePosixPath(path.name).match("psi-data-*.json"):
            yield f"{path}: is served, and nothing that Praya published"
    for path in sorted(released.glob("*/*")):
        if path.parent.name in (PurePosixPath(REPORTS).name, PurePosixPath(FOLDER).name):
            continue  # held against the ledger, or their index, by themselves
        if path.parent.name == PurePosixPath(PUBLISHED).parent.name and path.name in KEYS:
            continue
        alias = path.name in ("alias.json", "index.html") and (path.parent / "alias.json").is_file()
        if path.name not in DATASET_FILES and not alias and not _is_release(path):
            yield f"{path}: is served, and no release: it has no manifest"


def _is_release(folder: StorePath) -> bool:
    return any((folder / name).is_file() for name in ("manifest.json", "withdrawn.json"))
