"""contract → DAG: a pure, deterministic function. Nothing heavy is imported here; tasks import when they run."""

from __future__ import annotations

import datetime as dt
import zlib
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import pairwise
from typing import Any

from airflow.sdk import (
    DAG,
    Asset,
    CronTriggerTimetable,
    get_parsing_context,
)

from praya.contract import Contract, load_contract, read_contracts
from praya.contract.source_specs import collector_with_key
from praya.errors import ContractError
from praya.reports import all_reports
from praya.store import reads_release, table_name
from praya.text.outside import escape_markdown, quote
from praya_airflow import tasks
from praya_airflow.assets import (
    MARTS,
    make_mart_asset,
    make_release_asset,
    make_report_asset,
    make_table_asset,
)
from praya_airflow.dag_names import (
    APPROVAL,
    AUDIT,
    CATALOGUE,
    CHANGES,
    FAULTS,
    METHODS,
    METRICS,
    MONTH_END,
    REPORTS,
    RETENTION,
    TIMEZONE,
    YEARS,
    list_warning_tags,
)
from praya_airflow.environment import read_project
from praya_airflow.finished import close_dag
from praya_airflow.following import START, make_common_dag, make_schedule
from praya_airflow.records import list_providers
from praya_airflow.refused import (
    build_refused_dag,
    build_refused_records,
    list_refused_datasets,
    list_refused_providers,
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
    built = {one.dataset: build_dataset_dag(one) for one in contracts if not one.partition}
    known = {one.dataset for one in contracts}
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


def build_metrics_dag() -> DAG:
    """measure: started by any newly accepted table, by a month of records, by a release that a mart reads, and once a
    day to catch up."""
    title = "Computes every mart whose tables have changed"
    texts = [path.read_text("utf-8") for path in read_project().metrics.rglob("*.sql")]
    with _make_following_dag(METRICS, partial(_list_mart_inputs, texts), "40 5 * * *", title) as dag:
        dag.doc_md = (
            "Runs the SQL files of `include/metrics` over the accepted tables, and over releases where they say so, "
            "in the order in which they need each other. What is stale is known from the store; an event that was "
            "lost is made up for at the next run. A run waits, at most ten minutes, for the runs of datasets that a "
            "stale mart reads, so that one round of them gives one table of each mart and one release."
        )
        results: Any = tasks.measure.override(outlets=[MARTS])()
        tasks.report_failures(results)
    close_dag(dag)
    return dag


def build_catalogue_dag() -> DAG:
    """catalogue: started by any new release or edition of a report, and once a day."""
    title = "Lists all current releases in catalogue.json and on one page"
    editions = [make_report_asset(name) for name in all_reports()]
    with _make_following_dag(CATALOGUE, _list_releases, "50 5 * * *", title, editions) as dag:
        dag.doc_md = (
            "Reads every dataset's pointer to its latest release and writes the index consumers start from."
        )
        tasks.catalogue()
    return dag


def build_retention_dag() -> DAG:
    """purge: once a day."""
    with _make_nightly_dag(
        RETENTION, "20 3 * * *", "Removes raw personal records whose retention period is over"
    ) as dag:
        dag.doc_md = "Period and ground stand in the contract (`retention`), every removal in the ledger."
        tasks.purge()
    return dag


def build_audit_dag() -> DAG:
    """verify and links: once a night the latest releases and all that changes, and within a month everything."""
    title = "Verifies the latest releases and a part of the rest each night, and all of it each month"
    with _make_nightly_dag(AUDIT, "10 4 * * *", title) as dag:
        dag.doc_md = (
            "Holds the ledger, all that changes (pointers, keys, state, the signed catalogue) and every latest release "
            "against what was recorded of them, and of older releases, snapshots, tables and verdicts another "
            "twenty-eighth part each night; `praya verify` reads everything at once. The log says how many files "
            "and bytes were read, how many were not, and when those were read last. The permanent addresses that were "
            "ever given are followed in the same way: `praya links`. A run that fails names in its log what is not as "
            "it was recorded, which write was interrupted, or which address is broken."
        )
        tasks.verify()
        tasks.check_links()
    close_dag(dag)
    return dag


def build_faults_dag() -> DAG:
    """scores: once a week."""
    title = "Measures each week how many of the standard faults every dataset's rules would notice"
    with _make_nightly_dag(FAULTS, "30 2 * * 0", title) as dag:
        dag.doc_md = (
            "Puts twenty standard faults into copies of the accepted tables (`praya faults`) and keeps the share that "
            "contract and suite notice, which the index for auditors shows. Where neither table nor rules changed, "
            "nothing is measured again. A run that comes more than a day after its time, as when Airflow starts, "
            "leaves it to the next; triggered by hand it always measures."
        )
        tasks.score_faults()
    return dag


def _list_mart_inputs(texts: Sequence[str], contract: Contract) -> Iterator[Asset]:
    """What of a dataset the marts follow: its table, or its release where one of their `texts` reads that. What a
    mart reads of the catalogue changes with the months; the daily run is soon enough for that."""
    if not (contract.source.mart or contract.partition):
        yield make_table_asset(contract.dataset)
    if any(reads_release(text, contract.dataset) for text in texts):
        yield make_release_asset(contract.dataset)


def _list_releases(contract: Contract) -> Iterator[Asset]:
    if contract.released:
        yield make_release_asset(contract.dataset)


def _make_nightly_dag(dag_id: str, cron: str, title: str) -> DAG:
    """A DAG that runs by the clock alone, when little else does."""
    return make_common_dag(dag_id, CronTriggerTimetable(cron, timezone=TIMEZONE), title)


def _make_following_dag(
    dag_id: str,
    assets: Callable[[Contract], Iterator[Asset]],
    cron: str,
    title: str,
    others: Sequence[Asset] = (),
) -> DAG:
    """A DAG that follows the `assets` of all datasets and `others`: started by any event on one of them, and by
    `cron`."""
    contracts, _ = read_contracts(read_project())
    followed = [asset for contract in contracts for asset in assets(contract)]
    followed += others if followed else []
    return make_common_dag(dag_id, make_schedule(followed, cron), title)


def list_expected_dags() -> list[tuple[str, str]]:
    """(DAG id, kind) of every DAG there should be; kinds: dataset, mart-dataset, records with changes and years,
    and those that are for all: metrics, reports, close, catalogue, retention, audit, faults, approval, methods."""
    contracts, _ = read_contracts(read_project())
    datasets = [
        (contract.dataset, "mart-dataset" if contract.source.mart else "dataset")
        for contract in contracts
        if not contract.partition
    ]
    records = [
        one
        for name in list_providers(contracts)
        for one in ((name, "records"), (name + CHANGES, "changes"), (name + YEARS, "years"))
    ]
    common = [
        (METRICS, "metrics"),
        (REPORTS, "reports"),
        (MONTH_END, "close"),
        (CATALOGUE, "catalogue"),
        (RETENTION, "retention"),
        (AUDIT, "audit"),
        (FAULTS, "faults"),
        (APPROVAL, "approval"),
        (METHODS, "methods"),
    ]
    return [*datasets, *records, *common]


def list_refused_dags() -> list[str]:
    """The DAGs that are there only to say that their contract is refused."""
    contracts, _ = read_contracts(read_project())
    records = list_refused_providers(list_providers(contracts))
    return [
        *list_refused_datasets({one.dataset for one in contracts}),
        *(dag.dag_id for name in records for dag in build_refused_records(name)),
    ]


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
