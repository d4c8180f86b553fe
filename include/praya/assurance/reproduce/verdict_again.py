"""Validates the table of a release again, where all that its verdict rested on is there, and compares the verdict."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from pathlib import Path
from typing import Any

from praya.assurance.reproduce.reproduction import Reproduction
from praya.contract import Contract
from praya.errors import PrayaError
from praya.pipeline.validate import validate_table, verdict_key
from praya.project import Project
from praya.store import FolderStore, layout
from praya.store.states import Accepted, StageCounts, Staged

Job = dict[str, Any]
AS_ON_RECORD = "validation: taken as on record, it was not run again"


def judge_again(job: Job, contract: Contract, made: FolderStore, suites: Path) -> Reproduction:
    """Validate the table that stands staged in `made`, on a store of its own; the verdict and its three pages must have
    the hashes of the ledger. Which inputs were those of then is told by the verdict's key, in which all of them are."""
    outcome, tree = Reproduction(), layout.staged(contract.dataset, job["staged"])
    if not made.exists(f"{tree}/table.parquet"):
        job["gone"].append("its table is not there any more")
    if job["gone"]:
        outcome.say(f"{AS_ON_RECORD}: {'; '.join(job['gone'])}")
        return outcome
    store = FolderStore(Project.from_environment(store_folder=Path(job["store"])))
    place = store.path(tree)
    place.parent.mkdir(parents=True)
    shutil.copytree(made.local(tree), place, copy_function=os.link)
    staged = Staged.of(
        store.read_record(StageCounts, f"{tree}/{layout.COUNTS}"),
        key=job["staged"],
        table=f"{tree}/{layout.TABLE}",
        quarantine=f"{tree}/{layout.QUARANTINE}",
        received_at=job["received_at"],
        synthetic=job["synthetic"],
        stopped=None,
    )
    store.set_state(contract.dataset, staged)
    for subject, state in job["accepted"].items():
        table = store.path(f"recorded/{subject}/{state['key']}/table.parquet")
        table.parent.mkdir(parents=True)
        os.link(state["recorded"], table)
        accepted = Accepted(
            key=state["key"],
            table=store.key(table),
            rows=0,
            received_at=state["received_at"],
            synthetic=False,
            verdict="",
            verdict_key="",
        )
        store.set_state(subject, accepted)
    day = dt.date.fromisoformat(job["day"])
    if verdict_key(contract, staged, store, suites, day) != job["key"]:
        outcome.say(
            f"{AS_ON_RECORD}: {job['unlike'] or 'its rules, or the tables that they refer to, are not those of then'}"
        )
        return outcome
    try:
        validate_table(contract, store, suites, day)
    except PrayaError as error:
        outcome.differ(f"validation: was run again, and ends otherwise: {error}")
        return outcome
    verdict = layout.verdict(contract.dataset, job["key"])
    unlike = [name for name, sha256 in job["files"].items() if store.sha256(f"{verdict}/{name}") != sha256]
    if unlike:
        outcome.differ(f"validation: was run again, and is not the same in {', '.join(unlike)}")
    else:
        outcome.say("validation: run again, the same verdict and report byte for byte")
    return outcome
