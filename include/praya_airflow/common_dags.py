"""The DAGs that are for all datasets: marts, catalogue, retention, audit, and the scores of faults."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial
from typing import Any

from airflow.sdk import (
    DAG,
    Asset,
    CronTriggerTimetable,
)

from praya.reports import all_reports
from praya.store import list_released_names, released_name
from praya_airflow import common_tasks as tasks
from praya_airflow.assets import (
    MARTS,
    make_release_asset,
    make_report_asset,
    make_table_asset,
)
from praya_airflow.dag_facts import DagFacts
from praya_airflow.dag_frame import make_common_dag, make_schedule
from praya_airflow.dag_names import (
    AUDIT,
    CATALOGUE,
    FAULTS,
    METRICS,
    RETENTION,
    TIMEZONE,
)
from praya_airflow.environment import read_project
from praya_airflow.facts_cache import read_all_facts
from praya_airflow.last_task import close_dag


def build_metrics_dag() -> DAG:
    """measure: started by any newly accepted table, by a month of records, by a release that a mart reads, and once a
    day to catch up."""
    title = "Computes every mart whose tables have changed"
    texts = [path.read_text("utf-8") for path in read_project().metrics.rglob("*.sql")]
    read = {name for text in texts for name in list_released_names(text)}
    doc = (
        "Runs the SQL files of `include/metrics` over the accepted tables, and over releases where they say so, "
        "in the order in which they need each other. What is stale is known from the store; an event that was "
        "lost is made up for at the next run. A run waits, at most ten minutes, for the runs of datasets that a "
        "stale mart reads, so that one round of them gives one table of each mart and one release."
    )
    with _make_following_dag(METRICS, partial(_list_mart_inputs, read), "40 5 * * *", title, doc) as dag:
        results: Any = tasks.measure.override(outlets=[MARTS])()
        tasks.report_failures(results)
    close_dag(dag)
    return dag


def build_catalogue_dag() -> DAG:
    """catalogue: started by any new release or edition of a report, and once a day."""
    title = "Lists all current releases in catalogue.json and on one page"
    editions = [make_report_asset(name) for name in all_reports()]
    doc = "Reads every dataset's pointer to its latest release and writes the index consumers start from."
    with _make_following_dag(CATALOGUE, _list_releases, "50 5 * * *", title, doc, editions) as dag:
        tasks.catalogue()
    return dag


def build_retention_dag() -> DAG:
    """purge: once a day."""
    doc = "Period and ground stand in the contract (`retention`), every removal in the ledger."
    with _make_nightly_dag(
        RETENTION, "20 3 * * *", "Removes raw personal records whose retention period is over", doc
    ) as dag:
        tasks.purge()
    return dag


def build_audit_dag() -> DAG:
    """verify and links: once a night the latest releases and all that changes, and within a month everything."""
    title = "Verifies the latest releases and a part of the rest each night, and all of it each month"
    doc = (
        "Holds the ledger, all that changes (pointers, keys, state, the signed catalogue) and every latest release "
        "against what was recorded of them, and of older releases, snapshots, tables and verdicts another "
        "twenty-eighth part each night; `praya verify` reads everything at once. The log says how many files "
        "and bytes were read, how many were not, and when those were read last. The permanent addresses that were "
        "ever given are followed in the same way: `praya links`. A run that fails names in its log what is not as "
        "it was recorded, which write was interrupted, or which address is broken."
    )
    with _make_nightly_dag(AUDIT, "10 4 * * *", title, doc) as dag:
        tasks.verify()
        tasks.check_links()
    close_dag(dag)
    return dag


def build_faults_dag() -> DAG:
    """scores: once a week."""
    title = "Measures each week how many of the standard faults every dataset's rules would notice"
    doc = (
        "Puts twenty standard faults into copies of the accepted tables (`praya faults`) and keeps the share that "
        "contract and suite notice, which the index for auditors shows. Where neither table nor rules changed, "
        "nothing is measured again. A run that comes more than a day after its time, as when Airflow starts, "
        "leaves it to the next; triggered by hand it always measures."
    )
    with _make_nightly_dag(FAULTS, "30 2 * * 0", title, doc) as dag:
        tasks.score_faults()
    return dag


def _list_mart_inputs(read: Collection[str], facts: DagFacts) -> Iterator[Asset]:
    """What of a dataset the marts follow: its table, or its release where its name is among the releases that they
    `read`. What a mart reads of the catalogue changes with the months; the daily run is soon enough for that."""
    if not (facts.mart or facts.has_months):
        yield make_table_asset(facts.dataset)
    if released_name(facts.dataset) in read:
        yield make_release_asset(facts.dataset)


def _list_releases(facts: DagFacts) -> Iterator[Asset]:
    if facts.is_released:
        yield make_release_asset(facts.dataset)


def _make_nightly_dag(dag_id: str, cron: str, title: str, doc: str) -> DAG:
    """A DAG that runs by the clock alone, when little else does."""
    return make_common_dag(dag_id, CronTriggerTimetable(cron, timezone=TIMEZONE), title, doc)


def _make_following_dag(
    dag_id: str,
    assets: Callable[[DagFacts], Iterator[Asset]],
    cron: str,
    title: str,
    doc: str,
    others: Sequence[Asset] = (),
) -> DAG:
    """A DAG that follows the `assets` of all datasets and `others`: started by any event on one of them, and by
    `cron`."""
    contracts, _ = read_all_facts(read_project())
    followed = [asset for facts in contracts for asset in assets(facts)]
    followed += others if followed else []
    return make_common_dag(dag_id, make_schedule(followed, cron), title, doc)
