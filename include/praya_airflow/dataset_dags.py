"""contract → DAG: a pure, deterministic function. Nothing heavy is imported here; tasks import when they run."""

from __future__ import annotations

import datetime as dt
import zlib
from itertools import pairwise

from airflow.sdk import (
    DAG,
    CronTriggerTimetable,
    get_parsing_context,
)

from praya.contract import Contract, load_contract, read_contracts
from praya.contract.source_specs import collector_with_key
from praya.errors import ContractError
from praya.store import table_name
from praya.text.outside import escape_markdown, quote
from praya_airflow import dataset_tasks as tasks
from praya_airflow.assets import (
    make_mart_asset,
    make_release_asset,
    make_table_asset,
)
from praya_airflow.dag_frame import START
from praya_airflow.dag_names import (
    TIMEZONE,
    list_warning_tags,
)
from praya_airflow.environment import read_project
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
    contracts, _ = read_contracts(read_project())
    built = {
        contract.dataset: build_dataset_dag(contract) for contract in contracts if not contract.partition
    }
    known = {contract.dataset for contract in contracts}
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
    mart = contract.source.mart
    with DAG(
        dag_id=contract.dataset,
        schedule=[make_mart_asset(mart)] if mart else _make_timetable(contract),
        start_date=START,
        catchup=False,
        max_active_runs=1,
        description=contract.title.en,
        doc_md=_describe_contract(contract),
        tags=sorted(
            {
                contract.provider,
                contract.category,
                contract.frequency,
                *contract.tags,
                *list_warning_tags(contract),
            }
        ),
        default_args=make_task_defaults(contract.owner, hours=2),
        dagrun_timeout=dt.timedelta(days=14) if _may_wait(contract) else dt.timedelta(hours=8),
    ) as dag:
        steps = [
            tasks.collect(contract.dataset),
            tasks.stage(contract.dataset),
            tasks.validate.override(outlets=[make_table_asset(contract.dataset)])(contract.dataset),
            tasks.release.override(outlets=[make_release_asset(contract.dataset)])(contract.dataset),
        ]
        for before, after in pairwise(steps):
            before >> after
    close_dag(dag)
    return dag


def _make_timetable(contract: Contract) -> CronTriggerTimetable | None:
    cron = contract.update.cron
    if cron is None:
        return None
    minute = zlib.crc32(contract.dataset.encode()) % 60
    return CronTriggerTimetable(cron.format(m=minute), timezone=TIMEZONE)


def _may_wait(contract: Contract) -> bool:
    """Whether a run may have to wait for a release time: its own, its notice's, or that of what a mart is made from."""
    return contract.waits or contract.release.breaking is not None or contract.source.mart is not None


def _describe_contract(contract: Contract) -> str:
    source = contract.source
    if own := collector_with_key(source):
        value = quote(source.present_keys[own.key or ""], 120).replace("`", "'")
        where = f"{own.key} `{value}`"
    else:
        where = escape_markdown(source.url or source.path or list((source.parts or {}).values()))
    via = f" at connection {escape_markdown(source.connection)}" if source.connection else ""
    return (
        f"### {escape_markdown(contract.title.en)}\n{escape_markdown(contract.title.zh_hant)}\n\n"
        f"{escape_markdown(contract.description.en, 10_000)}\n\n"
        f"| | |\n|---|---|\n"
        f"| contract | `include/contracts/{contract.provider}/{contract.dataset}.yaml` |\n"
        f"| suite | `expectations/{contract.dataset}.json` |\n"
        f"| source | {where}{via} |\n"
        f"| table in SQL | `{table_name(contract.dataset)}` |\n"
        f"| disclosure | {contract.disclosure.class_}: {escape_markdown(contract.disclosure.reason)} |\n"
        f"| fresh within | {contract.freshness_days} days |\n"
        f"| synthetic | {'yes' if contract.synthetic else 'no'} |\n"
    )
