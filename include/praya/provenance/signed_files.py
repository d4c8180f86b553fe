"""What is published beside the releases: the signature on catalogue and calendar, with version and expiry."""

from __future__ import annotations

import datetime as dt
import fnmatch
from collections.abc import Mapping
from typing import Any

from praya.ledger import Ledger
from praya.ledger.bodies import CatalogueBody
from praya.provenance.checkpoints import CHECKPOINT, WITNESSED, publish_checkpoint, take_witnessed, witnessed
from praya.provenance.in_toto import STATEMENT
from praya.provenance.signing import Signer, envelope, keyid_in, opened
from praya.provenance.statements import CatalogueStatement, CatalogueTerm, Subject
from praya.store import Store, content_key, layout

__all__ = [
    "CHECKPOINT",
    "SIGNED",
    "WITNESSED",
    "publish_checkpoint",
    "sign_catalogue",
    "subjects",
    "take_witnessed",
    "witnessed",
]

SIGNED = layout.CATALOGUE_SIGNED
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


def sign_catalogue(
    store: Store, by: Signer, now: dt.datetime, hashes: Mapping[str, str] | None = None
) -> bool:
    """Sign the catalogue and what stands beside it (`subjects`), under the next version, when it changed or was
    signed a day ago; gives whether it was. `now` is in UTC. Who has seen a version takes no lower one, and none after
    its expiry. `hashes` are those that are known, as `subjects` takes them."""
    there, standing = store.get_json(SIGNED), subjects(store, hashes)
    current = _current_term(there, standing, by, now) if there is not None else None
    if current is None:
        last = Ledger(store).last("catalogue", "catalogue")  # each has the version behind the one before
        version = last.catalogue["version"] + 1 if last else 1
        statement = _statement(standing, version, now)
        there, said = envelope(statement, by), statement["predicate"]
        store.put_json(SIGNED, there)
        changed = True
    else:
        said, changed = current, False
    # Also when a kill came between the two: the line of what is served stands.
    body: CatalogueBody = {
        "version": said["version"],
        "expires": said["expires"],
        "envelope": content_key(there),
    }
    Ledger(store).record("catalogue", "catalogue", body)
    return changed


def subjects(store: Store, hashes: Mapping[str, str] | None = None) -> list[Subject]:
    """What is signed together: the catalogue in all its forms, its page, changelogs and feeds, the release calendar,
    the harvest files, what leads on from old ids, and the keys.

    `hashes` are known ones by name; all files of datasets are among them, and of what is named there nothing is read.
    """
    if hashes is None:
        return [_subject(store, name) for pattern in SUBJECTS for name in _names(store, pattern)]
    by_file: dict[str, list[str]] = {}
    for name in sorted(name for name in hashes if "/" in name):
        by_file.setdefault(name.rpartition("/")[2], []).append(name)
    top = store.children(layout.RELEASED)
    signed = list[Subject]()
    for pattern in SUBJECTS:
        folder, _, file = pattern.rpartition("/")
        if folder == "*":
            names = [name for each in fnmatch.filter(by_file, file) for name in by_file[each]]
            # By the parts of the name, as keys are.
            names.sort(key=lambda name: name.split("/"))
        elif folder:
            names = [pattern] if store.exists(f"{layout.RELEASED}/{pattern}") else []
        else:
            names = fnmatch.filter(top, pattern)
        signed += [_subject(store, name, hashes.get(name)) for name in names]
    return signed


def _names(store: Store, pattern: str) -> list[str]:
    return [key.removeprefix(f"{layout.RELEASED}/") for key in store.keys(layout.RELEASED, pattern)]


def _subject(store: Store, name: str, sha256: str | None = None) -> Subject:
    return {"name": name, "digest": {"sha256": sha256 or store.sha256(f"{layout.RELEASED}/{name}")}}


def _current_term(there: Any, standing: list[Subject], by: Signer, now: dt.datetime) -> CatalogueTerm | None:
    """What an envelope says of its version and expiry; None where it is to be signed again."""
    if keyid_in(there) != by.keyid:
        return None
    said = opened(there, by.public_key)
    term: CatalogueTerm = said["predicate"]
    issued = dt.datetime.fromisoformat(term["issued"])
    return term if said["subject"] == standing and issued <= now < issued + RENEWED else None


def _statement(standing: list[Subject], version: int, now: dt.datetime) -> CatalogueStatement:
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
