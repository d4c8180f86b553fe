"""Makes the mart of a release again: the tables behind it staged from their snapshots, its SQL run on them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import msgspec

from praya.assurance.reproduce.reproduction import Told
from praya.contract import Contract
from praya.errors import PrayaError
from praya.pipeline.measure import compute_marts
from praya.pipeline.stage import stage_key, stage_table
from praya.project import Project
from praya.store import FolderStore, content_key, file_sha256, layout
from praya.store.states import Accepted, Collected, MonthState, MonthTable
from praya.text.outside import quote

Job = dict[str, Any]


def make_mart(job: Job) -> Told:
    """Make the mart of the job and hold its bytes against the snapshot that the release was made from.

    Each table is staged again where its snapshots are there and a contract that stages as the one of then; else it is
    taken as recorded. The sentences say which, and how many records there are nowhere.
    """
    told = Told()
    if job["gone"]:
        told.say(
            f"mart {job['mart']}: taken as recorded, its SQL was not run again: {'; '.join(job['gone'])}"
        )
        return told
    store = FolderStore(Project.from_environment(store_folder=Path(job["store"])))
    contracts = [Contract.model_validate_json(Path(path).read_bytes()) for path in job["contracts"]]
    by_name = {one.dataset: one for one in contracts}
    states = {one["subject"]: _table(store, one, by_name, told) for one in job["tables"]}
    lost = sorted(subject for subject, state in states.items() if state is None)
    for one in job["releases"]:
        _point(store, one)
        told.say(f"release {one['version']} of {one['dataset']}: taken as it was published")
    if lost:
        told.say(
            f"mart {job['mart']}: taken as recorded, its SQL was not run again: no table of {', '.join(lost)}"
        )
        return told
    _accept(store, {subject: state for subject, state in states.items() if state}, by_name)
    sha256, why = _compute(store, job, contracts)
    if sha256 is None:
        told.differ(f"mart {job['mart']}: its SQL could not be run again: {why}")
    elif sha256 != job["sha256"]:
        told.differ(f"mart {job['mart']}: was made again by its SQL, and is not the same")
    else:
        told.say(f"mart {job['mart']}: made again by its SQL, the same byte for byte")
    return told


def _compute(store: FolderStore, job: Job, contracts: list[Contract]) -> tuple[str | None, str]:
    """The hash of the mart's table as it comes out again, or None and why there is none."""
    try:
        result = compute_marts(store, Path(job["metrics"]), contracts)[job["mart"]]
    except (PrayaError, KeyError) as error:
        return None, quote(error, 1_000)
    if not result.is_made:
        return None, str(result.failed or f"it lacks {', '.join(result.waiting)}")
    return result.states[""].sha256, ""


def _table(store: FolderStore, one: Job, contracts: dict[str, Contract], told: Told) -> MonthTable | None:
    """The state of a table as marts need it; None where there is none."""
    dataset, _, month = one["subject"].partition("/")
    contract = contracts[dataset].at(month) if month else contracts[dataset]
    why = one["why"]
    if one["raw"]:
        collected = store.read_state(Collected, one["subject"])
        if stage_key(contract, collected) != one["key"]:
            why = "its contract or the code stages otherwise now"
        else:
            staged = stage_table(contract, store)
            same = one["recorded"] is None or _same(store.local(staged.table), Path(one["recorded"]))
            how = "the same byte for byte" if one["recorded"] else "the table of then is not there to compare"
            if same:
                told.say(f"table {one['subject']}: staged again from its snapshots, {how}")
            else:
                told.differ(
                    f"table {one['subject']}: was staged again from its snapshots, and is not the same"
                )
            return _state(one, staged.table)
    if one["recorded"] is None:
        return None
    told.say(f"table {one['subject']}: taken as recorded: {why}")
    place = store.path(f"recorded/{one['subject']}/{one['key']}/table.parquet")
    place.parent.mkdir(parents=True)
    os.link(one["recorded"], place)
    return _state(one, store.key(place))


def _state(one: Job, table: str) -> MonthTable:
    return MonthTable(key=one["key"], table=table, received_at=one["received_at"], synthetic=one["synthetic"])


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


def _point(store: FolderStore, one: Job) -> None:
    pointer = one | {"manifest_sha256": store.sha256(layout.manifest(one["dataset"], one["version"]))}
    store.put_json(layout.pointer(one["dataset"]), pointer)


def _same(one: Path, other: Path) -> bool:
    return file_sha256(one) == file_sha256(other)
