"""Which marts are computed, and in which order.

A monthly mart is run month by month, on the tables of that month alone, so that a month that was collected again costs
a month's work, and memory does not grow with the years. Marts that add months up read these.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from praya.contract import Contract
from praya.errors import FileProblem, MeasureError, codes
from praya.pipeline.measure.mart_input import MartInput
from praya.pipeline.measure.mart_inputs import Inputs, read_months
from praya.pipeline.measure.mart_step import MartRun, MartStep
from praya.pipeline.measure.marts import Mart, read_marts
from praya.pipeline.measure.warehouse import build_warehouse
from praya.pipeline.step import run_step
from praya.store import Store, layout
from praya.store.states import MartState


@dataclass(frozen=True)
class MartResult:
    """What came of a mart: its state, of a monthly one the state by month; or the inputs that it is `waiting` for; or
    the file that is wrong, or whose SQL cannot run (`failed`). Keys of `states` are months, or empty."""

    states: Mapping[str, MartState] = field(default_factory=dict)
    changed: bool = False
    waiting: tuple[str, ...] = ()
    failed: FileProblem | None = None
    monthly: bool = False

    @property
    def is_made(self) -> bool:
        """Whether the mart is there."""
        return not self.waiting and self.failed is None

    @property
    def rows(self) -> int:
        """The rows of all months."""
        return sum(state.rows for state in self.states.values())

    @property
    def synthetic(self) -> bool:
        """Whether anything in it is generated."""
        return any(state.synthetic for state in self.states.values())

    @property
    def tables(self) -> list[str]:
        """The store keys of its Parquet files, in the order of months."""
        return [state.table for state in self.states.values()]


def compute_marts(
    store: Store,
    folder: Path,
    contracts: Sequence[Contract],
    without: Collection[str] = (),
    coming: Callable[[str], list[str]] = lambda _: [],
) -> dict[str, MartResult]:
    """Compute every mart whose inputs are there; a result by name. A mart that fails holds up only those that are made
    from it. Marts that add up the months of providers in `without` wait too: more months are on their way; and so do
    marts of which an input has releases `coming`, which are asked for just before.
    """
    marts, problems = read_marts(folder, contracts)
    inputs = Inputs(store, contracts, marts)
    results = {name: MartResult(failed=problem) for name, problem in problems.items()}
    kept = {name: state for name in problems if (state := _last_state(store, name)) is not None}
    with store.lock("measure"), store.scratch() as work:
        for mart in marts:
            whole = inputs.whole(mart)
            later = [f"the months of {name}" for name in sorted(inputs.providers(mart) & {*without})]
            later += [f"the release of {dataset}" for name in mart.inputs for dataset in coming(name)]
            if later:
                results[mart.name] = MartResult(waiting=tuple(later))
                if (state := _last_state(store, mart.name)) is not None:
                    kept[mart.name] = state
                continue
            waiting = sorted(
                name
                for name, mart_input in whole.items()
                if mart_input is None or (name in results and not results[name].is_made)
            )
            if waiting:
                results[mart.name] = MartResult(waiting=tuple(waiting))
                continue
            try:
                results[mart.name] = (
                    _compute_months(store, mart, inputs)
                    if mart.monthly
                    else _compute(store, {"": MartRun(mart, _known(whole))})
                )
            except MeasureError as error:
                results[mart.name] = MartResult(failed=FileProblem(error.code, str(error)))
        made = {name: result.tables for name, result in results.items() if result.is_made}
        build_warehouse(store, contracts, {name: [state.table] for name, state in kept.items()} | made, work)
    return results


def compute_month(
    store: Store, folder: Path, contracts: Sequence[Contract], provider: str, month: str
) -> dict[str, MartResult]:
    """Compute the provider's monthly marts of one month; a result by name. Raises MeasureError where an SQL cannot run,
    or where the month has not been switched in."""
    if month not in read_months(store, provider):
        raise MeasureError(
            codes.measure.MONTH_NOT_SWITCHED_IN,
            f"{provider}/{month}: has not been switched in; run its tables first",
        )
    marts, _ = read_marts(folder, contracts)
    inputs = Inputs(store, contracts, marts)
    with store.lock("measure"):
        return {
            mart.name: _compute(store, {month: MartRun(mart, _known(inputs.of_month(mart, month)), month)})
            for mart in marts
            if mart.provider == provider
        }


def find_summing_marts(
    store: Store, folder: Path, contracts: Sequence[Contract], providers: Collection[str]
) -> set[str]:
    """The marts that add up months of these providers, by themselves or by way of other marts."""
    if not providers:
        return set()
    marts, _ = read_marts(folder, contracts)
    inputs = Inputs(store, contracts, marts)
    return {mart.name for mart in marts if inputs.providers(mart) & {*providers}}


def find_stale_marts(store: Store, contracts: Sequence[Contract], marts: Sequence[Mart]) -> list[str]:
    """The marts that could be computed and are not what their SQL and inputs would give now."""
    inputs = Inputs(store, contracts, marts)
    stale: list[str] = []
    for mart in marts:
        whole = inputs.whole(mart)
        known = _known(whole)
        if len(known) < len(whole):
            continue
        runs = (
            [MartRun(mart, _known(inputs.of_month(mart, month)), month) for month in inputs.months(mart)]
            if mart.monthly
            else [MartRun(mart, known)]
        )
        if {*stale} & {*mart.inputs} or not all(run.is_current(store) for run in runs):
            stale.append(mart.name)
    return stale


def read_stale_marts(store: Store, folder: Path, contracts: Sequence[Contract]) -> list[str]:
    """The same of the marts below `folder`."""
    return find_stale_marts(store, contracts, read_marts(folder, contracts)[0])


def _compute_months(store: Store, mart: Mart, inputs: Inputs) -> MartResult:
    runs = {
        month: MartRun(mart, _known(inputs.of_month(mart, month)), month) for month in inputs.months(mart)
    }
    return _compute(store, runs, monthly=True)


def _compute(store: Store, runs: Mapping[str, MartRun], *, monthly: bool = False) -> MartResult:
    states: dict[str, MartState] = {}
    changed = False
    for month, run in runs.items():
        before = store.get_record(MartState, run.state_key)
        if before is not None and before.key == run.key and store.exists(before.table):
            states[month] = before
        else:
            states[month] = run_step(MartStep(), run, store)
            changed = True
    return MartResult(states, changed, monthly=monthly)


def _last_state(store: Store, mart: str) -> MartState | None:
    return store.get_record(MartState, layout.mart_state(mart))


def _known(inputs: Mapping[str, MartInput | None]) -> dict[str, MartInput]:
    return {name: mart_input for name, mart_input in inputs.items() if mart_input is not None}
