"""The DAG of the reports: a task a report, started by new releases of what they read, and once a month."""

from __future__ import annotations

from typing import Any

from airflow.sdk import DAG, get_current_context, task

from praya import paths
from praya.contract import load_contracts, read_contracts
from praya.reporting import all_reports, report_of
from praya_airflow.assets import release_asset, report_asset
from praya_airflow.following import any_or_by_the_clock, for_all
from praya_airflow.names import REPORTS
from praya_airflow.step import open_store, sentences, tell

HELD = "ready, and held until"  # how praya.status begins when only the release time is missing


@task(task_id="make")
def make(name: str) -> dict[str, Any]:
    """Make the editions of a report that are not made from today's releases; a run that a release started waits for
    the others that are on their way."""
    from airflow.sdk.exceptions import AirflowSkipException

    from praya.errors import NotKnown
    from praya.reporting.edition import due_periods, periods_of, publish

    store, report = open_store(), report_of(name)
    if get_current_context()["dag_run"].run_type == "asset_triggered" and (coming := _coming(name)):
        raise AirflowSkipException(f"{name}: waits for {', '.join(coming)}, whose releases are on their way")
    with sentences():
        try:
            periods = periods_of(report, store)
        except NotKnown as missing:
            raise AirflowSkipException(str(missing)) from None
        made = [publish(report, store, period=period) for period in due_periods(report, store, periods)]
    if not any(one.changed for one in made):
        raise AirflowSkipException(f"{name}: the editions that are out are made from today's releases")
    told = {one.period or "edition": one.name for one in made if one.changed}
    tell({"editions": told, "synthetic": any(one.manifest["synthetic"] for one in made)})
    return told


def reports_dag() -> DAG:
    """A task a report."""
    contracts, _ = read_contracts(paths.contracts())
    read = {name for report in all_reports().values() for name in (*report.datasets, *report.optional)}
    followed = [release_asset(one.dataset) for one in contracts if one.released and one.dataset in read]
    title = "Makes the reports from what is released"
    with for_all(REPORTS, any_or_by_the_clock(followed, "10 6 1 * *"), title) as dag:
        dag.doc_md = (
            "Each report as web page, XLSX and PDF in three languages, in `released/reports/<report>/`. A report is "
            "made anew when one of the releases that it shows has a new version; an edition that is out stays as it "
            "is. `praya reports make NAME --as-of DATE` makes it as known on another day."
        )
        for name, report in all_reports().items():
            make.override(task_id=name, outlets=[report_asset(name)], doc_md=report.title.en)(name)
    return dag


def _coming(name: str) -> list[str]:
    """The datasets of a report that have moved on and are not released yet, and that no step has stopped at."""
    from praya.status import pending

    store, report = open_store(), report_of(name)
    behind = pending(load_contracts(paths.contracts()), store, paths.suites(), paths.metrics())
    return [
        dataset
        for dataset in (*report.datasets, *report.optional)
        if dataset in behind
        and not behind[dataset].startswith(HELD)
        and not (store.state(dataset, "problem") or {}).get("message")
    ]
