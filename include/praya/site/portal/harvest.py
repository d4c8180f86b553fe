"""harvest: one `psi-data-<provider>.json` a provider, from which data.gov.hk takes its datasets every night.

The portal deletes what a file leaves out, and skips a provider whose file has one error. So a file that would not be
taken, or that would delete a dataset without `deletions` in the policy saying so, is not written: the last one stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from praya.contract import load_policy
from praya.errors import HarvestError, codes
from praya.metadata import Facts, as_json, psi_entry, psi_problems
from praya.metadata.psi_data import PsiEntry
from praya.store import Store, layout


def write_harvest_files(store: Store, releases: Sequence[Facts]) -> bool:
    """Write the file of every provider that has or had one; tells whether any has changed.

    Synthetic data is never in it. Raises HarvestError, after all others are written, for those that stay.
    """
    deletions = load_policy(store.project.policy_file).deletions
    real = [facts for facts in releases if not facts.synthetic]
    providers = {facts.provider for facts in real} | {
        name.removeprefix("psi-data-") for name in store.names(layout.RELEASED, "psi-data-*.json")
    }
    stable = store.project.has_stable_addresses
    changed, problems = False, list[str]()
    for provider in sorted(providers):
        key = f"{layout.RELEASED}/psi-data-{provider}.json"
        entries = [psi_entry(facts, stable) for facts in real if facts.provider == provider]
        # A dataset that goes on under another id is meant to go; its old addresses lead there.
        last = [entry for entry in store.get_json(key) or [] if not _goes_on(store, entry["identifier"])]
        wrong = [*psi_problems(entries), *_deleted(last, entries, deletions)]
        problems += [f"{key}: {each}" for each in wrong]
        if not wrong:
            changed = store.put_if_new({key: as_json(entries)}) or changed
    if problems:
        raise HarvestError(
            codes.portal.HARVEST_NOT_VALID,
            "\n".join([*problems, "the last file stays, which the portal goes on to harvest"]),
        )
    return changed


def _goes_on(store: Store, dataset: str) -> bool:
    return store.exists(layout.alias(dataset))


def _deleted(
    last: Sequence[PsiEntry], entries: Sequence[PsiEntry], deletions: dict[str, str]
) -> Iterator[str]:
    gone = {each["identifier"] for each in last} - {each["identifier"] for each in entries} - {*deletions}
    for name in sorted(gone):
        yield (
            f"{name}: would be missing, so that the portal deletes it; if that is meant, say why under `deletions` "
            "in policy.yaml"
        )
