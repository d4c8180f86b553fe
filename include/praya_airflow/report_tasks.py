"""The tasks of reports: make their editions, close months, count downloads."""

from __future__ import annotations

from typing import Any

from airflow.sdk import get_current_context, task

from praya.observe import bind_log_fields, get_logger
from praya.reports import report_of
from praya_airflow.environment import read_project
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
    if not any(edition.changed for edition in made):
        skip_task(f"{name}: the editions that are out are made from today's releases")
    editions = {edition.period or "edition": edition.name for edition in made if edition.changed}
    fill_events({"editions": editions, "synthetic": any(edition.manifest["synthetic"] for edition in made)})
    return editions


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
    closed: dict[str, Any] = {}
    for month in [str(named)] if named else to_close(store, now):
        with bind_log_fields(partition=month):
            try:
                closed[month] = close(store, month, now, name_starter())
            except NotKnown as nothing:
                log.info("month is not closed", reason=str(nothing))
    present(store, by=find_run_signer())
    if not closed:
        skip_task("nothing was released by the end of a month that is open")
    return closed


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
    return dict(count(open_store(), str(month), logs, now, name_starter()))


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
