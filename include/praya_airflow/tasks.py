"""The tasks: each loads its contract, calls one step of the library, and says what came of it.

Errors that would be the same at the next try fail at once; those that may pass are left to Airflow's retries.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote

from airflow.sdk import Asset, get_current_context, task

from praya import paths
from praya.contract import Contract, load_contract, load_contracts
from praya.contract.telling import told
from praya.errors import (
    DisclosureError,
    EngineError,
    IntegrityError,
    MeasureError,
    PrayaError,
    ReleaseHeld,
    SourceUnavailable,
    StoreBusy,
)
from praya_airflow.assets import MARTS, mart_asset, partition_key
from praya_airflow.names import YEARS
from praya_airflow.run import run_context, run_signer

if TYPE_CHECKING:
    from praya.protect.approval import Change
    from praya.store import Store

# Every day of the month has a part of the archive, and the last days of the longer months the first ones again.
PARTS = 28
MAY_PASS = (SourceUnavailable, EngineError, StoreBusy)


@task.short_circuit(task_id="collect")
def collect(dataset: str) -> dict[str, Any] | None:
    """Take what the source has; None (and the run ends) when nothing is new and the release is current."""
    from praya.collect import collect as step
    from praya.current import pending_reason
    from praya.status import forget_problem

    with _sentences(dataset, "collect"):
        contract, store = _contract(dataset), _store()
        state = step(contract, store, _connections(contract))
        reason = pending_reason(contract, store, paths.suites())
        if not state["changed"] and reason is None:
            forget_problem(store, dataset)
            print(f"{dataset}: the source has nothing new, and its release is current")
            return None
        return {"received_at": state["received_at"], "changed": state["changed"], "because": reason}


@task(task_id="stage")
def stage(dataset: str) -> dict[str, Any]:
    """Type the snapshot's rows."""
    from praya.stage import stage as step

    with _sentences(dataset, "stage"):
        contract = _contract(dataset)
        state = step(contract, _store())
        counts = ("rows_in", "rows_out", "rows_quarantined")
        return {name: told(contract.disclosure, state[name]) for name in counts}


@task(task_id="validate")
def validate(dataset: str) -> dict[str, Any]:
    """Judge the table; the event on its asset carries rows and verdict, and no figure before the release time."""
    import datetime as dt

    from praya.release.inherited import due_with_inputs
    from praya.validate import validate as step

    with _sentences(dataset, "validate"):
        store = _store()
        contract = _contract(dataset)
        state = step(contract, store, paths.suites())
        accepted = store.state(dataset, "accepted") or {}
        extra = {"rows": accepted["rows"], "verdict": state["verdict"], "synthetic": accepted["synthetic"]}
        due = due_with_inputs(contract, store, accepted["received_at"])
        if due is not None and dt.datetime.now(dt.UTC) < due:
            del extra["rows"]  # a figure of what is not out yet
        _tell(extra)
        return extra | {"report": str(store.path(state["report"]))}


@task(map_index_template="{{ month }}")
def take_month(dataset: str, month: str | None = None) -> dict[str, Any]:
    """Collect, stage and validate `month`, else the one that the run is for; the event carries rows and verdict."""
    from praya.collect import collect as collect_step
    from praya.stage import stage as stage_step
    from praya.validate import validate as validate_step

    month = _month(month)
    with _sentences():
        contract, store = _contract(dataset).at(month), _store()
    with _sentences(contract.subject, "collect"):
        collect_step(contract, store, _connections(contract))
    with _sentences(contract.subject, "stage"):
        stage_step(contract, store)
    with _sentences(contract.subject, "validate"):
        state = validate_step(contract, store, paths.suites())
        accepted = store.state(contract.subject, "accepted") or {}
    extra = {
        "month": month,
        "rows": told(contract.disclosure, accepted["rows"]),
        "verdict": state["verdict"],
        "synthetic": accepted["synthetic"],
    }
    _tell(extra, month)
    return extra | {"report": str(store.path(state["report"]))}


@task(map_index_template="{{ month }}")
def switch_in(provider: str, month: str | None = None) -> dict[str, Any]:
    """Make the month's accepted tables the ones that count, all at once, and compute its own marts.

    The event on the provider's months starts the roll-up of the year.
    """
    from praya.measure import measure_month
    from praya.months import switch_in as step

    month = _month(month)
    with _sentences():
        contracts, store = load_contracts(paths.contracts()), _store()
        state = step(contracts, store, paths.suites(), provider, month)
        marts = measure_month(store, paths.metrics(), contracts, provider, month)
    extra = {"month": month, "changed": state["changed"], "synthetic": state["synthetic"]}
    _tell(extra, month)
    return extra | {"marts": {name: one["rows"] for name, one in marts.items()}}


@task.short_circuit
def roll_up() -> dict[str, Any] | None:
    """Say which months of the run's year count; None (and the run ends) when every mart is made from them already,
    or when more months are on their way: the last of a backfill rolls up, and not each of them."""
    from praya.measure import months, stale

    context = get_current_context()
    year = str(context["partition_key"])
    provider = context["dag"].dag_id.removesuffix(YEARS)
    with _sentences():
        contracts, store = load_contracts(paths.contracts()), _store()
        there = [month for month in months(store, provider) if month.startswith(year)]
        behind = stale(store, paths.metrics(), contracts)
    print(f"{year}: {len(there)} of 12 months are there: {', '.join(there)}")
    print(f"to be computed: {', '.join(behind) or 'nothing'}")
    if more := _others_active(provider):
        print(f"{more} more runs of {provider} are on their way: the last of them rolls up")
        return None
    return {"year": year, "months": there, "marts": behind} if behind else None


@task
def changed_months(provider: str) -> list[str]:
    """The months in the store in which something has changed at the source since they were collected."""
    from praya.collect.months import changed
    from praya.measure import months
    from praya.months import together

    with _sentences():
        contracts, store = together(load_contracts(paths.contracts()), provider), _store()
        connections = {name: url for one in contracts for name, url in _connections(one).items()}
        known = sorted(months(store, provider))
        found = changed(contracts, store, connections, known)
    for month in known:
        print(f"{month}: {'changed, in ' + ', '.join(found[month]) if month in found else 'as it was'}")
    return list(found)


@task(task_id="release")
def release(dataset: str) -> dict[str, Any]:
    """Put the table through disclosure control and publish it; wait for its release time where it has one."""
    from praya.protect import protect
    from praya.release import release as step

    with _sentences(dataset, "release"):
        contract, store = _contract(dataset), _store()
        table = protect(contract, store)
        pointer = step(table, contract, store, context=run_context(), by=run_signer())
        accepted = store.state(dataset, "accepted") or {}
        extra = {
            "rows": table.decision["rows"],
            "verdict": accepted["verdict"],
            "release": pointer["version"],
        }
        _tell(extra)
        return extra | {"changed": pointer["changed"]}


@task(task_id="measure")
def measure() -> dict[str, Any]:
    """Compute what is stale; events go out for the marts that changed or whose dataset is behind."""
    from praya.measure import measure as step
    from praya.status import pending

    with _sentences():
        contracts, store = load_contracts(paths.contracts()), _store()
        results = step(store, paths.metrics(), contracts)
        behind = pending(contracts, store, paths.suites(), paths.metrics())
        late = {one.source.mart for one in contracts if one.source.mart and one.dataset in behind}
        events = get_current_context()["outlet_events"]
        for name, state in results.items():
            monthly = "tables" in state  # nobody waits for these; their months have had their events
            if not monthly and (state.get("changed") or (name in late and "key" in state)):
                extra = {"rows": state["rows"], "key": state["key"], "synthetic": state["synthetic"]}
                events[MARTS].add(mart_asset(name), extra=extra)
        kept = ("rows", "waiting", "failed")
        return {name: {key: state[key] for key in kept if key in state} for name, state in results.items()}


@task(task_id="report")
def report(results: dict[str, dict[str, Any]]) -> None:
    """Fail for the marts that could not be computed; the events of the others have gone out by then."""
    failed = [state["failed"] for state in results.values() if "failed" in state]
    with _sentences():
        if failed:
            raise MeasureError("\n".join(failed))


@task(task_id="catalogue")
def catalogue() -> dict[str, Any]:
    """List all current releases, with calendar, changelogs and feeds."""
    import datetime as dt

    from praya.portal import calendar
    from praya.portal import catalogue as step
    from praya.release.due import HONG_KONG

    with _sentences():
        store = _store()
        calendar(store, load_contracts(paths.contracts()), dt.datetime.now(HONG_KONG).date())
        listed = step(store, by=run_signer())
        return {"datasets": len(listed["datasets"]), "changed": listed["changed"]}


@task(task_id="purge")
def purge() -> int:
    """Remove the raw personal records whose time is over; returns how many snapshots went."""
    import datetime as dt

    from praya.retention import purge as step

    with _sentences():
        return len(step(_store(), load_contracts(paths.contracts()), dt.datetime.now(dt.UTC)))


@task(task_id="verify")
def verify() -> str:
    """Verify a twenty-eighth part of the archive, another one each day of the month; returns which it was."""
    import datetime as dt

    from praya.verify import verify as step

    today = dt.datetime.now(dt.UTC).day
    part = ((today - 1) % PARTS, PARTS)
    with _sentences():
        problems = list(step(_store(), part=part, witnesses=paths.witnesses()))
        for problem in problems:
            print(problem)
        if problems:
            raise IntegrityError(f"{len(problems)} things are not as they were published: {problems[0]}")
    print("every byte is as published, and the ledger holds")
    return f"part {part[0] + 1} of {PARTS}"


@task(task_id="compare")
def compare_methods() -> dict[str, Any]:
    """Set the disclosure methods side by side for the dataset that the run names; its tab shows them."""
    from praya.protect.utility import compare

    with _sentences():
        dataset = str(get_current_context()["params"]["dataset"])
        known = {one.dataset: one for one in load_contracts(paths.contracts())}
        if dataset not in known:
            raise DisclosureError(f"there is no dataset {dataset!r}; there are: {', '.join(sorted(known))}")
        found = compare(known[dataset], _store())
    print(f"shown under the tab Disclosure of {dataset}")
    return {"report": str(_store().path(found["report"]))}


@task(task_id="propose")
def propose() -> dict[str, Any]:
    """What became weaker of the dataset, as the run's proposal for a second person to answer."""
    context = get_current_context()
    params, by = context["params"], context["dag_run"].triggering_user_name
    with _sentences():
        if not by:
            raise DisclosureError("nobody is known to have triggered this run; trigger it while logged in")
        changes = _changes(str(params["dataset"]))
    told = "".join(f"- **{one.dataset}**: {one.sentences}\n" for one in changes)
    text = f"{by} proposes, for this reason: {params['reason']}\n\n{told}"
    print(text)
    return {"by": by, "text": text, "changes": {one.dataset: one.key for one in changes}}


@task(task_id="record")
def record_approval() -> list[str]:
    """Put the answer into the ledger, where two persons agree on what stands today; gives the datasets."""
    from praya.protect.approval import approve

    context = get_current_context()
    proposal = context["ti"].xcom_pull(task_ids="propose")
    answer = context["ti"].xcom_pull(task_ids="approve")
    how = {"by": "Airflow", "run": str(context["run_id"]), "answered_at": str(answer["responded_at"])}
    with _sentences():
        changes = _changes(str(context["params"]["dataset"]))
        if {one.dataset: one.key for one in changes} != proposal["changes"]:
            raise DisclosureError(
                "contracts or policy have changed since this was proposed, and what was approved is not what stands "
                f"today; trigger {context['dag'].dag_id} again"
            )
        people = {"proposed_by": proposal["by"], "approved_by": str(answer["responded_by_user"]["name"])}
        for one in changes:
            approve(one, _store(), reason=str(context["params"]["reason"]), **people, **how)
    return [one.dataset for one in changes]


def _changes(dataset: str) -> list[Change]:
    """What waits for an approval, of the dataset or of all."""
    from praya.protect.approval import waiting

    contracts, store = load_contracts(paths.contracts()), _store()
    wanted = [one for one in contracts if dataset in ("all", one.dataset)]
    found = [change for one in wanted if (change := waiting(one, store))]
    if not found:
        raise DisclosureError(f"{dataset}: there is nothing that became weaker and waits for an approval")
    return found


@contextmanager
def _sentences(dataset: str | None = None, step: str = "") -> Iterator[None]:
    """Turn Praya's errors into what Airflow does about them, and keep their sentences for `praya show`."""
    from airflow.sdk.exceptions import AirflowFailException, AirflowRescheduleException

    from praya.status import noted

    try:
        with noted(_store(), dataset, step) if dataset else nullcontext():
            yield
    except ReleaseHeld as held:
        print(held)
        raise AirflowRescheduleException(held.due) from None  # type: ignore[no-untyped-call]
    except MAY_PASS:
        raise
    except PrayaError as error:
        raise AirflowFailException(str(error)) from error


def _contract(dataset: str) -> Contract:
    return load_contract(next(iter(sorted(paths.contracts().glob(f"*/{dataset}.yaml")))))


def _store() -> Store:
    from praya.store import Store

    return Store(paths.store())


def _connections(contract: Contract) -> dict[str, str]:
    from airflow.sdk.bases.hook import BaseHook

    name = contract.source.connection
    if name is None:
        return {}
    connection = BaseHook.get_connection(name)
    host = connection.host or ""
    if "://" in host:
        return {name: host}
    if connection.password:
        host = f"{quote(connection.login or '', safe='')}:{quote(connection.password, safe='')}@{host}"
    scheme = connection.schema or (
        connection.conn_type if connection.conn_type in ("http", "https") else "http"
    )
    return {name: f"{scheme}://{host}:{connection.port}" if connection.port else f"{scheme}://{host}"}


def _others_active(dag_id: str) -> int:
    """How many runs of the DAG are queued or running, besides those whose events have started this run."""
    context = get_current_context()
    events = [event for found in context["triggering_asset_events"].values() for event in found]
    own = sorted({str(event.source_run_id) for event in events if event.source_dag_id == dag_id})
    count = cast("Any", context["ti"]).get_dr_count
    active = ["queued", "running"]
    ours = count(dag_id=dag_id, run_ids=own, states=active) if own else 0
    return int(count(dag_id=dag_id, states=active) - ours)


def _month(given: str | None) -> str:
    """The month `given`, else that of the run's partition; the UI names a mapped task after it."""
    context = get_current_context()
    month = given or str(context["partition_key"])[: len("2023-01")]
    context["month"] = month  # type: ignore[typeddict-unknown-key]
    return month


def _tell(extra: dict[str, Any], month: str | None = None) -> None:
    """Put `extra` on the event of each asset that the running task updates, and make it one of `month`."""
    context = get_current_context()
    for outlet in context["task"].outlets:
        if isinstance(outlet, Asset):
            event = context["outlet_events"][outlet]
            event.extra = extra
            if month:
                event.add_partitions(partition_key(month))
