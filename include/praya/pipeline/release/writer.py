"""The files of a release, written into a folder that nobody sees yet: data, documentation, metadata, manifest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypedDict

from praya.contract import Contract
from praya.contract.codes import LICENCES
from praya.contract.labels import with_labels
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
from praya.pipeline.release.corrections import list_announced
from praya.pipeline.release.coverage import find_coverage
from praya.pipeline.release.csv_cells import marked_fields
from praya.pipeline.release.data_files import describe_file, write_data
from praya.pipeline.release.due import due_at
from praya.pipeline.release.release_draft import ReleaseDraft
from praya.pipeline.release.revised_rows import list_revised
from praya.pipeline.release.version import check_notice, find_changes, number_release
from praya.store import layout
from praya.store.documents import (
    BreakingNotice,
    Manifest,
    ManifestFile,
    ManifestHead,
    ManifestVerdict,
    RevisedFigure,
)


class RevisedFigures(TypedDict, total=False):
    """What a manifest says of revised figures; nothing where there are none."""

    revised: list[RevisedFigure]


def write_version(draft: ReleaseDraft, now: dt.datetime, folder: Path, work: Path) -> Manifest:
    """Write everything of a release but its statement into the empty `folder`; gives its manifest.

    Raises what `check_version` raises, at `now` (UTC). `work` is a scratch folder.
    """
    basis = _describe_basis(draft, work)
    files = _write_files(draft, basis, folder, work)
    notice, revised = check_version(draft, now, folder, work)
    revision = draft.contract.release.revision
    revisions: RevisedFigures = {"revised": revised} if revised else {}
    manifest: Manifest = {
        **basis,
        **number_release(draft.published, folder),
        **list_announced(draft.published),
        "replaces": draft.replaces,
        "breaking": notice,
        "revision": revision.as_dict() if revision else None,
        **revisions,
        "files": files,
    }
    (folder / layout.MANIFEST).write_bytes(as_json(manifest))
    return manifest


def check_version(
    draft: ReleaseDraft, now: dt.datetime, folder: Path, work: Path
) -> tuple[BreakingNotice | None, list[RevisedFigure]]:
    """The notice under which the release in `folder` may go out at `now`, and the figures that it revises.

    Raises ReleaseRefused where it would break its readers without notice or revise a figure without a reason on record,
    and ReleaseHeld before the day of the notice.
    """
    changes = find_changes(draft.published, folder)
    breaking = draft.contract.release.breaking
    notice = check_notice(breaking, draft.published, draft.version, changes, now, draft.find_readers)
    return notice, list_revised(draft.contract, draft.published, draft.revisions, folder, work)


def _write_files(draft: ReleaseDraft, manifest: ManifestHead, folder: Path, work: Path) -> list[ManifestFile]:
    """Data, documentation and metadata into `folder`; gives what the manifest lists of them."""
    table, contract = draft.table, draft.contract
    data = write_data(contract, table, folder, work, draft.units)
    files = _by_name([{**file, "role": DATA} for file in data])
    marked = marked_fields(table, work) if "csv" in contract.release.formats else []
    described = DescribedRelease(
        contract,
        with_labels(table.fields, table.synthetic),
        facts_of(manifest, files, draft.base_url),
        frozenset(marked),
        draft.units,
    )
    files = _by_name([*files, *_add(make_documentation(described, manifest), DOCUMENTATION, folder)])
    described = replace(described, facts=facts_of(manifest, files, draft.base_url))
    return _by_name([*files, *_add(make_metadata(described), METADATA, folder)])


def _add(made: Iterable[MadeFile], role: str, folder: Path) -> Iterator[ManifestFile]:
    """Write these files into `folder`; gives what the manifest lists of them."""
    for file in made:
        # None of them replaces another, whoever added it.
        with (folder / file.name).open("xb") as target:
            target.write(file.content)
        yield {**describe_file(folder / file.name, file.media_type), "role": role}


def _by_name(files: list[ManifestFile]) -> list[ManifestFile]:
    return sorted(files, key=lambda file: file["name"])


def _describe_basis(draft: ReleaseDraft, work: Path) -> ManifestHead:
    """What the manifest says apart from the files, and from what is out."""
    table, contract = draft.table, draft.contract
    snapshots, licence = draft.snapshots, LICENCES[contract.licence]
    if contract.disclosure.counts:
        # Who has a table with few gaps could try what stands in them until the hash is right. The ledger has these.
        snapshots = {
            part: {"received_at": snapshot.get("received_at")} for part, snapshot in snapshots.items()
        }
    return {
        "dataset": contract.dataset,
        "version": draft.version,
        "basis": draft.basis,
        "provider": contract.provider,
        "title": contract.title.as_dict(),
        "description": contract.description.as_dict(),
        "keywords": [word.as_dict() for word in contract.keywords],
        "category": contract.category,
        "frequency": contract.frequency,
        "licence": {"id": contract.licence, "title": licence["title"], "url": licence["url"]},
        "contact": {
            "name": contract.contact.name.as_dict(),
            "email": contract.contact.email,
            "phone": contract.contact.phone,
        },
        "synthetic": table.synthetic,
        "received_at": table.received_at,
        "issued": _issued(contract, table.received_at),
        "coverage": find_coverage(table, contract.coverage, work),
        "rows": table.decision["rows"],
        "columns": [field.name for field in with_labels(table.fields, table.synthetic)],
        "disclosure": table.decision,
        "verdict": _describe_verdict(draft),
        "snapshots": {**snapshots},
        "table_sha256": table.sha256,
    }


def _describe_verdict(draft: ReleaseDraft) -> ManifestVerdict:
    verdict = draft.verdict
    let_through: ManifestVerdict = {
        "status": verdict["verdict"] if verdict else None,
        "warnings": [
            expectation["description"]
            for expectation in (verdict.get("expectations", []) if verdict else [])
            if expectation["status"] == "failed"
        ],
        "waived": [waiver for waiver in (verdict.get("waivers", []) if verdict else []) if waiver["used"]],
    }
    if draft.contract.disclosure.counts:
        return let_through
    return {"key": draft.table.verdict_key, "sha256": draft.verdict_sha256, **let_through}


def _issued(contract: Contract, received_at: str) -> str:
    """The moment (UTC) from which content received then could show: no clock, so that the same comes out again."""
    received = dt.datetime.fromisoformat(received_at)
    issued = max(received, due_at(contract, received_at) or received)
    return issued.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")
