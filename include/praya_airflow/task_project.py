"""What tasks take of the project: its contracts, its store, and the steps on it."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from praya.contract import Contract, find_contract, read_contracts
from praya.errors import ContractError
from praya.observe import get_logger
from praya_airflow.environment import read_project

if TYPE_CHECKING:
    from praya.pipeline.order import Pipeline
    from praya.provenance import Context, Signer
    from praya.store import Store
    from praya.store.states import Accepted

log = get_logger(__name__)


def read_usable_contracts(provider: str | None = None) -> list[Contract]:
    """All contracts that are in order; the others stop none of them, and the log says how many were left out.

    Raises ContractError where none is in order, or where one of `provider` is not: its months are taken whole.
    """
    contracts, problems = read_contracts(read_project())
    own = [
        problem
        for problem in problems
        if provider and problem.startswith(f"{read_project().contracts / provider}/")
    ]
    if own or (problems and not contracts):
        raise ContractError(own or problems)
    if problems:
        log.warning("contracts are refused and left out", problems=len(problems), first=problems[0].with_code)
    return contracts


def read_contract(dataset: str) -> Contract:
    """The contract of a dataset of this project."""
    return find_contract(dataset, read_project())


def open_store() -> Store:
    """The store of this project."""
    from praya.store import backend
    from praya.store.duck import limit_memory, limit_threads

    here = read_project()
    limit_memory(here.duckdb_memory)
    limit_threads(here.duckdb_threads)
    return backend.open_store(here)


def make_pipeline(
    connections: dict[str, str] | None = None, context: Context | None = None, by: Signer | None = None
) -> Pipeline:
    """The steps on the store of this project."""
    from praya.pipeline.order import Pipeline

    return Pipeline(open_store(), read_project().suites, connections or {}, context or {}, by)


def keep_problem(subject: str, step: str) -> AbstractContextManager[None]:
    """Keep the reason for which a step stops, for the pages and `praya show`, until the step ends well."""
    from praya.assurance.status import record_problem

    return record_problem(open_store(), subject, step)


def read_accepted_table(subject: str) -> Accepted:
    """The table that was accepted last for a subject, which a step has just accepted."""
    from praya.store.states import Accepted

    return open_store().read_state(Accepted, subject)
