"""The step release: a protected table → one immutable, numbered publication, and then the pointer to it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from praya.contract import Contract
from praya.contract.disclosure_method import disclosure_methods
from praya.contract.zone import show_moment
from praya.disclosure.protect import ProtectedTable
from praya.errors import ReleaseHeld, codes
from praya.history import latest as latest_of
from praya.history import point
from praya.history.manifests import read_manifest
from praya.ledger import Ledger
from praya.ledger.bodies import ReleaseBody
from praya.metadata import as_json
from praya.pipeline.release.alias import point_aliases
from praya.pipeline.release.release_checks import ReleaseChecks
from praya.pipeline.release.release_draft import ReleaseDraft, check_table, draft_release, release_basis
from praya.pipeline.release.superseded import pack_past
from praya.pipeline.release.taken_back import check_not_taken_back
from praya.pipeline.release.writer import check_version, write_version
from praya.pipeline.step_log import log_step
from praya.provenance import Context, Signer, statement
from praya.provenance.in_toto import NAME as STATEMENT
from praya.provenance.keys import announce
from praya.provenance.pseudonym_key import pseudonym_key_id
from praya.provenance.signing import envelope
from praya.provenance.statements import Envelope
from praya.store import Store, file_sha256, layout
from praya.store.documents import Manifest, Pointer, PointerTarget


@dataclass(frozen=True)
class Publication:
    """What run publishes, with which key it signs, where its suites lie, and its time (UTC)."""

    context: Context
    by: Signer
    suites: Path
    now: dt.datetime


class Released(NamedTuple):
    """The pointer to the latest release, whether that is a new one, and the rows of its table."""

    pointer: Pointer
    changed: bool
    rows: int

    @property
    def version(self) -> str:
        """The name of the version that is the latest."""
        return self.pointer["version"]


def release_table(
    table: ProtectedTable, contract: Contract, store: Store, run: Publication, checks: ReleaseChecks
) -> Released:
    """Publish `table`.

    Files, dictionary, manifest and the signed statement of where they come from are written aside and appear as a whole
    under `<dataset>/<version>/`; the ledger gets its line; then `<dataset>/versions.json` and `latest.json` are
    replaced. Unchanged content makes no new release. Raises DisclosureError for anything but a protected table,
    ReleaseHeld before its time, and ReleaseRefused where a check fails, where it would break its readers without notice
    or revise a figure without a reason on record, and for what was withdrawn or rolled back.
    """
    with log_step("release", contract.dataset) as end:
        released = _release(table, contract, store, run, checks)
        end.fields = {"version": released.version, "rows": released.rows}
        if not released.changed:
            end.skipped = "the release is current"
    return released


def _release(
    table: ProtectedTable, contract: Contract, store: Store, run: Publication, checks: ReleaseChecks
) -> Released:
    check_table(table, contract, store)
    basis = release_basis(contract, table.sha256)
    with store.lock(f"release-{contract.dataset}"):
        latest = latest_of(store, contract.dataset)
        changed = latest is None or latest["basis"] != basis
        if latest is None or changed:
            _check_may_show(table, contract, store, basis, run, checks)
            latest = _publish(draft_release(table, contract, store), store, run)
            pack_past(store, contract.dataset)
        point_aliases(contract, store)
    return Released(latest, changed, table.decision["rows"])


def _check_may_show(
    table: ProtectedTable,
    contract: Contract,
    store: Store,
    basis: str,
    run: Publication,
    checks: ReleaseChecks,
) -> None:
    checks.check_fresh(table, contract)
    check_not_taken_back(store, contract.dataset, basis, table.path, contract.primary_key, contract.aliases)
    checks.check_inputs(contract)
    due = checks.find_due(contract, table.received_at)
    if due is not None and run.now < due:
        raise ReleaseHeld(
            codes.release.WAITS_FOR_TIME,
            f"{contract.dataset}: ready, and held until its release time {show_moment(due)}",
            due,
        )


def _publish(draft: ReleaseDraft, store: Store, run: Publication) -> Pointer:
    """Write the release where it is not there already, put it on record, and point to it."""
    dataset, tree = draft.contract.dataset, layout.version(draft.contract.dataset, draft.version)
    with store.scratch() as work:
        if store.exists(tree):
            check_version(draft, run.now, store.local(tree), work)
        else:
            # A key that nobody knows yet would make a statement that nobody believes.
            announce(store, run.by)
            folder = work / draft.version
            folder.mkdir()
            manifest = write_version(draft, run.now, folder, work)
            signed = _sign_statement(draft, store, manifest, folder, run)
            (folder / STATEMENT).write_bytes(as_json(signed))
            store.adopt_tree(folder, tree)
    manifest_sha256 = store.sha256(f"{tree}/{layout.MANIFEST}")
    manifest = read_manifest(store, dataset, draft.version)
    body: ReleaseBody = {
        "version": draft.version,
        "number": manifest["number"],
        "manifest_sha256": manifest_sha256,
        "provenance_sha256": store.sha256(f"{tree}/{STATEMENT}"),
        "files": {file["name"]: file["sha256"] for file in manifest["files"]},
        "table_sha256": draft.table.sha256,
        "synthetic": manifest["synthetic"],
        "replaces": draft.replaces,
        # The same release may come and go and come again: each time is a line of its own.
        "sequence": draft.published.moves + 1,
    }
    Ledger(store).record("release", dataset, body)
    target: PointerTarget = {
        "version": draft.version,
        "manifest_sha256": manifest_sha256,
        "basis": draft.basis,
    }
    return point(store, dataset, target)


def _sign_statement(
    draft: ReleaseDraft, store: Store, manifest: Manifest, folder: Path, run: Publication
) -> Envelope:
    """The signed statement on the finished files of a release."""
    table, contract = draft.table, draft.contract
    keyed = disclosure_methods()[contract.disclosure.method].needs_cell_keys
    said = statement(
        manifest,
        file_sha256(folder / layout.MANIFEST),
        contract,
        store,
        run.suites,
        accepted_key=table.accepted_key,
        verdict_key=table.verdict_key,
        key_id=pseudonym_key_id(store.project.pseudonym_key) if keyed else None,
        context=run.context,
    )
    return envelope(said, run.by)
