"""What a release is made from, read before anything of it is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from praya.contract import Contract
from praya.disclosure.protect import ProtectedTable
from praya.errors import DisclosureError, codes
from praya.history import PublishedDataset, read_published, tombstone
from praya.history.manifests import find_manifest
from praya.ledger import Ledger
from praya.metadata.unit_labels import UnitLabels, read_unit_labels
from praya.pipeline.release.dependants import readers
from praya.pipeline.release.version import FindReaders
from praya.provenance.snapshots_behind import parts_of
from praya.store import Store, content_key, layout
from praya.store.documents import ManifestSnapshot
from praya.store.verdict_documents import Verdict

RELEASE_VERSION = 5


@dataclass(frozen=True)
class ReleaseDraft:
    """`verdict` is the one that the table was let through by, None where it is gone, and `verdict_sha256` its hash;
    `snapshots` are those that the table was made from, by part. `published` is what is out of the dataset, and
    `find_readers` finds who reads it. `revisions` is the folder of the reasons on record, `base_url` the address at
    which releases are served, if any."""

    table: ProtectedTable
    contract: Contract
    basis: str
    version: str
    published: PublishedDataset
    verdict: Verdict | None
    verdict_sha256: str | None
    snapshots: Mapping[str, ManifestSnapshot]
    units: UnitLabels
    revisions: Path
    base_url: str
    find_readers: FindReaders

    @property
    def replaces(self) -> str | None:
        """The version that is the latest until this one is."""
        return self.published.latest.version if self.published.latest else None


def draft_release(table: ProtectedTable, contract: Contract, store: Store) -> ReleaseDraft:
    """Read what the release of `table` is made from; whoever calls it holds the lock of the dataset's releases."""
    dataset, project = contract.dataset, store.project
    basis = release_basis(contract, table.sha256)
    verdict_key = f"{layout.verdict(dataset, table.verdict_key)}/{layout.VERDICT}"
    verdict: Verdict | None = store.get_json(verdict_key)
    return ReleaseDraft(
        table,
        contract,
        basis,
        _find_version(store, dataset, table.received_at, basis),
        read_published(store, dataset),
        verdict,
        store.sha256(verdict_key) if verdict else None,
        _read_snapshots(table, store),
        read_unit_labels(project.code_lists),
        project.revisions,
        project.base_url,
        partial(readers, store, dataset),
    )


def check_table(table: ProtectedTable, contract: Contract, store: Store) -> None:
    """Raise DisclosureError for anything but a protected table of this contract, as it left disclosure control."""
    # A subclass could bring checks of its own.
    if type(table) is not ProtectedTable:
        raise DisclosureError(
            codes.disclosure.PROTECTED_TABLE_MISUSED,
            f"release takes a ProtectedTable and nothing else, not {type(table).__name__}; call "
            "praya.pipeline.protect.protect_table()",
        )
    table.checked(store)
    if table.dataset != contract.dataset:
        raise DisclosureError(
            codes.disclosure.PROTECTED_TABLE_MISUSED,
            f"the protected table is of {table.dataset}, the contract of {contract.dataset}",
        )
    if table.disclosure != contract.disclosure:
        raise DisclosureError(
            codes.release.CHANGED_SINCE_CHECKED,
            f"{table.dataset}: was protected under another disclosure section than the contract's; run protect again",
        )


def release_basis(contract: Contract, table_sha256: str) -> str:
    """What makes a release what it is: the protected bytes and what the contract says of them."""
    return content_key(
        {
            "version": RELEASE_VERSION,
            "table": table_sha256,
            "contract": contract.published(),
            "release": contract.release.shape(),
        }
    )


def _find_version(store: Store, dataset: str, received_at: str, basis: str) -> str:
    """The time when the content was received; a second release of the same content's time gets `-2`."""
    name = received_at.replace("-", "").replace(":", "")
    number = 1
    while True:
        version = name if number == 1 else f"{name}-{number}"
        existing = find_manifest(store, dataset, version) or tombstone(store, dataset, version)
        if existing is None or existing["basis"] == basis:
            return version
        number += 1


def _read_snapshots(table: ProtectedTable, store: Store) -> dict[str, ManifestSnapshot]:
    """The snapshots that the table was made from, which need not be the latest; where and when is in the ledger."""
    ledger, snapshots = Ledger(store), dict[str, ManifestSnapshot]()
    for part, sha256 in parts_of(store, table.dataset, table.accepted_key).items():
        line = ledger.find("snapshot", table.dataset, part=part, sha256=sha256)
        snapshots[part] = {"sha256": sha256}
        if line:
            snapshots[part] |= {"url": line.snapshot["url"], "received_at": line.snapshot["received_at"]}
    return snapshots
