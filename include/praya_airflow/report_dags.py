"""The DAGs of reports: a task for each report, started by new releases of what they read, and the end of a month."""

from __future__ import annotations

from airflow.sdk import DAG, CronTriggerTimetable, Param

from praya.reports import all_reports
from praya_airflow.assets import make_release_asset, make_report_asset
from praya_airflow.dag_frame import make_common_dag, make_schedule
from praya_airflow.dag_names import MONTH_END, REPORTS, TIMEZONE
from praya_airflow.environment import read_project
from praya_airflow.facts_cache import read_all_facts
from praya_airflow.last_task import close_dag
from praya_airflow.report_tasks import close_months, count_downloads, make_report


def build_reports_dag() -> DAG:
    """A task a report."""
    contracts, _ = read_all_facts(read_project())
    read = {name for report in all_reports().values() for name in (*report.datasets, *report.optional)}
    followed = [
        make_release_asset(facts.dataset)
        for facts in contracts
        if facts.is_released and facts.dataset in read
    ]
    title = "Makes the reports from what is released"
    doc = (
        "Each report as web page, XLSX and PDF in three languages, in `released/reports/<report>/`. A report is "
        "made anew when one of the releases that it shows has a new version; an edition that is out stays as it "
        "is. `praya reports make NAME --as-of DATE` makes it as known on another day."
    )
    with make_common_dag(REPORTS, make_schedule(followed, "10 6 1 * *"), title, doc) as dag:
        for name, report in all_reports().items():
            if report.monthly:
                continue  # made when a month is closed
            make_report.override(task_id=name, outlets=[make_report_asset(name)], doc_md=report.title.en)(
                name
            )
    close_dag(dag)
    return dag


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
    doc = (
        "Closes every month that is over and open, or the one that is given as `month`. The report `month-end` "
        "says which figures are due and have not come, and which estimates nothing has taken the place of; of "
        "December and March, with which the calendar and the financial year end, it lists those of that year by "
        "themselves. The close goes into the ledger. `praya close --month 2026-10` does the same. Beside it, the "
        "downloads of the month are counted from the access logs in `PRAYA_ACCESS_LOGS`, like `praya downloads`."
    )
    with make_common_dag(MONTH_END, clock, title, doc, {"month": month}) as dag:
        close_months()
        count_downloads()
    close_dag(dag)
    return dag
