"""DAGs of contracts that are refused: a run that is on its way goes on to an end, and the end says why.

Without a DAG Airflow would leave such a run as it is, running for ever, and show neither it nor a reason.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from contextlib import nullcontext
from itertools import pairwise
from pathlib import Path
from typing import Any

from airflow.sdk import DAG, get_current_context, task

from praya.contract import load_contract, load_contracts
from praya.errors import ContractError, FileProblem, codes
from praya.text.names import is_name
from praya.text.outside import escape_markdown
from praya_airflow.dag_frame import START
from praya_airflow.dag_names import CHANGES, SWITCH_IN, YEARS
from praya_airflow.environment import read_project
from praya_airflow.retries import make_task_defaults
from praya_airflow.task_project import keep_problem
from praya_airflow.task_wrapper import wrap_task

STEPS = ("collect", "stage", "validate", "release")
PARTITIONED = re.compile(r"^partition\s*:", re.MULTILINE)


def list_refused_datasets(known: Collection[str]) -> list[str]:
    """The datasets whose contract's file is there and is not among the `known`: it does not load."""
    others = [path for path in read_project().contracts.glob("*/*.yaml") if path.stem not in known]
    return sorted({path.stem for path in others if is_name(path.stem) and not _has_months(path)})


def list_refused_providers(known: Collection[str]) -> list[str]:
    """The providers of records all of whose contracts are refused."""
    others = [path for path in read_project().contracts.glob("*/*.yaml") if path.parent.name not in known]
    return sorted({path.parent.name for path in others if is_name(path.parent.name) and _has_months(path)})


def build_refused_dag(dataset: str) -> DAG:
    """The tasks of a dataset, each of which fails with what is wrong. Nothing starts it but what had been started."""
    return _build_dag(dataset, STEPS, dataset)


def build_refused_records(provider: str) -> list[DAG]:
    """The three DAGs of a provider of records, each with one task that fails with what is wrong."""
    return [_build_dag(provider + end, [SWITCH_IN], None) for end in ("", CHANGES, YEARS)]


def _build_dag(dag_id: str, steps: Sequence[str], dataset: str | None) -> DAG:
    with DAG(
        dag_id=dag_id,
        schedule=None,
        start_date=START,
        catchup=False,
        max_active_runs=1,
        description="The contract is refused: nothing runs until it is mended",
        doc_md=f"The contract of `{escape_markdown(dag_id)}` is refused; *Dag Import Errors* on the home page and "
        "`praya check` say what is wrong with it. Runs that had begun fail with the same sentences. Mend the contract, "
        "then trigger this DAG: what is released stays as it is until then.",
        tags=["praya", "refused"],
        default_args=make_task_defaults(hours=2),
    ) as dag:
        tasks = [say_why.override(task_id=step)(dataset) for step in steps]
        for before, after in pairwise(tasks):
            before >> after
    return dag


@task
@wrap_task
def say_why(dataset: str | None) -> dict[str, Any]:
    """Fail with what is wrong with the contract (of records: with all contracts), or with what to do where nothing is
    wrong any more."""
    context = get_current_context()
    name = str(context["dag"].dag_id)
    with keep_problem(dataset, str(context["ti"].task_id)) if dataset else nullcontext():
        if dataset is None:
            load_contracts(read_project())
        for path in read_project().contracts.glob(f"*/{dataset}.yaml"):
            load_contract(path, read_project())
        raise ContractError(
            [
                FileProblem(
                    codes.contract.REFUSED_DURING_RUN,
                    f"{name}: when this run went on, its contract was refused or not there; trigger {name} again",
                )
            ]
        )


def _has_months(path: Path) -> bool:
    """Whether the text of a contract, which may be any text, says that its records come by month."""
    try:
        return bool(PARTITIONED.search(path.read_text("utf-8", errors="replace")))
    except OSError:
        return False
