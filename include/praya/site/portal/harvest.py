"""harvest: one `psi-data-<provider>.json` a provider, from which data.gov.hk takes its datasets every night.

The portal deletes what a file leaves out, and skips a provider whose file has one error. So a file that would not be
taken, or that would delete a dataset without `deletions` in the policy saying so, is not written: the last one stays.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from praya.contract import load_policy
from praya.errors import HarvestError, codes
from praya.metadata import psi_problems
from praya.metadata.psi_data import PsiEntry
from praya.site.portal.composed_file import read_pieces
from praya.site.portal.dataset_parts import HARVEST
from praya.site.portal.folder_parts import Folder, file_of
from praya.site.portal.whole_files import WholeFiles
from praya.store import Store, layout


def write_harvest_files(store: Store, folders: Sequence[Folder], files: WholeFiles) -> bool:
    """Write the file of every provider that has or had one; tells whether any has changed.

    Synthetic data is never in it. Raises HarvestError, after all others are written, for those that stay.
    """
    deletions = load_policy(store.project.policy_file).deletions
    by_provider: dict[str, list[Folder]] = {
        name.removeprefix("psi-data-"): [] for name in store.names(layout.RELEASED, "psi-data-*.json")
    }
    for folder in folders:
        if folder.parts.provider is not None:
            by_provider.setdefault(folder.parts.provider, []).append(folder)
    changed, problems = False, list[str]()
    for provider, listed in sorted(by_provider.items()):
        name = file_of(HARVEST, provider)
        key = f"{layout.RELEASED}/{name}"
        wrong = [*_not_taken(store, key, listed), *_deleted(_left_out(store, files, name, listed), deletions)]
        problems += [f"{key}: {each}" for each in wrong]
        if not wrong:
            changed = files.write_harvest(name, listed) or changed
    if problems:
        raise HarvestError(
            codes.portal.HARVEST_NOT_VALID,
            "\n".join([*problems, "the last file stays, which the portal goes on to harvest"]),
        )
    return changed


def _not_taken(store: Store, key: str, listed: Sequence[Folder]) -> Iterator[str]:
    """Where the file would not be what the portal takes; entries that have not changed were taken before."""
    if any(not folder.parts.is_sound for folder in listed):
        standing = store.local(key) if store.exists(key) else None
        entries: list[PsiEntry] = [
            json.loads(read_pieces(folder.parts.sections[HARVEST], standing)) for folder in listed
        ]
        yield from psi_problems(entries)


def _left_out(store: Store, files: WholeFiles, name: str, listed: Sequence[Folder]) -> set[str]:
    """The datasets of the last file that the next one would not have. One that goes on under another id is meant to
    go; its old addresses lead there."""
    if name in files.kept.files:
        last = {
            each for each, folder in files.kept.folders.items() if file_of(HARVEST, folder.provider) == name
        }
    else:
        last = {entry["identifier"] for entry in store.get_json(f"{layout.RELEASED}/{name}") or []}
    return {
        dataset
        for dataset in last - {folder.name for folder in listed}
        if not store.exists(layout.alias(dataset))
    }


def _deleted(left_out: set[str], deletions: dict[str, str]) -> Iterator[str]:
    for name in sorted(left_out - {*deletions}):
        yield (
            f"{name}: would be missing, so that the portal deletes it; if that is meant, say why under `deletions` "
            "in policy.yaml"
        )
