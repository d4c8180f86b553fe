"""Who may look at a version before it is out. Each grant lies in `previews/<id>/`: its terms, files, and who looked.

Of a token only its SHA-256 is kept. The ledger has a line for each grant, for its end, and for the first look at each
file; the next manifest is made from these.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal, NamedTuple

from praya.history.pointer import sequence
from praya.ledger import Ledger, LedgerLine
from praya.ledger.bodies import PreviewBody
from praya.store import Store
from praya.store.documents import PreReleaseAccess
from praya.text.person import parse_person

AREA = "previews"
KIND = "preview"

State = Literal["not yet", "open", "over", "ended", "released"]


class Grant(NamedTuple):
    """The terms of one grant. `start` and `until` are moments in UTC; `sequence` is how often the dataset's pointer
    had moved then; `ended` the moment at which it was taken back."""

    id: str
    dataset: str
    version: str
    to: str
    start: dt.datetime
    until: dt.datetime
    token_sha256: str
    sequence: int
    ended: str | None = None

    def state(self, store: Store, now: dt.datetime) -> State:
        """Whether it holds at `now`; it ends with the next release of its dataset too."""
        if self.ended:
            return "ended"
        if sequence(store, self.dataset) != self.sequence:
            return "released"
        if now < self.start:
            return "not yet"
        return "open" if now < self.until else "over"

    def files(self, store: Store) -> Path:
        """The folder with the files of the version."""
        return store.local(self.files_key)

    @property
    def files_key(self) -> str:
        """The key of that folder."""
        return f"{AREA}/{self.id}/files"

    def to_bytes(self) -> bytes:
        """The terms as they lie on the store."""
        terms = self._asdict() | {"start": self.start.isoformat(), "until": self.until.isoformat()}
        return json.dumps(terms, indent=2, ensure_ascii=False).encode() + b"\n"


def token_sha256(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def list_grants(store: Store, dataset: str | None = None) -> Iterator[Grant]:
    """Every grant that was given, of one dataset or of all."""
    for key in store.keys(AREA, "*/grant.json"):
        said = store.read_json(key)
        times = {name: dt.datetime.fromisoformat(said[name]) for name in ("start", "until")}
        grant = Grant(**(said | times))
        if dataset in (None, grant.dataset):
            yield grant


def keep(store: Store, grant: Grant) -> None:
    """Write the terms of a grant, for its owner alone to read."""
    store.put_bytes(f"{AREA}/{grant.id}/grant.json", grant.to_bytes(), 0o600)


def of_token(store: Store, token: str) -> Grant | None:
    """The grant that the token opens. All are compared, each in constant time: how long it takes tells nothing."""
    asked, match = token_sha256(token), None
    for grant in list_grants(store):
        if hmac.compare_digest(grant.token_sha256, asked):
            match = grant
    return match


def looked(store: Store, grant: Grant, file: str, now: dt.datetime) -> None:
    """Record that the holder of a grant is given a file: the first time in the ledger, each time beside the grant."""
    body: PreviewBody = {"grant": grant.id, "to": grant.to, "looked_at": file}
    Ledger(store).record(KIND, grant.dataset, body)
    line = json.dumps({"at": now.isoformat(), "file": file}, ensure_ascii=False) + "\n"
    path = store.disk_path(f"{AREA}/{grant.id}/looks.jsonl")
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "ab") as log:
        log.write(line.encode())


def looks(store: Store, grant: Grant) -> list[dict[str, str]]:
    """Each look: `at` (ISO 8601, UTC) and `file`."""
    path = store.disk_path(f"{AREA}/{grant.id}/looks.jsonl")
    return [json.loads(line) for line in path.read_bytes().splitlines()] if path.exists() else []


def end(store: Store, grant: Grant, reason: str, by: str) -> LedgerLine:
    """Take a grant back: from now on its token opens nothing, and its files are gone."""
    body: PreviewBody = {
        "grant": grant.id,
        "to": grant.to,
        "ended": True,
        "reason": reason,
        "by": parse_person(by),
    }
    with store.lock(AREA):
        line = Ledger(store).record(KIND, grant.dataset, body)
        keep(store, grant._replace(ended=line.at))
        store.discard(grant.files_key)
    return line


def tidy(store: Store, now: dt.datetime) -> None:
    """Remove the files of grants that hold no more, and of those that a kill left without terms; the terms and who
    looked stay. Whoever calls it holds the lock `previews`, so that nobody is half-way in giving one."""
    for name in store.children(AREA):
        if not store.exists(f"{AREA}/{name}/grant.json"):
            store.discard(f"{AREA}/{name}")
    for grant in list_grants(store):
        if grant.state(store, now) in ("over", "ended", "released"):
            store.discard(grant.files_key)


def seen_before(lines: Iterable[LedgerLine]) -> list[PreReleaseAccess]:
    """What the next manifest says of who saw its figures before: `to`, `from`, `until`, and of a grant `looked`, the
    files that were fetched with it and when first. `lines` are the ledger's of the dataset; what counts is since the
    last release."""
    seen: dict[int | str, PreReleaseAccess] = {}
    for line in lines:
        if line.kind == "release":
            seen = {}
        elif line.kind == KIND:
            _tell(seen, line)
    return list(seen.values())


def _tell(seen: dict[int | str, PreReleaseAccess], line: LedgerLine) -> None:
    body, grant = line.preview, line.preview.get("grant")
    if "looked_at" in body:
        if grant in seen:
            seen[grant]["looked"].append({"file": body["looked_at"], "at": line.at})
    elif "ended" in body:
        if grant in seen:
            seen[grant]["until"] = min(seen[grant]["until"], _utc(line.at))
    else:
        access: PreReleaseAccess = {
            "to": body["to"],
            "from": body.get("from") or line.at,
            "until": body["until"],
        }
        if grant:
            access["looked"] = []
        seen[grant or line.number] = access


def _utc(moment: str) -> str:
    """In the form in which the terms have their moments, in which earlier comes first."""
    return dt.datetime.fromisoformat(moment).astimezone(dt.UTC).replace(microsecond=0).isoformat()
