"""Whether what marts read has come to rest: one round of runs then gives one table of each mart, and one release."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from airflow.sdk import get_current_context

from praya.contract import Contract
from praya.pipeline.current import has_no_rows_yet
from praya.pipeline.measure import find_stale_marts, read_marts
from praya.pipeline.measure.marts import Mart
from praya.pipeline.order import STEPS
from praya.store import layout, released_name, table_name
from praya.store.shared_names import CATALOGUE_RELEASES
from praya.store.states import Collected, MartState, Problem
from praya_airflow.dag_names import ROLLED_UP, SWITCH_IN

if TYPE_CHECKING:
    from pathlib import Path

    from praya.store import Store

# A task in one of these states ends by itself, and soon; what waits for a retry, a clock or a person may take days.
MOVING = ("null", "scheduled", "queued", "running", "restarting")
WAITING = ("up_for_retry", "up_for_reschedule", "deferred", "awaiting_input")
PATIENCE = 600.0  # seconds; then what is there is computed, and what comes later has an event of its own
POLL = 2.0


class Awaited(NamedTuple):
    """What a mart reads of a dataset: the `step` after whose end it is there."""

    dataset: str
    step: str


def is_moving(awaited: Awaited) -> bool:
    """Whether a run of the dataset is on its way to the end of the step. Behind a run that waits, none is."""
    return bool(_count_tasks(awaited.dataset, [awaited.step], MOVING)) and not _count_tasks(
        awaited.dataset, list(STEPS), WAITING
    )


def find_moving_months(contracts: Sequence[Contract]) -> set[str]:
    """The providers of which a month is on its way to being switched in. Behind a run that waits, none is."""
    tables: dict[str, list[str]] = {}
    for contract in contracts:
        if contract.partition:
            tables.setdefault(contract.provider, []).append(contract.dataset)
    return {
        provider
        for provider, names in tables.items()
        if _count_active_runs(provider)
        and not _count_tasks(provider, names, WAITING)
        and _count_tasks(provider, [SWITCH_IN], MOVING)
    }


def is_rolled_up() -> bool:
    """Whether the roll-up of a year has started this run: it has waited for the months, and nobody comes after it."""
    return bool((get_current_context()["dag_run"].conf or {}).get(ROLLED_UP))


def wait_until_settled(
    store: Store,
    metrics: Path,
    contracts: Sequence[Contract],
    on_the_way: Callable[[Awaited], bool] = is_moving,
    patience: float = PATIENCE,
) -> bool:
    """Wait until no run is on its way to what a stale mart reads; whether that was reached.

    Nothing is lost by it: what arrives in the meantime is computed with the rest, and what arrives later starts
    another run.
    """
    deadline = time.monotonic() + patience
    while any(on_the_way(step) for step in list_awaited(store, metrics, contracts)):
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL)
    return True


def list_awaited(store: Store, metrics: Path, contracts: Sequence[Contract]) -> list[Awaited]:
    """What the stale marts read, by themselves or by way of other marts, in the order of its names."""
    marts, _ = read_marts(metrics, contracts)
    return sorted(set(_list_read(marts, set(find_stale_marts(store, contracts, marts)), contracts)))


def _list_read(marts: Sequence[Mart], wanted: set[str], contracts: Sequence[Contract]) -> Iterator[Awaited]:
    tables = {
        table_name(contract.dataset): contract
        for contract in contracts
        if not contract.source.mart and not contract.partition
    }
    releases = {released_name(contract.dataset): contract for contract in contracts}
    for mart in reversed(marts):  # a mart comes after those that it reads
        if mart.name not in wanted:
            continue
        for name in mart.inputs:
            if name in tables:
                yield Awaited(tables[name].dataset, "validate")
            elif name in releases:
                yield Awaited(releases[name].dataset, "release")
            else:
                wanted.add(name)


def find_releases_to_come(
    contracts: Sequence[Contract],
    store: Store,
    on_the_way: Callable[[Awaited], bool] = is_moving,
    left: Collection[str] = (),
) -> Callable[[str], list[str]]:
    """What of an input of a mart is not released yet and will be, so that the mart is better made after it: what is on
    its way, and what is made of a mart that is `left` for later."""
    released = {released_name(contract.dataset): contract for contract in contracts if contract.released}

    def list_coming(name: str) -> list[str]:
        every = list(released.values()) if name == CATALOGUE_RELEASES else []
        wanted = [released[name]] if name in released else every
        return [
            contract.dataset
            for contract in wanted
            if contract.source.mart in left
            or has_moved_on(contract, store)
            or on_the_way(Awaited(contract.dataset, "release"))
        ]

    return list_coming


def has_moved_on(contract: Contract, store: Store) -> bool:
    """Whether the mart of a dataset was made anew, its dataset has not taken it yet, and nothing has stopped that."""
    if has_no_rows_yet(contract, store):
        return False
    name = contract.source.mart
    mart = store.get_record(MartState, layout.mart_state(name)) if name else None
    collected, problem = store.state(Collected, contract.dataset), store.state(Problem, contract.dataset)
    if mart is None or (problem and problem.message):
        return False
    return collected is None or collected.parts["data"].sha256 != mart.sha256


def _count_tasks(dag_id: str, task_ids: list[str], states: Collection[str]) -> int:
    count = cast("Any", get_current_context()["ti"]).get_ti_count
    return int(count(dag_id=dag_id, task_ids=task_ids, states=list(states)))


def _count_active_runs(dag_id: str) -> int:
    count = cast("Any", get_current_context()["ti"]).get_dr_count
    return int(count(dag_id=dag_id, states=["queued", "running"]))
