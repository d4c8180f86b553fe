"""contract → DAG: a pure, deterministic function. Nothing heavy is imported here; tasks import when they run."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

from airflow.sdk import (
    DAG,
    CronTriggerTimetable,
    get_parsing_context,
)

from praya.contract import Contract, load_contract
from praya.errors import ContractError
from praya_airflow import dataset_tasks as tasks
from praya_airflow.assets import (
    make_mart_asset,
    make_release_asset,
    make_table_asset,
)
from praya_airflow.dag_facts import DagFacts, read_facts
from praya_airflow.dag_frame import START
from praya_airflow.dag_names import TIMEZONE
from praya_airflow.environment import read_project
from praya_airflow.facts_cache import read_all_facts
from praya_airflow.last_task import close_dag
from praya_airflow.refused_dags import (
    build_refused_dag,
    list_refused_datasets,
)
from praya_airflow.retries import make_task_defaults


def build_dataset_dags() -> dict[str, DAG]:
    """The DAGs of all datasets, by id.

    A task run names its DAG, and then only that one is built. Wrong contracts are reported by
    `dags/contract_errors.py`, so that one mistake does not take the others down; their DAGs only say so.
    """
    wanted = get_parsing_context().dag_id
    if wanted is not None:
        return {wanted: _build_wanted_dag(wanted)}
    contracts, _ = read_all_facts(read_project())
    built = {facts.dataset: _build_dag(facts) for facts in contracts if not facts.has_months}
    known = {facts.dataset for facts in contracts}
    return built | {name: build_refused_dag(name) for name in list_refused_datasets(known)}


def _build_wanted_dag(dataset: str) -> DAG:
    """The DAG of one dataset, also where its contract has been broken or removed since it was scheduled."""
    try:
        for path in read_project().contracts.glob(f"*/{dataset}.yaml"):
            return build_dataset_dag(load_contract(path, read_project()))
    except ContractError:
        pass
    return build_refused_dag(dataset)


def build_dataset_dag(contract: Contract) -> DAG:
    """collect → stage → validate → release; a source that has not changed ends after collect."""
    return _build_dag(read_facts(contract))


def _build_dag(facts: DagFacts) -> DAG:
    with DAG(
        dag_id=facts.dataset,
        schedule=[make_mart_asset(facts.mart)] if facts.mart else _make_timetable(facts),
        start_date=START,
        catchup=False,
        max_active_runs=1,
        description=facts.title,
        doc_md=facts.page,
        tags=facts.tags,
        default_args=make_task_defaults(facts.owner, hours=2),
        dagrun_timeout=dt.timedelta(days=14) if facts.may_wait else dt.timedelta(hours=8),
    ) as dag:
        steps = [
            tasks.collect(facts.dataset),
            tasks.stage(facts.dataset),
            tasks.validate.override(outlets=[make_table_asset(facts.dataset)])(facts.dataset),
            tasks.release.override(outlets=[make_release_asset(facts.dataset)])(facts.dataset),
        ]
        for before, after in pairwise(steps):
            before >> after
    close_dag(dag)
    return dag


def _make_timetable(facts: DagFacts) -> CronTriggerTimetable | None:
    return CronTriggerTimetable(facts.cron, timezone=TIMEZONE) if facts.cron else None
