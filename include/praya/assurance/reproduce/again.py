"""Makes a release again as a job says, by the code of the release's commit.

`python -m praya.assurance.reproduce.again JOB`; older code has it under another name (`reproduce.code.MODULES`).
"""

from __future__ import annotations

import datetime as dt
import json
import shutil
import sys
from pathlib import Path
from typing import Any

from praya.assurance.reproduce.mart_again import make_mart
from praya.assurance.reproduce.reproduction import Reproduction
from praya.assurance.reproduce.verdict_again import judge_again
from praya.contract import Contract
from praya.contract.disclosure_method import disclosure_methods
from praya.disclosure.protect import ProtectedTable
from praya.disclosure.protect.protected_table import seal
from praya.errors import PrayaError
from praya.pipeline.order import publish_release
from praya.pipeline.protect import protect_again
from praya.pipeline.stage import stage_table
from praya.pipeline.validate import rules_key
from praya.project import Project
from praya.provenance import parse_signer
from praya.provenance.signing import new_key
from praya.store import FolderStore, layout
from praya.store.states import Accepted, Protected


def remake_release(job: dict[str, Any]) -> None:
    """Leave the release in the folder `made` of the job."""
    store, contract = (
        FolderStore(Project.from_environment(store_folder=Path(job["store"]))),
        Contract.model_validate_json(Path(job["contract"]).read_bytes()),
    )
    suites = Path(job["suites"])
    job["accepted"] |= {"report": "", "rules": rules_key(contract, suites)}
    table = _from_raw(store, contract, job) if job["raw"] else _from_protected(store, contract, job)
    # Signed by a key that nobody knows and nobody keeps: what is compared is not the statement.
    late = dt.datetime.max.replace(tzinfo=dt.UTC)
    made = publish_release(table, contract, store, late, suites=suites, by=parse_signer(new_key()))
    shutil.copytree(store.local(layout.version(contract.dataset, made.version)), job["made"])
    outcome = _before(store, contract, job)
    Path(job["told"]).write_text(json.dumps({"sentences": outcome.messages, "same": outcome.same}), "utf-8")


def _before(store: FolderStore, contract: Contract, job: dict[str, Any]) -> Reproduction:
    """Make again what lies before the release: its mart where it has one, and its verdict."""
    outcome = Reproduction()
    try:
        if job["mart"]:
            outcome.add(make_mart(job["mart"]))
        outcome.add(judge_again(job["validation"], contract, store, Path(job["suites"])))
    except PrayaError as error:
        outcome.differ(f"what lies before the release could not all be made again: {error}")
    return outcome


def _from_raw(store: FolderStore, contract: Contract, job: dict[str, Any]) -> ProtectedTable:
    staged = stage_table(contract, store)
    accepted = Accepted(**job["accepted"], rows=staged.rows_out)
    store.set_state(contract.dataset, accepted)
    if staged.key != accepted.key:
        raise SystemExit(
            f"stage made another table ({staged.key}) than the one that was judged ({accepted.key})"
        )
    return protect_again(contract, store, job["decided"])


def _from_protected(store: FolderStore, contract: Contract, job: dict[str, Any]) -> ProtectedTable:
    store.set_state(contract.dataset, Accepted(**job["accepted"], rows=0))
    state = Protected(**job["protected"], key="")
    return seal(
        contract, store, state, disclosure_methods()[contract.disclosure.method].status_fields(contract)
    )


if __name__ == "__main__":
    remake_release(json.loads(Path(sys.argv[1]).read_text("utf-8")))
