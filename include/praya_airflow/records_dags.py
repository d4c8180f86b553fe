"""The DAGs of records that come by month: their months, what changes in them, and the years they make."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sdk import (
    DAG,
    CronPartitionTimetable,
    CronTriggerTimetable,
    PartitionedAssetTimetable,
    StartOfYearMapper,
    task_group,
)

from praya_airflow import month_tasks as tasks
from praya_airflow.assets import make_months_asset, make_table_asset
from praya_airflow.dag_facts import DagFacts
from praya_airflow.dag_names import (
    CHANGES,
    METRICS,
    ROLLED_UP,
    SWITCH_IN,
    TIMEZONE,
    YEARS,
)
from praya_airflow.environment import read_project
from praya_airflow.facts_cache import read_all_facts
from praya_airflow.last_task import close_dag
from praya_airflow.refused_dags import build_refused_records, list_refused_providers
from praya_airflow.retries import make_task_defaults


def build_records_dags() -> dict[str, DAG]:
    """Three DAGs for each provider of partitioned records: its months, the changes in them, and its years."""
    contracts, _ = read_all_facts(read_project())
    dags: dict[str, DAG] = {}
    for provider in list_providers(contracts):
        tables = [facts for facts in contracts if facts.provider == provider and facts.has_months]
        for dag in (
            build_months_dag(provider, tables),
            build_changes_dag(provider, tables),
            build_years_dag(provider, tables),
        ):
            dags[dag.dag_id] = dag
    for provider in list_refused_providers(list_providers(contracts)):
        dags |= {dag.dag_id: dag for dag in build_refused_records(provider)}
    return dags


def build_months_dag(provider: str, contracts: Sequence[DagFacts]) -> DAG:
    """One run a month of records: every table is collected, staged and validated, those it refers to first.

    The run's partition is the month before it, as `2023-01-01T00:00:00`. Any range of months is run again by
    a backfill. Which months are complete is known from the store; the assets' keys only start what follows.
    """
    with _make_records_dag(
        provider,
        contracts,
        CronPartitionTimetable("0 0 1 * *", timezone=TIMEZONE, run_offset=-1),
        f"Records of {provider}, month by month",
        "Takes one month of each table the way from the source to an accepted table: "
        + ", ".join(f"`{facts.dataset}`" for facts in contracts)
        + ". When all of them are accepted, the month is switched in, all tables at once, and its own marts are "
        "computed. The records themselves are never released; the marts made from them are.\n\n"
        "Backfill: *Trigger → Backfill* in the UI with a range of dates, or "
        f"`airflow backfill create --dag-id {provider} --from-date 2023-01-01 --to-date 2023-12-31 "
        "--reprocess-behavior completed`. Until a month is switched in, what was there before counts.",
    ) as dag:
        _add_month_tasks(provider, contracts)
    close_dag(dag)
    return dag


def build_changes_dag(provider: str, contracts: Sequence[DagFacts]) -> DAG:
    """Once a day: the months in which the source says that something has changed are taken again."""
    with _make_records_dag(
        provider + CHANGES,
        contracts,
        CronTriggerTimetable("10 4 * * *", timezone=TIMEZONE),
        f"Takes the months of {provider} again in which a record was added, amended or deleted",
        "Asks the source which months have changed since they were collected, and takes each of these again as "
        f"`{provider}` does. Months that the store does not have are left to `{provider}`.",
    ) as dag:
        again = task_group(group_id="month")(lambda month: _add_month_tasks(provider, contracts, month))
        again.expand(month=tasks.find_changed_months(provider))
    close_dag(dag)
    return dag


def build_years_dag(provider: str, contracts: Sequence[DagFacts]) -> DAG:
    """Started by every month that is switched in, under the key of its year: the marts that add months up.

    Not a RollupMapper that waits for twelve: after a year is there, one changed month must do. A year shows
    as such once the store has its twelve months.
    """
    with _make_records_dag(
        provider + YEARS,
        contracts,
        PartitionedAssetTimetable(
            assets=make_months_asset(provider), default_partition_mapper=StartOfYearMapper(timezone=TIMEZONE)
        ),
        f"Rolls the months of {provider} up to years",
        "Twelve months make a year; the marts add up what the months' own marts have counted. Which months there "
        "are is known from the store. Waits while other months are on their way. Ends early when every mart is "
        f"current; else starts `{METRICS}`, for events of a partition start only DAGs that have partitions too.",
    ) as dag:
        tasks.roll_up() >> TriggerDagRunOperator(
            task_id="marts", trigger_dag_id=METRICS, conf={ROLLED_UP: True}, fail_when_dag_is_paused=True
        )
    close_dag(dag)
    return dag


def _add_month_tasks(provider: str, contracts: Sequence[DagFacts], month: Any = None) -> None:
    """The tasks of contract month: `month`, else that of the run."""
    taken = {
        facts.dataset: tasks.take_month.override(
            task_id=facts.dataset, outlets=[make_table_asset(facts.dataset)]
        )(facts.dataset, month)
        for facts in contracts
    }
    for facts in contracts:
        for name in facts.references:
            if name in taken:
                taken[name] >> taken[facts.dataset]
    last = tasks.switch_in.override(task_id=SWITCH_IN, outlets=[make_months_asset(provider)])
    list(taken.values()) >> last(provider, month)


def _make_records_dag(
    dag_id: str, contracts: Sequence[DagFacts], schedule: Any, description: str, doc: str
) -> DAG:
    return DAG(
        dag_id=dag_id,
        schedule=schedule,
        start_date=None,  # with one, unpausing would at once start the run of last month
        catchup=False,
        max_active_runs=1,
        description=description,
        doc_md=doc,
        tags=sorted(
            {
                contracts[0].provider,
                "records",
                *(mark for facts in contracts for mark in facts.warnings),
            }
        ),
        default_args=make_task_defaults(contracts[0].owner, hours=2),
        dagrun_timeout=dt.timedelta(hours=8),
    )


def list_providers(contracts: Sequence[DagFacts]) -> list[str]:
    """The providers of records that have months."""
    return sorted({facts.provider for facts in contracts if facts.has_months})
