"""The frame of the DAGs that are for all: by the clock, or following assets as well."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from airflow.sdk import DAG, Asset, AssetAny, AssetOrTimeSchedule, CronTriggerTimetable

from praya_airflow.dag_names import TIMEZONE
from praya_airflow.retries import make_task_defaults

START = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def make_common_dag(
    dag_id: str,
    schedule: CronTriggerTimetable | AssetOrTimeSchedule | None,
    title: str,
    doc: str,
    params: dict[str, Any] | None = None,
) -> DAG:
    """A DAG that belongs to no dataset."""
    return DAG(
        dag_id=dag_id,
        schedule=schedule,
        start_date=START,
        catchup=False,
        max_active_runs=1,
        description=title,
        doc_md=doc,
        tags=["praya"],
        params=params,
        default_args=make_task_defaults(hours=4),
    )


def make_schedule(assets: Sequence[Asset], cron: str) -> AssetOrTimeSchedule | None:
    """Any event on one of these, and by `cron` in Hong Kong time; None where there is none to follow."""
    if not assets:
        return None
    return AssetOrTimeSchedule(
        timetable=CronTriggerTimetable(cron, timezone=TIMEZONE), assets=AssetAny(*assets)
    )
