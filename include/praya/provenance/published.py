"""What is published beside the releases: the signature on catalogue and calendar, with version and
expiry, and the checkpoint."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from praya.errors import IntegrityError
from praya.ledger import Ledger
from praya.ledger.checkpoint import Checkpoint, leaves_of, signed, signers, verifier_keys
from praya.ledger.note import Note
from praya.provenance.signing import Signer, envelope, keyid_in, opened
from praya.provenance.statement import STATEMENT
from praya.store import Store, content_key, file_sha256

SIGNED = "released/catalogue.signed.json"
CHECKPOINT = "released/keys/checkpoint"
# The checkpoint as a witness has last cosigned it; auditors hold the ledger against it.
WITNESSED = "released/keys/witnessed"
SUBJECTS = (
    "*/alias.json",
    "*/changelog.json",
    "*/changelog-*.html",
    "*/feed-*.atom",
    "*/index.html",
    "_redirects",
    "calendar-*.html",
    "calendar.ics",
    "calendar.json",
    "catalogue.json",
    "catalogue.jsonld",
    "catalogue.ttl",
    "feed-*.atom",
    "index.html",
    "keys/keys.json",
    "metrics/index.json",
    "psi-data-*.json",
    "redirects.json",
    "redirects.map",
)
PREDICATE = "urn:praya:catalogue:v1"
VALID = dt.timedelta(days=7)
RENEWED = dt.timedelta(days=1)


def sign_catalogue(store: Store, by: Signer, now: dt.datetime) -> bool:
    """Sign the catalogue and what stands beside it (`subjects`), under the next version, when it changed or was
    signed a day ago; gives whether it was. `now` is in UTC. Who has seen a version takes no lower one, and none after
    its expiry."""
    there, standing = store.get_json(SIGNED), subjects(store)
    if there is None or not _is_current(there, standing, by, now):
        lines = Ledger(store).of("catalogue")
        version = (
            max((int(line.body["version"]) for line in lines if line.kind == "catalogue"), default=0) + 1
        )
        there = envelope(_statement(standing, version, now), by)
        store.put_json(SIGNED, there)
        changed = True
    else:
        changed = False
    # Also when a kill came between the two: the line of what is served stands.
    said = opened(there, by.public_key)["predicate"]
    body = {"version": said["version"], "expires": said["expires"], "envelope": content_key(there)}
    Ledger(store).record("catalogue", "catalogue", body)
    return changed


def publish_checkpoint(store: Store, by: Signer) -> Note:
    """Sign the ledger as it stands and publish that; gives the note."""
    note = signed(leaves_of(Ledger(store)), by.private)
    if not store.exists(CHECKPOINT) or store.path(CHECKPOINT).read_bytes() != str(note).encode():
        store.put_bytes(CHECKPOINT, str(note).encode())
    return note


def witnessed(store: Store) -> Checkpoint | None:
    """The last checkpoint that a witness cosigned, as this store has it."""
    path = store.path(WITNESSED)
    return Checkpoint.parse(Note.parse(path.read_bytes())) if path.exists() else None


def subjects(store: Store) -> list[dict[str, Any]]:
    """What is signed together: the catalogue in all its forms, its page, changelogs and feeds, the release calendar,
    the harvest files, what leads on from old ids, and the keys."""
    released = store.path("released")
    return [
        {"name": path.relative_to(released).as_posix(), "digest": {"sha256": file_sha256(path)}}
        for pattern in SUBJECTS
        for path in sorted(released.glob(pattern))
    ]


def _is_current(there: Any, standing: list[dict[str, Any]], by: Signer, now: dt.datetime) -> bool:
    if keyid_in(there) != by.keyid:
        return False
    said = opened(there, by.public_key)
    issued = dt.datetime.fromisoformat(said["predicate"]["issued"])
    return said["subject"] == standing and issued <= now < issued + RENEWED


def _statement(standing: list[dict[str, Any]], version: int, now: dt.datetime) -> dict[str, Any]:
    now = now.replace(microsecond=0)
    return {
        "_type": STATEMENT,
        "subject": standing,
        "predicateType": PREDICATE,
        "predicate": {
            "version": version,
            "issued": now.isoformat(),
            "expires": (now + VALID).isoformat(),
        },
    }


def take_witnessed(store: Store, file: Path, witnesses: Path) -> Checkpoint:
    """Publish the checkpoint that a witness gave back in `file`, as what was witnessed last.

    Raises IntegrityError where none of `witnesses` cosigned it, or the ledger does not go on from it.
    """
    note = Note.parse(file.read_bytes())
    found = Checkpoint.parse(note)
    if not signers(note, verifier_keys(witnesses)):
        raise IntegrityError(f"{file}: is cosigned by none of the witnesses whose keys stand in {witnesses}")
    if problem := found.problem(leaves_of(Ledger(store))):
        raise IntegrityError(f"{file}: {problem}")
    if (last := witnessed(store)) is None or last.size <= found.size:
        store.put_bytes(WITNESSED, str(note).encode())
    return found
