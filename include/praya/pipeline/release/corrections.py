"""What is announced of the next release: that it corrects an earlier one, and who saw its figures before."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from praya.disclosure.recognise import refuse_personal
from praya.errors import ReleaseRefused, codes
from praya.history import PublishedDataset, latest, versions
from praya.history.grants import seen_before
from praya.history.kept_index import write_index
from praya.ledger import Ledger, LedgerLine
from praya.ledger.bodies import CorrectionBody
from praya.store import Store
from praya.store.documents import Corrects, PreReleaseAccess, VersionEntry
from praya.text.outside import quote
from praya.text.person import parse_person


class Announced(TypedDict):
    """What a manifest says of what was announced before."""

    corrects: NotRequired[Corrects]
    pre_release_access: list[PreReleaseAccess]


def correct(store: Store, dataset: str, version: str, reason: str, by: str) -> LedgerLine:
    """Announce that `version` is wrong and that the next release corrects it; the index and the feeds tell it.

    Raises ReleaseRefused where there is no such version, and PersonUnknown where `by` is no person.
    """
    refuse_personal(dataset, {"reason": reason})
    with store.lock(f"release-{dataset}"):
        version = known(store, dataset, version)["version"]
        body: CorrectionBody = {
            "version": version,
            "reason": reason,
            "by": parse_person(by),
            "after": _last(store, dataset),
        }
        line = Ledger(store).record("correction", dataset, body)
        now = latest(store, dataset)
        write_index(store, dataset, now["version"] if now else None)
    return line


def _last(store: Store, dataset: str) -> int:
    """The ledger's line that last changed what is out: an announcement after another one is another announcement."""
    line = Ledger(store).last(dataset, "release", "withdrawal", "rollback")
    return line.number if line else 0


def list_announced(published: PublishedDataset) -> Announced:
    """What the next manifest says of it: `corrects` (version, number, reason) and `pre_release_access`.

    Everything that was announced since the last release; of several corrections the last.
    """
    corrects: Corrects | None = None
    for line in published.announced:
        if line.kind == "correction":
            version = line.correction["version"]
            number = published.numbers_by_version.get(version)
            corrects = {
                "version": version,
                "number": number,
                "reason": line.correction["reason"],
            }
    seen = seen_before(published.announced)
    if corrects is None:
        return {"pre_release_access": seen}
    return {"corrects": corrects, "pre_release_access": seen}


def known(store: Store, dataset: str, version: str) -> VersionEntry:
    """The index's entry of a version, by name or number; ReleaseRefused where there is none."""
    matches = [
        entry for entry in versions(store, dataset) if version in (entry["version"], entry.get("number"))
    ]
    if not matches:
        there = ", ".join(f"{entry['version']} ({entry.get('number')})" for entry in versions(store, dataset))
        raise ReleaseRefused(
            codes.release.VERSION_UNKNOWN,
            f"{quote(dataset)}: has no version '{quote(version)}'; it has: {there or 'none'}",
        )
    return matches[0]
