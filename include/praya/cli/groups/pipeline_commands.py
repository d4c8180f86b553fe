"""The commands that run the steps of the pipeline without Airflow, and remove what may no longer be kept."""

from __future__ import annotations

import datetime as dt
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from praya.cli.command_group import CommandGroup
from praya.cli.command_log import is_for_people
from praya.cli.terminal import WRONG, err, out, project, stop
from praya.cli.terminal import contract as the_contract
from praya.cli.terminal import contracts as all_contracts
from praya.contract.zone import show_moment
from praya.errors import MeasureError, PrayaError, ReleaseHeld
from praya.observe import bind_log_fields
from praya.store import layout

if TYPE_CHECKING:
    from collections.abc import Iterator

app = typer.Typer()
PIPELINE = CommandGroup("pipeline", app, position=110)


@app.command()
def run(
    dataset: Annotated[str, typer.Argument(help="the dataset's id, as its contract's file is named")],
) -> None:
    """Take one dataset the whole way without Airflow: collect, stage, validate, protect, release, catalogue.

    Example: `praya sources &` and then
    `AIRFLOW_CONN_PRAYA_SOURCES=http://127.0.0.1:8023 praya run head-135-provision`
    """
    from praya.assurance.status import record_problem
    from praya.cli.connections import connections_from_environment
    from praya.contract.zone import HONG_KONG
    from praya.pipeline.current import NO_ROWS, has_no_rows_yet
    from praya.pipeline.measure import compute_marts
    from praya.pipeline.order import Pipeline
    from praya.site.portal import write_calendar
    from praya.site.views import present
    from praya.store import open_store

    contracts = all_contracts()
    contract = the_contract(dataset, contracts)
    store = open_store(project())
    try:
        columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
        with Progress(*columns, console=err, disable=not is_for_people(err)) as progress:
            bar = progress.add_task(dataset)

            @contextmanager
            def show_step(step: str) -> Iterator[None]:
                progress.update(bar, description=f"{dataset}: {step}")
                with bind_log_fields(dataset=dataset, step=step), record_problem(store, dataset, step):
                    yield

            if contract.source.mart:
                with show_step("measure"):
                    results = compute_marts(store, project().metrics, contracts)
                    mart = results.get(contract.source.mart)
                    if mart is not None and mart.failed:
                        raise MeasureError(mart.failed.code, mart.failed)
                if has_no_rows_yet(contract, store):
                    out.print(f"{dataset}: {NO_ROWS}")
                    return
            pipeline = Pipeline(store, project().suites, connections_from_environment())
            released = pipeline.run(contract, show_step)
            with show_step("release"):
                write_calendar(store, contracts, dt.datetime.now(HONG_KONG).date())
                present(store)
            progress.update(bar, description=f"{dataset}: done")
    except ReleaseHeld as held:
        out.print(held.with_code, soft_wrap=True)
        return
    except PrayaError as error:
        stop(error.with_code, WRONG)
    if released is None:
        out.print(f"{dataset}: validated and accepted; records are not released")
    elif released.changed:
        out.print(
            f"released {dataset} {released.version}: {store.describe(layout.version(dataset, released.version))}"
        )
    else:
        out.print(f"{dataset}: nothing new, {released.version} stays the latest")


@app.command()
def purge() -> None:
    """Remove the raw personal records whose retention period is over; each removal goes into the ledger.

    Example: `praya purge`
    """
    from praya.pipeline.retention import purge_snapshots
    from praya.store import open_store

    for snapshot in purge_snapshots(open_store(project()), all_contracts(), dt.datetime.now(dt.UTC)):
        out.print(
            f"{snapshot.subject}: {snapshot.sha256} of {show_moment(snapshot.received_at)}", soft_wrap=True
        )
