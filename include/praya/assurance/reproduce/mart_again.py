"""Makes the mart of a release again: the tables behind it staged from their snapshots, its SQL run on them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import msgspec

from praya.assurance.reproduce.reproduction import Reproduction
from praya.contract import Contract
from praya.errors import PrayaError
from praya.pipeline.measure import compute_marts
from praya.pipeline.stage import stage_key, stage_table
from praya.project import Project
from praya.store import FolderStore, content_key, file_sha256, layout
from praya.store.states import Accepted, Collected, MonthState, MonthTable
from praya.text.outside import quote

Job = dict[str, Any]


def make_mart(job: Job) -> Reproduction:
    """Make the mart of the job and hold its bytes against the snapshot that the release was made from.

    Each table is staged again where its snapshots are there and a contract that stages as the one of then; else it is
    taken as recorded. The sentences say which, and how many records there are nowhere.
    """
    outcome = Reproduction()
    if job["gone"]:
        outcome.say(
            f"mart {job['mart']}: taken as recorded, its SQL was not run again: {'; '.join(job['gone'])}"
        )
        return outcome
    store = FolderStore(Project.from_environment(store_folder=Path(job["store"])))
    contracts = [Contract.model_validate_json(Path(path).read_bytes()) for path in job["contracts"]]
    by_name = {contract.dataset: contract for contract in contracts}
    states = {table["subject"]: _table(store, table, by_name, outcome) for table in job["tables"]}
    lost = sorted(subject for subject, state in states.items() if state is None)
    for release in job["releases"]:
        _point(store, release)
        outcome.say(f"release {release['version']} of {release['dataset']}: taken as it was published")
    if lost:
        outcome.say(
            f"mart {job['mart']}: taken as recorded, its SQL was not run again: no table of {', '.join(lost)}"
        )
        return outcome
    _accept(store, {subject: state for subject, state in states.items() if state}, by_name)
    sha256, why = _compute(store, job, contracts)
    if sha256 is None:
        outcome.differ(f"mart {job['mart']}: its SQL could not be run again: {why}")
    elif sha256 != job["sha256"]:
        outcome.differ(f"mart {job['mart']}: was made again by its SQL, and is not the same")
    else:
        outcome.say(f"mart {job['mart']}: made again by its SQL, the same byte for byte")
    return outcome


def _compute(store: FolderStore, job: Job, contracts: list[Contract]) -> tuple[str | None, str]:
    """The hash of the mart's table as it comes out again, or None and why there is none."""
    try:
        result = compute_marts(store, Path(job["metrics"]), contracts)[job["mart"]]
    except (PrayaError, KeyError) as error:
        return None, quote(error, 1_000)
    if not result.is_made:
        return None, str(result.failed or f"it lacks {', '.join(result.waiting)}")
    return result.states[""].sha256, ""


def _table(
    store: FolderStore, table: Job, contracts: dict[str, Contract], outcome: Reproduction
) -> MonthTable | None:
    """The state of a table as marts need it; None where there is none."""
    dataset, _, month = table["subject"].partition("/")
    contract = contracts[dataset].at(month) if month else contracts[dataset]
    why = table["why"]
    if table["raw"]:
        collected = store.read_state(Collected, table["subject"])
        if stage_key(contract, collected) != table["key"]:
            why = "its contract or the code stages otherwise now"
        else:
            staged = stage_table(contract, store)
            same = table["recorded"] is None or _same(store.local(staged.table), Path(table["recorded"]))
            how = (
                "the same byte for byte" if table["recorded"] else "the table of then is not there to compare"
            )
            if same:
                outcome.say(f"table {table['subject']}: staged again from its snapshots, {how}")
            else:
                outcome.differ(
                    f"table {table['subject']}: was staged again from its snapshots, and is not the same"
                )
            return _state(table, staged.table)
    if table["recorded"] is None:
        return None
    outcome.say(f"table {table['subject']}: taken as recorded: {why}")
    place = store.path(f"recorded/{table['subject']}/{table['key']}/table.parquet")
    place.parent.mkdir(parents=True)
    os.link(table["recorded"], place)
    return _state(table, store.key(place))


def _state(job: Job, table: str) -> MonthTable:
    return MonthTable(key=job["key"], table=table, received_at=job["received_at"], synthetic=job["synthetic"])


def _accept(store: FolderStore, states: dict[str, MonthTable], contracts: dict[str, Contract]) -> None:
    """Make the tables those that count, of months month by month."""
    months: dict[tuple[str, str], dict[str, MonthTable]] = {}
    for subject, state in states.items():
        dataset, _, month = subject.partition("/")
        if month:
            months.setdefault((contracts[dataset].provider, month), {})[dataset] = state
        else:
            store.set_state(dataset, Accepted(**msgspec.structs.asdict(state)))
    for (provider, month), tables in months.items():
        whole = MonthState(
            key=content_key({name: table.key for name, table in tables.items()}),
            tables=tables,
            received_at=max(table.received_at for table in tables.values()),
            synthetic=any(table.synthetic for table in tables.values()),
        )
        store.put_record(layout.month_state(provider, month), whole)


def _point(store: FolderStore, release: Job) -> None:
    pointer = release | {
        "manifest_sha256": store.sha256(layout.manifest(release["dataset"], release["version"]))
    }
    store.put_json(layout.pointer(release["dataset"]), pointer)


def _same(first: Path, other: Path) -> bool:
    return file_sha256(first) == file_sha256(other)
