"""What a release consists of, written into a folder that nobody sees yet: data, documentation, metadata, manifest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from praya.contract import Contract
from praya.contract.codes import LICENCES
from praya.contract.labels import with_labels
from praya.disclosure.protect import ProtectedTable
from praya.errors import DisclosureError, codes
from praya.history import tombstone
from praya.ledger import Ledger
from praya.metadata import (
    DATA,
    DOCUMENTATION,
    METADATA,
    DescribedRelease,
    as_json,
    facts_of,
    make_documentation,
    make_metadata,
)
from praya.metadata.release_files import MadeFile
from praya.metadata.unit_labels import read_unit_labels
from praya.pipeline.release.correct import announced
from praya.pipeline.release.coverage import coverage
from praya.pipeline.release.csv_cells import marked_fields
from praya.pipeline.release.data_files import describe_file, write_data
from praya.pipeline.release.due import due_at
from praya.pipeline.release.revised_rows import revised
from praya.pipeline.release.version import changes, numbered, settled
from praya.project import Project
from praya.store import Store, content_key, layout

RELEASE_VERSION = 5


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


def version_name(store: Store, dataset: str, received_at: str, basis: str) -> str:
    """The time when the content was received; a second release of the same content's time gets `-2`."""
    name = received_at.replace("-", "").replace(":", "")
    number = 1
    while True:
        version = name if number == 1 else f"{name}-{number}"
        there = store.get_json(layout.manifest(dataset, version))
        there = there or tombstone(store, dataset, version)
        if there is None or there["basis"] == basis:
            return version
        number += 1


def write_version(
    table: ProtectedTable,
    contract: Contract,
    store: Store,
    version: str,
    replaces: str | None,
    now: dt.datetime,
    folder: Path,
    work: Path,
) -> dict[str, Any]:
    """Write everything of `version` but its statement into the empty `folder`; gives its manifest.

    Raises ReleaseRefused where it would break its readers without notice or revise a figure without a reason on record,
    ReleaseHeld before the day of the notice
    (`now` in UTC). `work` is a scratch folder.
    """
    basis = _manifest(table, contract, store, version, release_basis(contract, table.sha256))
    files = _write(table, contract, basis, folder, work, store.project)
    notice = settled(contract, store, version, changes(store, contract.dataset, folder), now)
    figures = revised(contract, store, folder, work)
    manifest = {
        **basis,
        **numbered(store, contract.dataset, folder),
        **announced(store, contract.dataset),
        "replaces": replaces,
        "breaking": notice,
        "revision": contract.release.revision.as_dict() if contract.release.revision else None,
        **({"revised": figures} if figures else {}),
        "files": files,
    }
    (folder / "manifest.json").write_bytes(as_json(manifest))
    return manifest


def _write(
    table: ProtectedTable,
    contract: Contract,
    manifest: dict[str, Any],
    folder: Path,
    work: Path,
    project: Project,
) -> list[dict[str, Any]]:
    """Data, documentation and metadata into `folder`; gives what the manifest lists of them."""
    units = read_unit_labels(project.code_lists)
    data = write_data(contract, table, folder, work, units)
    files = _by_name([file | {"role": DATA} for file in data])
    marked = marked_fields(table, work) if "csv" in contract.release.formats else []
    described = DescribedRelease(
        contract,
        with_labels(table.fields, table.synthetic),
        facts_of(manifest | {"files": files}, project.base_url),
        frozenset(marked),
        units,
    )
    files = _by_name([*files, *_add(make_documentation(described, manifest), DOCUMENTATION, folder)])
    described = replace(described, facts=facts_of(manifest | {"files": files}, project.base_url))
    return _by_name([*files, *_add(make_metadata(described), METADATA, folder)])


def _add(made: Iterable[MadeFile], role: str, folder: Path) -> Iterator[dict[str, Any]]:
    """Write these files into `folder`; gives what the manifest lists of them."""
    for file in made:
        # None of them replaces another, whoever added it.
        with (folder / file.name).open("xb") as target:
            target.write(file.content)
        yield describe_file(folder / file.name, file.media_type) | {"role": role}


def _by_name(files: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(files, key=lambda file: str(file["name"]))


def _manifest(
    table: ProtectedTable, contract: Contract, store: Store, version: str, basis: str
) -> dict[str, Any]:
    verdict = f"{layout.verdict(contract.dataset, table.verdict_key)}/{layout.VERDICT}"
    judged = store.get_json(verdict) or {}
    evidence = {"key": table.verdict_key, "sha256": store.sha256(verdict) if judged else None}
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
        "columns": [field.name for field in with_labels(table.fields, table.synthetic)],
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
    staged = store.get_json(f"{layout.staged(table.dataset, table.accepted_key)}/{layout.COUNTS}") or {
        "snapshots": {}
    }
    found = {}
    for part, sha256 in sorted(staged["snapshots"].items()):
        line = Ledger(store).find("snapshot", table.dataset, part=part, sha256=sha256)
        source = {name: line.body[name] for name in ("url", "received_at")} if line else {}
        found[part] = {"sha256": sha256, **source}
    return found
