"""What a task leaves: for the events of its assets, and for the last task of its run."""

from __future__ import annotations

from typing import Any, NoReturn, cast

from airflow.sdk import Asset, get_current_context

from praya.observe import get_logger
from praya.text.outside import clean
from praya_airflow.assets import make_partition_key

log = get_logger(__name__)

# Keys by which the last task of a run finds why nothing more is to be done, and what a task has put into the store.
ENDED_EARLY, STORED = "ended_early", "stored"


def end_early(reason: str) -> None:
    """Leave word that there is nothing more to do: what follows this task is skipped on purpose."""
    log.info("nothing more to do", reason=reason)
    cast("Any", get_current_context()["ti"]).xcom_push(key=ENDED_EARLY, value=clean(reason))


def skip_task(reason: str) -> NoReturn:
    """End this task as skipped, and leave word why."""
    from airflow.sdk.exceptions import AirflowSkipException

    end_early(reason)
    raise AirflowSkipException(clean(reason)) from None


def fill_events(extra: dict[str, Any], month: str | None = None) -> None:
    """Put `extra` on the event of each asset that the running task updates, and make it one of `month`."""
    context = get_current_context()
    for outlet in context["task"].outlets:
        if isinstance(outlet, Asset):
            event = context["outlet_events"][outlet]
            event.extra = extra
            if month:
                event.add_partitions(make_partition_key(month))
