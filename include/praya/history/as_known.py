"""As known on a day: which release of a dataset was the latest when that day ended in Hong Kong, by the ledger."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import NamedTuple

from praya.contract.zone import HONG_KONG, show_moment
from praya.errors import IntegrityError, NotKnown, codes
from praya.history.manifests import read_manifest
from praya.history.versions_index import tombstone
from praya.ledger import Ledger, LedgerLine
from praya.store import Store, layout
from praya.store.documents import Manifest


class KnownRelease(NamedTuple):
    """A release that was the latest: where it lies, what its manifest says, and when it was published (UTC)."""

    dataset: str
    version: str
    number: str | None
    manifest: Manifest
    manifest_sha256: str
    folder: Path
    published_at: str

    @property
    def synthetic(self) -> bool:
        """Whether its figures are made up, by itself or by what it was made from."""
        return bool(self.manifest["synthetic"])


def known(store: Store, dataset: str, on: dt.date | None = None) -> KnownRelease | None:
    """The release of `dataset` that was the latest at the end of the day `on`, Hong Kong time (None: that is now).

    None before the first release, and while every one was withdrawn. What counts is when the ledger recorded a
    release, rollback or withdrawal, not when the content was received. Raises NotKnown where the release of that
    day has been withdrawn since, and IntegrityError where it is not as it was published.
    """
    first: dict[str, LedgerLine] = {}  # each version's first line, in the order of publication
    counting: set[str] = set()  # what a withdrawal of the latest can fall back to
    latest: str | None = None
    for line in Ledger(store).of(dataset, "release", "rollback", "withdrawal"):
        if not _by_then(line.at, on):
            continue
        if line.kind == "rollback":
            counting.discard(line.rollback["from"])
            latest = line.rollback["to"]
        elif line.kind == "release":
            latest = line.release["version"]
            first.setdefault(latest, line)
        else:
            counting.discard(line.withdrawal["version"])
            if latest == line.withdrawal["version"]:
                latest = next((version for version in reversed(first) if version in counting), None)
        counting |= {latest} if latest else set()
    return _release(store, dataset, first[latest]) if latest is not None else None


def _by_then(at: str, on: dt.date | None) -> bool:
    return on is None or dt.datetime.fromisoformat(at).astimezone(HONG_KONG).date() <= on


def _release(store: Store, dataset: str, line: LedgerLine) -> KnownRelease:
    version = line.release["version"]
    if (stone := tombstone(store, dataset, version)) is not None:
        raise NotKnown(
            codes.history.WITHDRAWN_SINCE,
            f"{dataset}: {version}, the latest of that day, was withdrawn on {show_moment(stone['at'])}: "
            f"{str(stone['reason']).rstrip('.')}. Nothing can be made from it any more; choose another day",
        )
    key = layout.manifest(dataset, version)
    if not store.exists(key) or store.sha256(key) != line.release["manifest_sha256"]:
        raise IntegrityError(
            codes.verify.FILE_CHANGED,
            f"{store.describe(key)}: is missing, or not what the ledger recorded; run `praya verify {dataset}`",
        )
    manifest = read_manifest(store, dataset, version)
    return KnownRelease(
        dataset,
        version,
        manifest.get("number"),
        manifest,
        line.release["manifest_sha256"],
        store.local(layout.version(dataset, version)),
        line.at,
    )
