"""The tasks of records, month by month: take a month, switch it in, look for changes, roll up its year."""

from __future__ import annotations

import datetime as dt
from typing import Any

from airflow.sdk import get_current_context, task
from airflow.sdk.exceptions import AirflowRescheduleException

from praya.contract.telling import disclose_number
from praya.observe import get_logger
from praya.store import layout
from praya_airflow.assets import read_partition
from praya_airflow.dag_names import ROLL_UP, YEARS
from praya_airflow.environment import read_project
from praya_airflow.source_connection import read_connections
from praya_airflow.task_project import (
    keep_problem,
    make_pipeline,
    open_store,
    read_accepted_table,
    read_contract,
    read_usable_contracts,
)
from praya_airflow.task_results import STORED, end_early, fill_events
from praya_airflow.task_wrapper import wrap_task

log = get_logger(__name__)

WAIT = dt.timedelta(seconds=15)
PATIENCE = dt.timedelta(hours=7)  # a run of records has eight


@task(map_index_template="{{ month }}")
@wrap_task
def take_month(dataset: str, month: str | None = None) -> dict[str, Any]:
    """Collect, stage and validate `month`, else the one that the run is for; the event carries rows and verdict."""
    month = _read_month(month)
    contract = read_contract(dataset).at(month)
    steps = make_pipeline(read_connections(contract))
    steps.run(contract, lambda step: keep_problem(contract.subject, step))
    accepted = read_accepted_table(contract.subject)
    extra = {
        "month": month,
        "rows": disclose_number(contract.disclosure, accepted.rows),
        "verdict": accepted.verdict,
        "synthetic": accepted.synthetic,
    }
    fill_events(extra, month)
    return extra | {"report": steps.store.describe(accepted.report), STORED: [accepted.report]}


@task(map_index_template="{{ month }}")
@wrap_task
def switch_in(provider: str, month: str | None = None) -> dict[str, Any]:
    """Make the month's accepted tables the ones that count, all at once, and compute its own marts.

    The event on the provider's months starts the roll-up of the year.
    """
    from praya.pipeline.measure import compute_month
    from praya.pipeline.month_switch import switch_in as step

    month = _read_month(month)
    contracts, store = read_usable_contracts(provider), open_store()
    switched = step(contracts, store, read_project().suites, provider, month)
    marts = compute_month(store, read_project().metrics, contracts, provider, month)
    extra = {"month": month, "changed": switched.changed, "synthetic": switched.state.synthetic}
    fill_events(extra, month)
    stored = [layout.month_state(provider, month)]
    return extra | {"marts": {name: result.rows for name, result in marts.items()}, STORED: stored}


@task.short_circuit(task_id=ROLL_UP)
@wrap_task
def roll_up() -> dict[str, Any] | None:
    """Say which months of the run's year count, once no other month is on its way; None (and the run ends) when every
    mart is made from them already: of a backfill the first run waits and rolls up, and the others find nothing."""
    from praya.pipeline.measure import read_months, read_stale_marts
    from praya_airflow.settled import find_moving_months

    context = get_current_context()
    year = str(context["partition_key"])
    provider = context["dag"].dag_id.removesuffix(YEARS)
    contracts, store = read_usable_contracts(provider), open_store()
    there = [month for month in read_months(store, provider) if month.startswith(year)]
    behind = read_stale_marts(store, read_project().metrics, contracts)
    log.info("months of the year", switched_in=there, marts_to_compute=behind)
    if provider in find_moving_months(contracts) and not _has_waited_long():
        log.info("more months are in progress", provider=provider, asked_again_after=WAIT.seconds)
        # By the clock of the machine, as Airflow's own moments are.
        raise AirflowRescheduleException(dt.datetime.now(dt.UTC) + WAIT)  # type: ignore[no-untyped-call]
    if not behind:
        end_early(f"{year}: every mart is made from these months already")
        return None
    return {"year": year, "months": there, "marts": behind}


@task(task_id="changed_months")
@wrap_task
def find_changed_months(provider: str) -> list[str]:
    """The months in the store in which something has changed at the source since they were collected."""
    from praya.pipeline.collect.listed_months import changed
    from praya.pipeline.measure import read_months
    from praya.pipeline.month_switch import together

    contracts, store = together(read_usable_contracts(provider), provider), open_store()
    connections = {name: url for contract in contracts for name, url in read_connections(contract).items()}
    known = sorted(read_months(store, provider))
    tables_by_month = changed(contracts, store, connections, known)
    for month in known:
        log.info("month at the source", month=month, changed_tables=tables_by_month.get(month, []))
    if not tables_by_month:
        end_early(f"{provider}: no month has changed")
    return list(tables_by_month)


def _has_waited_long() -> bool:
    """Whether the run has waited nearly as long as Airflow lets it: what is there is computed then."""
    begun = get_current_context()["dag_run"].start_date
    return begun is not None and dt.datetime.now(dt.UTC) - begun > PATIENCE


def _read_month(named: str | None) -> str:
    """The month `named`, else that of the run's partition; the UI names a mapped task after it."""
    context = get_current_context()
    month = named or read_partition(str(context["partition_key"]))
    context["month"] = month  # type: ignore[typeddict-unknown-key]
    return month
