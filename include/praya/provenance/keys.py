"""The publisher's public keys: each from when, until when, and whether it was revoked. The ledger says; what is
published as `released/keys/keys.json` is made from its lines."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple, TypedDict

from praya.errors import IntegrityError, codes
from praya.ledger import Ledger, LedgerLine
from praya.ledger.bodies import KeyBody
from praya.ledger.note import VerifierKey
from praya.provenance.signing import Signer, keyid_of, load_signer, raw_public
from praya.store import Store, layout
from praya.text.outside import quote

SUBJECT = "signing"
PUBLISHED = layout.PUBLIC_KEYS


class Revocation(TypedDict):
    """From which moment on a key is refused, and why."""

    since: str
    reason: str


PublishedKey = TypedDict(
    "PublishedKey",
    {
        "keyid": str,
        "public_key": str,
        "note_key": str,
        "from": str,
        "until": str | None,
        "revoked": Revocation | None,
    },
)
"""A key as `keys.json` has it; `note_key` is its name as a verifier of the ledger."""


class PublicKey(NamedTuple):
    """A key as the ledger has it. Times are ISO 8601 in UTC; `added`, `retired` and `withdrawn` are line numbers."""

    keyid: str
    public_key: str
    since: str
    added: int
    until: str | None = None
    retired: int | None = None
    revoked: Revocation | None = None
    withdrawn: int | None = None

    def refusal(self, line: LedgerLine | None) -> str | None:
        """Why what the ledger recorded in `line` (now, where None) may not be signed by this key, or None.

        The ledger's order decides, for a thief can write any time into what he signs.
        """
        late = line is None or line.number > (self.withdrawn or line.number)
        if self.revoked and (late or (line is not None and line.at >= self.revoked["since"])):
            return f"its key {self.keyid[:16]} was revoked before that: {self.revoked['reason']}"
        if self.retired and (line is None or line.number > self.retired):
            return f"its key {self.keyid[:16]} was replaced by another before that, on {self.until}"
        if line is not None and line.number < self.added:
            return f"its key {self.keyid[:16]} was not the publisher's yet"
        return None

    def published(self, origin: str) -> PublishedKey:
        """The key as `keys.json` has it, with its name as a verifier of the ledger `origin`."""
        vkey = VerifierKey(origin, raw_public(self.public_key))
        return {
            "keyid": self.keyid,
            "public_key": self.public_key,
            "note_key": str(vkey),
            "from": self.since,
            "until": self.until,
            "revoked": self.revoked,
        }


def keys_of(lines: Iterable[LedgerLine]) -> dict[str, PublicKey]:
    """The keys by id, from the ledger's lines; raises IntegrityError for a line that names no key."""
    keys: dict[str, PublicKey] = {}
    for line in lines:
        if line.kind != "key":
            continue
        said = line.key
        keyid, action = str(said.get("keyid")), said.get("action")
        if action == "add":
            if keyid != keyid_of(said["public_key"]):
                raise IntegrityError(
                    codes.ledger.LINES_CHANGED,
                    f"ledger line {line.number}: names another key than the one that it adds",
                )
            keys[keyid] = PublicKey(keyid, said["public_key"], line.at, line.number)
        elif keyid not in keys:
            raise IntegrityError(
                codes.ledger.LINES_CHANGED,
                f"ledger line {line.number}: {action} of a key that is not in the ledger",
            )
        elif action == "retire":
            keys[keyid] = keys[keyid]._replace(until=line.at, retired=line.number)
        else:
            revoked: Revocation = {"since": said["since"] or line.at, "reason": said["reason"]}
            keys[keyid] = keys[keyid]._replace(revoked=revoked, withdrawn=line.number)
    return keys


def known_keys(store: Store) -> dict[str, PublicKey]:
    """The keys of this store's ledger."""
    return keys_of(Ledger(store).of(SUBJECT, "key"))


def keys_text(keys: dict[str, PublicKey], origin: str) -> bytes:
    """What `keys.json` has to be."""
    content = {"keys": [key.published(origin) for key in keys.values()]}
    return json.dumps(content, indent=2, ensure_ascii=False).encode() + b"\n"


def announce(store: Store, by: Signer) -> None:
    """See that the ledger and `keys.json` know this key before anything is signed with it.

    Raises IntegrityError where it was revoked or replaced: nothing more is signed with it.
    """
    keys = known_keys(store)
    if by.keyid in keys and (refusal := keys[by.keyid].refusal(None)):
        raise IntegrityError(
            codes.key.REFUSED, f"nothing was signed: {refusal}; make a new key with `praya keys rotate`"
        )
    if by.keyid not in keys:
        _record(store, {"action": "add", "keyid": by.keyid, "public_key": by.public_key})
    publish_keys(store)


def usable_signer(store: Store) -> Signer | None:
    """The signer of the key file where there is one, and the ledger knows its key and refuses nothing of it."""
    if not store.project.signing_key.is_file():
        return None
    by = load_signer(store.project.signing_key)
    key = known_keys(store).get(by.keyid)
    return by if key is not None and key.refusal(None) is None else None


def publish_keys(store: Store) -> None:
    """Write `keys.json` where it is not what the ledger says."""
    store.put_if_new({PUBLISHED: keys_text(known_keys(store), store.project.ledger_origin)})


def rotate(store: Store, file: Path, by: str | None = None) -> Signer:
    """Take a new key in `file`: the old one is retired in the ledger, and kept as `<file>.<id>`.

    A kill on the way leaves a retired key, with which nothing is signed; rotating again goes on from there.
    """
    if file.exists():
        old = load_signer(file)
        if old.keyid in known_keys(store):
            _record(store, _signed_by({"action": "retire", "keyid": old.keyid}, by))
        file.rename(file.with_name(f"{file.name}.{old.keyid[:16]}"))
    new = load_signer(file)
    announce(store, new)
    return new


def revoke(store: Store, keyid: str, reason: str, since: str | None, by: str | None = None) -> None:
    """Revoke a key: what the ledger recorded at `since` (ISO 8601 with its zone; default now) or later is refused.

    Raises IntegrityError where the ledger does not know the key, no reason is given, or `since` is no moment.
    """
    keyids = [each for each in known_keys(store) if each.startswith(keyid)]
    if len(keyids) != 1:
        raise IntegrityError(
            codes.key.UNKNOWN,
            f"'{quote(keyid)}': the ledger knows {len(keyids)} keys that begin so; see {PUBLISHED}",
        )
    if len(reason.strip()) < 10:
        raise IntegrityError(
            codes.key.REVOCATION_NOT_VALID,
            f"the reason '{quote(reason)}' is too short; say in a sentence why the key is revoked",
        )
    moment = _moment(since) if since else None
    body: KeyBody = {"action": "revoke", "keyid": keyids[0], "reason": reason.strip(), "since": moment}
    _record(store, _signed_by(body, by))
    publish_keys(store)


def note_keys(keys: dict[str, PublicKey], origin: str) -> list[VerifierKey]:
    """The keys as verifier keys of checkpoints of the ledger `origin`."""
    return [VerifierKey(origin, raw_public(key.public_key)) for key in keys.values()]


def _moment(text: str) -> str:
    """In the form of the ledger's own times, in which earlier comes first."""
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise IntegrityError(
            codes.key.REVOCATION_NOT_VALID, f"'{quote(text)}' is not a moment as 2026-11-01T00:00:00Z"
        ) from error
    if moment.tzinfo is None:
        raise IntegrityError(
            codes.key.REVOCATION_NOT_VALID,
            f"'{quote(text)}' has no zone; write it as 2026-11-01T00:00:00Z or …+08:00",
        )
    return moment.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _signed_by(body: KeyBody, by: str | None) -> KeyBody:
    """The body with who did it, where that is said."""
    return {**body, "by": by} if by else body


def _record(store: Store, body: KeyBody) -> None:
    Ledger(store).record("key", SUBJECT, body)
