"""What every task does around its step: finds contract, store and connections, turns errors into what Airflow does
about them, and says what came of it.

Errors that would be the same at the next try fail at once; those that may pass are left to Airflow's retries.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote

from airflow.sdk import Asset, get_current_context

from praya import paths
from praya.contract import Contract, load_contract
from praya.errors import EngineError, PrayaError, ReleaseHeld, SourceUnavailable, StoreBusy
from praya_airflow.assets import partition_key
from praya_airflow.run import run_name, signer_of_run

if TYPE_CHECKING:
    from praya.store import Store

MAY_PASS = (SourceUnavailable, EngineError, StoreBusy)


@contextmanager
def sentences(dataset: str | None = None, step: str = "") -> Iterator[None]:
    """Turn Praya's errors into what Airflow does about them, and keep their sentences for `praya show`. What was
    written is signed at the end, also where the step fails."""
    from airflow.sdk.exceptions import AirflowFailException, AirflowRescheduleException

    from praya.status import noted

    try:
        with _signed(open_store()), noted(open_store(), dataset, step) if dataset else nullcontext():
            yield
    except ReleaseHeld as held:
        print(held)
        raise AirflowRescheduleException(held.due) from None  # type: ignore[no-untyped-call]
    except MAY_PASS:
        raise
    except PrayaError as error:
        raise AirflowFailException(str(error)) from error


@contextmanager
def _signed(store: Store) -> Iterator[None]:
    """Name the running task in the write journal, and sign the ledger when it is over: tasks of any kind end here, and
    what they wrote cannot be cut off unseen. Where nothing was written, nothing is signed."""
    from praya.provenance.checkpoints import sign_end
    from praya.store.journal import writer

    name = writer.set(run_name())
    try:
        yield
    except BaseException:
        try:
            sign_end(store, signer_of_run)
        except PrayaError as error:
            print(f"the ledger was not signed at the end of this task: {error}")
        raise
    else:
        sign_end(store, signer_of_run)
    finally:
        writer.reset(name)


def active_runs(dag_id: str, run_ids: Sequence[str] | None = None) -> int:
    """How many runs of a DAG (of `run_ids`) are queued or running."""
    count = cast("Any", get_current_context()["ti"]).get_dr_count
    return int(count(dag_id=dag_id, run_ids=run_ids, states=["queued", "running"]))


def contract_of(dataset: str) -> Contract:
    return load_contract(next(iter(sorted(paths.contracts().glob(f"*/{dataset}.yaml")))))


def open_store() -> Store:
    from praya.store import Store

    return Store(paths.store())


def connections_of(contract: Contract) -> dict[str, str]:
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


def tell(extra: dict[str, Any], month: str | None = None) -> None:
    """Put `extra` on the event of each asset that the running task updates, and make it one of `month`."""
    context = get_current_context()
    for outlet in context["task"].outlets:
        if isinstance(outlet, Asset):
            event = context["outlet_events"][outlet]
            event.extra = extra
            if month:
                event.add_partitions(partition_key(month))
