"""release: a protected table → one immutable, numbered publication, and then the pointer to it."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any, NamedTuple

from praya.contract import Contract
from praya.contract.codes import FILE_LANGUAGE, LICENCES
from praya.describe import dictionary, dictionary_csv, table_schema
from praya.errors import DisclosureError, ReleaseHeld
from praya.ledger import Ledger
from praya.protect import ProtectedTable
from praya.provenance import Context, Signer, signer, statement
from praya.provenance.keys import announce
from praya.provenance.signing import envelope
from praya.provenance.statement import NAME as STATEMENT
from praya.release import csv, json_array, parquet
from praya.release.due import due_at
from praya.store import Store, content_key, file_sha256

RELEASE_VERSION = 1
WRITERS = {"csv": csv.write, "json": json_array.write, "parquet": parquet.write}
MEDIA_TYPES = {
    ".csv": "text/csv; charset=utf-8",
    ".json": "application/json",
    ".parquet": "application/vnd.apache.parquet",
}

# What an operator may change without the published thing being another one.
OPERATIONAL = ("source", "owner", "tags", "quality", "release", "fresh_within_days")


def release(
    table: ProtectedTable,
    contract: Contract,
    store: Store,
    now: dt.datetime | None = None,
    *,
    context: Context | None = None,
    by: Signer | None = None,
) -> dict[str, Any]:
    """Publish `table`; returns the pointer to the latest release with `changed` added.

    Files, dictionary, manifest and the statement of where they come from, signed `by` the key at hand (default:
    that of the key file; `context` says what run this is), are written aside and appear as a whole under
    `<dataset>/<version>/`; the ledger gets its line; then `<dataset>/latest.json` is replaced. Unchanged content
    makes no new release.
    Raises DisclosureError for anything but a protected table, and ReleaseHeld before its time (`now` in UTC).
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
    with store.lock(f"release-{contract.dataset}"):
        latest = store.get_json(f"released/{contract.dataset}/latest.json")
        if latest is not None and latest["basis"] == basis:
            return dict(latest) | {"changed": False}
        due = due_at(contract, table.received_at)
        if due is not None and (now or dt.datetime.now(dt.UTC)) < due:
            raise ReleaseHeld(
                f"{contract.dataset}: ready, and held until its release time {due.isoformat()}", due
            )
        run = _Run(context or {}, by or signer())
        return _publish(table, contract, store, basis, run, replaces=latest["version"] if latest else None)


def release_basis(contract: Contract, table_sha256: str) -> str:
    """What makes a release what it is: the protected bytes and what the contract says of them."""
    described = {name: value for name, value in contract.as_dict().items() if name not in OPERATIONAL}
    formats = list(contract.release.formats)
    return content_key(
        {"version": RELEASE_VERSION, "table": table_sha256, "contract": described, "formats": formats}
    )


class _Run(NamedTuple):
    """What run publishes, and with which key it signs."""

    context: Context
    by: Signer


def _publish(
    table: ProtectedTable, contract: Contract, store: Store, basis: str, run: _Run, replaces: str | None
) -> dict[str, Any]:
    version = _version(store, contract.dataset, table.received_at, basis)
    tree = f"released/{contract.dataset}/{version}"
    if not store.exists(tree):
        # A key that nobody knows yet would make a statement that nobody believes.
        announce(store, run.by)
        with store.scratch() as work:
            folder = work / version
            folder.mkdir()
            _write(table, contract, store, version, basis, folder, work)
            _write_json(folder / STATEMENT, _statement(table, contract, store, folder, run))
            store.adopt_tree(folder, tree)
    manifest_sha256 = file_sha256(store.path(f"{tree}/manifest.json"))
    manifest = store.read_json(f"{tree}/manifest.json")
    body = {
        "version": version,
        "manifest_sha256": manifest_sha256,
        "provenance_sha256": file_sha256(store.path(f"{tree}/{STATEMENT}")),
        "files": {file["name"]: file["sha256"] for file in manifest["files"]},
        "table_sha256": table.sha256,
        "synthetic": manifest["synthetic"],
        "replaces": replaces,
    }
    Ledger(store).record("release", contract.dataset, body)
    pointer = {
        "dataset": contract.dataset,
        "version": version,
        "manifest_sha256": manifest_sha256,
        "basis": basis,
    }
    store.put_json(f"released/{contract.dataset}/latest.json", pointer)
    return pointer | {"changed": True}


def _version(store: Store, dataset: str, received_at: str, basis: str) -> str:
    """The time when the content was received; a second release of the same content's time gets `-2`."""
    name = received_at.replace("-", "").replace(":", "")
    number = 1
    while True:
        version = name if number == 1 else f"{name}-{number}"
        there = store.get_json(f"released/{dataset}/{version}/manifest.json")
        if there is None or there["basis"] == basis:
            return version
        number += 1


def _write(
    table: ProtectedTable,
    contract: Contract,
    store: Store,
    version: str,
    basis: str,
    folder: Path,
    work: Path,
) -> None:
    for kind in contract.release.formats:
        WRITERS[kind](table, folder / f"{contract.dataset}.{kind}", work)
    _write_json(
        folder / "dictionary.json", dictionary(contract, table.fields) | {"synthetic": table.synthetic}
    )
    for language, short in FILE_LANGUAGE.items():
        (folder / f"dictionary-{short}.csv").write_bytes(dictionary_csv(contract, table.fields, language))
    _write_json(folder / "schema.json", table_schema(contract, table.fields))
    files = [
        {
            "name": path.name,
            "sha256": file_sha256(path),
            "bytes": path.stat().st_size,
            "media_type": MEDIA_TYPES[path.suffix],
        }
        for path in sorted(folder.iterdir())
    ]
    _write_json(
        folder / "manifest.json", _manifest(table, contract, store, version, basis) | {"files": files}
    )


def _statement(
    table: ProtectedTable, contract: Contract, store: Store, folder: Path, run: _Run
) -> dict[str, Any]:
    """The signed statement on the finished files of a release."""
    from praya.stage.personal import key_id

    path = folder / "manifest.json"
    said = statement(
        json.loads(path.read_text("utf-8")),
        file_sha256(path),
        contract,
        store,
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
        "category": contract.category,
        "frequency": contract.frequency,
        "licence": {"id": contract.licence, **LICENCES[contract.licence]},
        "contact": {"name": contract.contact.name.as_dict(), "email": contract.contact.email},
        "synthetic": table.synthetic,
        "received_at": table.received_at,
        "rows": table.decision["rows"],
        "columns": [field.name for field in table.fields],
        "disclosure": table.decision,
        "verdict": {
            **evidence,
            "status": judged.get("verdict"),
            "warnings": [
                each["description"] for each in judged.get("expectations", []) if each["status"] == "failed"
            ],
        },
        "snapshots": snapshots,
        "table_sha256": table.sha256,
    }


def _snapshots(table: ProtectedTable, store: Store) -> dict[str, dict[str, Any]]:
    """The snapshots that the table was made from, which need not be the latest; where and when is in the ledger."""
    staged = store.get_json(f"staged/{table.dataset}/{table.accepted_key}/counts.json") or {"snapshots": {}}
    found = {}
    for part, sha256 in sorted(staged["snapshots"].items()):
        line = Ledger(store).find("snapshot", table.dataset, part=part, sha256=sha256)
        told = {name: line.body[name] for name in ("url", "received_at")} if line else {}
        found[part] = {"sha256": sha256, **told}
    return found


def _write_json(path: Path, value: dict[str, Any]) -> None:
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n", "utf-8")
