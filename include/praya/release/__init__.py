"""release: a protected table → one immutable, numbered publication, and then the pointer to it."""

from __future__ import annotations

import datetime as dt
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from praya import paths
from praya.contract import Contract
from praya.contract.codes import LICENCES
from praya.describe import DATA, DOCUMENTATION, METADATA, as_json, documentation, metadata
from praya.errors import DisclosureError, ReleaseHeld
from praya.history import latest as latest_of
from praya.history import point, tombstone
from praya.history.pointer import sequence
from praya.ledger import Ledger
from praya.protect import ProtectedTable
from praya.provenance import Context, Signer, signer, statement
from praya.provenance.keys import announce
from praya.provenance.signing import envelope
from praya.provenance.statement import NAME as STATEMENT
from praya.release.alias import point_aliases
from praya.release.correct import announced
from praya.release.coverage import coverage
from praya.release.csv import marked_fields
from praya.release.due import due_at
from praya.release.files import describe_file, write_data
from praya.release.fresh import check_fresh
from praya.release.inherited import due_with_inputs
from praya.release.revised import revised
from praya.release.version import changes, numbered, settled
from praya.release.withdraw import check_not_taken_back
from praya.store import Store, content_key, file_sha256

RELEASE_VERSION = 3


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
    # A subclass could bring checks of its own.
    if type(table) is not ProtectedTable:
        raise DisclosureError(
            f"release takes a ProtectedTable and nothing else, not {type(table).__name__}; call praya.protect.protect()"
        )
    table.checked(store)
    if table.dataset != contract.dataset:
        raise DisclosureError(
            f"the protected table is of {table.dataset}, the contract of {contract.dataset}"
        )
    if table.disclosure != contract.disclosure:
        raise DisclosureError(
            f"{table.dataset}: was protected under another disclosure section than the contract's; run protect again"
        )
    basis = release_basis(contract, table.sha256)
    now = now or dt.datetime.now(dt.UTC)
    with store.lock(f"release-{contract.dataset}"):
        latest = latest_of(store, contract.dataset)
        if latest is None or latest["basis"] != basis:
            check_fresh(table, contract, store, suites)
            check_not_taken_back(store, contract.dataset, basis, table.sha256)
            due = due_with_inputs(contract, store, table.received_at)
            if due is not None and now < due:
                raise ReleaseHeld(
                    f"{contract.dataset}: ready, and held until its release time {due.isoformat()}", due
                )
            run = _Run(context or {}, by or signer(), suites or paths.suites(), now)
            latest = _publish(table, contract, store, basis, latest["version"] if latest else None, run)
            latest["changed"] = True
        point_aliases(contract, store)
    return {"changed": False} | latest


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


class _Run(NamedTuple):
    """What run publishes, with which key it signs, where its suites lie, and its time (UTC)."""

    context: Context
    by: Signer
    suites: Path
    now: dt.datetime


def _publish(
    table: ProtectedTable, contract: Contract, store: Store, basis: str, replaces: str | None, run: _Run
) -> dict[str, Any]:
    version = _version(store, contract.dataset, table.received_at, basis)
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
            told = _manifest(table, contract, store, version, basis)
            files = _write(table, contract, told, folder, work)
            notice = settled(contract, store, version, changes(store, contract.dataset, folder), run.now)
            figures = revised(contract, store, folder, work)
            manifest = {
                **told,
                **numbered(store, contract.dataset, folder),
                **announced(store, contract.dataset),
                "replaces": replaces,
                "breaking": notice,
                "revision": contract.release.revision.as_dict() if contract.release.revision else None,
                **({"revised": figures} if figures else {}),
                "files": files,
            }
            (folder / "manifest.json").write_bytes(as_json(manifest))
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


def _version(store: Store, dataset: str, received_at: str, basis: str) -> str:
    """The time when the content was received; a second release of the same content's time gets `-2`."""
    name = received_at.replace("-", "").replace(":", "")
    number = 1
    while True:
        version = name if number == 1 else f"{name}-{number}"
        there = store.get_json(f"released/{dataset}/{version}/manifest.json")
        there = there or tombstone(store, dataset, version)
        if there is None or there["basis"] == basis:
            return version
        number += 1


def _write(
    table: ProtectedTable, contract: Contract, manifest: dict[str, Any], folder: Path, work: Path
) -> list[dict[str, Any]]:
    """Data, documentation and metadata into `folder`; gives what the manifest lists of them."""
    data = write_data(contract, table, folder, work)
    marked = marked_fields(table, work) if "csv" in contract.release.formats else []
    files = _by_name([file | {"role": DATA} for file in data])
    for role, describe in ((DOCUMENTATION, partial(documentation, marked=marked)), (METADATA, metadata)):
        described = describe(contract, table.fields, manifest | {"files": files}, paths.base_url())
        for name, text in described.items():
            (folder / name).write_bytes(text)
            files.append(describe_file(folder / name) | {"role": role})
        files = _by_name(files)
    return files


def _by_name(files: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(files, key=lambda file: str(file["name"]))


def _statement(
    table: ProtectedTable,
    contract: Contract,
    store: Store,
    manifest: dict[str, Any],
    folder: Path,
    run: _Run,
) -> dict[str, Any]:
    """The signed statement on the finished files of a release."""
    from praya.stage.personal import key_id

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


def _manifest(
    table: ProtectedTable, contract: Contract, store: Store, version: str, basis: str
) -> dict[str, Any]:
    verdict = f"verdicts/{contract.dataset}/{table.verdict_key}/verdict.json"
    judged = store.get_json(verdict) or {}
    evidence = {"key": table.verdict_key, "sha256": file_sha256(store.path(verdict)) if judged else None}
    snapshots = _snapshots(table, store)
    if contract.disclosure.counts:
        # Who has a table with few gaps could try what stands in them until the hash is right. The ledger has these.
        evidence = {}
        snapshots = {part: {"received_at": one.get("received_at")} for part, one in snapshots.items()}
    return {
        "dataset": contract.dataset,
        "version": version,
        "basis": basis,
        "provider": contract.provider,
        "title": contract.title.as_dict(),
        "description": contract.description.as_dict(),
        "keywords": [word.as_dict() for word in contract.keywords],
        "category": contract.category,
        "frequency": contract.frequency,
        "licence": {"id": contract.licence, **LICENCES[contract.licence]},
        "contact": {
            "name": contract.contact.name.as_dict(),
            "email": contract.contact.email,
            "phone": contract.contact.phone,
        },
        "synthetic": table.synthetic,
        "received_at": table.received_at,
        "issued": _issued(contract, table.received_at),
        "coverage": coverage(table, contract, store),
        "rows": table.decision["rows"],
        "columns": [field.name for field in table.fields],
        "disclosure": table.decision,
        "verdict": {
            **evidence,
            "status": judged.get("verdict"),
            "warnings": [
                each["description"] for each in judged.get("expectations", []) if each["status"] == "failed"
            ],
            "waived": [waiver for waiver in judged.get("waivers", []) if waiver["used"]],
        },
        "snapshots": snapshots,
        "table_sha256": table.sha256,
    }


def _issued(contract: Contract, received_at: str) -> str:
    """The moment (UTC) from which content received then could show: no clock, so that the same comes out again."""
    received = dt.datetime.fromisoformat(received_at)
    issued = max(received, due_at(contract, received_at) or received)
    return issued.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")


def _snapshots(table: ProtectedTable, store: Store) -> dict[str, dict[str, Any]]:
    """The snapshots that the table was made from, which need not be the latest; where and when is in the ledger."""
    staged = store.get_json(f"staged/{table.dataset}/{table.accepted_key}/counts.json") or {"snapshots": {}}
    found = {}
    for part, sha256 in sorted(staged["snapshots"].items()):
        line = Ledger(store).find("snapshot", table.dataset, part=part, sha256=sha256)
        told = {name: line.body[name] for name in ("url", "received_at")} if line else {}
        found[part] = {"sha256": sha256, **told}
    return found
