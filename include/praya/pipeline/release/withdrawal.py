"""Taking back: a withdrawal removes a version's files and leaves a tombstone; a rollback moves the pointer back.

Both go to the ledger first. The pointer moves before a file goes, so that nobody who starts at it meets a gap;
who is in the middle of a withdrawn version finds its tombstone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from praya.disclosure.recognise import refuse_personal
from praya.errors import IntegrityError, ReleaseRefused, codes
from praya.history import latest, point, tombstone, versions
from praya.history.editions import withdraw_editions
from praya.history.grants import AREA, end, list_grants, tidy
from praya.history.kept_index import write_index
from praya.history.manifests import read_manifest
from praya.history.pointer import point_nowhere, sequence
from praya.ledger import Ledger
from praya.ledger.bodies import RollbackBody, WithdrawalBody, WithdrawnHashes
from praya.pipeline.release.corrections import known
from praya.pipeline.release.taken_back import rows_hash
from praya.store import Store, layout
from praya.store.documents import Pointer, PointerTarget, Tombstone, VersionEntry
from praya.text.outside import quote
from praya.text.person import parse_person

# What a tombstone keeps of the manifest: what names the version, nothing of its content.
KEPT = (
    "dataset",
    "version",
    "number",
    "level",
    "ground",
    "basis",
    "title",
    "synthetic",
    "received_at",
    "replaces",
)


class TakenBackVersion(Tombstone):
    """The tombstone of a version, and which version is the latest now."""

    latest: str | None


def withdraw(store: Store, dataset: str, version: str, reason: str, by: str) -> TakenBackVersion:
    """Remove the files of `version` (name or number) for good; returns its tombstone with `latest` added.

    `released/<dataset>/<version>/withdrawn.json` keeps hashes, reason and time; the latest moves back to the newest
    version that counts, or to none. What tells the version's rows elsewhere (changes from and to it, reports made
    from it) goes too. A second call completes one that was interrupted. Raises ReleaseRefused where there is no such
    version, and PersonUnknown where `by` is no person.
    """
    by = parse_person(by)
    refuse_personal(dataset, {"reason": reason})
    with store.lock(f"release-{dataset}"):
        version = known(store, dataset, version)["version"]
        folder = layout.version(dataset, version)
        stone = tombstone(store, dataset, version)
        if stone is None:
            stone = _tombstone(store, dataset, version, reason, by)
            store.put_json(layout.tombstone(dataset, version), stone)
        now = latest(store, dataset)
        if now is not None and now["version"] == version:
            _point_to_newest(store, dataset, version)
        else:
            write_index(store, dataset, now["version"] if now else None)
        changes = f"{layout.dataset(dataset)}/changes"
        for name in store.children(changes):
            if version in name.split("--"):
                store.discard(f"{changes}/{name}")
        withdraw_editions(store, dataset, version, stone["reason"], stone["at"])
        _end_previews(store, dataset, stone["reason"], by)
        for name in store.children(folder):
            if name != layout.TOMBSTONE:
                store.discard(f"{folder}/{name}")
        now = latest(store, dataset)
        return {**stone, "latest": now["version"] if now else None}


def rollback(store: Store, dataset: str, to: str | None, reason: str, by: str) -> Pointer:
    """Make an earlier version (`to`, by name or number; default the one before) the latest again; returns the pointer.

    The version that is left stays where it is, and is not released again until it is rolled forward to. Raises
    ReleaseRefused where there is nothing to go to, and PersonUnknown where `by` is no person.
    """
    by = parse_person(by)
    refuse_personal(dataset, {"reason": reason})
    with store.lock(f"release-{dataset}"):
        now = latest(store, dataset)
        if now is None:
            raise ReleaseRefused(
                codes.release.NO_VERSION_TO_ROLL_BACK_TO,
                f"{dataset}: has no release that could be rolled back",
            )
        target = known(store, dataset, to) if to else _before(store, dataset, now["version"])
        if target is None or target["state"] == "withdrawn" or target["version"] == now["version"]:
            raise ReleaseRefused(
                codes.release.NO_VERSION_TO_ROLL_BACK_TO,
                f"{dataset}: {quote(to)} cannot be rolled back to: it is withdrawn, or the latest already"
                if to
                else f"{dataset}: there is no version before {now['version']} to roll back to",
            )
        body: RollbackBody = {
            "from": now["version"],
            "to": target["version"],
            "reason": reason,
            "by": by,
            **rows_hash(store, dataset, now["version"]),
            "sequence": sequence(store, dataset) + 1,
        }
        Ledger(store).record("rollback", dataset, body)
        return point(store, dataset, _pointer(store, dataset, target["version"]))


def _end_previews(store: Store, dataset: str, reason: str, by: str) -> None:
    """Nobody goes on looking at what may hold the rows that are withdrawn, and no files of an earlier look stay."""
    now = store.project.clock()
    for grant in list_grants(store, dataset):
        if grant.state(store, now) in ("not yet", "open"):
            end(store, grant, reason, by)
    with store.lock(AREA):
        tidy(store, now)


def _tombstone(store: Store, dataset: str, version: str, reason: str, by: str) -> Tombstone:
    manifest = read_manifest(store, dataset, version)
    hashes: WithdrawnHashes = {
        "manifest_sha256": store.sha256(layout.manifest(dataset, version)),
        "files": {file["name"]: file["sha256"] for file in manifest["files"]},
        "table_sha256": manifest["table_sha256"],
    }
    line = Ledger(store).find("withdrawal", dataset, version=version)
    if line is None:
        body: WithdrawalBody = {
            "version": version,
            "reason": reason,
            "by": by,
            **hashes,
            **rows_hash(store, dataset, version),
        }
        line = Ledger(store).record("withdrawal", dataset, body)
    said: Mapping[str, object] = manifest
    kept = {name: said[name] for name in KEPT if name in said}
    return cast(Tombstone, {**kept, **hashes, "reason": line.withdrawal["reason"], "at": line.at})


def _point_to_newest(store: Store, dataset: str, gone: str) -> None:
    """Point to the newest version that counts besides `gone`; where there is none, to nothing."""
    counting = [
        entry
        for entry in versions(store, dataset)
        if entry["version"] != gone and entry["state"] == "published"
    ]
    if counting:
        point(store, dataset, _pointer(store, dataset, counting[-1]["version"]))
    else:
        point_nowhere(store, dataset, gone)


def _before(store: Store, dataset: str, version: str) -> VersionEntry | None:
    entries = versions(store, dataset)
    place = [entry["version"] for entry in entries].index(version)
    return next((entry for entry in reversed(entries[:place]) if entry["state"] == "published"), None)


def _pointer(store: Store, dataset: str, version: str) -> PointerTarget:
    manifest = layout.manifest(dataset, version)
    if not store.exists(manifest):
        raise IntegrityError(
            codes.verify.FILE_CHANGED,
            f"{store.describe(manifest)}: is not there, and cannot be pointed to; run `praya verify`",
        )
    store.unpack(layout.version(dataset, version))
    return {
        "version": version,
        "manifest_sha256": store.sha256(manifest),
        "basis": read_manifest(store, dataset, version)["basis"],
    }
