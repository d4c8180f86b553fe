"""What stands in the served area beside the releases: pointers, keys, the signed catalogue, and nothing else."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path

from praya.errors import IntegrityError
from praya.provenance.keys import PUBLISHED, keys_text
from praya.provenance.published import CHECKPOINT, SIGNED, WITNESSED, subjects
from praya.provenance.signing import keyid_in, opened
from praya.store import Store, content_key, file_sha256
from praya.verify.known import Known

KEYS = {Path(key).name for key in (PUBLISHED, CHECKPOINT, WITNESSED)}


def pointers(store: Store, dataset: str | None) -> Iterator[str]:
    """A sentence for every pointer that does not lead to a release that is there."""
    for pointer in sorted(store.path("released").glob(f"{dataset or '*'}/latest.json")):
        try:
            latest = dict(store.get_json(store.key(pointer)) or {})
        except (IntegrityError, TypeError, ValueError) as error:
            yield f"{pointer}: is not a pointer: {error}"
            continue
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
        envelope = json.loads(path.read_bytes())
        keyid = keyid_in(envelope)
        if keyid not in known.keys:
            yield f"{path}: is signed by the key {keyid[:16]}, which is none of the publisher's in the ledger"
            return
        said = opened(envelope, known.keys[keyid].public_key)
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
    elif refusal := known.keys[keyid].refusal(line):
        yield f"{path}: is refused: {refusal}"
    standing = {one["name"]: one for one in subjects(store)}
    for one in said["subject"]:
        if standing.get(one["name"]) != one:
            yield f"{store.path('released') / one['name']}: is not what was signed with the catalogue: it was changed"


def strangers(released: Path) -> Iterator[str]:
    """Files and folders in the served area that no release, pointer, key or catalogue accounts for."""
    known = {"catalogue.json", "index.html", Path(SIGNED).name}
    for path in sorted(released.iterdir() if released.is_dir() else ()):
        if path.is_file() and path.name not in known:
            yield f"{path}: is served, and nothing that Praya published"
    for path in sorted(released.glob("*/*")):
        if path.parent.name == Path(PUBLISHED).parent.name and path.name in KEYS:
            continue
        if path.name != "latest.json" and not any(
            (path / name).is_file() for name in ("manifest.json", "withdrawn.json")
        ):
            yield f"{path}: is served, and no release: it has no manifest"
