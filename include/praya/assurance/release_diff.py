"""What changed between two releases of a dataset, which are named by version or number."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from praya.history import latest
from praya.pipeline.release.corrections import known
from praya.site.portal import write_changes
from praya.store import Store
from praya.store.documents import ChangesSummary


@dataclass(frozen=True)
class ReleasePair:
    """Two versions of a dataset, the earlier first; `before` is None where `after` replaced nothing."""

    before: str | None
    after: str


def find_release_pair(store: Store, dataset: str, before: str | None, after: str | None) -> ReleasePair:
    """The two versions by their names; by default the latest, and the version that the later one replaced.

    Raises ReleaseRefused where the dataset has no such version.
    """
    now = latest(store, dataset)
    new = known(store, dataset, after or (now["version"] if now else "latest"))
    old = known(store, dataset, before)["version"] if before else new.get("replaces")
    return ReleasePair(old or None, new["version"])


def write_release_diff(
    store: Store, dataset: str, before: str, after: str, folder: Path | None
) -> ChangesSummary:
    """The summary of what changed, as `changes.json` has it; with `folder`, JSON, CSV and pages are written there."""
    with store.scratch() as work:
        target = folder or work / "changes"
        target.mkdir(parents=True, exist_ok=True)
        return write_changes(store, dataset, before, after, target, work)
