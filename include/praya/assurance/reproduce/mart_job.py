"""What is laid out for making a mart again: the snapshots, tables and releases behind it, in a store of its own."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

from praya.assurance.verify.kept import behind
from praya.assurance.verify.ledger_facts import UPSTREAM, Known
from praya.contract import Contract, load_contract
from praya.errors import ContractError
from praya.ledger import Ledger, LedgerLine
from praya.ledger.bodies import SnapshotBody
from praya.project import Project
from praya.provenance.snapshots_behind import parts_of
from praya.store import FolderStore, Store, canonical, content_key, layout
from praya.store.states import Collected, CollectedPart
from praya.store.store_path import StorePath

SQL, CONTRACT = "mart SQL ", "contract "
# What only a monthly mart's SQL asks for.
OF_A_MONTH = b"getvariable('month"

Job = dict[str, Any]


def prepare_mart(
    store: Store, folder: StorePath, known: Known, inputs: dict[str, bytes], contract: Contract, work: Path
) -> Job | None:
    """Lay out `work/marts` and `work/metrics`; gives the part of the job that is about the mart, None where the release
    is not made from one.

    `tables` has each table behind it: where its recorded bytes lie (`recorded`), whether its snapshots are laid out
    (`raw`) and, where they are not, why; `gone` what is not there at all, in sentences.
    """
    if contract.source.mart is None:
        return None
    target = FolderStore(replace(store.project, store_folder=work / "marts"))
    _write_sql(inputs, work / "metrics", store.project.metrics)
    job: Job = {
        "store": str(target.root),
        "metrics": str(work / "metrics"),
        "mart": contract.source.mart,
        "sha256": _snapshot(folder, known),
        "contracts": [str(work / "contract.json")],
        "tables": [],
        "releases": [],
        "gone": [],
    }
    named = behind(folder)
    tables = [
        line
        for dependency in named
        if dependency["name"].startswith("table ") and (line := known.line_of(dependency))
    ]
    snapshots = _snapshots(store, {line.subject for line in tables})
    for line in tables:
        job["tables"].append(_table(store, target, line, snapshots, known, job["gone"]))
    for match in filter(None, (UPSTREAM.fullmatch(dependency["name"]) for dependency in named)):
        _release(store, target, match["dataset"], match["version"], job)
    datasets = {line.subject.partition("/")[0] for line in tables} | {
        release["dataset"] for release in job["releases"]
    }
    for name in sorted(datasets):
        data = inputs.get(f"{CONTRACT}{name}") or _contract_here(name, store.project)
        if data is None:
            job["gone"].append(f"the contract of {name} is not at hand")
        else:
            (work / f"contract {name}.json").write_bytes(data)
            job["contracts"].append(str(work / f"contract {name}.json"))
    return job


def _write_sql(inputs: dict[str, bytes], metrics: Path, today: Path) -> None:
    for name, data in inputs.items():
        if name.startswith(SQL):
            file = f"{name.removeprefix(SQL)}.sql"
            monthly = OF_A_MONTH in data or (today / "monthly" / file).is_file()
            place = metrics / ("monthly" if monthly else "") / file
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)


def _snapshot(folder: StorePath, known: Known) -> str:
    """The SHA-256 of the mart as it was collected."""
    lines = (
        known.line_of(dependency)
        for dependency in behind(folder)
        if dependency["name"].startswith("snapshot ")
    )
    return next((line.snapshot["sha256"] for line in lines if line is not None), "")


def _snapshots(store: Store, subjects: set[str]) -> dict[tuple[str, str, str], LedgerLine]:
    """The ledger's lines of the snapshots of these subjects, by subject, part and SHA-256."""
    return {
        (line.subject, line.snapshot["part"], line.snapshot["sha256"]): line
        for subject in sorted(subjects)
        for line in Ledger(store).of(subject, "snapshot")
    }


def _table(
    store: Store,
    target: FolderStore,
    line: LedgerLine,
    snapshots: dict[tuple[str, str, str], LedgerLine],
    known: Known,
    gone: list[str],
) -> Job:
    """A table as its verdict's `line` names it; its snapshots go into `target` where all of them are there."""
    subject, key = line.subject, line.verdict["staged"]
    recorded = store.local(f"{layout.staged(subject, key)}/{layout.TABLE}")
    parts = parts_of(store, subject, key)
    lines = {part: snapshots.get((subject, part, sha256)) for part, sha256 in parts.items()}
    lost = [sha256 for sha256 in parts.values() if not store.exists(layout.raw(sha256))]
    days = sorted({known.purged[sha256].at[:10] for sha256 in lost if sha256 in known.purged})
    bodies = {part: line.snapshot for part, line in lines.items() if line is not None}
    why = None
    if lost:
        why = (
            f"its snapshots were purged on {', '.join(days)}"
            if days
            else "its snapshots are not there any more"
        )
    elif not parts or len(bodies) < len(parts):
        why = "which snapshots it was staged from is not on record any more"
    else:
        for sha256 in parts.values():
            _link(store.local(layout.raw(sha256)), target.path(layout.raw(sha256)))
        parts_then = {part: part_on_record(body) for part, body in bodies.items()}
        collected = Collected(
            dataset=subject.partition("/")[0],
            key=content_key({part: snapshot.sha256 for part, snapshot in parts_then.items()}),
            parts=parts_then,
            received_at=max(snapshot.received_at for snapshot in parts_then.values()),
            synthetic=any(snapshot.synthetic for snapshot in parts_then.values()),
        )
        target.set_state(subject, collected)
    if why and not recorded.is_file():
        gone.append(f"the table of {subject} is not there any more")
    times = [str(body["received_at"]) for body in bodies.values()]
    return {
        "subject": subject,
        "key": key,
        "recorded": str(recorded) if recorded.is_file() else None,
        "raw": why is None,
        "why": why,
        "received_at": max(times, default=line.at),
        "synthetic": any(body["synthetic"] for body in bodies.values()),
    }


def _release(store: Store, target: FolderStore, dataset: str, version: str, job: Job) -> None:
    """Lay out a release that the mart read as the latest one of its dataset."""
    if dataset in {release["dataset"] for release in job["releases"]}:
        job["gone"].append(f"it read two releases of {dataset}, and which was read where is not on record")
    folder = layout.version(dataset, version)
    for name in ("manifest.json", f"{dataset}.parquet"):
        if not store.exists(f"{folder}/{name}"):
            job["gone"].append(
                f"release {version} of {dataset} has no {name} any more: it was withdrawn or lost"
            )
            return
        _link(store.local(f"{folder}/{name}"), target.path(f"{folder}/{name}"))
    job["releases"].append({"dataset": dataset, "version": version})


def _contract_here(dataset: str, project: Project) -> bytes | None:
    """The contract as it is today; whether it stages as the one of then did is looked at where it is used."""
    try:
        contracts = [load_contract(path, project) for path in project.contracts.glob(f"*/{dataset}.yaml")]
    except ContractError:
        return None
    return canonical(contracts[0].as_dict()) if contracts else None


def _link(source: Path, place: Path) -> None:
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        os.link(source, place)


def part_on_record(body: SnapshotBody) -> CollectedPart:
    """A part of a source as the ledger's line of its snapshot has it."""
    return CollectedPart(
        url=body["url"],
        sha256=body["sha256"],
        bytes=body["bytes"],
        received_at=body["received_at"],
        synthetic=body["synthetic"],
    )
