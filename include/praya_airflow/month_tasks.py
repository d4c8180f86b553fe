"""The tasks of records, month by month: take a month, switch it in, look for changes, roll up its year."""

from __future__ import annotations

import datetime as dt
from typing import Any

from airflow.sdk import get_current_context, task
from airflow.sdk.exceptions import AirflowRescheduleException

from praya import paths
from praya.contract.telling import told
from praya_airflow.dag_names import ROLL_UP, YEARS
from praya_airflow.step import (
    STORED,
    connections_of,
    contract_of,
    end_early,
    open_store,
    readable_contracts,
    say,
    sentences,
    tell,
)

WAIT = dt.timedelta(seconds=15)
PATIENCE = dt.timedelta(hours=7)  # a run of records has eight


@task(map_index_template="{{ month }}")
def take_month(dataset: str, month: str | None = None) -> dict[str, Any]:
    """Collect, stage and validate `month`, else the one that the run is for; the event carries rows and verdict."""
    from praya.pipeline.collect import collect as collect_step
    from praya.pipeline.stage import stage as stage_step
    from praya.pipeline.validate import validate as validate_step

    month = _month(month)
    with sentences():
        contract, store = contract_of(dataset).at(month), open_store()
    with sentences(contract.subject, "collect"):
        collect_step(contract, store, connections_of(contract))
    with sentences(contract.subject, "stage"):
        stage_step(contract, store)
    with sentences(contract.subject, "validate"):
        state = validate_step(contract, store, paths.suites())
        accepted = store.state(contract.subject, "accepted") or {}
    extra = {
        "month": month,
        "rows": told(contract.disclosure, accepted["rows"]),
        "verdict": state["verdict"],
        "synthetic": accepted["synthetic"],
    }
    tell(extra, month)
    return extra | {"report": str(store.path(state["report"])), STORED: [state["report"]]}


@task(map_index_template="{{ month }}")
def switch_in(provider: str, month: str | None = None) -> dict[str, Any]:
    """Make the month's accepted tables the ones that count, all at once, and compute its own marts.

    The event on the provider's months starts the roll-up of the year.
    """
    from praya.pipeline.measure import measure_month
    from praya.pipeline.month_switch import switch_in as step

    month = _month(month)
    with sentences():
        contracts, store = readable_contracts(provider), open_store()
        state = step(contracts, store, paths.suites(), provider, month)
        marts = measure_month(store, paths.metrics(), contracts, provider, month)
    extra = {"month": month, "changed": state["changed"], "synthetic": state["synthetic"]}
    tell(extra, month)
    stored = [f"state/month/{provider}/{month}.json"]
    return extra | {"marts": {name: one["rows"] for name, one in marts.items()}, STORED: stored}


@task.short_circuit(task_id=ROLL_UP)
def roll_up() -> dict[str, Any] | None:
    """Say which months of the run's year count, once no other month is on its way; None (and the run ends) when every
    mart is made from them already: of a backfill the first run waits and rolls up, and the others find nothing."""
    from praya.pipeline.measure import months, stale
    from praya_airflow.settled import find_moving_months

    context = get_current_context()
    year = str(context["partition_key"])
    provider = context["dag"].dag_id.removesuffix(YEARS)
    with sentences():
        contracts, store = readable_contracts(provider), open_store()
        there = [month for month in months(store, provider) if month.startswith(year)]
        behind = stale(store, paths.metrics(), contracts)
    say(f"{year}: {len(there)} of 12 months are there: {', '.join(there)}")
    say(f"to be computed: {', '.join(behind) or 'nothing'}")
    if provider in find_moving_months(contracts) and not _waited_long():
        say(f"more months of {provider} are on their way; asked again in {WAIT.seconds} s")
        raise AirflowRescheduleException(dt.datetime.now(dt.UTC) + WAIT)  # type: ignore[no-untyped-call]
    if not behind:
        end_early(f"{year}: every mart is made from these months already")
        return None
    return {"year": year, "months": there, "marts": behind}


@task
def changed_months(provider: str) -> list[str]:
    """The months in the store in which something has changed at the source since they were collected."""
    from praya.pipeline.collect.listed_months import changed
    from praya.pipeline.measure import months
    from praya.pipeline.month_switch import together

    with sentences():
        contracts, store = together(readable_contracts(provider), provider), open_store()
        connections = {name: url for one in contracts for name, url in connections_of(one).items()}
        known = sorted(months(store, provider))
        found = changed(contracts, store, connections, known)
    for month in known:
        say(f"{month}: {'changed, in ' + ', '.join(found[month]) if month in found else 'as it was'}")
    if not found:
        end_early(f"{provider}: no month has changed")
    return list(found)


def _waited_long() -> bool:
    """Whether the run has waited nearly as long as Airflow lets it: what is there is computed then."""
    begun = get_current_context()["dag_run"].start_date
    return begun is not None and dt.datetime.now(dt.UTC) - begun > PATIENCE


def _month(given: str | None) -> str:
    """The month `given`, else that of the run's partition; the UI names a mapped task after it."""
    context = get_current_context()
    month = given or str(context["partition_key"])[: len("2023-01")]
    context["month"] = month  # type: ignore[typeddict-unknown-key]
    return month
