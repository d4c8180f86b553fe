"""The DAG of the reports: a task a report, started by new releases of what they read, and once a month."""

from __future__ import annotations

from typing import Any

from airflow.sdk import DAG, CronTriggerTimetable, Param, get_current_context, task

from praya.contract import read_contracts
from praya.observe import bind_log_fields, get_logger
from praya.reports import all_reports, report_of
from praya_airflow.assets import make_release_asset, make_report_asset
from praya_airflow.dag_names import MONTH_END, REPORTS, TIMEZONE
from praya_airflow.environment import read_project
from praya_airflow.finished import close_dag
from praya_airflow.following import make_common_dag, make_schedule
from praya_airflow.task_project import open_store, read_usable_contracts
from praya_airflow.task_results import fill_events, skip_task
from praya_airflow.task_wrapper import wrap_task

log = get_logger(__name__)


@task(task_id="make")
@wrap_task
def make_report(name: str) -> dict[str, Any]:
    """Make the editions of a report that are not made from today's releases; a run that a release started waits for
    the others that are on their way."""
    from praya.errors import NotKnown
    from praya.reports.edition import due_periods, periods_of, publish

    store, report = open_store(), report_of(name)
    if get_current_context()["dag_run"].run_type == "asset_triggered" and (coming := _list_coming(name)):
        skip_task(f"{name}: waits for {', '.join(coming)}, whose releases are on their way")
    try:
        periods = due_periods(report, store, periods_of(report, store))
        made = [publish(report, store, period=period) for period in periods]
    except NotKnown as missing:
        skip_task(str(missing))
    if not any(one.changed for one in made):
        skip_task(f"{name}: the editions that are out are made from today's releases")
    told = {one.period or "edition": one.name for one in made if one.changed}
    fill_events({"editions": told, "synthetic": any(one.manifest["synthetic"] for one in made)})
    return told


def build_reports_dag() -> DAG:
    """A task a report."""
    contracts, _ = read_contracts(read_project())
    read = {name for report in all_reports().values() for name in (*report.datasets, *report.optional)}
    followed = [make_release_asset(one.dataset) for one in contracts if one.released and one.dataset in read]
    title = "Makes the reports from what is released"
    with make_common_dag(REPORTS, make_schedule(followed, "10 6 1 * *"), title) as dag:
        dag.doc_md = (
            "Each report as web page, XLSX and PDF in three languages, in `released/reports/<report>/`. A report is "
            "made anew when one of the releases that it shows has a new version; an edition that is out stays as it "
            "is. `praya reports make NAME --as-of DATE` makes it as known on another day."
        )
        for name, report in all_reports().items():
            if report.monthly:
                continue  # made when a month is closed
            make_report.override(task_id=name, outlets=[make_report_asset(name)], doc_md=report.title.en)(
                name
            )
    close_dag(dag)
    return dag


@task(task_id="close")
@wrap_task
def close_months() -> dict[str, Any]:
    """Close the month that the run names, or every one that is over and open; then show what was made."""
    from praya.errors import NotKnown
    from praya.reports.closing import close, to_close
    from praya.site.views import present
    from praya_airflow.run_context import find_run_signer, name_starter

    store, now = open_store(), read_project().clock()
    named = get_current_context()["params"].get("month")
    told: dict[str, Any] = {}
    for month in [str(named)] if named else to_close(store, now):
        with bind_log_fields(partition=month):
            try:
                told[month] = close(store, month, now, name_starter())
            except NotKnown as nothing:
                log.info("month is not closed", reason=str(nothing))
    present(store, by=find_run_signer())
    if not told:
        skip_task("nothing was released by the end of a month that is open")
    return told


@task(task_id="downloads")
@wrap_task
def count_downloads() -> dict[str, Any]:
    """Count the downloads of the month that the run names, or of the last one, where there are logs to count from."""
    from praya.reports.closing import last_month
    from praya.site.downloads import count, logs_in
    from praya_airflow.run_context import name_starter

    folder, now = read_project().access_logs, read_project().clock()
    logs = logs_in(folder) if folder else []
    if not logs:
        skip_task(f"no log is in {folder}" if folder else "PRAYA_ACCESS_LOGS names no folder of access logs")
    month = get_current_context()["params"].get("month") or last_month(now)
    return count(open_store(), str(month), logs, now, name_starter())


def build_month_end_dag() -> DAG:
    """close: on the first of each month, Hong Kong time; the end of a year is the close of its last month."""
    title = (
        "Closes the month: what is due, what is still an estimate, and every report as known on its last day"
    )
    month = Param(
        None,
        type=["null", "string"],
        pattern=r"^\d{4}-(0[1-9]|1[0-2])$",
        description="a month that is over; without it, all that are over and open",
    )
    clock = CronTriggerTimetable("20 7 1 * *", timezone=TIMEZONE)
    with make_common_dag(MONTH_END, clock, title, {"month": month}) as dag:
        dag.doc_md = (
            "Closes every month that is over and open, or the one that is given as `month`. The report `month-end` "
            "says which figures are due and have not come, and which estimates nothing has taken the place of; of "
            "December and March, with which the calendar and the financial year end, it lists those of that year by "
            "themselves. The close goes into the ledger. `praya close --month 2026-10` does the same. Beside it, the "
            "downloads of the month are counted from the access logs in `PRAYA_ACCESS_LOGS`, like `praya downloads`."
        )
        close_months()
        count_downloads()
    close_dag(dag)
    return dag


def _list_coming(name: str) -> list[str]:
    """The datasets of a report that have moved on and are not released yet, and that no step has stopped at."""
    from praya.assurance.status import pending
    from praya.pipeline.current import is_held
    from praya.store.states import Problem

    store, report = open_store(), report_of(name)
    behind = pending(read_usable_contracts(), store, read_project().suites, read_project().metrics)
    return [
        dataset
        for dataset in (*report.datasets, *report.optional)
        if dataset in behind
        and not is_held(behind[dataset])
        and not (store.state(Problem, dataset) or Problem()).message
    ]
