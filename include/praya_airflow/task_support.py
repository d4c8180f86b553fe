"""What every task does around its step: finds contract, store and connections, turns errors into what Airflow does
about them, and says what came of it.

Errors that would be the same at the next try fail at once; those that may pass are left to Airflow's retries.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any, NoReturn, cast
from urllib.parse import quote, urlencode

from airflow.sdk import Asset, get_current_context

from praya.contract import Contract, find_contract, read_contracts
from praya.contract.source_specs import connection_types
from praya.errors import (
    ContractError,
    Crash,
    EngineError,
    PrayaError,
    ReleaseHeld,
    SourceError,
    SourceUnavailable,
    StoreBusy,
    StoreUnusable,
    codes,
    put_code_first,
)
from praya.store.disk import disk_error
from praya.text.outside import clean, describe_crash
from praya.text.outside import quote as shown
from praya_airflow.assets import partition_key
from praya_airflow.environment import project
from praya_airflow.run_context import run_name, signer_of_run
from praya_airflow.settings import read_settings

if TYPE_CHECKING:
    from praya.pipeline.order import Pipeline
    from praya.provenance import Context, Signer
    from praya.store import Store
    from praya.store.states import Accepted

HTTP, ALLOW_PRIVATE = ("http", "https"), "allow_private"
MAY_PASS = (SourceUnavailable, EngineError, StoreBusy, StoreUnusable)
# What a task leaves for the last one of its run: why nothing more is to be done, and keys of the store it has made.
ENDED_EARLY, STORED = "ended_early", "stored"


@contextmanager
def sentences(dataset: str | None = None, step: str = "") -> Iterator[None]:
    """Turn errors into what Airflow does about them, and keep the sentences of Praya's own for `praya show`. What was
    written is signed at the end, also where the step fails.

    None goes on with the errors that led to it: Airflow writes a whole chain into the log, and what DuckDB or a source
    says quotes what it has read. The code of an error comes before its text. Of an error that nobody foresaw the log
    has its kind, place and text as from outside.
    """
    from airflow.sdk.exceptions import AirflowException, AirflowFailException, AirflowRescheduleException

    from praya.assurance.status import record_problem

    try:
        with _signed(open_store()), record_problem(open_store(), dataset, step) if dataset else nullcontext():
            yield
    except ReleaseHeld as held:
        say(held.with_code)
        raise AirflowRescheduleException(held.due) from None  # type: ignore[no-untyped-call]
    except MAY_PASS as error:
        raise put_code_first(error) from None
    except PrayaError as error:
        raise AirflowFailException(error.with_code) from None
    except AirflowException:
        raise
    except Exception as error:
        crash = disk_error(error) or Crash(codes.internal.CRASH, describe_crash(error))
        raise put_code_first(crash) from None


def say(text: object) -> None:
    """Write a line into the task's log, as from outside; nothing else of a task prints."""
    print(clean(str(text)))


def end_early(reason: str) -> None:
    """Leave word that there is nothing more to do: what follows this task is skipped on purpose."""
    say(reason)
    cast("Any", get_current_context()["ti"]).xcom_push(key=ENDED_EARLY, value=clean(reason))


def skip(reason: str) -> NoReturn:
    """End this task as skipped, and leave word why."""
    from airflow.sdk.exceptions import AirflowSkipException

    end_early(reason)
    raise AirflowSkipException(clean(reason)) from None


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
            say(f"the ledger was not signed at the end of this task: {error.with_code}")
        raise
    else:
        sign_end(store, signer_of_run)
    finally:
        writer.reset(name)


def active_runs(dag_id: str) -> int:
    """How many runs of a DAG are queued or running."""
    count = cast("Any", get_current_context()["ti"]).get_dr_count
    return int(count(dag_id=dag_id, states=["queued", "running"]))


def readable_contracts(provider: str | None = None) -> list[Contract]:
    """All contracts that are in order; the others stop none of them, and the log says how many were left out.

    Raises ContractError where none is in order, or where one of `provider` is not: its months are taken whole.
    """
    contracts, problems = read_contracts(project())
    own = [one for one in problems if provider and one.startswith(f"{project().contracts / provider}/")]
    if own or (problems and not contracts):
        raise ContractError(own or problems)
    if problems:
        say(
            f"contracts are refused, and left out here; {len(problems)} problems, the first: {problems[0].with_code}"
        )
    return contracts


def contract_of(dataset: str) -> Contract:
    """The contract of a dataset of this project."""
    return find_contract(dataset, project())


def open_store() -> Store:
    """The store of this project."""
    from praya.store import backend
    from praya.store.duck import limit_memory

    here = project()
    limit_memory(here.duckdb_memory)
    return backend.open_store(here)


def pipeline(
    connections: dict[str, str] | None = None, context: Context | None = None, by: Signer | None = None
) -> Pipeline:
    """The steps on the store of this project."""
    from praya.pipeline.order import Pipeline

    return Pipeline(open_store(), project().suites, connections or {}, context or {}, by)


def accepted_table(subject: str) -> Accepted:
    """The table that was accepted last for a subject, which a step has just accepted."""
    from praya.store.states import Accepted

    return open_store().read_state(Accepted, subject)


def connections_of(contract: Contract) -> dict[str, str]:
    from airflow.sdk.bases.hook import BaseHook

    name = contract.source.connection
    if name is None:
        return {}
    connection = BaseHook.get_connection(name)
    types = sorted(connection_types(contract.source))
    # A database's password, or the signing key, is no login for a web server, whatever a contract says.
    if connection.conn_type not in types or name == read_settings().signing_connection:
        raise SourceError(
            codes.source.CONNECTION_NOT_USABLE,
            f"{contract.dataset}: the connection '{shown(name)}' is of type '{shown(connection.conn_type)}' or "
            f"holds the signing key; this source needs one of type {' or '.join(types)}",
        )
    return {name: _address_of(connection) if connection.conn_type in HTTP else connection.get_uri()}


def _address_of(connection: Any) -> str:
    """The connection as one address: scheme, login, host, port, and the networks that its extra `allow_private` names.

    The host may also be written as an address with a scheme and a path, as in Airflow's form of HTTP connections; of a
    connection that was given as an address, Airflow keeps the path as its schema.
    """
    scheme, _, host = str(connection.host or "").rpartition("://")
    scheme = scheme or next((one for one in (connection.schema, connection.conn_type) if one in HTTP), "http")
    host, slash, path = host.partition("/")
    if connection.schema and connection.schema not in HTTP:
        slash, path = "/", connection.schema
    login, at, host = host.rpartition("@")
    if connection.password:
        login, at = f"{quote(connection.login or '', safe='')}:{quote(connection.password, safe='')}", "@"
    if host.count(":") > 1 and not host.startswith("["):
        host = f"[{host}]"
    if connection.port:
        host = f"{host}:{connection.port}"
    networks = str(connection.extra_dejson.get(ALLOW_PRIVATE) or "")
    query = f"?{urlencode({ALLOW_PRIVATE: networks})}" if networks else ""
    return f"{scheme}://{login}{at}{host}{slash}{path}{query}"


def tell(extra: dict[str, Any], month: str | None = None) -> None:
    """Put `extra` on the event of each asset that the running task updates, and make it one of `month`."""
    context = get_current_context()
    for outlet in context["task"].outlets:
        if isinstance(outlet, Asset):
            event = context["outlet_events"][outlet]
            event.extra = extra
            if month:
                event.add_partitions(partition_key(month))
