"""Taking back: a withdrawal removes a version's files and leaves a tombstone; a rollback moves the pointer back.

Both go to the ledger first. The pointer moves before a file goes, so that nobody who starts at it meets a gap;
who is in the middle of a withdrawn version finds its tombstone.
"""

from __future__ import annotations

from typing import Any

from praya.disclosure.recognise import refuse_personal
from praya.errors import IntegrityError, ReleaseRefused, codes
from praya.history import Entry, latest, point, tombstone, versions
from praya.history.editions import withdraw_editions
from praya.history.grants import AREA, end, list_grants, tidy
from praya.history.pointer import sequence
from praya.history.versions_index import index
from praya.ledger import Ledger
from praya.pipeline.release.correct import known
from praya.pipeline.release.taken_back import rows_hash
from praya.store import Store, file_sha256
from praya.text.outside import quote
from praya.text.person import person

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


def withdraw(store: Store, dataset: str, version: str, reason: str, by: str) -> dict[str, Any]:
    """Remove the files of `version` (name or number) for good; returns its tombstone with `latest` added.

    `released/<dataset>/<version>/withdrawn.json` keeps hashes, reason and time; the latest moves back to the newest
    version that counts, or to none. What tells the version's rows elsewhere (changes from and to it, reports made
    from it) goes too. A second call completes one that was interrupted. Raises ReleaseRefused where there is no such
    version, and PersonUnknown where `by` is no person.
    """
    by = person(by)
    refuse_personal(dataset, {"reason": reason})
    with store.lock(f"release-{dataset}"):
        version = known(store, dataset, version)["version"]
        folder = f"released/{dataset}/{version}"
        stone = tombstone(store, dataset, version)
        if stone is None:
            stone = _tombstone(store, dataset, version, reason, by)
            store.put_json(f"{folder}/withdrawn.json", stone)
        now = latest(store, dataset)
        if now is not None and now["version"] == version:
            point(store, dataset, _newest(store, dataset, version))
        else:
            current = now["version"] if now else None
            store.put_json(f"released/{dataset}/versions.json", index(store, dataset, current))
        for path in sorted(store.path(f"released/{dataset}").glob(f"changes/*{version}*")):
            if version in path.name.split("--"):
                store.discard(store.key(path))
        withdraw_editions(store, dataset, version, stone["reason"], stone["at"])
        _end_previews(store, dataset, stone["reason"], by)
        for path in sorted(store.path(folder).iterdir()):
            if path.name != "withdrawn.json":
                store.discard(store.key(path))
        now = latest(store, dataset)
        return stone | {"latest": now["version"] if now else None}


def rollback(store: Store, dataset: str, to: str | None, reason: str, by: str) -> dict[str, Any]:
    """Make an earlier version (`to`, by name or number; default the one before) the latest again; returns the pointer.

    The version that is left stays where it is, and is not released again until it is rolled forward to. Raises
    ReleaseRefused where there is nothing to go to, and PersonUnknown where `by` is no person.
    """
    by = person(by)
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
        body = {"from": now["version"], "to": target["version"], "reason": reason, "by": by}
        body |= rows_hash(store, dataset, now["version"])
        Ledger(store).record("rollback", dataset, body | {"sequence": sequence(store, dataset) + 1})
        return point(store, dataset, _pointer(store, dataset, target["version"]))


def _end_previews(store: Store, dataset: str, reason: str, by: str) -> None:
    """Nobody goes on looking at what may hold the rows that are withdrawn, and no files of an earlier look stay."""
    now = store.project.clock()
    for grant in list_grants(store, dataset):
        if grant.state(store, now) in ("not yet", "open"):
            end(store, grant, reason, by)
    with store.lock(AREA):
        tidy(store, now)


def _tombstone(store: Store, dataset: str, version: str, reason: str, by: str) -> dict[str, Any]:
    manifest = store.read_json(f"released/{dataset}/{version}/manifest.json")
    hashes = {
        "manifest_sha256": file_sha256(store.path(f"released/{dataset}/{version}/manifest.json")),
        "files": {file["name"]: file["sha256"] for file in manifest["files"]},
        "table_sha256": manifest["table_sha256"],
    }
    line = Ledger(store).find("withdrawal", dataset, version=version)
    if line is None:
        body = {
            "version": version,
            "reason": reason,
            "by": by,
            **hashes,
            **rows_hash(store, dataset, version),
        }
        line = Ledger(store).record("withdrawal", dataset, body)
    kept = {name: manifest[name] for name in KEPT if name in manifest}
    return {**kept, **hashes, "reason": line.body["reason"], "at": line.at}


def _newest(store: Store, dataset: str, gone: str) -> dict[str, Any]:
    """The pointer to the newest version that counts besides `gone`; one that leads nowhere, and says why, if none."""
    counting = [
        one for one in versions(store, dataset) if one["version"] != gone and one["state"] == "published"
    ]
    if not counting:
        return {"version": None, "withdrawn": gone}
    return _pointer(store, dataset, counting[-1]["version"])


def _before(store: Store, dataset: str, version: str) -> Entry | None:
    entries = versions(store, dataset)
    place = [entry["version"] for entry in entries].index(version)
    return next((entry for entry in reversed(entries[:place]) if entry["state"] == "published"), None)


def _pointer(store: Store, dataset: str, version: str) -> dict[str, Any]:
    manifest = f"released/{dataset}/{version}/manifest.json"
    if not store.exists(manifest):
        raise IntegrityError(
            codes.verify.FILE_CHANGED,
            f"{store.path(manifest)}: is not there, and cannot be pointed to; run `praya verify`",
        )
    return {
        "version": version,
        "manifest_sha256": file_sha256(store.path(manifest)),
        "basis": _basis(store, dataset, version),
    }


def _basis(store: Store, dataset: str, version: str) -> str:
    return str(store.read_json(f"released/{dataset}/{version}/manifest.json")["basis"])
