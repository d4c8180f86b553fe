"""What every task goes through: the fields of its log, what Airflow does about its errors, and the signature under what
it wrote.

Errors that would be the same at the next try fail at once; those that may pass are left to Airflow's retries.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from inspect import signature
from typing import ParamSpec, TypeVar, get_type_hints

from praya.errors import (
    Crash,
    EngineError,
    PrayaError,
    ReleaseHeld,
    SourceUnavailable,
    StoreBusy,
    StoreUnusable,
    codes,
    put_code_first,
)
from praya.observe import get_logger
from praya.store.disk import disk_error
from praya.text.outside import describe_crash
from praya_airflow.run_context import load_run_signer, name_run
from praya_airflow.task_log import bind_task_fields
from praya_airflow.task_project import open_store

log = get_logger(__name__)

P = ParamSpec("P")
R = TypeVar("R")

MAY_PASS = (SourceUnavailable, EngineError, StoreBusy, StoreUnusable)


def wrap_task(function: Callable[P, R]) -> Callable[P, R]:
    """Wrap the function of a task; this decorator comes below Airflow's."""

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        arguments = signature(function).bind(*args, **kwargs).arguments
        with bind_task_fields(function.__name__, arguments), translate_errors(), _sign_at_end():
            return function(*args, **kwargs)

    # As types and not as text: Airflow, which decides by the return type what it stores, looks names up in this module.
    run.__annotations__ = get_type_hints(function)
    return run


@contextmanager
def translate_errors() -> Iterator[None]:
    """Turn errors into what Airflow does about them.

    None goes on with the errors that led to it: Airflow writes a whole chain into the log, and what DuckDB or a source
    says quotes what it has read. The code of an error comes before its text. Of an error that nobody foresaw the log
    has its kind, place and text as from outside.
    """
    from airflow.sdk.exceptions import AirflowException, AirflowFailException, AirflowRescheduleException

    try:
        yield
    except ReleaseHeld as held:
        log.info("release is held", code=str(held.code), reason=str(held))
        raise AirflowRescheduleException(held.due) from None  # type: ignore[no-untyped-call]
    except MAY_PASS as error:
        raise put_code_first(_log_stop(error)) from None
    except PrayaError as error:
        raise AirflowFailException(_log_stop(error).with_code) from None
    except AirflowException:
        raise
    except Exception as error:
        crash = disk_error(error) or Crash(codes.internal.CRASH, describe_crash(error))
        raise put_code_first(_log_stop(crash)) from None


E = TypeVar("E", bound=PrayaError)


def _log_stop(error: E) -> E:
    log.error("task stopped", code=str(error.code))
    return error


@contextmanager
def _sign_at_end() -> Iterator[None]:
    """Name the running task in the write journal, and sign the ledger when it is over, also where it fails: tasks of
    any kind end here, and what they wrote cannot be cut off unseen. Where nothing was written, nothing is signed."""
    from praya.provenance.checkpoints import sign_end
    from praya.store.journal import writer

    store, name = open_store(), writer.set(name_run())
    try:
        yield
    except BaseException:
        try:
            sign_end(store, load_run_signer)
        except PrayaError as error:
            log.warning("the ledger was not signed", code=str(error.code), reason=str(error))
        raise
    else:
        sign_end(store, load_run_signer)
    finally:
        writer.reset(name)
