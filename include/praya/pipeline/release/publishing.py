"""Publishes a protected table: files, manifest and statement, the line in the ledger, and then the pointer."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any, NamedTuple

from praya import paths
from praya.contract import Contract
from praya.contract.zone import show_moment
from praya.disclosure.protect import ProtectedTable
from praya.errors import ReleaseHeld, codes
from praya.history import latest as latest_of
from praya.history import point
from praya.history.pointer import sequence
from praya.ledger import Ledger
from praya.metadata import as_json
from praya.pipeline.release.alias import point_aliases
from praya.pipeline.release.fresh import check_fresh
from praya.pipeline.release.inherited import due_with_inputs
from praya.pipeline.release.revised_rows import revised
from praya.pipeline.release.taken_back import check_inputs, check_not_taken_back
from praya.pipeline.release.version import changes, settled
from praya.pipeline.release.writer import check_table, release_basis, version_name, write_version
from praya.provenance import Context, Signer, signer, statement
from praya.provenance.in_toto import NAME as STATEMENT
from praya.provenance.keys import announce
from praya.provenance.signing import envelope
from praya.store import Store, file_sha256

__all__ = ["release", "release_basis"]


def release(
    table: ProtectedTable,
    contract: Contract,
    store: Store,
    now: dt.datetime | None = None,
    suites: Path | None = None,
    *,
    context: Context | None = None,
    by: Signer | None = None,
) -> dict[str, Any]:
    """Publish `table`; returns the pointer to the latest release with `changed` added.

    Files, dictionary, manifest and the statement of where they come from, signed `by` the key at hand (default:
    that of the key file; `context` says what run this is), are written aside and appear as a whole under
    `<dataset>/<version>/`; the ledger gets its line; then `<dataset>/versions.json` and `latest.json` are replaced.
    Unchanged content makes no new release. Raises DisclosureError for anything but a protected table, ReleaseHeld
    before its time (`now` in UTC), and ReleaseRefused where its verdict is older than its rules (the suite in
    `suites`), where it would break its readers without notice or revise a figure without a reason on record, and for
    what was withdrawn or rolled back.
    """
    check_table(table, contract, store)
    basis = release_basis(contract, table.sha256)
    now = now or dt.datetime.now(dt.UTC)
    with store.lock(f"release-{contract.dataset}"):
        latest = latest_of(store, contract.dataset)
        if latest is None or latest["basis"] != basis:
            check_fresh(table, contract, store, suites)
            check_not_taken_back(
                store, contract.dataset, basis, table.path, contract.primary_key, contract.aliases
            )
            check_inputs(contract, store)
            due = due_with_inputs(contract, store, table.received_at)
            if due is not None and now < due:
                raise ReleaseHeld(
                    codes.release.WAITS_FOR_TIME,
                    f"{contract.dataset}: ready, and held until its release time {show_moment(due)}",
                    due,
                )
            run = _Run(context or {}, by or signer(), suites or paths.suites(), now)
            latest = _publish(table, contract, store, basis, latest["version"] if latest else None, run)
            latest["changed"] = True
        point_aliases(contract, store)
    return {"changed": False} | latest


class _Run(NamedTuple):
    """What run publishes, with which key it signs, where its suites lie, and its time (UTC)."""

    context: Context
    by: Signer
    suites: Path
    now: dt.datetime


def _publish(
    table: ProtectedTable, contract: Contract, store: Store, basis: str, replaces: str | None, run: _Run
) -> dict[str, Any]:
    version = version_name(store, contract.dataset, table.received_at, basis)
    tree = f"released/{contract.dataset}/{version}"
    if store.exists(tree):
        settled(contract, store, version, changes(store, contract.dataset, store.path(tree)), run.now)
        with store.scratch() as work:
            revised(contract, store, store.path(tree), work)
    else:
        # A key that nobody knows yet would make a statement that nobody believes.
        announce(store, run.by)
        with store.scratch() as work:
            folder = work / version
            folder.mkdir()
            manifest = write_version(table, contract, store, version, replaces, run.now, folder, work)
            signed = _statement(table, contract, store, manifest, folder, run)
            (folder / STATEMENT).write_bytes(as_json(signed))
            store.adopt_tree(folder, tree)
    manifest_sha256 = file_sha256(store.path(f"{tree}/manifest.json"))
    manifest = store.read_json(f"{tree}/manifest.json")
    body = {
        "version": version,
        "number": manifest["number"],
        "manifest_sha256": manifest_sha256,
        "provenance_sha256": file_sha256(store.path(f"{tree}/{STATEMENT}")),
        "files": {file["name"]: file["sha256"] for file in manifest["files"]},
        "table_sha256": table.sha256,
        "synthetic": manifest["synthetic"],
        "replaces": replaces,
        # The same release may come and go and come again: each time is a line of its own.
        "sequence": sequence(store, contract.dataset) + 1,
    }
    Ledger(store).record("release", contract.dataset, body)
    pointer = {"version": version, "manifest_sha256": manifest_sha256, "basis": basis}
    return point(store, contract.dataset, pointer)


def _statement(
    table: ProtectedTable,
    contract: Contract,
    store: Store,
    manifest: dict[str, Any],
    folder: Path,
    run: _Run,
) -> dict[str, Any]:
    """The signed statement on the finished files of a release."""
    from praya.pipeline.stage.pseudonyms import key_id

    said = statement(
        manifest,
        file_sha256(folder / "manifest.json"),
        contract,
        store,
        run.suites,
        accepted_key=table.accepted_key,
        verdict_key=table.verdict_key,
        key_id=key_id() if contract.disclosure.method == "cell-key perturbation" else None,
        context=run.context,
    )
    return envelope(said, run.by)
