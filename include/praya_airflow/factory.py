"""contract → DAG: a pure, deterministic function. Nothing heavy is imported here; tasks import when they run."""

from __future__ import annotations

import datetime as dt
import zlib
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sdk import (
    DAG,
    Asset,
    AssetAny,
    AssetOrTimeSchedule,
    CronPartitionTimetable,
    CronTriggerTimetable,
    get_parsing_context,
)

from praya import paths
from praya.contract import Contract, load_contract, read_contracts
from praya.store import table_name
from praya_airflow import tasks
from praya_airflow.assets import MARTS, mart_asset, release_asset, table_asset

DAGS_A_FILE = 200
TIMEZONE = "Asia/Hong_Kong"
START = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
METRICS, CATALOGUE, RETENTION = "programme_metrics", "catalogue", "retention"


def build_shard(number: int) -> dict[str, DAG]:
    """The DAGs of one DAG file: the `number`-th 200 contracts in the order of their names.

    A task run names its DAG, and then only that one is built. Wrong contracts are left out here and reported
    by `dags/contract_errors.py`, so that one mistake does not take the others down.
    """
    wanted = get_parsing_context().dag_id
    if wanted is not None:
        found = [load_contract(path) for path in paths.contracts().glob(f"*/{wanted}.yaml")]
        return {contract.dataset: dataset_dag(contract) for contract in found if not contract.partition}
    contracts, _ = read_contracts(paths.contracts())
    contracts = [contract for contract in contracts if not contract.partition]
    shard = contracts[number * DAGS_A_FILE : (number + 1) * DAGS_A_FILE]
    return {contract.dataset: dataset_dag(contract) for contract in shard}


def dataset_dag(contract: Contract) -> DAG:
    """collect → stage → validate → release; a source that has not changed ends after collect."""
    mart = contract.source.mart
    with DAG(
        dag_id=contract.dataset,
        schedule=[mart_asset(mart)] if mart else _cron(contract),
        start_date=START,
        catchup=False,
        max_active_runs=1,
        description=contract.title.en,
        doc_md=_doc(contract),
        tags=sorted(
            {contract.provider, contract.category, contract.frequency, *contract.tags, *_marks(contract)}
        ),
        default_args={
            "owner": contract.owner,
            "retries": 2,
            "retry_exponential_backoff": 2,
            "max_retry_delay": dt.timedelta(hours=1),
            "execution_timeout": dt.timedelta(hours=2),
        },
        dagrun_timeout=dt.timedelta(days=14) if _waits(contract) else dt.timedelta(hours=8),
    ) as dag:
        steps = [
            tasks.collect(contract.dataset),
            tasks.stage(contract.dataset),
            tasks.validate.override(outlets=[table_asset(contract.dataset)])(contract.dataset),
            tasks.release.override(outlets=[release_asset(contract.dataset)])(contract.dataset),
        ]
        for before, after in pairwise(steps):
            before >> after
    return dag


def records_dags() -> dict[str, DAG]:
    """A DAG for each provider of partitioned records, named as the provider."""
    contracts, _ = read_contracts(paths.contracts())
    providers = sorted({contract.provider for contract in contracts if contract.partition})
    return {name: records_dag(name, [one for one in contracts if one.provider == name]) for name in providers}


def records_dag(provider: str, contracts: Sequence[Contract]) -> DAG:
    """One run a month of records: every table is collected, staged and validated, those it refers to first.

    The run's partition is the month before it, as `2023-01-01T00:00:00`. Any range of months is run again by
    a backfill. Which months are complete is known from the store; the assets' keys only start what follows.
    """
    tables = {contract.dataset: contract for contract in contracts if contract.partition}
    with (
        DAG(
            dag_id=provider,
            schedule=CronPartitionTimetable("0 0 1 * *", timezone=TIMEZONE, run_offset=-1),
            start_date=None,  # with one, unpausing would at once start the run of last month
            catchup=False,
            max_active_runs=1,
            description=f"Records of {provider}, month by month",
            doc_md=(
                "Takes one month of each table the way from the source to an accepted table: "
                + ", ".join(f"`{name}`" for name in sorted(tables))
                + ". The records themselves are never released; the marts made from them are.\n\n"
                "Backfill: *Trigger → Backfill* in the UI with a range of dates, or "
                f"`airflow backfill create --dag-id {provider} --from-date 2023-01-01 --to-date 2023-12-31`."
            ),
            tags=sorted({provider, "records", *(mark for one in tables.values() for mark in _marks(one))}),
            default_args={
                "owner": next(iter(tables.values())).owner,
                "retries": 2,
                "retry_exponential_backoff": 2,
                "max_retry_delay": dt.timedelta(hours=1),
                "execution_timeout": dt.timedelta(hours=2),
            },
            dagrun_timeout=dt.timedelta(hours=8),
        ) as dag
    ):
        taken = {
            name: tasks.take_month.override(task_id=name, outlets=[table_asset(name)])(name)
            for name in sorted(tables)
        }
        for name, contract in tables.items():
            for key in contract.schema_.foreign_keys:
                if key.reference.resource in taken and key.reference.resource != name:
                    taken[key.reference.resource] >> taken[name]
        # Events of a month start only DAGs that have months too; the marts are made from all of them.
        list(taken.values()) >> TriggerDagRunOperator(task_id="marts", trigger_dag_id=METRICS)
    return dag


def metrics_dag() -> DAG:
    """measure: started by any newly accepted table, and once a day to catch up with what was missed."""
    title = "Computes every mart whose tables have changed"
    with _following(METRICS, table_asset, lambda one: not one.source.mart, "40 5 * * *", title) as dag:
        dag.doc_md = (
            "Runs the SQL files of `include/metrics` over the accepted tables, in the order in which they need each "
            "other. What is stale is known from the store; an event that was lost is made up for at the next run."
        )
        results: Any = tasks.measure.override(outlets=[MARTS])()
        tasks.report(results)
    return dag


def catalogue_dag() -> DAG:
    """catalogue: started by any new release, and once a day."""
    title = "Lists all current releases in catalogue.json and on one page"
    with _following(CATALOGUE, release_asset, lambda one: one.released, "50 5 * * *", title) as dag:
        dag.doc_md = (
            "Reads every dataset's pointer to its latest release and writes the index consumers start from."
        )
        tasks.catalogue()
    return dag


def retention_dag() -> DAG:
    """purge: once a day."""
    with DAG(
        dag_id=RETENTION,
        schedule=CronTriggerTimetable("20 3 * * *", timezone=TIMEZONE),
        start_date=START,
        catchup=False,
        max_active_runs=1,
        description="Removes raw personal records whose retention period is over",
        doc_md="The period and its ground stand in the contract (`retention`); every removal stands in the ledger.",
        tags=["praya"],
        default_args={"owner": "praya", "retries": 2, "execution_timeout": dt.timedelta(hours=1)},
    ) as dag:
        tasks.purge()
    return dag


def _following(
    dag_id: str, asset: Callable[[str], Asset], wanted: Callable[[Contract], bool], cron: str, title: str
) -> DAG:
    """A DAG that follows all `wanted` datasets: started by any event on the `asset` of one, and by `cron`."""
    contracts, _ = read_contracts(paths.contracts())
    return DAG(
        dag_id=dag_id,
        schedule=_any_or_daily([asset(contract.dataset) for contract in contracts if wanted(contract)], cron),
        start_date=START,
        catchup=False,
        max_active_runs=1,
        description=title,
        tags=["praya"],
        default_args={"owner": "praya", "retries": 2, "execution_timeout": dt.timedelta(hours=4)},
    )


def expected_dags() -> list[tuple[str, str]]:
    """(DAG id, kind) of every DAG there should be; kinds: dataset, mart-dataset, records, and the three that
    are for all: metrics, catalogue, retention."""
    contracts, _ = read_contracts(paths.contracts())
    records = sorted({contract.provider for contract in contracts if contract.partition})
    datasets = [
        (contract.dataset, "mart-dataset" if contract.source.mart else "dataset")
        for contract in contracts
        if not contract.partition
    ]
    providers = [(name, "records") for name in records]
    return [*datasets, *providers, (METRICS, "metrics"), (CATALOGUE, "catalogue"), (RETENTION, "retention")]


def too_many(contracts: list[Contract], files: int) -> list[str]:
    """What is wrong when there are more contracts than the DAG files have room for."""
    if len(contracts) <= files * DAGS_A_FILE:
        return []
    return [
        f"{len(contracts)} contracts are more than the {files} files dags/datasets*.py have room for "
        f"({DAGS_A_FILE} each); add dags/datasets_{files + 1}.py with build_shard({files})"
    ]


def _cron(contract: Contract) -> CronTriggerTimetable | None:
    cron = contract.update.cron
    if cron is None:
        return None
    minute = zlib.crc32(contract.dataset.encode()) % 60
    return CronTriggerTimetable(cron.format(m=minute), timezone=TIMEZONE)


def _any_or_daily(assets: list[Asset], cron: str) -> AssetOrTimeSchedule | None:
    if not assets:
        return None
    return AssetOrTimeSchedule(
        timetable=CronTriggerTimetable(cron, timezone=TIMEZONE), assets=AssetAny(*assets)
    )


def _waits(contract: Contract) -> bool:
    return contract.release.embargo_until is not None or contract.release.hour is not None


def _marks(contract: Contract) -> list[str]:
    return ["synthetic"] if contract.synthetic else []


def _doc(contract: Contract) -> str:
    source = contract.source
    where = (
        f"mart `{source.mart}`"
        if source.mart
        else f"`{source.url or source.path or list((source.parts or {}).values())}`"
    )
    via = f" at connection `{source.connection}`" if source.connection else ""
    return (
        f"### {contract.title.en}\n{contract.title.zh_hant}\n\n{contract.description.en}\n\n"
        f"| | |\n|---|---|\n"
        f"| contract | `include/contracts/{contract.provider}/{contract.dataset}.yaml` |\n"
        f"| suite | `expectations/{contract.dataset}.json` |\n"
        f"| source | {where}{via} |\n"
        f"| table in SQL | `{table_name(contract.dataset)}` |\n"
        f"| disclosure | {contract.disclosure.class_}: {contract.disclosure.reason} |\n"
        f"| fresh within | {contract.freshness_days} days |\n"
        f"| synthetic | {'yes' if contract.synthetic else 'no'} |\n"
    )
